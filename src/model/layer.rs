//! A set of weights and its place in θ.

use crate::num::BlockRole;
use std::ops::Range;

/// Which pixels a convolution looks at at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KernelShape {
    /// So many steps of a sequence.
    Line(usize),
    /// So many pixels along each side of a square.
    Square(usize),
}

impl KernelShape {
    /// Rows and columns.
    #[must_use]
    pub const fn sides(self) -> (usize, usize) {
        match self {
            Self::Line(length) => (length, 1),
            Self::Square(side) => (side, side),
        }
    }

    /// How many pixels or steps it has.
    #[must_use]
    pub const fn pixels(self) -> usize {
        let (rows, cols) = self.sides();
        rows * cols
    }
}

/// Where the parameters of a layer start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LayerStart {
    /// The weights where the rule for initial weights draws them, the bias at 0.
    Drawn,
    /// All weights at one number, all biases at another.
    At {
        /// Of each weight.
        weights: f64,
        /// Of each bias.
        bias: f64,
    },
}

/// One set of weights, with its bias if it has one, and its place in θ.
#[derive(Clone, Debug, PartialEq)]
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
    /// For a convolution: the inputs are then the kernel's pixels × channels.
    pub kernel: Option<KernelShape>,
    /// Of how many pixels the inputs are, each with its channels side by side: a convolution's patch, the image behind the
    /// last convolution; 1 where they are no image.
    pub pixels: usize,
    /// Where its parameters start.
    pub start: LayerStart,
    /// Whether training leaves it as it is.
    pub frozen: bool,
}

impl Layer {
    /// The names of bias and weights, such as `layers.0.bias`; of running averages such as `layers.1.running_mean`.
    #[must_use]
    pub fn names(&self) -> (String, String) {
        let (bias, weights) = if self.role == BlockRole::Statistic { ("_mean", "_var") } else { (".bias", ".weight") };
        (format!("{}{bias}", self.name), format!("{}{weights}", self.name))
    }

    /// Bias and weights together.
    #[must_use]
    pub fn parameters(&self) -> Range<usize> {
        self.bias.start..self.weights.end
    }
}
