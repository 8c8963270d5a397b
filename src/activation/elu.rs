//! The exponential linear unit.
//!
//! f(s) = s where s > 0, α (e^s − 1) elsewhere; f'(s) = 1 where s > 0, else α e^s = f(s) + α
//!
//! - `alpha`: −f(−∞), greater than 0, default 1.
//!
//! Clevert, Unterthiner & Hochreiter 2016, "Fast and accurate deep network learning by exponential linear units". **Convention**:
//! f'(0) = α, the left-hand derivative, as in PyTorch.

use super::{ActivationEntry, Unit, per_unit};
use crate::num::{ByPrecision, Real};
use crate::registry::{Choice, Entry, Parameter, ParameterKind, Range};
use crate::value::Value;

pub const ENTRY: ActivationEntry = ActivationEntry {
    entry: Entry {
        name: "elu",
        description: "f(s) = s where s > 0, alpha (e^s - 1) elsewhere",
        revision: 1,
        source: "Clevert, Unterthiner & Hochreiter 2016",
        parameters: &[Parameter::with_default(
            "alpha",
            "what f(s) falls to on the left, with the other sign",
            ParameterKind::Number(Range::POSITIVE),
            Value::Number(1.0),
        )],
    },
    initial: "he",
    unit: ByPrecision { f32: &unit, f64: &unit },
    expression: &|choice, s| {
        let left = s.clone().lower_equal_elem(0.0);
        // Of what is not chosen the exponential must be finite.
        let low = s.clone().mask_fill(s.clone().greater_elem(0.0), 0.0);
        s.mask_where(left, (low.exp() - 1.0) * choice.number("alpha"))
    },
};

fn unit<R: Real>(choice: &Choice) -> Box<dyn Unit<R>> {
    let alpha = R::from_f64(choice.number("alpha"));
    per_unit(
        #[inline(always)]
        move |z: R| {
            let low = alpha * (z.exp() - R::ONE);
            if z <= R::ZERO { low } else { z }
        },
        #[inline(always)]
        move |delta_next, z: R, z_next| if z > R::ZERO { delta_next } else { delta_next * (z_next + alpha) },
    )
}
