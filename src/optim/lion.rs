//! Lion: every weight steps by the same amount, in the direction of a running mean's sign.
//!
//! c = β₁m + (1−β₁)g, with m = 0 at the start
//! θ ← θ − η_t sign(c)
//! m ← β₂m + (1−β₂)g
//!
//! - `lr` (η₀): learning rate per step, greater than 0; the paper advises a third to a tenth of Adam's.
//! - `beta1` (β₁): share of the mean in the direction, 0 ≤ β₁ < 1, default 0.9.
//! - `beta2` (β₂): memory of the mean per step, 0 ≤ β₂ < 1, default 0.99.
//!
//! Shapes: θ, g and m hold one number per weight. Chen et al. 2023, "Symbolic discovery of optimization algorithms",
//! algorithm 2; its weight decay λ is `regularize.weight_decay` with `decoupled = true`. PyTorch has none; Optax's `lion`
//! and Burn's `Lion` do the same with the same defaults, except that Optax's decay is 1e-3 unless told otherwise.

use super::{LEARNING_RATE, Optimizer, OptimizerEntry, PerWeight, Rate, memory, sign, weightwise};
use crate::num::{Layout, Real};
use crate::registry::{Choice, Entry};

pub const ENTRY: OptimizerEntry = OptimizerEntry {
    entry: Entry {
        name: "lion",
        description: "steps of one size by the sign of a running mean of the gradient",
        revision: 1,
        source: "Chen et al. 2023, algorithm 2",
        parameters: &[
            LEARNING_RATE,
            memory("beta1", "share β₁ of the mean in the direction", 0.9),
            memory("beta2", "memory β₂ of the mean of g, per step", 0.99),
        ],
    },
    rate: Rate::Annealed,
    build_f32: &build,
    build_f64: &build,
};

struct Lion<R> {
    /// β₁, 1 − β₁, β₂ and 1 − β₂.
    shares: [R; 4],
}

fn build<R: Real>(choice: &Choice, layout: &Layout) -> Box<dyn Optimizer<R>> {
    let (beta1, beta2) = (choice.number("beta1"), choice.number("beta2"));
    weightwise(Lion { shares: [beta1, 1.0 - beta1, beta2, 1.0 - beta2].map(R::from_f64) }, layout)
}

impl<R: Real> PerWeight<R, 5, 1> for Lion<R> {
    fn coefficients(&mut self, learning_rate: R) -> [R; 5] {
        let [beta1, rest1, beta2, rest2] = self.shares;
        [learning_rate, beta1, rest1, beta2, rest2]
    }

    #[inline(always)]
    fn next([rate, beta1, rest1, beta2, rest2]: [R; 5], theta: R, g: R, [m]: [R; 1]) -> (R, [R; 1]) {
        (theta - rate * sign(beta1 * m + rest1 * g), [beta2 * m + rest2 * g])
    }
}
