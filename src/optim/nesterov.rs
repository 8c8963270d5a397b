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
use super::{LEARNING_RATE, Now, Optimizer, OptimizerEntry, Rate, per_weight};
use crate::num::lanes::vectorized;
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
    velocity: Vec<R>,
}

fn build<R: Real>(choice: &Choice, layout: &Layout) -> Box<dyn Optimizer<R>> {
    Box::new(Nesterov { mu: R::from_f64(choice.number("mu")), velocity: vec![R::ZERO; layout.count()] })
}

impl<R: Real> Optimizer<R> for Nesterov<R> {
    fn look_ahead(&self, parameters: &[R], point: &mut [R]) -> bool {
        let (mu, velocity) = (self.mu, &self.velocity[..]);
        vectorized(
            #[inline(always)]
            move || {
                for ((ahead, &theta), &v) in point.iter_mut().zip(parameters).zip(velocity) {
                    *ahead = theta + mu * v;
                }
            },
        );
        true
    }

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
