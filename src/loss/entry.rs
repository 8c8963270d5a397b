//! What a loss says of itself.

use super::{AnswerSum, TargetForm, TargetsRef};
use crate::num::{ByPrecision, MatMut, MatRef, PerPrecision, Real};
use crate::registry::{Choice, Chosen, Entry, Registered};
use burn::tensor::Tensor;

/// A loss in the registry.
pub struct LossEntry {
    /// What it says of itself.
    pub entry: Entry,
    /// Which targets it takes, and with them how many outputs a network has.
    pub targets: TargetForm,
    /// What the outputs predict.
    pub link: OutputLink,
    /// Whether it falls for ever where a linear model separates the classes, as a likelihood does: it has no minimum then.
    pub falls_for_ever: &'static (dyn Fn(&Choice) -> bool + Send + Sync),
    /// The loss and its gradient, for the reference engine; mostly `ByPrecision { f32: &function, f64: &function }` for a
    /// `fn function<R: Real>(choice: &Choice, size: LossSize) -> Box<dyn LossFunction<R>>`.
    pub function: ByPrecision<LossFunctions>,
    /// The loss as an expression that Burn can differentiate.
    pub expression: &'static LossExpression,
}

/// How outputs become predictions, and how those of several networks are averaged.
#[derive(Clone, Copy)]
pub enum OutputLink {
    /// The outputs are the predictions, and the mean is of them. A class is the output that is largest; of one output class 1 where
    /// it is at least 0 for y = ±1 and greater than ½ for y = 0 or 1.
    Identity,
    /// Probabilities of the classes, σ(s) or softmax(s), and the mean is of them. The loss of an answer is told from their logarithms.
    Probabilities(&'static OfLogProbabilities),
}

/// The loss of an answer from the logarithms of all classes' probabilities, and its class.
pub type OfLogProbabilities = dyn Fn(&Choice, &[f64], usize) -> f64 + Send + Sync;

/// The sum of the losses of all answers, from s and y, both m × K, and from how answers add up.
pub type LossExpression = dyn Fn(&Choice, Tensor<2>, Tensor<2>, &AnswerSum) -> Tensor<1> + Send + Sync;

/// What a [`LossFunction`] has to have room for.
#[derive(Clone, Copy, Debug)]
pub struct LossSize {
    /// The most answers of a batch.
    pub answers: usize,
    /// K
    pub outputs: usize,
}

/// What makes a [`LossFunction`] of a precision.
pub struct LossFunctions;

impl PerPrecision for LossFunctions {
    type Of<R: Real> = dyn Fn(&Choice, LossSize) -> Box<dyn LossFunction<R>> + Send + Sync;
}

/// The outputs of several runs side by side (`num/gang/`), m × (K · lanes).
#[derive(Clone, Copy)]
pub struct OutputsInLanes<'s, R> {
    /// How many runs.
    pub lanes: usize,
    /// K
    pub outputs: usize,
    /// s
    pub s: &'s [R],
}

/// A loss and its backward message (lecture L15): the end of a chain of modules. s has a row of K outputs for each answer.
pub trait LossFunction<R: Real> {
    /// The loss of a batch, which is the sum of its answers' losses times `share`, and δ = ∂L/∂s.
    fn loss_and_delta(&mut self, s: MatRef<'_, R>, targets: TargetsRef<'_, R>, share: R, delta: MatMut<'_, R>) -> R;

    /// The same for several runs side by side: δ has the form of `s`, and there is one loss per run. False where it has no such form:
    /// then nothing is done. No run may have other bits than by itself.
    fn losses_and_deltas(
        &mut self,
        _s: OutputsInLanes<'_, R>,
        _targets: TargetsRef<'_, R>,
        _share: R,
        _delta: &mut [R],
        _losses: &mut [R],
    ) -> bool {
        false
    }

    /// The loss of each answer; s is written over.
    fn losses(&mut self, s: MatMut<'_, R>, targets: TargetsRef<'_, R>, losses: &mut [R]);
}

impl Registered for LossEntry {
    fn entry(&self) -> &Entry {
        &self.entry
    }
}

/// What the last module's outputs s are trained for, with values for the loss's parameters.
pub type Loss = Chosen<LossEntry>;

impl Loss {
    /// The loss and its gradient for up to so many answers of K outputs.
    #[must_use]
    pub fn function<R: Real>(&self, answers: usize, outputs: usize) -> Box<dyn LossFunction<R>> {
        self.entry.function.of::<R>()(&self.choice, LossSize { answers, outputs })
    }

    /// The sum of the losses of all answers, as an expression.
    #[must_use]
    pub fn expression(&self, s: Tensor<2>, y: Tensor<2>, sum: &AnswerSum) -> Tensor<1> {
        (self.entry.expression)(&self.choice, s, y, sum)
    }

    /// Whether predictions are probabilities of classes.
    #[must_use]
    pub fn has_probabilities(&self) -> bool {
        matches!(self.entry.link, OutputLink::Probabilities(_))
    }

    /// Whether it has no minimum where a linear model separates the classes.
    #[must_use]
    pub fn falls_for_ever(&self) -> bool {
        (self.entry.falls_for_ever)(&self.choice)
    }
}
