//! Gradient descent (lecture L19).
//!
//! θ ← θ − η_t g
//!
//! - `lr` (η₀): learning rate per step, greater than 0.
//!
//! Shapes: θ and g hold one number per weight; there is no state. Cauchy 1847. PyTorch's `SGD`, Optax's `sgd` and
//! Burn's `Sgd` without momentum do the same.

use super::{LEARNING_RATE, Optimizer, OptimizerEntry, PerWeight, Rate, weightwise};
use crate::num::{Layout, Real};
use crate::registry::{Choice, Entry};

pub const ENTRY: OptimizerEntry = OptimizerEntry {
    entry: Entry {
        name: "gradient-descent",
        description: "a step against the gradient",
        revision: 1,
        source: "Cauchy 1847; lecture L19",
        parameters: &[LEARNING_RATE],
    },
    rate: Rate::Annealed,
    build_f32: &build,
    build_f64: &build,
};

struct GradientDescent;

fn build<R: Real>(_choice: &Choice, layout: &Layout) -> Box<dyn Optimizer<R>> {
    weightwise(GradientDescent, layout)
}

impl<R: Real> PerWeight<R, 1, 0> for GradientDescent {
    fn coefficients(&mut self, learning_rate: R) -> [R; 1] {
        [learning_rate]
    }

    #[inline(always)]
    fn next([rate]: [R; 1], theta: R, g: R, []: [R; 0]) -> (R, [R; 0]) {
        (theta - rate * g, [])
    }
}
