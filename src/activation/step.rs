//! The step, Rosenblatt's unit (lecture L46).
//!
//! f(s) = −1 where s < 0, else 1; f'(s) = 0 wherever there is one, so that no gradient reaches what feeds it: a spec with it is
//! refused, and [`super::learns`] says so. A single step unit is trained by the solver `perceptron`.
//!
//! Rosenblatt 1958, "The perceptron: a probabilistic model for information storage and organization in the brain".

use super::{ActivationEntry, Unit, per_unit};
use crate::num::{ByPrecision, Real};
use crate::registry::{Choice, Entry};

pub const ENTRY: ActivationEntry = ActivationEntry {
    entry: Entry {
        name: "step",
        description: "f(s) = -1 where s < 0, else 1; gradients cannot train it, the solver `perceptron` trains one unit",
        revision: 1,
        source: "Rosenblatt 1958; lecture L46",
        parameters: &[],
    },
    initial: "xavier",
    unit: ByPrecision { f32: &unit, f64: &unit },
    expression: &|_, s| {
        let low = s.clone().lower_elem(0.0);
        (s * 0.0 + 1.0).mask_fill(low, -1.0)
    },
};

fn unit<R: Real>(_choice: &Choice) -> Box<dyn Unit<R>> {
    per_unit(
        // A NaN passes through, so that a diverged run is seen.
        #[inline(always)]
        |z: R| {
            if z < R::ZERO {
                -R::ONE
            } else if z >= R::ZERO {
                R::ONE
            } else {
                z
            }
        },
        #[inline(always)]
        |_, _, _| R::ZERO,
    )
}
