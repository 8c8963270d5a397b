//! AMSGrad: Adam whose second moment never falls.
//!
//! m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², w ← max(w, v), all 0 at the start
//! m̂ = m/(1−β₁^{t+1}), ŵ = w/(1−β₂^{t+1}), t counted from 0
//! θ ← θ − η_t m̂/(√ŵ + ε)
//!
//! - `lr` (η₀): learning rate per step, greater than 0.
//! - `beta1` (β₁), `beta2` (β₂): memory of the moments per step, 0 ≤ β < 1, defaults 0.9 and 0.999.
//! - `epsilon` (ε): from 1e-30 to 1, default 1e-8, outside the root.
//! - `bias_correction`: default `true`; with `false` m̂ = m and ŵ = w, as in the paper.
//!
//! Shapes: θ, g, m, v and w hold one number per weight. Reddi, Kale & Kumar 2018, "On the convergence of Adam and
//! beyond", algorithm 2, which has no bias correction; here it is as in PyTorch's `Adam(amsgrad=True)`. Optax's `amsgrad`
//! takes the maximum of the corrected v instead.

use super::{
    BIAS_CORRECTION, LEARNING_RATE, Optimizer, OptimizerEntry, PerWeight, Rate, corrects_bias, epsilon, memory,
    weightwise,
};
use crate::num::{Layout, Real};
use crate::registry::{Choice, Entry};

pub const ENTRY: OptimizerEntry = OptimizerEntry {
    entry: Entry {
        name: "amsgrad",
        description: "Adam whose second moment never falls",
        revision: 1,
        source: "Reddi, Kale & Kumar 2018, algorithm 2",
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

struct AmsGrad<R> {
    beta1: f64,
    beta2: f64,
    epsilon: R,
    corrects: bool,
    /// β₁^{t+1} and β₂^{t+1}
    power1: f64,
    power2: f64,
}

fn build<R: Real>(choice: &Choice, layout: &Layout) -> Box<dyn Optimizer<R>> {
    let amsgrad = AmsGrad {
        beta1: choice.number("beta1"),
        beta2: choice.number("beta2"),
        epsilon: R::from_f64(choice.number("epsilon")),
        corrects: corrects_bias(choice),
        power1: 1.0,
        power2: 1.0,
    };
    weightwise(amsgrad, layout)
}

impl<R: Real> PerWeight<R, 7, 3> for AmsGrad<R> {
    fn coefficients(&mut self, learning_rate: R) -> [R; 7] {
        self.power1 *= self.beta1;
        self.power2 *= self.beta2;
        // The corrections once per step: η_t/(1−β₁^{t+1}) and 1/(1−β₂^{t+1}).
        let [rest_of_m, rest_of_w] = if self.corrects { [1.0 - self.power1, 1.0 - self.power2] } else { [1.0; 2] };
        let [beta1, rest1] = [self.beta1, 1.0 - self.beta1].map(R::from_f64);
        let [beta2, rest2] = [self.beta2, 1.0 - self.beta2].map(R::from_f64);
        let rate = R::from_f64(learning_rate.to_f64() / rest_of_m);
        [rate, R::from_f64(1.0 / rest_of_w), beta1, rest1, beta2, rest2, self.epsilon]
    }

    #[inline(always)]
    fn next(
        [rate, correction2, beta1, rest1, beta2, rest2, epsilon]: [R; 7],
        theta: R,
        g: R,
        [m, v, w]: [R; 3],
    ) -> (R, [R; 3]) {
        let (m, v) = (beta1 * m + rest1 * g, beta2 * v + rest2 * g * g);
        let w = if v > w { v } else { w };
        (theta - rate * m / ((w * correction2).sqrt() + epsilon), [m, v, w])
    }
}
