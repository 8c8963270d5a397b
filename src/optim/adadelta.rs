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

use super::{LEARNING_RATE, Now, Optimizer, OptimizerEntry, Rate, epsilon, memory, per_weight, root};
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
    rho: R,
    rest: R,
    epsilon: R,
    squares: Vec<R>,
    steps: Vec<R>,
}

fn build<R: Real>(choice: &Choice, layout: &Layout) -> Box<dyn Optimizer<R>> {
    Box::new(Adadelta {
        rho: R::from_f64(choice.number("rho")),
        rest: R::from_f64(1.0 - choice.number("rho")),
        epsilon: R::from_f64(choice.number("epsilon")),
        squares: vec![R::ZERO; layout.count()],
        steps: vec![R::ZERO; layout.count()],
    })
}

impl<R: Real> Optimizer<R> for Adadelta<R> {
    fn step(&mut self, Now { learning_rate, .. }: Now<R>, parameters: &mut [R], gradient: &[R]) {
        let Self { rho, rest, epsilon, .. } = *self;
        per_weight(
            parameters,
            gradient,
            [&mut self.squares, &mut self.steps],
            #[inline(always)]
            move |theta, g, [squares, steps]| {
                *squares = rho * *squares + rest * g * g;
                let step = root(*steps, epsilon, true) / root(*squares, epsilon, true) * g;
                *steps = rho * *steps + rest * step * step;
                *theta -= learning_rate * step;
            },
        );
    }
}
