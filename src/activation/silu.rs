//! The sigmoid linear unit, also called swish.
//!
//! f(s) = s σ(s), f'(s) = σ(s) (1 + s (1 − σ(s)))
//!
//! Elfwing, Uchibe & Doya 2018, "Sigmoid-weighted linear units for neural network function approximation in reinforcement learning".
//! PyTorch's `SiLU`.

use super::{ActivationEntry, Unit, per_unit};
use crate::num::stable::softplus_and_sigmoid;
use crate::num::{ByPrecision, Real};
use crate::registry::{Choice, Entry};
use burn::tensor::activation::tanh;

pub const ENTRY: ActivationEntry = ActivationEntry {
    entry: Entry {
        name: "silu",
        description: "f(s) = s / (1 + e^-s), also called swish",
        revision: 1,
        source: "Elfwing, Uchibe & Doya 2018",
        parameters: &[],
    },
    initial: "he",
    unit: ByPrecision { f32: &unit, f64: &unit },
    // σ(s) = ½(1 + tanh(s/2)), as in `sigmoid`.
    expression: &|_, s| s.clone() * (tanh(s * 0.5) + 1.0) * 0.5,
};

fn unit<R: Real>(_choice: &Choice) -> Box<dyn Unit<R>> {
    per_unit(
        #[inline(always)]
        |z: R| z * softplus_and_sigmoid(z).1,
        #[inline(always)]
        |delta_next, z: R, _| {
            let sigmoid = softplus_and_sigmoid(z).1;
            delta_next * (sigmoid * (R::ONE + z * (R::ONE - sigmoid)))
        },
    )
}
