//! The Gaussian error linear unit, in its exact form.
//!
//! f(s) = s Φ(s) = ½ s (1 + erf(s/√2)), f'(s) = Φ(s) + s φ(s); Φ and φ: the standard normal distribution and its density
//!
//! Hendrycks & Gimpel 2016, "Gaussian error linear units (GELUs)", eq. 1. PyTorch's `GELU()`; JAX's default is the other form,
//! `gelu-tanh`. Φ is our own (`num/normal.rs`).

use super::{ActivationEntry, Unit, per_unit};
use crate::num::{ByPrecision, Real, normal};
use crate::registry::{Choice, Entry};
use std::f64::consts::FRAC_1_SQRT_2;

pub const ENTRY: ActivationEntry = ActivationEntry {
    entry: Entry {
        name: "gelu",
        description: "f(s) = s Φ(s), by erf: the exact form",
        revision: 1,
        source: "Hendrycks & Gimpel 2016",
        parameters: &[],
    },
    initial: "he",
    unit: ByPrecision { f32: &unit, f64: &unit },
    expression: &|_, s| s.clone() * ((s * FRAC_1_SQRT_2).erf() + 1.0) * 0.5,
};

fn unit<R: Real>(_choice: &Choice) -> Box<dyn Unit<R>> {
    per_unit(
        #[inline(always)]
        |z: R| z * normal(z).0,
        #[inline(always)]
        |delta_next, z: R, _| {
            let (below, density) = normal(z);
            delta_next * z.mul_add(density, below)
        },
    )
}
