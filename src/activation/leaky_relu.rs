//! The rectifier with a slope left of 0 (lecture L3).
//!
//! f(s) = s where s > 0, slope · s elsewhere; f'(s) = 1 where s > 0, else slope
//!
//! - `slope`: derivative left of 0, 0 ≤ slope < 1, default 0.01.
//!
//! Maas, Hannun & Ng 2013, "Rectifier nonlinearities improve neural network acoustic models", section 2. Burn's own takes the
//! derivative 1 at s = 0; the convention here is the left-hand one, as in PyTorch.

use super::{ActivationEntry, Unit, per_unit};
use crate::num::{ByPrecision, Real};
use crate::registry::{Choice, Entry, Parameter, ParameterKind, Range};
use crate::value::Value;

pub const ENTRY: ActivationEntry = ActivationEntry {
    entry: Entry {
        name: "leaky-relu",
        description: "f(s) = s where s > 0, slope · s elsewhere",
        revision: 1,
        source: "Maas et al. 2013; lecture L3",
        parameters: &[Parameter::with_default(
            "slope",
            "derivative left of 0",
            ParameterKind::Number(Range::BELOW_ONE),
            Value::Number(0.01),
        )],
    },
    initial: "he",
    unit: ByPrecision { f32: &unit, f64: &unit },
    expression: &|choice, s| {
        let left = s.clone().lower_equal_elem(0.0);
        s.clone().mask_where(left, s * choice.number("slope"))
    },
};

fn unit<R: Real>(choice: &Choice) -> Box<dyn Unit<R>> {
    let slope = R::from_f64(choice.number("slope"));
    per_unit(
        #[inline(always)]
        move |z| if z <= R::ZERO { slope * z } else { z },
        #[inline(always)]
        move |delta_next, z, _| if z > R::ZERO { delta_next } else { slope * delta_next },
    )
}
