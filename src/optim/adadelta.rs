//! Adadelta: steps in the units of the weights, from the ratio of two fading means.
//!
//! G ← ρG + (1−ρ)g², d = √(D+ε)/√(G+ε) · g, D ← ρD + (1−ρ)d², both means 0 at the start
//! θ ← θ − η_t d
//!
//! - `lr` (η₀): factor of the step, greater than 0; the paper has 1.
//! - `rho` (ρ): memory of both means per step, 0 ≤ ρ < 1, default 0.9.
//! - `epsilon` (ε): from 1e-30 to 1, default 1e-6; it also sets the size of the first steps.
//!
//! Shapes: θ, g, G and D hold one number per weight. Zeiler 2012, "ADADELTA: an adaptive learning rate method",
//! algorithm 1. PyTorch's and Optax's Adadelta do the same with the same ρ and ε.

use super::{LEARNING_RATE, Optimizer, OptimizerEntry, PerWeight, Rate, epsilon, memory, weightwise};
use crate::num::{Layout, Real};
use crate::registry::{Choice, Entry};

pub const ENTRY: OptimizerEntry = OptimizerEntry {
    entry: Entry {
        name: "adadelta",
        description: "steps in the units of the weights, from the ratio of two fading means",
        revision: 1,
        source: "Zeiler 2012, algorithm 1",
        parameters: &[
            LEARNING_RATE,
            memory("rho", "memory ρ of the means of g² and of the squared steps, per step", 0.9),
            epsilon(1e-6),
        ],
    },
    rate: Rate::Annealed,
    build_f32: &build,
    build_f64: &build,
};

struct Adadelta<R> {
    rho: f64,
    epsilon: R,
}

fn build<R: Real>(choice: &Choice, layout: &Layout) -> Box<dyn Optimizer<R>> {
    weightwise(Adadelta { rho: choice.number("rho"), epsilon: R::from_f64(choice.number("epsilon")) }, layout)
}

impl<R: Real> PerWeight<R, 4, 2> for Adadelta<R> {
    fn coefficients(&mut self, learning_rate: R) -> [R; 4] {
        [learning_rate, R::from_f64(self.rho), R::from_f64(1.0 - self.rho), self.epsilon]
    }

    #[inline(always)]
    fn next([rate, rho, rest, epsilon]: [R; 4], theta: R, g: R, [squares, steps]: [R; 2]) -> (R, [R; 2]) {
        let squares = rho * squares + rest * g * g;
        let step = (steps + epsilon).sqrt() / (squares + epsilon).sqrt() * g;
        (theta - rate * step, [squares, rho * steps + rest * step * step])
    }
}
