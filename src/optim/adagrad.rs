//! Adagrad: each weight's steps shrink with its gradients so far (lecture L25).
//!
//! G ← G + g², with G = 0 at the start
//! θ ← θ − η_t g/√(G+ε)
//!
//! - `lr` (η₀): learning rate per step, greater than 0.
//! - `epsilon` (ε): from 1e-30 to 1, default 1e-10.
//! - `epsilon_place`: `inside` the root (the lecture, default), or `outside`: g/(√G + ε).
//!
//! Shapes: θ, g and G hold one number per weight. Duchi, Hazan & Singer 2011, "Adaptive subgradient methods for online
//! learning and stochastic optimization", section 1.3. PyTorch's `Adagrad` has ε = 1e-10 outside; Optax's `adagrad` has
//! 1e-7 inside and starts from G = 0.1; Burn's has 1e-5 outside.

use super::{
    EPSILON_PLACE, LEARNING_RATE, Optimizer, OptimizerEntry, PerWeight, Rate, epsilon, epsilons, root, weightwise,
};
use crate::num::{Layout, Real};
use crate::registry::{Choice, Entry};

pub const ENTRY: OptimizerEntry = OptimizerEntry {
    entry: Entry {
        name: "adagrad",
        description: "steps that shrink with each weight's squared gradients so far",
        revision: 1,
        source: "Duchi, Hazan & Singer 2011, section 1.3; lecture L25",
        parameters: &[LEARNING_RATE, epsilon(1e-10), EPSILON_PLACE],
    },
    rate: Rate::Annealed,
    build_f32: &build,
    build_f64: &build,
};

struct Adagrad<R> {
    epsilons: [R; 2],
}

fn build<R: Real>(choice: &Choice, layout: &Layout) -> Box<dyn Optimizer<R>> {
    weightwise(Adagrad { epsilons: epsilons(choice) }, layout)
}

impl<R: Real> PerWeight<R, 3, 1> for Adagrad<R> {
    fn coefficients(&mut self, learning_rate: R) -> [R; 3] {
        let [inside, outside] = self.epsilons;
        [learning_rate, inside, outside]
    }

    #[inline(always)]
    fn next([rate, inside, outside]: [R; 3], theta: R, g: R, [sum]: [R; 1]) -> (R, [R; 1]) {
        let sum = sum + g * g;
        (theta - rate * g / root(sum, [inside, outside]), [sum])
    }
}
