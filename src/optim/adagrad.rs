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

use super::{EPSILON_PLACE, LEARNING_RATE, Now, Optimizer, OptimizerEntry, Rate, epsilon, per_weight, root};
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
    epsilon: R,
    inside: bool,
    squares: Vec<R>,
}

fn build<R: Real>(choice: &Choice, layout: &Layout) -> Box<dyn Optimizer<R>> {
    Box::new(Adagrad {
        epsilon: R::from_f64(choice.number("epsilon")),
        inside: choice.text("epsilon_place") == "inside",
        squares: vec![R::ZERO; layout.count()],
    })
}

impl<R: Real> Optimizer<R> for Adagrad<R> {
    fn step(&mut self, Now { learning_rate, .. }: Now<R>, parameters: &mut [R], gradient: &[R]) {
        let Self { epsilon, inside, .. } = *self;
        per_weight(
            parameters,
            gradient,
            [&mut self.squares],
            #[inline(always)]
            move |theta, g, [sum]| {
                *sum += g * g;
                *theta -= learning_rate * g / root(*sum, epsilon, inside);
            },
        );
    }
}
