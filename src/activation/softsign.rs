//! The softsign, a sigmoid with slow tails.
//!
//! f(s) = s / (1 + |s|), f'(s) = 1 / (1 + |s|)²
//!
//! Bergstra et al. 2009, "Quadratic polynomials learn better image features". PyTorch's `Softsign`.

use super::{ActivationEntry, Unit, per_unit};
use crate::num::{ByPrecision, Real};
use crate::registry::{Choice, Entry};

pub const ENTRY: ActivationEntry = ActivationEntry {
    entry: Entry {
        name: "softsign",
        description: "f(s) = s / (1 + |s|)",
        revision: 1,
        source: "Bergstra et al. 2009",
        parameters: &[],
    },
    initial: "xavier",
    unit: ByPrecision { f32: &unit, f64: &unit },
    expression: &|_, s| s.clone() / (s.abs() + 1.0),
};

fn unit<R: Real>(_choice: &Choice) -> Box<dyn Unit<R>> {
    per_unit(
        #[inline(always)]
        |z: R| z / (R::ONE + z.abs()),
        #[inline(always)]
        |delta_next, z: R, _| {
            let d = R::ONE + z.abs();
            delta_next / (d * d)
        },
    )
}
