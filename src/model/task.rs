//! What the data ask of a model.

use super::error::ModelError;
use crate::loss::{self, Loss, TargetForm};
use crate::num::{Objective, Shape};

/// What the data ask of a model.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// Numbers per sample.
    pub inputs: usize,
    /// The order of these numbers.
    pub shape: Shape,
    /// What is to be predicted.
    pub answer: Answer,
    /// Answers per sample.
    pub positions: usize,
}

/// What is to be predicted.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// So many numbers for each answer.
    Numbers(usize),
    /// One of so many classes.
    Classes(usize),
    /// Nothing: the data come with what is to be minimized.
    Objective(Objective),
}

impl Answer {
    pub(super) fn usual(&self) -> Result<(usize, Loss), ModelError> {
        let (outputs, usual) = match self {
            Self::Numbers(count) => (*count, &loss::SQUARED_ERROR),
            Self::Classes(2) => (1, &loss::BINARY_CROSS_ENTROPY),
            Self::Classes(count) => (*count, &loss::CROSS_ENTROPY),
            Self::Objective(_) => return Err(ModelError::NoNetwork),
        };
        Ok((outputs, Loss::of(usual)))
    }

    /// How many outputs a loss takes.
    pub(super) fn outputs(&self, loss: &Loss) -> Result<usize, ModelError> {
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
