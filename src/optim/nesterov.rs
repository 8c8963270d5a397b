//! Nesterov's accelerated gradient (lecture L22): momentum whose gradient is taken at the look-ahead point.
//!
//! v ← μv − η_t ∇L(θ + μv), θ ← θ + v, with v = 0 at the start
//!
//! - `lr` (η₀): learning rate per step, greater than 0.
//! - `mu` (μ): share of the velocity kept per step, 0 ≤ μ < 1, default 0.9.
//!
//! Shapes: θ, g and v hold one number per weight. Nesterov 1983; in this form Sutskever et al. 2013, "On the importance
//! of initialization and momentum in deep learning", eqs. 3 and 4. PyTorch's `SGD(nesterov=True)`, Optax and Burn keep
//! θ + μv as their parameters instead, so that their gradient is taken at the parameters: the same path, seen from the
//! look-ahead point, while η is constant. Here θ is what the formula calls θ, also in every metric.

use super::momentum::MU;
use super::{LEARNING_RATE, Optimizer, OptimizerEntry, PerWeight, Rate, weightwise};
use crate::num::{Layout, Real};
use crate::registry::{Choice, Entry};

pub const ENTRY: OptimizerEntry = OptimizerEntry {
    entry: Entry {
        name: "nesterov",
        description: "momentum with the gradient at the look-ahead point",
        revision: 1,
        source: "Nesterov 1983; Sutskever et al. 2013, eqs. 3-4; lecture L22",
        parameters: &[LEARNING_RATE, MU],
    },
    rate: Rate::Annealed,
    build_f32: &build,
    build_f64: &build,
};

struct Nesterov<R> {
    mu: R,
}

fn build<R: Real>(choice: &Choice, layout: &Layout) -> Box<dyn Optimizer<R>> {
    weightwise(Nesterov { mu: R::from_f64(choice.number("mu")) }, layout)
}

impl<R: Real> PerWeight<R, 2, 1> for Nesterov<R> {
    fn coefficients(&mut self, learning_rate: R) -> [R; 2] {
        [self.mu, learning_rate]
    }

    #[inline(always)]
    fn next([mu, rate]: [R; 2], theta: R, g: R, [v]: [R; 1]) -> (R, [R; 1]) {
        let v = mu * v - rate * g;
        (theta + v, [v])
    }

    fn ahead(&self) -> Option<R> {
        Some(self.mu)
    }
}
