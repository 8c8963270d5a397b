//! The loss of answers that do not all count alike.
//!
//! L = share · Σ_i w_i l_i, δ_i = w_i · share · ∂l_i/∂s_i
//!
//! Any loss can be weighted so: it is asked for δ and for the loss of each answer, and knows of no weights. s is m × K, w has m
//! numbers.

use crate::loss::{LossFunction, TargetsRef};
use crate::num::{MatMut, MatRef, Real};

/// Room for what is weighed, which grows at the first batch with weights.
#[derive(Default)]
pub struct Weighing<R> {
    /// s, which a loss writes over.
    s: Vec<R>,
    losses: Vec<R>,
}

impl<R: Real> Weighing<R> {
    /// L and δ of a batch.
    pub fn loss_and_delta(
        &mut self,
        loss: &mut dyn LossFunction<R>,
        (s, targets): (MatRef<'_, R>, TargetsRef<'_, R>),
        (weights, share): (&[R], R),
        mut delta: MatMut<'_, R>,
    ) -> R {
        let (answers, outputs) = (s.rows(), s.cols());
        loss.loss_and_delta(s, targets, share, MatMut::new(answers, outputs, delta.data()));
        for (row, &weight) in delta.data().chunks_exact_mut(outputs).zip(weights) {
            row.iter_mut().for_each(|delta| *delta *= weight);
        }
        self.s.clear();
        self.s.extend_from_slice(s.data());
        self.losses.resize(answers, R::ZERO);
        loss.losses(MatMut::new(answers, outputs, &mut self.s), targets, &mut self.losses);
        let sum = self.losses.iter().zip(weights).fold(R::ZERO, |sum, (&loss, &weight)| sum + weight * loss);
        sum * share
    }
}
