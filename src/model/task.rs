//! What a model is asked for: by the spec, and by the data.

use super::Pooling;
use super::error::ModelError;
use super::layers::WrittenLayer;
use crate::activation::Activation;
use crate::loss::{self, Loss, TargetForm};
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
    /// `None`: the model's own on the data.
    pub loss: Option<Loss>,
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
    /// So many numbers for each answer.
    Numbers(usize),
    Classes(usize),
    /// Nothing: the data come with what is to be minimized.
    Objective(Objective),
}

impl Architecture {
    /// Outputs and loss of a network without an own idea of them: of the loss that the spec names, or of the usual one.
    ///
    /// # Errors
    /// Where the loss does not take what the data have, and where they have an objective, which needs no network.
    pub fn trained_for(&self, answer: &Answer) -> Result<(usize, Loss), ModelError> {
        let Some(loss) = &self.loss else { return answer.usual() };
        Ok((answer.outputs(loss)?, loss.clone()))
    }
}

impl Answer {
    fn usual(&self) -> Result<(usize, Loss), ModelError> {
        let (outputs, usual) = match self {
            Self::Numbers(count) => (*count, &loss::SQUARED_ERROR),
            Self::Classes(2) => (1, &loss::BINARY_CROSS_ENTROPY),
            Self::Classes(count) => (*count, &loss::CROSS_ENTROPY),
            Self::Objective(_) => return Err(ModelError::NoNetwork),
        };
        Ok((outputs, Loss::of(usual)))
    }

    /// How many outputs a loss takes.
    fn outputs(&self, loss: &Loss) -> Result<usize, ModelError> {
        let name = loss.name();
        match (loss.entry.targets, self) {
            (_, Self::Objective(_)) => Err(ModelError::NoNetwork),
            (TargetForm::Nothing, _) => Err(ModelError::LossOfNothing { loss: name }),
            (TargetForm::Numbers, Self::Numbers(count)) | (TargetForm::OneHot, Self::Classes(count)) => Ok(*count),
            (TargetForm::Numbers, Self::Classes(_)) => Err(ModelError::LossOfNumbers { loss: name }),
            (_, Self::Numbers(_)) => Err(ModelError::LossOfClasses { loss: name }),
            (TargetForm::Signs | TargetForm::ZeroOne, Self::Classes(2)) => Ok(1),
            (TargetForm::Signs | TargetForm::ZeroOne, Self::Classes(classes)) => {
                Err(ModelError::LossOfTwoClasses { loss: name, classes: *classes })
            }
        }
    }
}
