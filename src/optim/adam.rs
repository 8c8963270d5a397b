//! Adam, steps scaled by running moments of the gradient (lecture L27).
//!
//! m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², both 0 at the start
//! m̂ = m/(1−β₁^{t+1}), v̂ = v/(1−β₂^{t+1}), t counted from 0
//! θ ← θ − η_t m̂/(√v̂ + ε)
//!
//! - `lr` (η₀): learning rate per step, greater than 0.
//! - `beta1` (β₁), `beta2` (β₂): memory of the moments per step, 0 ≤ β < 1, defaults 0.9 and 0.999.
//! - `epsilon` (ε): from 1e-30 to 1, default 1e-8, outside the root.
//! - `bias_correction`: default `true`; with `false` m̂ = m and v̂ = v, as in Apex's `FusedAdam(bias_correction=False)`.
//!
//! Shapes: θ, g, m and v hold one number per weight. Kingma & Ba 2015, "Adam: a method for stochastic optimization",
//! algorithm 1. **Erratum** of the slide: its corrections read as 1−β·m and 1−β·v; the powers of β are meant. PyTorch's
//! and Optax's Adam do the same with the same defaults (Optax adds an `eps_root` of 0); Burn's ε is 1e-5 by default.

use super::{
    BIAS_CORRECTION, LEARNING_RATE, Optimizer, OptimizerEntry, PerWeight, Rate, corrects_bias, epsilon, memory,
    weightwise,
};
use crate::num::{Layout, Real};
use crate::registry::{Choice, Entry};

pub const ENTRY: OptimizerEntry = OptimizerEntry {
    entry: Entry {
        name: "adam",
        description: "steps scaled by running moments of the gradient; AdamW with regularize.decoupled and weight_decay",
        revision: 1,
        source: "Kingma & Ba 2015, algorithm 1; lecture L27",
        parameters: &[
            LEARNING_RATE,
            memory("beta1", "memory β₁ of the mean of g, per step", 0.9),
            memory("beta2", "memory β₂ of the mean of g², per step", 0.999),
            epsilon(1e-8),
            BIAS_CORRECTION,
        ],
    },
    rate: Rate::Annealed,
    build_f32: &build,
    build_f64: &build,
};

struct Adam<R> {
    beta1: f64,
    beta2: f64,
    epsilon: R,
    corrects: bool,
    /// β₁^{t+1} and β₂^{t+1}, one multiplication per step.
    power1: f64,
    power2: f64,
}

fn build<R: Real>(choice: &Choice, layout: &Layout) -> Box<dyn Optimizer<R>> {
    let adam = Adam {
        beta1: choice.number("beta1"),
        beta2: choice.number("beta2"),
        epsilon: R::from_f64(choice.number("epsilon")),
        corrects: corrects_bias(choice),
        power1: 1.0,
        power2: 1.0,
    };
    weightwise(adam, layout)
}

impl<R: Real> PerWeight<R, 7, 2> for Adam<R> {
    fn coefficients(&mut self, learning_rate: R) -> [R; 7] {
        self.power1 *= self.beta1;
        self.power2 *= self.beta2;
        // The corrections once per step: η_t/(1−β₁^{t+1}) and 1/(1−β₂^{t+1}).
        let [rest_of_m, rest_of_v] = if self.corrects { [1.0 - self.power1, 1.0 - self.power2] } else { [1.0; 2] };
        let [beta1, rest1] = [self.beta1, 1.0 - self.beta1].map(R::from_f64);
        let [beta2, rest2] = [self.beta2, 1.0 - self.beta2].map(R::from_f64);
        let rate = R::from_f64(learning_rate.to_f64() / rest_of_m);
        [rate, R::from_f64(1.0 / rest_of_v), beta1, rest1, beta2, rest2, self.epsilon]
    }

    #[inline(always)]
    fn next(
        [rate, correction2, beta1, rest1, beta2, rest2, epsilon]: [R; 7],
        theta: R,
        g: R,
        [m, v]: [R; 2],
    ) -> (R, [R; 2]) {
        let (m, v) = (beta1 * m + rest1 * g, beta2 * v + rest2 * g * g);
        (theta - rate * m / ((v * correction2).sqrt() + epsilon), [m, v])
    }
}
