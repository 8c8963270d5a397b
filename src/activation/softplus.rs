//! The softplus, a smooth rectifier.
//!
//! f(s) = ln(1 + e^s), f'(s) = σ(s)
//!
//! Dugas et al. 2001, "Incorporating second-order functional knowledge for better option pricing". PyTorch's `Softplus` is linear
//! beyond s = 20; here it is exact.

use super::{ActivationEntry, Unit, per_unit};
use crate::num::stable::softplus_and_sigmoid;
use crate::num::{ByPrecision, Real};
use crate::registry::{Choice, Entry};

pub const ENTRY: ActivationEntry = ActivationEntry {
    entry: Entry {
        name: "softplus",
        description: "f(s) = ln(1 + e^s), a smooth rectifier",
        revision: 1,
        source: "Dugas et al. 2001",
        parameters: &[],
    },
    initial: "he",
    unit: ByPrecision { f32: &unit, f64: &unit },
    // ln(1 + e^s) = s/2 + |s|/2 + ln(1 + e^−|s|): its derivative by Burn is σ(s), ½ at s = 0.
    expression: &|_, s| {
        let size = s.clone().abs();
        s * 0.5 + size.clone() * 0.5 + (-size).exp().log1p()
    },
};

fn unit<R: Real>(_choice: &Choice) -> Box<dyn Unit<R>> {
    per_unit(
        #[inline(always)]
        |z: R| softplus_and_sigmoid(z).0,
        #[inline(always)]
        |delta_next, z: R, _| delta_next * softplus_and_sigmoid(z).1,
    )
}
