//! What a spec asks of a model.

use super::error::ModelError;
use super::layers::ChosenLayer;
use super::{Answer, Pooling};
use crate::activation::Activation;
use crate::loss::Loss;
use crate::registry::Choice;

/// What a spec says of a model. Which of it applies, the model's entry tells.
#[derive(Clone, Debug, PartialEq)]
pub struct Architecture {
    /// Units of each hidden layer.
    pub hidden: Vec<usize>,
    /// Of the hidden units.
    pub activation: Activation,
    /// Whether a model without hidden units has a bias.
    pub bias: bool,
    /// Whether recurrent layers share their weights.
    pub tied: bool,
    /// Output channels of each convolution.
    pub channels: Vec<usize>,
    /// Pixels along a side of a convolution's patches.
    pub kernel: usize,
    /// Which number a square of pixels becomes.
    pub pooling: Pooling,
    /// Pixels along a side of that square.
    pub pool: usize,
    /// `None`: the model's own on the data.
    pub loss: Option<Loss>,
    /// Of a model from parts.
    pub layers: Vec<ChosenLayer>,
    /// Values for the parameters that the model's entry has of its own.
    pub own: Choice,
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
