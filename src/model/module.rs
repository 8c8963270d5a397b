//! What a network is made of: modules, and modules made of modules (lecture L14).
//!
//! A module maps m × inputs to m × outputs numbers, a row per sample. Descriptions only: the engines hold the arithmetic.

use super::Layer;
use crate::activation::Activation;
use crate::num::{Image, Objective};

/// One module. Parameters are named by their layer, so two modules that name the same one share its weights.
#[derive(Clone, Debug, PartialEq)]
pub enum Module {
    /// z' = z W + b, the same at each of `positions` places of a row (lecture L16).
    Linear { layer: usize, positions: usize },
    /// z' = f(z), per unit.
    Activation { activation: Activation, width: usize },
    /// Where dropout acts in training (lecture L33); `place` counts such places from 0.
    Dropout { place: usize, width: usize },
    /// A fully connected recurrent layer (lecture L13).
    Recurrent(Recurrent),
    /// Linear maps of all k × k patches of an image with one set of weights (lecture L40).
    Convolution { layer: usize, patches: Patches },
    /// The largest or the mean of each square of pixels, per channel.
    Pool(Pool),
    /// One module after another.
    Chain(Vec<Module>),
    /// f(θ; x) for each row x: no network at all.
    Objective { layer: usize, objective: Objective },
}

/// h_t = f(x_t W_x + h_{t−1} W_h + b) with h before the first step 0.
#[derive(Clone, Debug, PartialEq)]
pub struct Recurrent {
    /// W_x and b.
    pub input: usize,
    /// W_h.
    pub hidden: usize,
    pub steps: usize,
    pub activation: Activation,
    /// Whether h of every step goes on, or of the last one only.
    pub every_step: bool,
}

/// All `size` × `size` patches that lie within an image, in rows from the upper left; within a patch the pixels row by
/// row with their channels side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patches {
    pub image: Image,
    pub size: usize,
}

impl Patches {
    /// How many rows and columns of patches there are.
    #[must_use]
    pub fn places(self) -> (usize, usize) {
        (self.image.height + 1 - self.size, self.image.width + 1 - self.size)
    }

    /// Numbers of one patch.
    #[must_use]
    pub fn numbers(self) -> usize {
        self.size * self.size * self.image.channels
    }
}

/// Which number stands for a square of pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pooling {
    /// The largest; the first of equals gets the whole derivative.
    Max,
    Average,
}

/// Squares of `size` × `size` pixels side by side; pixels beyond the last whole square are left out, as in PyTorch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pool {
    pub pooling: Pooling,
    pub image: Image,
    pub size: usize,
}

impl Pool {
    /// What comes out.
    #[must_use]
    pub fn pooled(self) -> Image {
        Image { height: self.image.height / self.size, width: self.image.width / self.size, ..self.image }
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
            Self::Convolution { layer, patches } => {
                let (rows, cols) = patches.places();
                rows * cols * layers[*layer].outputs
            }
            Self::Pool(pool) => pool.pooled().numbers(),
            Self::Chain(modules) => modules.last().map_or(0, |last| last.outputs(layers)),
            Self::Objective { .. } => 1,
        }
    }
}
