//! Sign descent with momentum, layer by layer: each block of parameters moves by its own share of the rate.
//!
//! v ← μv + (1−μ)g, θ ← θ − η_t s sign(v), with s = 1/√n for a block of weights with n inputs and 1 for biases
//!
//! - `lr` (η₀): learning rate per step, greater than 0.
//! - `mu` (μ): memory of the mean of g per step, 0 ≤ μ < 1, default 0.9.

use burnmark::num::{BlockRole, Layout, Real};
use burnmark::optim::{LEARNING_RATE, Now, Optimizer, OptimizerEntry, Rate, memory, sign};
use burnmark::registry::{Choice, Entry};
use std::ops::Range;

pub const ENTRY: OptimizerEntry = OptimizerEntry {
    entry: Entry {
        name: "sign-momentum",
        description: "steps of one size per layer, by the signs of a running mean of the gradient",
        revision: 1,
        source: "examples/own-optimizer",
        parameters: &[LEARNING_RATE, memory("mu", "memory μ of the mean of g, per step", 0.9)],
    },
    rate: Rate::Annealed,
    build_f32: &build,
    build_f64: &build,
};

struct SignMomentum<R> {
    mu: R,
    rest: R,
    velocity: Vec<R>,
    /// The place of each block, and its share of the rate.
    blocks: Vec<(Range<usize>, R)>,
}

#[allow(clippy::cast_precision_loss)] // layers have fewer than 2⁵³ inputs
fn build<R: Real>(choice: &Choice, layout: &Layout) -> Box<dyn Optimizer<R>> {
    let mu = choice.number("mu");
    let share = |role, inputs: usize| if role == BlockRole::Bias { 1.0 } else { 1.0 / (inputs as f64).sqrt() };
    let blocks = layout.blocks().iter().map(|block| (block.range(), R::from_f64(share(block.role, block.rows))));
    let velocity = vec![R::ZERO; layout.count()];
    Box::new(SignMomentum { mu: R::from_f64(mu), rest: R::from_f64(1.0 - mu), velocity, blocks: blocks.collect() })
}

impl<R: Real> Optimizer<R> for SignMomentum<R> {
    fn step(&mut self, Now { learning_rate, .. }: Now<R>, parameters: &mut [R], gradient: &[R]) {
        for (place, share) in &self.blocks {
            let rate = learning_rate * *share;
            for i in place.clone() {
                self.velocity[i] = self.mu * self.velocity[i] + self.rest * gradient[i];
                parameters[i] -= rate * sign(self.velocity[i]);
            }
        }
    }
}
