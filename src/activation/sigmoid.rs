//! The logistic function (lecture L3).
//!
//! f(s) = σ(s) = 1 / (1 + e^−s), f' = f (1 − f)

use super::{ActivationEntry, Unit, per_unit};
use crate::num::stable::softplus_and_sigmoid;
use crate::num::{ByPrecision, Real};
use crate::registry::{Choice, Entry};
use burn::tensor::activation::tanh;

pub const ENTRY: ActivationEntry = ActivationEntry {
    entry: Entry {
        name: "sigmoid",
        description: "f(s) = 1 / (1 + e^-s)",
        revision: 1,
        source: "lecture L3",
        parameters: &[],
    },
    initial: "xavier",
    unit: ByPrecision { f32: &unit, f64: &unit },
    // σ(s) = ½(1 + tanh(s/2)); burn-ndarray computes its own sigmoid in f32, also in f64.
    expression: &|_, s| (tanh(s * 0.5) + 1.0) * 0.5,
};

fn unit<R: Real>(_choice: &Choice) -> Box<dyn Unit<R>> {
    per_unit(
        #[inline(always)]
        |z| softplus_and_sigmoid(z).1,
        #[inline(always)]
        |delta_next, _, z_next| delta_next * (z_next * (R::ONE - z_next)),
    )
}
