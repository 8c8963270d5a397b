//! NAdam: Adam with Nesterov's look-ahead written into the step.
//!
//! μ_t = β₁(1 − ½ · 0.96^{(t+1)ψ}), t counted from 0
//! m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², both 0 at the start
//! v̂ = v/(1−β₂^{t+1})
//! θ ← θ − η_t [(1−μ_t)/(1−Πμ_{≤t}) · g + μ_{t+1}/(1−Πμ_{≤t+1}) · m] / (√v̂ + ε)
//!
//! - `lr` (η₀): learning rate per step, greater than 0.
//! - `beta1` (β₁), `beta2` (β₂): memory of the moments per step, 0 ≤ β < 1, defaults 0.9 and 0.999.
//! - `psi` (ψ): how fast μ rises to β₁, per step, 0 or greater, default 0.004.
//! - `epsilon` (ε): from 1e-30 to 1, default 1e-8, outside the root.
//! - `bias_correction`: default `true`; with `false` all three divisors of the form 1 − … are 1.
//!
//! Shapes: θ, g, m and v hold one number per weight. Dozat 2016, "Incorporating Nesterov momentum into Adam", section
//! 2.2. PyTorch's `NAdam` does the same (`momentum_decay` = ψ); Optax's `nadam` keeps μ = β₁.

use super::{
    BIAS_CORRECTION, LEARNING_RATE, Optimizer, OptimizerEntry, PerWeight, Rate, corrects_bias, epsilon, memory,
    weightwise,
};
use crate::num::{Layout, Real};
use crate::registry::{Choice, Entry, Parameter, ParameterKind, Range};
use crate::value::Value;

pub const ENTRY: OptimizerEntry = OptimizerEntry {
    entry: Entry {
        name: "nadam",
        description: "Adam with Nesterov's look-ahead written into the step",
        revision: 1,
        source: "Dozat 2016, section 2.2",
        parameters: &[
            LEARNING_RATE,
            memory("beta1", "memory β₁ of the mean of g, per step", 0.9),
            memory("beta2", "memory β₂ of the mean of g², per step", 0.999),
            Parameter::with_default(
                "psi",
                "how fast the momentum μ rises to β₁, per step",
                ParameterKind::Number(Range::NOT_NEGATIVE),
                Value::Number(0.004),
            ),
            epsilon(1e-8),
            BIAS_CORRECTION,
        ],
    },
    rate: Rate::Annealed,
    build_f32: &build,
    build_f64: &build,
};

struct NAdam<R> {
    beta1: f64,
    beta2: f64,
    psi: f64,
    epsilon: R,
    corrects: bool,
    /// t + 1
    time: f64,
    /// μ₀ · … · μ_t
    product: f64,
    /// β₂^{t+1}
    power2: f64,
}

fn build<R: Real>(choice: &Choice, layout: &Layout) -> Box<dyn Optimizer<R>> {
    let nadam = NAdam {
        beta1: choice.number("beta1"),
        beta2: choice.number("beta2"),
        psi: choice.number("psi"),
        epsilon: R::from_f64(choice.number("epsilon")),
        corrects: corrects_bias(choice),
        time: 0.0,
        product: 1.0,
        power2: 1.0,
    };
    weightwise(nadam, layout)
}

impl<R> NAdam<R> {
    /// μ at the step that is the `time`-th, counted from 1.
    fn momentum(&self, time: f64) -> f64 {
        self.beta1 * (1.0 - 0.5 * libm::pow(0.96, time * self.psi))
    }
}

impl<R: Real> PerWeight<R, 9, 2> for NAdam<R> {
    fn coefficients(&mut self, learning_rate: R) -> [R; 9] {
        self.time += 1.0;
        let (here, next) = (self.momentum(self.time), self.momentum(self.time + 1.0));
        self.product *= here;
        self.power2 *= self.beta2;
        let rest = |power: f64| if self.corrects { 1.0 - power } else { 1.0 };
        let of_gradient = R::from_f64((1.0 - here) / rest(self.product));
        let of_mean = R::from_f64(next / rest(self.product * next));
        let [beta1, rest1] = [self.beta1, 1.0 - self.beta1].map(R::from_f64);
        let [beta2, rest2] = [self.beta2, 1.0 - self.beta2].map(R::from_f64);
        let correction2 = R::from_f64(1.0 / rest(self.power2));
        [learning_rate, of_gradient, of_mean, correction2, beta1, rest1, beta2, rest2, self.epsilon]
    }

    #[inline(always)]
    fn next(
        [rate, of_gradient, of_mean, correction2, beta1, rest1, beta2, rest2, epsilon]: [R; 9],
        theta: R,
        g: R,
        [m, v]: [R; 2],
    ) -> (R, [R; 2]) {
        let (m, v) = (beta1 * m + rest1 * g, beta2 * v + rest2 * g * g);
        (theta - rate * (of_gradient * g + of_mean * m) / ((v * correction2).sqrt() + epsilon), [m, v])
    }
}
