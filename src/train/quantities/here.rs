//! The state of a training at one point, quantity by quantity.

use super::activity::Activity;
use super::cut_loss::cut_loss;
use super::linear_share::linear_share;
use super::noise_scale::noise_scale;
use super::scaling_gap::scaling_gap;
use super::sharpness::sharpness;
use super::state::{NetworkState, Which, trained};
use crate::data::Part;
use crate::engine::EngineError;
use crate::measure::TrainingQuantity;
use crate::model::{Layer, Network, Reduction};
use crate::num::Objective;
use crate::num::vector::dot;
use crate::record::OfParts;
use crate::train::clip::norm;
use std::ops::Range;

/// The state at one point, where what several quantities need is computed once.
pub struct Here<'s> {
    state: &'s mut NetworkState,
    theta: Vec<f64>,
    learning_rate: f64,
    gradient: Option<Vec<f64>>,
    sharpness: Option<f64>,
    activity: Option<[Activity; 3]>,
}

impl<'s> Here<'s> {
    /// At θ, after a step with this learning rate.
    pub fn new(state: &'s mut NetworkState, theta: Vec<f64>, learning_rate: f64) -> Self {
        Self { state, theta, learning_rate, gradient: None, sharpness: None, activity: None }
    }

    /// A quantity of the state; none for others.
    ///
    /// # Errors
    /// Where the engine fails.
    pub fn quantity(&mut self, quantity: TrainingQuantity) -> Result<OfParts, EngineError> {
        use TrainingQuantity as Q;
        let same = |number: Option<f64>| OfParts { train: number, validation: number, test: number };
        Ok(match quantity {
            Q::GradientNorm => same(Some(norm(self.gradient()?))),
            Q::GradientNormFirst | Q::GradientNormLast | Q::GradientNormRatio => {
                self.gradient()?;
                let gradient = self.gradient.as_deref().unwrap_or_default();
                let [first, last] = ends(&self.state.network, Layer::parameters).map(|place| norm(&gradient[place]));
                same(of_ends(quantity, first, last))
            }
            Q::WeightNormFirst | Q::WeightNormLast | Q::WeightNormRatio => {
                let ends = ends(&self.state.network, |layer| layer.weights.clone());
                let [first, last] = ends.map(|place| norm(&self.theta[place]));
                same(of_ends(quantity, first, last))
            }
            Q::Sharpness => same(Some(self.sharpness()?)),
            Q::SharpnessShare => same(Some(self.sharpness()? * self.learning_rate / 2.0)),
            Q::GradientNoiseScale => same(noise_scale(self.state, &self.theta)?),
            Q::LinearShare => same(linear_share(self.state, &self.theta)?),
            Q::ExcessLoss => same(excess_loss(self.state, &self.theta)?),
            Q::ZeroShare => self.of_units(Activity::zero_share)?,
            Q::DeadUnits => self.of_units(Activity::dead_units)?,
            Q::UnitCorrelation => self.of_units(Activity::correlation)?,
            Q::ScalingGap => self.of_each_part(scaling_gap)?,
            Q::CutLoss => self.of_each_part(cut_loss)?,
            _ => OfParts::default(),
        })
    }

    fn of_each_part(
        &mut self,
        of: impl Fn(&mut NetworkState, &[f64], Which) -> Result<Option<f64>, EngineError>,
    ) -> Result<OfParts, EngineError> {
        let mut of = |part| of(self.state, &self.theta, part);
        Ok(OfParts { train: of(Which::Train)?, validation: of(Which::Validation)?, test: of(Which::Test)? })
    }

    fn gradient(&mut self) -> Result<&[f64], EngineError> {
        if self.gradient.is_none() {
            let mut gradient = vec![0.0; self.theta.len()];
            self.state.gradient(&self.theta, &mut gradient)?;
            self.gradient = Some(gradient);
        }
        Ok(self.gradient.as_deref().unwrap_or_default())
    }

    fn sharpness(&mut self) -> Result<f64, EngineError> {
        if let Some(known) = self.sharpness {
            return Ok(known);
        }
        let found = sharpness(self.state, &self.theta)?;
        self.sharpness = Some(found);
        Ok(found)
    }

    fn of_units(&mut self, of: impl Fn(&Activity) -> Option<f64>) -> Result<OfParts, EngineError> {
        if self.activity.is_none() {
            let NetworkState { hidden, data, .. } = &mut *self.state;
            let mut look = |part: &Part<f64>| Activity::new(hidden, &self.theta, &part.inputs);
            self.activity = Some([look(&data.train)?, look(&data.validation)?, look(&data.test)?]);
        }
        let Some([train, validation, test]) = &self.activity else { return Ok(OfParts::default()) };
        Ok(OfParts { train: of(train), validation: of(validation), test: of(test) })
    }
}

/// A number of the first layer, of the last one, or the first over the last; `None` for 0/0.
fn of_ends(quantity: TrainingQuantity, first: f64, last: f64) -> Option<f64> {
    match quantity {
        TrainingQuantity::GradientNormFirst | TrainingQuantity::WeightNormFirst => Some(first),
        TrainingQuantity::GradientNormLast | TrainingQuantity::WeightNormLast => Some(last),
        _ => Some(first / last).filter(|ratio| ratio.is_finite()),
    }
}

/// Where something of the first and the last of them lies.
fn ends(network: &Network, of: impl Fn(&Layer) -> Range<usize>) -> [Range<usize>; 2] {
    let place = |layer: Option<&Layer>| layer.map_or(0..0, &of);
    [place(trained(network).next()), place(trained(network).last())]
}

/// How far a loss without a network is above its least value: ½ dᵀQd with d = θ − θ* for a quadratic, the loss itself for others, whose
/// least value is 0.
fn excess_loss(state: &mut NetworkState, theta: &[f64]) -> Result<Option<f64>, EngineError> {
    let Some(objective) = state.network.objective() else { return Ok(None) };
    let Objective::Quadratic(matrix) = objective else { return state.loss(theta, Which::Train).map(Some) };
    let best = objective.minimizer(state.data.train.inputs.view());
    let d: Vec<f64> = theta.iter().zip(best).map(|(theta, best)| theta - best).collect();
    let of_row = |row: usize| d[row] * dot(matrix.row(row), &d);
    let value = 0.5 * (0..d.len()).map(of_row).sum::<f64>();
    #[allow(clippy::cast_precision_loss)] // points stay below 2⁵³
    let points = state.data.train.samples() as f64;
    Ok(Some(if state.network.reduction() == Reduction::Sum { points * value } else { value }))
}
