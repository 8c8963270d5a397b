//! A base and its axes, and the combinations that they make.

use super::draft::Draft;
use super::labels::labels;
use super::problem::{Place, Problem};
use super::run_spec::RunSpec;
use super::typed::Located;

/// A base and its axes.
#[derive(Clone, Debug)]
pub struct Combinations {
    pub base: Draft,
    /// In the order of the file; the first varies slowest.
    pub axes: Vec<Axis>,
    /// Where in the spec what is missing could be added.
    pub end: Place,
}

/// One axis of a sweep.
#[derive(Clone, Debug)]
pub struct Axis {
    pub path: String,
    /// At least one.
    pub alternatives: Vec<Located>,
}

impl Axis {
    /// How many values the axis has.
    #[must_use]
    pub fn values(&self) -> usize {
        self.alternatives.len()
    }

    /// The values as lines of text.
    #[must_use]
    pub fn labels(&self) -> Vec<String> {
        labels(&self.alternatives)
    }
}

impl Combinations {
    /// How many there are; more than 2⁶⁴ count as 2⁶⁴ − 1.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.axes.iter().fold(1, |product: u64, axis| product.saturating_mul(axis.alternatives.len() as u64))
    }

    /// One combination's run, complete; or what is missing or does not fit.
    pub fn finish(&self, index: u64, seed: u64) -> Result<RunSpec, Vec<Problem>> {
        self.draft(index).finish(seed, &self.end)
    }

    /// The base with one combination of the axes' alternatives.
    pub fn draft(&self, mut index: u64) -> Draft {
        let mut picks = vec![0; self.axes.len()];
        for (axis, pick) in self.axes.iter().zip(&mut picks).rev() {
            let count = axis.alternatives.len() as u64;
            *pick = usize::try_from(index % count).expect("an axis fits memory");
            index /= count;
        }
        let mut draft = self.base.clone();
        for (axis, pick) in self.axes.iter().zip(picks) {
            draft.set(&axis.path, axis.alternatives[pick].clone());
        }
        draft
    }
}
