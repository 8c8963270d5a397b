//! Gradient descent (lecture L19).
//!
//! θ ← θ − η_t g
//!
//! - `lr` (η₀): learning rate per step, greater than 0.
//!
//! Shapes: θ and g hold one number per weight; there is no state. Cauchy 1847. PyTorch's `SGD`, Optax's `sgd` and
//! Burn's `Sgd` without momentum do the same.

use super::{LEARNING_RATE, Now, Optimizer, OptimizerEntry, Rate, per_weight};
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

fn build<R: Real>(_choice: &Choice, _layout: &Layout) -> Box<dyn Optimizer<R>> {
    Box::new(GradientDescent)
}

impl<R: Real> Optimizer<R> for GradientDescent {
    fn step(&mut self, Now { learning_rate, .. }: Now<R>, parameters: &mut [R], gradient: &[R]) {
        per_weight(
            parameters,
            gradient,
            [],
            #[inline(always)]
            move |theta, g, []| {
                *theta -= learning_rate * g;
            },
        );
    }
}
