//! The blocks of a flat slice of parameters: name, shape, place and role of each.
//!
//! Optimizers work on θ as one flat slice. A layout tells them which numbers belong together, so that layerwise methods can
//! be written: the norm of a layer's weights, one step size per block, a factorization of a matrix.

use std::ops::Range;

/// What the numbers of a block do in the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum BlockRole {
    /// The n × K matrix of a linear map, or the variables of an objective (1 × n).
    Weights,
    /// What is added to the K outputs of a linear map: 1 × K.
    Bias,
    /// A convolution's kernels: n numbers of a patch × K channels.
    Kernel,
    /// The H × H matrix by which a recurrent layer feeds itself.
    Recurrent,
    /// The factors of a norm: 1 × n.
    Gain,
    /// A running average that no gradient moves: 1 × n.
    Statistic,
}

impl BlockRole {
    pub const ALL: [Self; 6] = [Self::Weights, Self::Bias, Self::Kernel, Self::Recurrent, Self::Gain, Self::Statistic];

    /// One word, lower case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Weights => "weights",
            Self::Bias => "bias",
            Self::Kernel => "kernel",
            Self::Recurrent => "recurrent",
            Self::Gain => "gain",
            Self::Statistic => "statistic",
        }
    }
}

/// One block: `rows` × `cols` numbers, row-major (row i belongs to input i), from `offset` on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Such as `layers.0.weight` or `layers.0.bias`.
    pub name: String,
    pub role: BlockRole,
    /// n, the inputs of one output; 1 for a bias.
    pub rows: usize,
    /// K, the outputs.
    pub cols: usize,
    pub offset: usize,
}

impl Block {
    /// How many numbers it holds.
    #[must_use]
    pub fn count(&self) -> usize {
        self.rows * self.cols
    }

    /// Its place in the slice.
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        self.offset..self.offset + self.count()
    }
}

/// All blocks of a slice, side by side without gaps.
///
/// ```
/// use burnmark::num::{Layout, BlockRole};
///
/// let mut layout = Layout::default();
/// layout.push("layers.0.bias", BlockRole::Bias, 1, 3);
/// layout.push("layers.0.weight", BlockRole::Weights, 2, 3);
/// assert_eq!(layout.count(), 9);
/// assert_eq!(layout.blocks()[1].range(), 3..9);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    blocks: Vec<Block>,
}

impl Layout {
    /// One block `theta` of this many weights, 1 × n: of parameters without a structure.
    #[must_use]
    pub fn flat(count: usize) -> Self {
        let mut layout = Self::default();
        layout.push("theta", BlockRole::Weights, 1, count);
        layout
    }

    /// Puts a block behind the others.
    pub fn push(&mut self, name: impl Into<String>, role: BlockRole, rows: usize, cols: usize) {
        let offset = self.count();
        self.blocks.push(Block { name: name.into(), role, rows, cols, offset });
    }

    #[must_use]
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// How many numbers the slice holds.
    #[must_use]
    pub fn count(&self) -> usize {
        self.blocks.last().map_or(0, |last| last.range().end)
    }
}
