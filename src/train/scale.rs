//! Learning rates and weight decay by block: factors for biases, kernels, recurrent weights, and for the first and last layer.
//!
//! - `train.lr_scale`: a block's rate is η_t times the factors that apply to it, 0 or greater, default 1. 0 leaves a block as it
//!   starts.
//! - `regularize.decay_scale`: a block's λ is λ times its factors, 0 or greater, default 1, for biases 0.
//!
//! The factors of a norm go with the biases. A bias of the first layer has the product of `bias` and `first`. PyTorch and Optax have parameter groups for the same, and there
//! biases decay unless a group says otherwise. Decoupled decay and the L1 threshold go by the block's own rate, as in PyTorch's groups.

use crate::num::{Block, BlockRole, Layout};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// `train.lr_scale`: factors of the learning rate. Each is absent where it is 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RateScale {
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub bias: f64,
    #[serde(flatten)]
    pub others: LayerScale,
}

/// `regularize.decay_scale`: factors of weight decay. Absent: that of biases where it is 0, others where they are 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct DecayScale {
    #[serde(default, skip_serializing_if = "is_zero")]
    pub bias: f64,
    #[serde(flatten)]
    pub others: LayerScale,
}

/// Factors of all blocks but biases, and of layers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerScale {
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub kernel: f64,
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub recurrent: f64,
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub first: f64,
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub last: f64,
}

const fn one() -> f64 {
    1.0
}

#[allow(clippy::trivially_copy_pass_by_ref, clippy::float_cmp)] // serde's form; 1 is 1
fn is_one(factor: &f64) -> bool {
    *factor == 1.0
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde's form
fn is_zero(factor: &f64) -> bool {
    *factor == 0.0
}

impl LayerScale {
    /// The same for all blocks.
    pub const NONE: Self = Self { kernel: 1.0, recurrent: 1.0, first: 1.0, last: 1.0 };

    /// The factor of a block, given that of biases.
    fn of(&self, bias: f64, layout: &Layout, block: &Block) -> f64 {
        let role = match block.role {
            BlockRole::Bias | BlockRole::Gain => bias,
            BlockRole::Kernel => self.kernel,
            BlockRole::Recurrent => self.recurrent,
            BlockRole::Weights => 1.0,
            BlockRole::Statistic => 0.0,
        };
        let first = if layout.is_first(block) { self.first } else { 1.0 };
        let last = if layout.is_last(block) { self.last } else { 1.0 };
        role * first * last
    }
}

impl RateScale {
    /// One rate for all blocks.
    pub const NONE: Self = Self { bias: 1.0, others: LayerScale::NONE };

    /// The factor of a block's rate.
    #[must_use]
    pub fn of(&self, layout: &Layout, block: &Block) -> f64 {
        self.others.of(self.bias, layout, block)
    }
}

impl DecayScale {
    /// The same decay for all weights, none for biases.
    pub const NONE: Self = Self { bias: 0.0, others: LayerScale::NONE };

    /// The factor of a block's decay.
    #[must_use]
    pub fn of(&self, layout: &Layout, block: &Block) -> f64 {
        self.others.of(self.bias, layout, block)
    }
}

/// Blocks with one factor.
#[derive(Clone, Debug, PartialEq)]
pub struct FactorGroup {
    pub factor: f64,
    pub places: Vec<Range<usize>>,
}

/// The blocks of a layout by their factors, in the order of the blocks; those whose factor is 0 are left out.
#[must_use]
#[allow(clippy::float_cmp)] // the same factor
pub fn by_factor(layout: &Layout, factor: impl Fn(&Block) -> f64) -> Vec<FactorGroup> {
    let mut groups: Vec<FactorGroup> = Vec::new();
    for block in layout.blocks() {
        let factor = factor(block);
        match groups.iter_mut().find(|group| group.factor == factor) {
            _ if factor == 0.0 => {}
            Some(group) => group.places.push(block.range()),
            None => groups.push(FactorGroup { factor, places: vec![block.range()] }),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factors_multiply_and_blocks_with_one_factor_are_together() {
        let mut layout = Layout::default();
        layout.push("layers.0.input.bias", BlockRole::Bias, 1, 2);
        layout.push("layers.0.input.weight", BlockRole::Weights, 3, 2);
        layout.push("layers.0.hidden.weight", BlockRole::Recurrent, 2, 2);
        layout.push("layers.1.bias", BlockRole::Bias, 1, 1);
        layout.push("layers.1.weight", BlockRole::Weights, 2, 1);
        let others = LayerScale { kernel: 9.0, recurrent: 3.0, first: 0.5, last: 4.0 };
        let rates = RateScale { bias: 2.0, others };
        let of = |factor: &dyn Fn(&Block) -> f64| -> Vec<f64> { layout.blocks().iter().map(factor).collect() };
        assert_eq!(of(&|block| rates.of(&layout, block)), [1.0, 0.5, 1.5, 8.0, 4.0]);
        assert_eq!(of(&|block| DecayScale { bias: 0.0, others }.of(&layout, block)), [0.0, 0.5, 1.5, 0.0, 4.0]);
        let groups = by_factor(&layout, |block| DecayScale::NONE.of(&layout, block));
        assert_eq!(groups, [FactorGroup { factor: 1.0, places: vec![2..8, 8..12, 13..15] }]);
    }
}
