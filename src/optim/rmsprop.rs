//! RMSProp: Adagrad with a memory that fades (lecture L26).
//!
//! G ← γG + (1−γ)g², with G = 0 at the start
//! θ ← θ − η_t g/√(G+ε)
//!
//! - `lr` (η₀): learning rate per step, greater than 0.
//! - `gamma` (γ): memory of the mean square per step, 0 ≤ γ < 1, default 0.9.
//! - `epsilon` (ε): from 1e-30 to 1, default 1e-8.
//! - `epsilon_place`: `inside` the root (the lecture, default), or `outside`: g/(√G + ε).
//!
//! Shapes: θ, g and G hold one number per weight. Tieleman & Hinton 2012, "Neural networks for machine learning", lecture
//! 6.5. PyTorch's `RMSprop` has γ = 0.99 (`alpha`) and ε = 1e-8 outside; Optax's `rmsprop` γ = 0.9 and ε = 1e-8 inside;
//! Burn's γ = 0.99 and ε = 1e-5 outside.

use super::{EPSILON_PLACE, LEARNING_RATE, Now, Optimizer, OptimizerEntry, Rate, epsilon, memory, per_weight, root};
use crate::num::{Layout, Real};
use crate::registry::{Choice, Entry};

pub const ENTRY: OptimizerEntry = OptimizerEntry {
    entry: Entry {
        name: "rmsprop",
        description: "steps scaled by a fading mean of each weight's squared gradients",
        revision: 1,
        source: "Tieleman & Hinton 2012, lecture 6.5; lecture L26",
        parameters: &[
            LEARNING_RATE,
            memory("gamma", "memory γ of the mean of g², per step", 0.9),
            epsilon(1e-8),
            EPSILON_PLACE,
        ],
    },
    rate: Rate::Annealed,
    build_f32: &build,
    build_f64: &build,
};

struct RmsProp<R> {
    gamma: R,
    rest: R,
    epsilon: R,
    inside: bool,
    mean_squares: Vec<R>,
}

fn build<R: Real>(choice: &Choice, layout: &Layout) -> Box<dyn Optimizer<R>> {
    Box::new(RmsProp {
        gamma: R::from_f64(choice.number("gamma")),
        rest: R::from_f64(1.0 - choice.number("gamma")),
        epsilon: R::from_f64(choice.number("epsilon")),
        inside: choice.text("epsilon_place") == "inside",
        mean_squares: vec![R::ZERO; layout.count()],
    })
}

impl<R: Real> Optimizer<R> for RmsProp<R> {
    fn step(&mut self, Now { learning_rate, .. }: Now<R>, parameters: &mut [R], gradient: &[R]) {
        let Self { gamma, rest, epsilon, inside, .. } = *self;
        per_weight(
            parameters,
            gradient,
            [&mut self.mean_squares],
            #[inline(always)]
            move |theta, g, [mean]| {
                *mean = gamma * *mean + rest * g * g;
                *theta -= learning_rate * g / root(*mean, epsilon, inside);
            },
        );
    }
}
