//! Losses (lecture L8, L10, L11, L17): one file each, with the loss and its gradient for the reference engine and the expression for
//! Burn's automatic differentiation.
//!
//! A loss is of one answer: of its K outputs s and its target y. What a batch has is the mean or the sum over its answers. What else
//! follows from a loss follows from its entry: how many outputs a network has (`targets`), what an output says of the classes and
//! how several networks' predictions are averaged (`link`), and which metric belongs to it.
//!
//! **Conventions** where a derivative has a jump: 0 at the kinks of the hinge losses and of |y − s|, as in PyTorch.
//!
//! Add one: a file with its `ENTRY` and one line in [`ENTRIES`].

#![warn(missing_docs)]

mod absolute_error;
mod answer_sum;
mod batch_targets;
mod cross_entropy;
mod decide;
mod entry;
mod hinge;
mod huber;
mod multi_class_hinge;
mod objective;
mod per_output;
mod squared_error;
mod targets;

/// Tensors of Burn, of the version that burnmark uses.
pub use burn::tensor;

pub use answer_sum::AnswerSum;
pub use batch_targets::TargetsRef;
pub use decide::argmax;
pub use entry::{
    Loss, LossEntry, LossExpression, LossFunction, LossFunctions, LossSize, OfLogProbabilities, OutputLink,
    OutputsInLanes,
};
use per_output::sums_of_lanes;
pub use per_output::{per_output, sum_rows, times};
pub use targets::TargetForm;

/// ½ Σ_k (y_k − s_k)², for regression.
pub const SQUARED_ERROR: LossEntry = squared_error::OF_NUMBERS;
/// ½ Σ_k (y_k − s_k)² with y_k = 1 for the right class and 0 for the others.
pub const ONE_HOT_SQUARED_ERROR: LossEntry = squared_error::ONE_HOT;
/// ½ (y − s)² with y = −1 for class 0 and +1 for class 1: Widrow and Hoff's linear classifier.
pub const SIGNED_SQUARED_ERROR: LossEntry = squared_error::SIGNED;
/// −y ln σ(s) − (1−y) ln(1−σ(s)) from one output, for two classes.
pub const BINARY_CROSS_ENTROPY: LossEntry = cross_entropy::BINARY;
/// −ln softmax(s)_y, for K classes from K outputs.
pub const CROSS_ENTROPY: LossEntry = cross_entropy::ENTRY;
/// s itself.
pub const OBJECTIVE: LossEntry = objective::ENTRY;

/// Every loss, in the order in which `burnmark list` shows them.
pub const ENTRIES: &[&LossEntry] = &[
    &SQUARED_ERROR,
    &huber::ENTRY,
    &absolute_error::ENTRY,
    &BINARY_CROSS_ENTROPY,
    &CROSS_ENTROPY,
    &hinge::ENTRY,
    &multi_class_hinge::ENTRY,
    &ONE_HOT_SQUARED_ERROR,
    &SIGNED_SQUARED_ERROR,
    &OBJECTIVE,
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::lanes::levels::at_each;
    use crate::num::{MatMut, MatRef, Matrix, Purpose, Real, Stream};
    use crate::value::Value;

    /// More than a few vectors, and no multiple of one.
    const ANSWERS: usize = 203;

    /// The loss of a batch, δ, and the loss of each answer, as bits.
    fn bits<R: Real>(loss: &Loss) -> Vec<u64> {
        let outputs = if matches!(loss.entry.targets, TargetForm::Numbers | TargetForm::OneHot) { 5 } else { 1 };
        let mut stream = Stream::new(7, Purpose::Data, 0);
        let mut normal = || -> Vec<R> { (0..ANSWERS * outputs).map(|_| R::from_f64(3.0 * stream.normal())).collect() };
        let (s, values) = (normal(), Matrix::new(ANSWERS, outputs, normal()));
        let classes: Vec<u32> = (0_u32..203).map(|i| i * 7 % if outputs == 1 { 2 } else { 5 }).collect();
        let targets = match loss.entry.targets {
            TargetForm::Numbers => TargetsRef::Values(values.view()),
            TargetForm::Nothing => TargetsRef::None,
            _ => TargetsRef::Classes(&classes),
        };
        let (mut delta, mut losses) = (vec![R::ZERO; s.len()], vec![R::ZERO; ANSWERS]);
        let mut function = loss.function::<R>(ANSWERS, outputs);
        let message = MatMut::new(ANSWERS, outputs, &mut delta);
        let of_batch = function.loss_and_delta(MatRef::new(ANSWERS, outputs, &s), targets, R::from_f64(0.25), message);
        function.losses(MatMut::new(ANSWERS, outputs, &mut s.clone()), targets, &mut losses);
        assert!(losses.iter().all(|loss| loss.is_finite()) && delta.iter().any(|delta| *delta != R::ZERO));
        delta.into_iter().chain(losses).chain([of_batch]).map(|x| x.to_f64().to_bits()).collect()
    }

    #[test]
    fn every_level_gives_the_same_bits() {
        let with_parameters = |entry: &&'static LossEntry| {
            let parameters = entry.entry.parameters.iter();
            parameters.fold(Loss::of(*entry), |loss, parameter| loss.with(parameter.name, Value::Number(0.3)))
        };
        let with_defaults = ENTRIES.iter().map(|entry| Loss::of(*entry));
        for loss in with_defaults.chain(ENTRIES.iter().map(with_parameters)) {
            let expected = (bits::<f32>(&loss), bits::<f64>(&loss));
            for (level, found) in at_each(|| (bits::<f32>(&loss), bits::<f64>(&loss))) {
                assert!(found == expected, "{loss:?} at {level:?}");
            }
        }
    }

    /// The mean of the answers' losses is the loss of the batch, to a few roundings of a sum of 203 terms.
    #[test]
    fn the_loss_of_a_batch_is_the_mean_of_its_answers() {
        for entry in ENTRIES {
            let bits = bits::<f64>(&Loss::of(*entry));
            let numbers: Vec<f64> = bits.into_iter().map(f64::from_bits).collect();
            let (of_batch, losses) =
                (numbers[numbers.len() - 1], &numbers[numbers.len() - 1 - ANSWERS..numbers.len() - 1]);
            let sum: f64 = losses.iter().sum();
            let gap = (of_batch - 0.25 * sum).abs();
            assert!(gap <= 1e-13 * losses.iter().map(|loss| loss.abs()).sum::<f64>(), "{}: {gap:e}", entry.entry.name);
        }
    }
}
