//! The blocks of a flat slice of parameters: name, shape, place and role of each.
//!
//! Optimizers work on θ as one flat slice. A layout tells them which numbers belong together, so that layerwise methods can
//! be written: the norm of a layer's weights, one step size per block, a factorization of a matrix.

use super::Seed;
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
    /// All of them.
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

    /// Whether weight decay and the L1 penalty act on it: on all that multiplies inputs, not on biases and norms.
    #[must_use]
    pub const fn is_penalized(self) -> bool {
        matches!(self, Self::Weights | Self::Kernel | Self::Recurrent)
    }
}

/// One block: `rows` × `cols` numbers, row-major (row i belongs to input i), from `offset` on.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// Such as `layers.0.weight` or `layers.0.bias`.
    pub name: String,
    /// What it does.
    pub role: BlockRole,
    /// n, the inputs of one output; 1 for a bias.
    pub rows: usize,
    /// K, the outputs.
    pub cols: usize,
    /// Where it begins in the slice.
    pub offset: usize,
    /// By what the learning rate is multiplied for this block; 1 unless a spec says otherwise.
    pub rate: f64,
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

    /// The layer that it belongs to: `layers.0` of `layers.0.bias` and of `layers.0.hidden.weight`.
    #[must_use]
    pub fn layer(&self) -> &str {
        let end = self.name.match_indices('.').nth(1).map_or(self.name.len(), |(end, _)| end);
        &self.name[..end]
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
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    blocks: Vec<Block>,
    /// Whose randomness methods draw from that draw anything.
    seed: Seed,
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
        self.blocks.push(Block { name: name.into(), role, rows, cols, offset, rate: 1.0 });
    }

    /// The blocks in order.
    #[must_use]
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// The same blocks, each with a factor of its learning rate.
    #[must_use]
    pub fn with_rates(mut self, factor: impl Fn(&Self, &Block) -> f64) -> Self {
        let rates: Vec<f64> = self.blocks.iter().map(|block| factor(&self, block)).collect();
        self.blocks.iter_mut().zip(rates).for_each(|(block, rate)| block.rate = rate);
        self
    }

    /// The same blocks of a training with this seed.
    #[must_use]
    pub fn with_seed(self, seed: Seed) -> Self {
        Self { seed, ..self }
    }

    /// Whose randomness methods draw from that draw anything.
    #[must_use]
    pub fn seed(&self) -> Seed {
        self.seed
    }

    /// Whether all blocks have the learning rate itself.
    #[must_use]
    #[allow(clippy::float_cmp)] // 1 is 1
    pub fn has_one_rate(&self) -> bool {
        self.blocks.iter().all(|block| block.rate == 1.0)
    }

    /// Whether a block belongs to the first layer.
    #[must_use]
    pub fn is_first(&self, block: &Block) -> bool {
        self.blocks.first().is_some_and(|first| first.layer() == block.layer())
    }

    /// Whether a block belongs to the last layer.
    #[must_use]
    pub fn is_last(&self, block: &Block) -> bool {
        self.blocks.last().is_some_and(|last| last.layer() == block.layer())
    }

    /// How many numbers the slice holds.
    #[must_use]
    pub fn count(&self) -> usize {
        self.blocks.last().map_or(0, |last| last.range().end)
    }
}
