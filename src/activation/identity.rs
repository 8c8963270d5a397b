//! The identity, a linear unit (lecture L3).
//!
//! f(s) = s, f'(s) = 1

use super::{ActivationEntry, Unit, per_unit};
use crate::num::{ByPrecision, Real};
use crate::registry::{Choice, Entry};

pub const ENTRY: ActivationEntry = ActivationEntry {
    entry: Entry {
        name: "identity",
        description: "f(s) = s, a linear unit",
        revision: 1,
        source: "lecture L3",
        parameters: &[],
    },
    initial: "xavier",
    unit: ByPrecision { f32: &unit, f64: &unit },
    expression: &|_, s| s,
};

fn unit<R: Real>(_choice: &Choice) -> Box<dyn Unit<R>> {
    per_unit(
        #[inline(always)]
        |z| z,
        #[inline(always)]
        |delta_next, _, _| delta_next,
    )
}
