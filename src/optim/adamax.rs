//! AdaMax: Adam with the largest recent gradient in place of the root mean square.
//!
//! m ← β₁m + (1−β₁)g, u ← max(β₂u, |g| + ε), both 0 at the start
//! θ ← θ − η_t/(1−β₁^{t+1}) · m/u, t counted from 0
//!
//! - `lr` (η₀): learning rate per step, greater than 0.
//! - `beta1` (β₁), `beta2` (β₂): memory per step, 0 ≤ β < 1, defaults 0.9 and 0.999.
//! - `epsilon` (ε): from 1e-30 to 1, default 1e-8.
//! - `bias_correction`: default `true`; with `false` the step is η_t m/u.
//!
//! Shapes: θ, g, m and u hold one number per weight. Kingma & Ba 2015, algorithm 2, which has no ε: it keeps u from 0.
//! PyTorch's `Adamax` does the same; Optax's `adamax` adds ε the same way.

use super::{
    BIAS_CORRECTION, LEARNING_RATE, Optimizer, OptimizerEntry, PerWeight, Rate, corrects_bias, epsilon, memory,
    weightwise,
};
use crate::num::{Layout, Real};
use crate::registry::{Choice, Entry};

pub const ENTRY: OptimizerEntry = OptimizerEntry {
    entry: Entry {
        name: "adamax",
        description: "Adam scaled by the largest recent gradient",
        revision: 1,
        source: "Kingma & Ba 2015, algorithm 2",
        parameters: &[
            LEARNING_RATE,
            memory("beta1", "memory β₁ of the mean of g, per step", 0.9),
            memory("beta2", "memory β₂ of the largest |g|, per step", 0.999),
            epsilon(1e-8),
            BIAS_CORRECTION,
        ],
    },
    rate: Rate::Annealed,
    build_f32: &build,
    build_f64: &build,
};

struct AdaMax<R> {
    beta1: f64,
    beta2: R,
    epsilon: R,
    corrects: bool,
    /// β₁^{t+1}
    power1: f64,
}

fn build<R: Real>(choice: &Choice, layout: &Layout) -> Box<dyn Optimizer<R>> {
    let adamax = AdaMax {
        beta1: choice.number("beta1"),
        beta2: R::from_f64(choice.number("beta2")),
        epsilon: R::from_f64(choice.number("epsilon")),
        corrects: corrects_bias(choice),
        power1: 1.0,
    };
    weightwise(adamax, layout)
}

impl<R: Real> PerWeight<R, 5, 2> for AdaMax<R> {
    fn coefficients(&mut self, learning_rate: R) -> [R; 5] {
        self.power1 *= self.beta1;
        let [beta1, rest1] = [self.beta1, 1.0 - self.beta1].map(R::from_f64);
        let correction1 = if self.corrects { R::from_f64(1.0 - self.power1) } else { R::ONE };
        [learning_rate / correction1, beta1, rest1, self.beta2, self.epsilon]
    }

    #[inline(always)]
    fn next([rate, beta1, rest1, beta2, epsilon]: [R; 5], theta: R, g: R, [m, u]: [R; 2]) -> (R, [R; 2]) {
        let m = beta1 * m + rest1 * g;
        let (kept, new) = (beta2 * u, g.abs() + epsilon);
        let u = if kept > new { kept } else { new };
        (theta - rate * (m / u), [m, u])
    }
}
