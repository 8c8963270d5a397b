//! Momentum, the heavy ball (lecture L21).
//!
//! v ← μv − η_t g, θ ← θ + v, with v = 0 at the start
//!
//! - `lr` (η₀): learning rate per step, greater than 0.
//! - `mu` (μ): share of the velocity kept per step, 0 ≤ μ < 1, default 0.9.
//!
//! Shapes: θ, g and v hold one number per weight. Polyak 1964, "Some methods of speeding up the convergence of iteration
//! methods", eq. 9. PyTorch's `SGD` and Optax's `sgd` keep b ← μb + g and step by −η_t b: the same path while η is
//! constant; under annealing theirs scales the whole velocity at once, this one each gradient by the rate of its own
//! step. Burn's `Momentum` scales g by 1 − dampening, 0.1 by default, besides.

use super::{LEARNING_RATE, Optimizer, OptimizerEntry, PerWeight, Rate, memory, weightwise};
use crate::num::{Layout, Real};
use crate::registry::{Choice, Entry, Parameter};

pub const ENTRY: OptimizerEntry = OptimizerEntry {
    entry: Entry {
        name: "momentum",
        description: "gradient descent with a velocity that damps oscillation",
        revision: 1,
        source: "Polyak 1964, eq. 9; lecture L21",
        parameters: &[LEARNING_RATE, MU],
    },
    rate: Rate::Annealed,
    build_f32: &build,
    build_f64: &build,
};

/// The coefficient of momentum; 0.9 is the usual first choice (Sutskever et al. 2013, section 3).
pub(super) const MU: Parameter = memory("mu", "share μ of the velocity kept per step", 0.9);

struct Momentum<R> {
    mu: R,
}

fn build<R: Real>(choice: &Choice, layout: &Layout) -> Box<dyn Optimizer<R>> {
    weightwise(Momentum { mu: R::from_f64(choice.number("mu")) }, layout)
}

impl<R: Real> PerWeight<R, 2, 1> for Momentum<R> {
    fn coefficients(&mut self, learning_rate: R) -> [R; 2] {
        [self.mu, learning_rate]
    }

    #[inline(always)]
    fn next([mu, rate]: [R; 2], theta: R, g: R, [v]: [R; 1]) -> (R, [R; 1]) {
        let v = mu * v - rate * g;
        (theta + v, [v])
    }
}
