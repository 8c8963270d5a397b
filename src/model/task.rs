//! What a model is asked for: by the spec, and by the data.

use super::error::ModelError;
use super::layers::WrittenLayer;
use super::{Loss, Pooling};
use crate::activation::Activation;
use crate::num::{Objective, Shape};
use crate::registry::Choice;

/// What a spec says of a model. Which of it applies, the model's entry tells.
#[derive(Clone, Debug, PartialEq)]
pub struct Architecture {
    pub hidden: Vec<usize>,
    pub activation: Activation,
    pub bias: bool,
    pub tied: bool,
    pub channels: Vec<usize>,
    pub kernel: usize,
    pub pooling: Pooling,
    pub pool: usize,
    /// Of a model from parts.
    pub layers: Vec<WrittenLayer<Activation>>,
    /// Values for the parameters that the model's entry has of its own.
    pub own: Choice,
}

/// What the data ask of a model.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// Numbers per sample.
    pub inputs: usize,
    pub shape: Shape,
    pub answer: Answer,
    /// Answers per sample.
    pub positions: usize,
}

/// What is to be predicted.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    Number,
    Classes(usize),
    /// Nothing: the data come with what is to be minimized.
    Objective(Objective),
}

impl Answer {
    /// Outputs and loss of a network without an own idea of them.
    ///
    /// # Errors
    /// Where the answer is an objective, which needs no network.
    pub fn usual(&self) -> Result<(usize, Loss), ModelError> {
        match self {
            Self::Number => Ok((1, Loss::SquaredError)),
            Self::Classes(2) => Ok((1, Loss::BinaryCrossEntropy)),
            Self::Classes(count) => Ok((*count, Loss::CrossEntropy)),
            Self::Objective(_) => Err(ModelError::NoNetwork),
        }
    }
}
