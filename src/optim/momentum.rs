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

use super::{LEARNING_RATE, Now, Optimizer, OptimizerEntry, Rate, memory, per_weight};
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
    velocity: Vec<R>,
}

fn build<R: Real>(choice: &Choice, layout: &Layout) -> Box<dyn Optimizer<R>> {
    Box::new(Momentum { mu: R::from_f64(choice.number("mu")), velocity: vec![R::ZERO; layout.count()] })
}

impl<R: Real> Optimizer<R> for Momentum<R> {
    fn step(&mut self, Now { learning_rate, .. }: Now<R>, parameters: &mut [R], gradient: &[R]) {
        let mu = self.mu;
        per_weight(
            parameters,
            gradient,
            [&mut self.velocity],
            #[inline(always)]
            move |theta, g, [v]| {
                *v = mu * *v - learning_rate * g;
                *theta += *v;
            },
        );
    }
}
