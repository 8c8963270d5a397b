//! The hyperbolic tangent (lecture L3).
//!
//! f(s) = tanh(s) = 2σ(2s) − 1 (**Erratum**: the slide has 2σ(s) − 1), f' = 1 − f²

use super::{ActivationEntry, Unit, per_unit};
use crate::num::{ByPrecision, Real};
use crate::registry::{Choice, Entry};
use burn::tensor::activation::tanh;

pub const ENTRY: ActivationEntry = ActivationEntry {
    entry: Entry { name: "tanh", description: "f(s) = tanh(s)", revision: 1, source: "lecture L3", parameters: &[] },
    initial: "xavier",
    unit: ByPrecision { f32: &unit, f64: &unit },
    expression: &|_, s| tanh(s),
};

fn unit<R: Real>(_choice: &Choice) -> Box<dyn Unit<R>> {
    per_unit(
        #[inline(always)]
        |z: R| z.tanh(),
        #[inline(always)]
        |delta_next, _, z_next| delta_next * (R::ONE - z_next * z_next),
    )
}
