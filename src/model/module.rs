//! What a network is made of: modules, and modules made of modules (lecture L14).
//!
//! A module maps m × inputs to m × outputs numbers, a row per sample. Descriptions only: the engines hold the arithmetic.

use super::operation::Operated;
use super::{KernelShape, Layer};
use crate::activation::Activation;
use crate::num::{Image, Objective};

/// One module. Parameters are named by their layer, so two modules that name the same one share its weights.
#[derive(Clone, Debug, PartialEq)]
pub enum Module {
    /// z' = z W + b, the same at each of `positions` places of a row (lecture L16).
    Linear {
        /// W and b.
        layer: usize,
        /// Positions of a row.
        positions: usize,
    },
    /// z' = f(z), per unit.
    Activation {
        /// f
        activation: Activation,
        /// Units.
        width: usize,
    },
    /// Where dropout acts in training (lecture L33).
    Dropout {
        /// Counts such places from 0.
        place: usize,
        /// Units.
        width: usize,
    },
    /// A row of weights for each whole number.
    Embedding(Embedding),
    /// A fully connected recurrent layer (lecture L13).
    Recurrent(Recurrent),
    /// A recurrent layer with gates.
    Gated(Gated),
    /// Linear maps of all k × k patches of an image with one set of weights (lecture L40).
    Convolution {
        /// The kernels and b.
        layer: usize,
        /// Of the image.
        patches: Patches,
    },
    /// The largest or the mean of each square of pixels, per channel.
    Pool(Pool),
    /// Mean 0 and variance 1 over the numbers of each position, then a scale and a shift.
    LayerNorm(LayerNorm),
    /// Mean 0 and variance 1 over the rows of a batch, then a scale and a shift.
    BatchNorm(BatchNorm),
    /// Arithmetic of a layer that comes from another crate.
    Operation(Operated),
    /// z' = z + f(z).
    Residual(Box<Module>),
    /// z' = (z, f(z)) at each position.
    Shortcut(Shortcut),
    /// One module after another.
    Chain(Vec<Module>),
    /// f(θ; x) for each row x: no network at all.
    Objective {
        /// θ
        layer: usize,
        /// f
        objective: Objective,
    },
}

/// z'_t = E_k for k = z_t: `numbers` whole numbers from 0 on become as many rows of E, V × D.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Embedding {
    /// E.
    pub layer: usize,
    /// How many numbers a sample has.
    pub numbers: usize,
}

/// h_t = f(x_t W_x + h_{t−1} W_h + b) with h before the first step 0.
#[derive(Clone, Debug, PartialEq)]
pub struct Recurrent {
    /// W_x and b.
    pub input: usize,
    /// W_h.
    pub hidden: usize,
    /// Steps of the sequence.
    pub steps: usize,
    /// f
    pub activation: Activation,
    /// Whether h of every step goes on, or of the last one only.
    pub every_step: bool,
}

/// A recurrent layer whose gates say what it keeps; its state at every step goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gated {
    /// Which equations.
    pub cell: GatedCell,
    /// W and b, n × G·H.
    pub input: usize,
    /// W' and, of a GRU, b', H × G·H.
    pub hidden: usize,
    /// Steps of the sequence.
    pub steps: usize,
}

/// Which cell; `engine/reference/gated.rs` has the equations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GatedCell {
    /// Gated recurrent units.
    Gru,
    /// Long short-term memory.
    Lstm,
}

impl GatedCell {
    /// G: how many parts of H numbers a step's linear map has.
    #[must_use]
    pub const fn gates(self) -> usize {
        match self {
            Self::Gru => 3,
            Self::Lstm => 4,
        }
    }
}

/// z'_j = γ_j (z_j − μ) / √(v + ε) + β_j over the `width` numbers of each position, μ and v their mean and variance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LayerNorm {
    /// γ, 1 × width, with β as its bias.
    pub layer: usize,
    /// Positions of a sample.
    pub positions: usize,
    /// Numbers at each position.
    pub width: usize,
    /// ε
    pub epsilon: f64,
}

/// z'_j = γ_j (z_j − μ_j) / √(v_j + ε) + β_j at each position, μ_j and v_j mean and variance over a batch, or their running averages.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BatchNorm {
    /// γ, 1 × width, with β as its bias.
    pub layer: usize,
    /// The running average of v, 1 × width, with that of μ as its bias.
    pub statistics: usize,
    /// Positions of a sample.
    pub positions: usize,
    /// Numbers at each position.
    pub width: usize,
    /// ε
    pub epsilon: f64,
}

/// At each of so many positions the `width` numbers that go in, and behind them what `within` makes of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Shortcut {
    /// f
    pub within: Box<Module>,
    /// Positions of a sample.
    pub positions: usize,
    /// Numbers at each position.
    pub width: usize,
}

/// Patches of an image, in rows from the upper left; within a patch the pixels row by row with their channels side by side. A sequence is
/// an image of one column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patches {
    /// What goes in.
    pub image: Image,
    /// The shape of a patch.
    pub kernel: KernelShape,
    /// Pixels from one patch to the next.
    pub stride: usize,
    /// Zeros on each side of the image; of a sequence before and behind.
    pub padding: usize,
}

impl Patches {
    /// All patches of a kernel that lie within an image.
    #[must_use]
    pub fn within(image: Image, kernel: KernelShape) -> Self {
        Self { image, kernel, stride: 1, padding: 0 }
    }

    /// Rows and columns of stride and of padding: those of a sequence along its steps only.
    #[must_use]
    pub fn steps_and_padding(self) -> [(usize, usize); 2] {
        match self.kernel {
            KernelShape::Square(_) => [(self.stride, self.stride), (self.padding, self.padding)],
            KernelShape::Line(_) => [(self.stride, 1), (self.padding, 0)],
        }
    }

    /// Whether there is a patch.
    #[must_use]
    pub fn fit(self) -> bool {
        let ((rows, cols), [_, (above, beside)]) = (self.kernel.sides(), self.steps_and_padding());
        self.image.height + 2 * above >= rows && self.image.width + 2 * beside >= cols
    }

    /// How many rows and columns of patches there are.
    #[must_use]
    pub fn places(self) -> (usize, usize) {
        let ((rows, cols), [(down, right), (above, beside)]) = (self.kernel.sides(), self.steps_and_padding());
        let places = |length: usize, padding: usize, side: usize, stride| (length + 2 * padding - side) / stride + 1;
        (places(self.image.height, above, rows, down), places(self.image.width, beside, cols, right))
    }

    /// Numbers of one patch.
    #[must_use]
    pub fn numbers(self) -> usize {
        self.kernel.pixels() * self.image.channels
    }
}

/// Which number stands for a square of pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pooling {
    /// The largest; the first of equals gets the whole derivative.
    Max,
    /// The mean.
    Average,
    /// The last, of a sequence the last step.
    Last,
}

/// Windows of so many rows and columns of pixels side by side; pixels beyond the last whole window are left out, as in PyTorch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pool {
    /// Which number stays.
    pub pooling: Pooling,
    /// What goes in.
    pub image: Image,
    /// Rows and columns of a window.
    pub window: (usize, usize),
}

impl Pool {
    /// What comes out.
    #[must_use]
    pub fn pooled(self) -> Image {
        Image { height: self.image.height / self.window.0, width: self.image.width / self.window.1, ..self.image }
    }
}

impl Module {
    /// Numbers per sample that come out.
    #[must_use]
    pub fn outputs(&self, layers: &[Layer]) -> usize {
        match self {
            Self::Linear { layer, positions } => layers[*layer].outputs * positions,
            Self::Activation { width, .. } | Self::Dropout { width, .. } => *width,
            Self::Recurrent(recurrent) => {
                layers[recurrent.hidden].outputs * if recurrent.every_step { recurrent.steps } else { 1 }
            }
            Self::Embedding(embedding) => embedding.numbers * layers[embedding.layer].outputs,
            Self::Gated(gated) => gated.steps * layers[gated.hidden].inputs,
            Self::Convolution { layer, patches } => {
                let (rows, cols) = patches.places();
                rows * cols * layers[*layer].outputs
            }
            Self::Pool(pool) => pool.pooled().numbers(),
            Self::LayerNorm(norm) => norm.positions * norm.width,
            Self::BatchNorm(norm) => norm.positions * norm.width,
            Self::Operation(operated) => operated.positions * operated.outputs,
            Self::Residual(within) => within.outputs(layers),
            Self::Shortcut(shortcut) => shortcut.positions * shortcut.width + shortcut.within.outputs(layers),
            Self::Chain(modules) => modules.last().map_or(0, |last| last.outputs(layers)),
            Self::Objective { .. } => 1,
        }
    }
}
