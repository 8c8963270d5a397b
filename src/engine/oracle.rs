//! The question that every engine answers: loss and gradient of a batch, and the outputs without dropout.

use super::error::EngineError;
use crate::data::Targets;
use crate::loss::TargetsRef;
use crate::num::{MatMut, MatRef, Real};

/// Training samples with the masks drawn for them.
#[derive(Clone, Copy)]
pub struct Batch<'a, R> {
    /// m × n₀
    pub inputs: MatRef<'a, R>,
    /// What is to be predicted for each answer.
    pub targets: TargetsRef<'a, R>,
    /// How much each answer counts in the loss; empty where all count alike.
    pub weights: &'a [R],
    /// The drawn masks of dropout.
    pub masks: Masks<'a, R>,
}

impl<R: Real> Targets<R> {
    /// All of them, borrowed.
    #[must_use]
    pub fn view(&self) -> TargetsRef<'_, R> {
        match self {
            Self::Classes(classes) => TargetsRef::Classes(classes),
            Self::Values(values) => TargetsRef::Values(values.view()),
            Self::None => TargetsRef::None,
        }
    }
}

/// Inverted dropout's masks: for each place of the network where dropout can act (0: the inputs), m × width factors, 0 for
/// an omitted value and 1/(1 − rate) for a kept one. Places without dropout have an empty mask; an empty list means no
/// dropout at all.
#[derive(Clone, Copy)]
pub struct Masks<'a, R>(pub &'a [Vec<R>]);

impl<'a, R> Masks<'a, R> {
    /// The mask of a place, if it has one for a batch of m samples with `width` values.
    #[must_use]
    pub fn at(&self, place: usize, samples: usize, width: usize) -> Option<MatRef<'a, R>> {
        let mask = self.0.get(place).filter(|mask| !mask.is_empty())?;
        Some(MatRef::new(samples, width, &mask[..samples * width]))
    }
}

/// A gradient oracle for one network.
pub trait Engine<R: Real> {
    /// The loss over the batch (a mean or a sum, as the network says, of each answer's loss times its weight), and its gradient with
    /// respect to all parameters.
    ///
    /// # Errors
    /// Where the engine itself fails; a loss that is not finite is a result, no error.
    fn loss_and_gradient(
        &mut self,
        parameters: &[R],
        batch: &Batch<'_, R>,
        gradient: &mut [R],
    ) -> Result<R, EngineError>;

    /// The outputs s of the last module (m × positions · K) without dropout: weights are used as trained, since inverted
    /// dropout already scaled the kept values.
    ///
    /// # Errors
    /// Where the engine itself fails.
    fn outputs(&mut self, parameters: &[R], inputs: MatRef<'_, R>, outputs: MatMut<'_, R>) -> Result<(), EngineError>;
}

/// The numbers that every engine computes with.
pub trait EngineReal: Real + burn::tensor::Element {}
impl<R: Real + burn::tensor::Element> EngineReal for R {}
