//! The Gaussian error linear unit, approximated by a hyperbolic tangent.
//!
//! f(s) = ½ s (1 + t), t = tanh(c (s + a s³)), c = √(2/π), a = 0.044715;
//! f'(s) = ½ (1 + t) + ½ s (1 − t²) c (1 + 3 a s²)
//!
//! Hendrycks & Gimpel 2016, section 2. PyTorch's `GELU(approximate="tanh")`, JAX's default.

use super::{ActivationEntry, Unit, per_unit};
use crate::num::{ByPrecision, Real};
use crate::registry::{Choice, Entry};
use burn::tensor::activation::tanh;

/// √(2/π)
const C: f64 = 0.797_884_560_802_865_4;
const A: f64 = 0.044_715;

pub const ENTRY: ActivationEntry = ActivationEntry {
    entry: Entry {
        name: "gelu-tanh",
        description: "f(s) = ½ s (1 + tanh(√(2/π) (s + 0.044715 s³))), near gelu and cheaper",
        revision: 1,
        source: "Hendrycks & Gimpel 2016",
        parameters: &[],
    },
    initial: "he",
    unit: ByPrecision { f32: &unit, f64: &unit },
    expression: &|_, s| {
        let cube = s.clone() * s.clone() * s.clone();
        s.clone() * (tanh((s + cube * A) * C) + 1.0) * 0.5
    },
};

#[inline(always)]
fn inner<R: Real>(z: R) -> R {
    let (c, a) = (R::from_f64(C), R::from_f64(A));
    (c * (z + a * (z * z * z))).tanh()
}

fn unit<R: Real>(_choice: &Choice) -> Box<dyn Unit<R>> {
    let half = R::from_f64(0.5);
    per_unit(
        #[inline(always)]
        move |z: R| half * z * (R::ONE + inner(z)),
        #[inline(always)]
        move |delta_next, z: R, _| {
            let t = inner(z);
            let slope = R::ONE - t * t;
            let rest = z * slope * (R::from_f64(C) * (R::ONE + R::from_f64(3.0 * A) * (z * z)));
            // Far out the slope is 0, whatever z² is.
            let rest = if slope > R::ZERO { rest } else { R::ZERO };
            delta_next * (half * (R::ONE + t + rest))
        },
    )
}
