//! The loss of a problem without data: what comes out is minimized itself.
//!
//! l = s, ∂l/∂s = 1

use super::{LossEntry, LossFunction, LossSize, OutputLink, TargetForm, per_output};
use crate::num::{ByPrecision, Real};
use crate::registry::{Choice, Entry};

pub const ENTRY: LossEntry = LossEntry {
    entry: Entry {
        name: "objective",
        description: "what comes out of the model itself, for a problem without data",
        revision: 1,
        source: "num/objective.rs",
        parameters: &[],
    },
    targets: TargetForm::Nothing,
    link: OutputLink::Identity,
    falls_for_ever: &|_| false,
    function: ByPrecision { f32: &function, f64: &function },
    expression: &|_, s, _, sum| sum.of(s),
};

fn function<R: Real>(_choice: &Choice, _size: LossSize) -> Box<dyn LossFunction<R>> {
    per_output(
        TargetForm::Nothing,
        #[inline(always)]
        |s, _| (s, R::ONE),
    )
}
