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

mod absolute_error;
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

pub use batch_targets::TargetsRef;
pub use decide::argmax;
pub use entry::{Link, Loss, LossEntry, LossExpression, LossFunction, LossFunctions, LossSize, OfLogProbabilities};
pub use per_output::{per_output, sum_rows};
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
