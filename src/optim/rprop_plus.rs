//! Rprop+: Rprop with weight-backtracking, the original form (lecture L24).
//!
//! sign(g · g_prev) > 0: Δ ← min(Δη⁺, Δ_max), v ← −sign(g)Δ, θ ← θ + v, per weight
//! < 0: Δ ← max(Δη⁻, Δ_min), θ ← θ − v (the step before is taken back), g ← 0
//! = 0: v ← −sign(g)Δ, θ ← θ + v
//! g_prev ← g, with Δ = Δ₀, v = 0 and g_prev = 0 at the start
//!
//! Parameters, their defaults and what is refused: as for `rprop` (`rprop.rs`).
//!
//! Shapes: θ, g, g_prev, Δ and v hold one number per weight. Riedmiller & Braun 1993, eqs. 4 to 6; Igel & Hüsken 2000,
//! "Improving the Rprop learning algorithm", algorithm 1. PyTorch's and Optax's
//! Rprop have no backtracking; Burn has none at all.

use super::rprop::{PARAMETERS, RpropSteps, Turn};
use super::{Now, Optimizer, OptimizerEntry, Rate, sign};
use crate::num::{Layout, Real};
use crate::registry::{Choice, Entry};

pub const ENTRY: OptimizerEntry = OptimizerEntry {
    entry: Entry {
        name: "rprop-plus",
        description: "Rprop that takes a weight's step back where the gradient changed its sign",
        revision: 1,
        source: "Riedmiller & Braun 1993, eqs. 4-6; Igel & Hüsken 2000, algorithm 1; lecture L24",
        parameters: PARAMETERS,
    },
    rate: Rate::FirstStep,
    build_f32: &build,
    build_f64: &build,
};

struct RpropPlus<R> {
    steps: RpropSteps<R>,
    /// v, the last step of each weight.
    last: Vec<R>,
}

fn build<R: Real>(choice: &Choice, layout: &Layout) -> Box<dyn Optimizer<R>> {
    Box::new(RpropPlus { steps: RpropSteps::new(choice, layout), last: vec![R::ZERO; layout.count()] })
}

impl<R: Real> Optimizer<R> for RpropPlus<R> {
    fn step(&mut self, _now: Now<R>, parameters: &mut [R], gradient: &[R]) {
        self.steps.adapt(
            parameters,
            gradient,
            [&mut self.last],
            #[inline(always)]
            |turn, delta, theta, g, [last]| {
                let changed = turn == Turn::Changed;
                let (back, forth) = (-*last, -(sign(*g) * delta));
                *theta += if changed { back } else { forth };
                *last = if changed { *last } else { forth };
                *g = if changed { R::ZERO } else { *g };
            },
        );
    }
}
