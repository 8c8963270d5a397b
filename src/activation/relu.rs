//! The rectifier (lecture L3).
//!
//! f(s) = max(0, s), f'(s) = 1 where s > 0, else 0 (**Convention**: ReLU'(0) = 0)
//!
//! Nair & Hinton 2010, "Rectified linear units improve restricted Boltzmann machines".

use super::{ActivationEntry, Unit, per_unit};
use crate::num::{ByPrecision, Real};
use crate::registry::{Choice, Entry};
use burn::tensor::activation::relu;

pub const ENTRY: ActivationEntry = ActivationEntry {
    entry: Entry {
        name: "relu",
        description: "f(s) = max(0, s)",
        revision: 1,
        source: "Nair & Hinton 2010; lecture L3",
        parameters: &[],
    },
    initial: "he",
    unit: ByPrecision { f32: &unit, f64: &unit },
    expression: &|_, s| relu(s),
};

fn unit<R: Real>(_choice: &Choice) -> Box<dyn Unit<R>> {
    per_unit(
        // `z <= 0` is false for NaN: it passes through, so that a diverged run is seen.
        #[inline(always)]
        |z| if z <= R::ZERO { R::ZERO } else { z },
        #[inline(always)]
        |delta_next, z, _| if z > R::ZERO { delta_next } else { R::ZERO },
    )
}
