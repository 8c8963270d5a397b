//! Why a model does not suit a task, and why it has no initial weights.

#![allow(missing_docs)] // the message of each kind says what it is

use super::layers::LayerError;
use crate::guard::file::FileError;
use crate::num::Precision;
use safetensors::{Dtype, SafeTensorError};

/// Why a model does not suit a task, with what would.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    #[error("a problem without data needs no network; `objective` takes it")]
    NoNetwork,
    #[error("needs a problem without data, such as `quadratic`; `mlp` takes data")]
    NeedsObjective,
    /// So many classes for a regression.
    #[error(
        "a linear regression needs a numeric target, not classes; {} classes",
        if *classes == 2 { "`adaline`, `logistic` and `softmax` take" } else { "`softmax` takes" }
    )]
    NeedsNumber { classes: usize },
    #[error("this model needs classes, not a numeric target; `linear` takes numbers")]
    NeedsClasses,
    #[error("{model} needs two classes, not {classes}; `softmax` takes any number")]
    NeedsTwoClasses { model: &'static str, classes: usize },
    /// An answer at each of so many steps for a model that gives one.
    #[error("each sample has {steps} answers, one per step; `rnn` gives them")]
    OneAnswer { steps: usize },
    #[error("a recurrent network needs sequences; `mlp` takes samples without an order")]
    NeedsSequences,
    #[error("a recurrent network needs hidden units: they are its memory")]
    NeedsHidden,
    #[error("a convolutional network needs images; `mlp` takes other samples")]
    NeedsImages,
    /// A stage of a convolutional network, counted from 1, that a small image does not reach.
    #[error("stage {stage} gets {height} × {width} pixels: too few for a kernel of {kernel} and pooling by {pool}")]
    TooFewPixels { stage: usize, height: usize, width: usize, kernel: usize, pool: usize },
    #[error("`{loss}` is a loss of numbers, and the data have classes; `cross-entropy` takes classes")]
    LossOfNumbers { loss: &'static str },
    #[error("`{loss}` is a loss of classes, and the target is a number; `squared-error` takes numbers")]
    LossOfClasses { loss: &'static str },
    #[error(
        "`{loss}` is a loss of two classes, not of {classes}; `cross-entropy` and `multi-class-hinge` take any number"
    )]
    LossOfTwoClasses { loss: &'static str, classes: usize },
    #[error("`{loss}` is the loss of a problem without data")]
    LossOfNothing { loss: &'static str },
    /// The layers of a model from parts do not go together, or do not suit the data.
    #[error(transparent)]
    Layers(#[from] LayerError),
    /// What a model from outside burnmark says.
    #[error("{0}")]
    Other(String),
}

impl ModelError {
    /// Whether it is the loss that does not suit the data.
    #[must_use]
    pub fn is_of_loss(&self) -> bool {
        matches!(
            self,
            Self::LossOfNumbers { .. }
                | Self::LossOfClasses { .. }
                | Self::LossOfTwoClasses { .. }
                | Self::LossOfNothing { .. }
        )
    }
}

/// Why a network has no initial weights.
#[derive(Debug, thiserror::Error)]
pub enum InitialError {
    #[error("only a problem without data has a usual starting point")]
    NoStart,
    #[error("only a problem without data can start at a point")]
    NoPoint,
    #[error("`{0}` in `at` is no finite number")]
    NotFinite(String),
    #[error("`at` gives {given} for the {wanted} dimensions of θ")]
    Dimensions { given: usize, wanted: usize },
    #[error(transparent)]
    File(#[from] FileError),
    #[error("`{path}` has changed since the experiment was checked")]
    Changed { path: String },
    #[error("`{path}`: {why}")]
    Weights { path: String, why: WeightsError },
    /// What a rule from outside burnmark says.
    #[error("{0}")]
    Other(String),
}

/// Why bytes are not the parameters of a network, or parameters cannot be put into bytes.
#[derive(Debug, thiserror::Error)]
pub enum WeightsError {
    #[error("cannot write safetensors: {0}")]
    Unwritten(SafeTensorError),
    #[error("no safetensors, or damaged: {0}")]
    Damaged(SafeTensorError),
    /// A tensor that the network lacks, beside those that it has.
    #[error("a tensor `{}` that the network has not; it has {}", shortened(name), listed(known))]
    Extra { name: String, known: Vec<String> },
    /// A layer that is to be taken from a file.
    #[error("the network has no layer `{}`; it has {}", shortened(name), listed(known))]
    NoLayer { name: String, known: Vec<String> },
    #[error("the file has none of the network's tensors, which are {}", listed(known))]
    NothingShared { known: Vec<String> },
    #[error("no tensor `{name}` of shape {shape:?}")]
    Missing { name: String, shape: Vec<usize> },
    #[error("`{name}` has the shape {found:?}, expected {expected:?}")]
    Shape { name: String, found: Vec<usize>, expected: Vec<usize> },
    #[error("`{name}` is of {found:?}, expected F32 or F64")]
    Type { name: String, found: Dtype },
    /// The place counts within the tensor, from 0.
    #[error("`{name}` holds {number} at place {place}, no finite number in {precision}")]
    NotFinite { name: String, number: f64, place: usize, precision: Precision },
}

fn shortened(name: &str) -> String {
    name.chars().take(60).collect()
}

/// Names, the first few.
fn listed(names: &[String]) -> String {
    let shown: Vec<String> = names.iter().take(6).map(|name| format!("`{name}`")).collect();
    format!("{}{}", shown.join(", "), if names.len() > 6 { ", …" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activation::{self, Activation};
    use crate::model::{Answer, Architecture, ENTRIES, Pooling, Task};
    use crate::num::{Image, Shape};
    use crate::registry::Choice;

    /// Why a model does not suit a task.
    fn why(model: &str, task: &Task) -> ModelError {
        let entry = ENTRIES.iter().find(|known| known.entry.name == model).unwrap();
        let architecture = Architecture {
            hidden: Vec::new(),
            activation: Activation::of(&activation::TANH),
            bias: true,
            tied: false,
            channels: vec![4],
            kernel: 3,
            pooling: Pooling::Max,
            pool: 2,
            loss: None,
            layers: Vec::new(),
            own: Choice::of(&entry.entry),
        };
        entry.network(&architecture, task).map(drop).unwrap_err()
    }

    #[test]
    fn each_kind_says_what_would_suit() {
        let task = |answer, shape, positions| Task { inputs: 6, shape, answer, positions };
        let flat = |answer| task(answer, Shape::Flat, 1);
        let steps = Shape::Sequence { steps: 3, features: 2 };
        let image = Shape::Image(Image { height: 3, width: 2, channels: 1 });
        let two =
            "a linear regression needs a numeric target, not classes; `adaline`, `logistic` and `softmax` take classes";
        let three = "a linear regression needs a numeric target, not classes; `softmax` takes classes";
        let numbers = "this model needs classes, not a numeric target; `linear` takes numbers";
        let pixels = "stage 1 gets 3 × 2 pixels: too few for a kernel of 3 and pooling by 2";
        let cases = [
            ("linear", flat(Answer::Classes(2)), ModelError::NeedsNumber { classes: 2 }, two),
            ("linear", flat(Answer::Classes(3)), ModelError::NeedsNumber { classes: 3 }, three),
            ("softmax", flat(Answer::Numbers(1)), ModelError::NeedsClasses, numbers),
            (
                "cnn",
                task(Answer::Numbers(1), image, 1),
                ModelError::TooFewPixels { stage: 1, height: 3, width: 2, kernel: 3, pool: 2 },
                pixels,
            ),
            (
                "logistic",
                flat(Answer::Classes(3)),
                ModelError::NeedsTwoClasses { model: "logistic regression", classes: 3 },
                "logistic regression needs two classes, not 3; `softmax` takes any number",
            ),
            (
                "mlp",
                task(Answer::Numbers(1), steps, 3),
                ModelError::OneAnswer { steps: 3 },
                "each sample has 3 answers, one per step; `rnn` gives them",
            ),
            (
                "rnn",
                task(Answer::Numbers(1), steps, 1),
                ModelError::NeedsHidden,
                "a recurrent network needs hidden units: they are its memory",
            ),
            (
                "objective",
                flat(Answer::Numbers(1)),
                ModelError::NeedsObjective,
                "needs a problem without data, such as `quadratic`; `mlp` takes data",
            ),
        ];
        for (model, task, kind, message) in cases {
            let why = why(model, &task);
            assert_eq!((&why, why.to_string().as_str()), (&kind, message), "{model}");
        }
    }
}
