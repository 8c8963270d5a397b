//! A set of weights and its place in θ.

use crate::num::BlockRole;
use std::ops::Range;

/// One set of weights, with its bias if it has one, and its place in θ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// Such as `layers.0`.
    pub name: String,
    /// Of its weights.
    pub role: BlockRole,
    /// Rows of the weight matrix: numbers that feed one output.
    pub inputs: usize,
    /// Columns of the weight matrix.
    pub outputs: usize,
    /// `outputs` numbers, or none.
    pub bias: Range<usize>,
    /// inputs × outputs numbers, row-major; directly behind the bias.
    pub weights: Range<usize>,
    /// For a convolution, the side of its kernel: the inputs are then kernel × kernel × channels.
    pub kernel: Option<usize>,
    /// Of how many pixels the inputs are, each with its channels side by side: a convolution's patch, the image behind the
    /// last convolution; 1 where they are no image.
    pub pixels: usize,
}

impl Layer {
    /// Bias and weights together.
    #[must_use]
    pub fn parameters(&self) -> Range<usize> {
        self.bias.start..self.weights.end
    }
}
