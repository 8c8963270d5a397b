//! Which quantities a run can have.

use crate::measure::TrainingQuantity;
use crate::model::Network;
use crate::num::Objective;
use crate::train::{MOST_UNITS, RegularizeSettings, feeds_layers, units};

/// Who changes the parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trainer {
    /// An optimizer, step by step.
    Optimizer,
    Lbfgs,
    /// A solver of XᵀX + λI.
    LeastSquares,
    OtherSolver,
}

/// A run, as far as it decides which quantities it has.
#[derive(Clone, Copy, Debug)]
pub struct Probed<'a> {
    pub network: &'a Network,
    pub method: Trainer,
    /// Networks trained side by side.
    pub networks: u32,
    pub regularize: &'a RegularizeSettings,
}

impl Probed<'_> {
    /// What stands against a gradient over the training part.
    fn batch_norm(&self) -> Option<&'static str> {
        let has_averages = !self.network.statistics().is_empty();
        has_averages.then_some("with a batch norm the gradient depends on which samples are together in a batch")
    }

    /// What stands against the average of all thinned networks.
    fn thinned(&self) -> Option<&'static str> {
        let units = units(self.regularize, self.network);
        if units == 0 {
            return Some("there is no dropout");
        }
        if !feeds_layers(self.network) {
            return Some("the units that dropout omits do not each feed one layer");
        }
        (units > MOST_UNITS).then_some("dropout acts on more than 16 units, which make too many thinned networks")
    }

    /// Why a quantity is none of this run's; `None` if it is.
    #[must_use]
    pub fn unfit(&self, quantity: TrainingQuantity) -> Option<&'static str> {
        use TrainingQuantity::{
            Condition, CutLoss, DeadUnits, EffectiveRate, ExcessLoss, FailedSearches, GradientEvaluations,
            GradientNoiseScale, GradientNorm, GradientNormFirst, GradientNormLast, GradientNormRatio, LinearShare,
            LossGap, MetricGap, Rises, ScalingGap, Sharpness, SharpnessShare, SignFlips, StepNorm, UnitCorrelation,
            WeightNormFirst, WeightNormLast, WeightNormRatio, ZeroShare,
        };
        let takes_steps = self.method == Trainer::Optimizer;
        let unless = |fits: bool, why| (!fits).then_some(why);
        let one = unless(self.networks == 1, "it is of one network, and here several are trained side by side");
        match quantity {
            LossGap | MetricGap | Rises => None,
            StepNorm | WeightNormFirst | WeightNormLast | WeightNormRatio => one,
            EffectiveRate => one.or(unless(takes_steps, "a solver takes no steps along a gradient")),
            GradientEvaluations => unless(
                takes_steps || self.method == Trainer::Lbfgs,
                "this solver looks at the training part at once, without gradients of samples",
            ),
            SignFlips => {
                let quadratic = matches!(self.network.objective(), Some(Objective::Quadratic(_)));
                unless(quadratic, "it is of the set `quadratic`, whose steepest direction is known")
            }
            FailedSearches => unless(self.method == Trainer::Lbfgs, "only `lbfgs` searches along a line"),
            GradientNorm | GradientNormFirst | GradientNormLast | GradientNormRatio | GradientNoiseScale
            | Sharpness => one.or(self.batch_norm()),
            SharpnessShare => one.or(self.batch_norm()).or(unless(takes_steps, "a solver has no learning rate")),
            ZeroShare | DeadUnits | UnitCorrelation => {
                one.or(unless(!self.network.up_to_hidden().is_empty(), "the model has no hidden units"))
            }
            CutLoss => one.or(unless(
                self.network.layers().len() > 1 && feeds_layers(self.network),
                "it is of models whose hidden units each feed one layer, such as `mlp`",
            )),
            LinearShare => one.or(unless(self.network.objective().is_none(), "a problem without data has no outputs")),
            ScalingGap => one.or(self.thinned()),
            ExcessLoss => {
                unless(self.network.objective().is_some(), "only problems without data have a known least value")
            }
            Condition => unless(
                self.method == Trainer::LeastSquares,
                "it is of solvers of least squares: `normal-equations`, `qr`, `minimum-norm`, `ridge`, `ridge-cv` and `map`",
            ),
        }
    }
}
