//! What each step of a training says of itself: its length, its effective rate, what it cost, and whether it crossed the minimum of
//! a quadratic.
//!
//! ‖Δθ‖ of the optimizer's θ, with decay and thresholds; effective rate ‖Δθ‖/‖g‖, 0 where g is 0; v·(θ − θ*) changes its sign from one
//! side of 0 to the other, where 0 itself is on no side.

use super::fits::Probed;
use crate::data::Part;
use crate::measure::{Measure, TrainingQuantity};
use crate::model::Network;
use crate::num::{Objective, Real, eigenvectors};
use crate::record::Measured;
use crate::train::TrainSpec;
use crate::train::clip::norm;

/// Numbers that whoever takes the steps knows.
pub type KnownQuantities = Vec<(TrainingQuantity, f64)>;

/// The numbers of the last step.
pub struct StepProbe<R> {
    asked: Vec<TrainingQuantity>,
    /// θ before the step; empty where no length is asked for.
    before: Vec<R>,
    steps: u64,
    gradient_evaluations: u64,
    crossing: Option<Crossing>,
    /// As asked.
    numbers: Vec<f64>,
}

impl<R: Real> StepProbe<R> {
    /// `None` where nothing of the steps is asked for.
    #[must_use]
    pub fn new(train: &TrainSpec, of: &Probed<'_>, part: &Part<R>) -> Option<Self> {
        let asked: Vec<TrainingQuantity> = asked(train, of).filter_map(Measure::quantity).collect();
        if asked.is_empty() {
            return None;
        }
        let has = |quantity: TrainingQuantity| asked.contains(&quantity);
        let has_length = has(TrainingQuantity::StepNorm) || has(TrainingQuantity::EffectiveRate);
        let before = vec![R::ZERO; if has_length { of.network.parameter_count() } else { 0 }];
        let crossing = if has(TrainingQuantity::SignFlips) { Crossing::new(of.network, part) } else { None };
        let numbers = vec![0.0; asked.len()];
        Some(Self { asked, before, steps: 0, gradient_evaluations: 0, crossing, numbers })
    }

    /// Takes θ before a step, and how many gradients of single samples it took.
    pub fn begin(&mut self, parameters: &[R], gradient_evaluations: u64) {
        let count = self.before.len();
        self.before.copy_from_slice(&parameters[..count]);
        if let Some(crossing) = self.crossing.as_mut().filter(|_| self.steps == 0) {
            crossing.look(parameters);
        }
        self.gradient_evaluations += gradient_evaluations;
    }

    /// Takes how many gradients of single samples all steps so far took.
    pub fn took(&mut self, gradient_evaluations: u64) {
        self.gradient_evaluations = gradient_evaluations;
    }

    /// Takes θ after it, and ‖g‖ before clipping and decay.
    #[allow(clippy::cast_precision_loss)] // counts below 2⁵³
    pub fn end(&mut self, parameters: &[R], gradient_norm: f64) {
        self.steps += 1;
        let length = distance(&self.before, parameters);
        let flips = self.crossing.as_mut().map_or(0, |crossing| crossing.look(parameters));
        for (quantity, number) in self.asked.iter().zip(&mut self.numbers) {
            *number = match quantity {
                TrainingQuantity::StepNorm => length,
                TrainingQuantity::EffectiveRate if gradient_norm == 0.0 => 0.0,
                TrainingQuantity::EffectiveRate => length / gradient_norm,
                TrainingQuantity::SignFlips => flips as f64,
                _ => self.gradient_evaluations as f64,
            };
        }
    }

    /// Of the last step, as columns of the curve by steps have it; 0 before the first.
    #[must_use]
    pub fn numbers(&self) -> &[f64] {
        &self.numbers
    }

    /// Of all steps so far. Before the first one there is no length and no rate.
    #[must_use]
    #[allow(clippy::cast_precision_loss)]
    pub fn known(&self) -> KnownQuantities {
        let counts = |quantity: TrainingQuantity| {
            matches!(quantity, TrainingQuantity::GradientEvaluations | TrainingQuantity::SignFlips)
        };
        let of = self.asked.iter().copied().zip(self.numbers.iter().copied());
        of.filter(|(quantity, _)| self.steps > 0 || counts(*quantity)).collect()
    }
}

/// What of a run's steps is asked for, in the order of the registry.
fn asked(train: &TrainSpec, of: &Probed<'_>) -> impl Iterator<Item = &'static Measure> {
    let of_steps = |quantity: TrainingQuantity| quantity.is_of_steps() && of.unfit(quantity).is_none();
    train.measures().into_iter().filter(move |measure| measure.quantity().is_some_and(of_steps))
}

/// The columns of these numbers in the curve by steps: `step_norm`.
pub fn columns(train: &TrainSpec, of: &Probed<'_>) -> impl Iterator<Item = String> {
    asked(train, of).map(|measure| Measured::column(measure.name()))
}

/// ‖b − a‖, of as many numbers as a has.
fn distance<R: Real>(a: &[R], b: &[R]) -> f64 {
    let differences: Vec<f64> = a.iter().zip(b).map(|(a, b)| b.to_f64() - a.to_f64()).collect();
    norm(&differences)
}

/// On which side of the minimum of a quadratic θ is, along the direction in which it is steepest.
struct Crossing {
    /// v, of length 1.
    direction: Vec<f64>,
    /// v·θ*
    minimum: f64,
    positive: Option<bool>,
    flips: u64,
}

impl Crossing {
    fn new<R: Real>(network: &Network, part: &Part<R>) -> Option<Self> {
        let objective = network.objective()?;
        let Objective::Quadratic(matrix) = objective else { return None };
        let vectors = eigenvectors(matrix.as_ref().clone());
        let direction: Vec<f64> = (0..vectors.rows()).map(|row| vectors.row(row)[0]).collect();
        let points = part.inputs.cast::<f64>();
        let minimum = direction.iter().zip(objective.minimizer(points.view())).map(|(v, best)| v * best).sum();
        Some(Self { direction, minimum, positive: None, flips: 0 })
    }

    /// Looks where θ is; how often it has changed sides so far.
    fn look<R: Real>(&mut self, parameters: &[R]) -> u64 {
        let along: f64 = self.direction.iter().zip(parameters).map(|(v, theta)| v * theta.to_f64()).sum();
        let side = along - self.minimum;
        if side != 0.0 && !side.is_nan() {
            let positive = side > 0.0;
            self.flips += u64::from(self.positive.replace(positive).is_some_and(|before| before != positive));
        }
        self.flips
    }
}
