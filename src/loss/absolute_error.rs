//! The absolute error: its minimum is the median, where that of the squared error is the mean.
//!
//! l = Σ_k |y_k − s_k|, ∂l/∂s_k = sign(s_k − y_k), 0 where both are equal
//!
//! PyTorch's `L1Loss` is the same for one output and divides by all numbers of a batch for more.

use super::{LossEntry, LossFunction, LossSize, OutputLink, TargetForm, per_output};
use crate::num::{ByPrecision, Real};
use crate::registry::{Choice, Entry};

pub const ENTRY: LossEntry = LossEntry {
    entry: Entry {
        name: "absolute-error",
        description: "the absolute error, for numbers: predicts medians",
        revision: 1,
        source: "Laplace 1774; Koenker & Bassett 1978",
        parameters: &[],
    },
    targets: TargetForm::Numbers,
    link: OutputLink::Identity,
    falls_for_ever: &|_| false,
    function: ByPrecision { f32: &function, f64: &function },
    expression: &|_, s, y, sum| sum.of((s - y).abs()),
};

fn function<R: Real>(_choice: &Choice, _size: LossSize) -> Box<dyn LossFunction<R>> {
    per_output(
        TargetForm::Numbers,
        #[inline(always)]
        |s: R, y: R| {
            let error = s - y;
            // A NaN stays one.
            let sign = if error > R::ZERO {
                R::ONE
            } else if error < R::ZERO {
                -R::ONE
            } else {
                error
            };
            (error.abs(), sign)
        },
    )
}
