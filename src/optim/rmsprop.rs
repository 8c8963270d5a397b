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

use super::{
    EPSILON_PLACE, LEARNING_RATE, Optimizer, OptimizerEntry, PerWeight, Rate, epsilon, epsilons, memory, root,
    weightwise,
};
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
    gamma: f64,
    epsilons: [R; 2],
}

fn build<R: Real>(choice: &Choice, layout: &Layout) -> Box<dyn Optimizer<R>> {
    weightwise(RmsProp { gamma: choice.number("gamma"), epsilons: epsilons(choice) }, layout)
}

impl<R: Real> PerWeight<R, 5, 1> for RmsProp<R> {
    fn coefficients(&mut self, learning_rate: R) -> [R; 5] {
        let [inside, outside] = self.epsilons;
        [learning_rate, R::from_f64(self.gamma), R::from_f64(1.0 - self.gamma), inside, outside]
    }

    #[inline(always)]
    fn next([rate, gamma, rest, inside, outside]: [R; 5], theta: R, g: R, [mean]: [R; 1]) -> (R, [R; 1]) {
        let mean = gamma * mean + rest * g * g;
        (theta - rate * g / root(mean, [inside, outside]), [mean])
    }
}
