//! iRprop−: Rprop that waits one step where the gradient changed its sign (lecture L24).
//!
//! sign(g · g_prev) > 0: Δ ← min(Δη⁺, Δ_max); < 0: Δ ← max(Δη⁻, Δ_min) and g ← 0; = 0: Δ stays, per weight
//! θ ← θ − sign(g)Δ, g_prev ← g, with Δ = Δ₀ and g_prev = 0 at the start
//!
//! Parameters, their defaults and what is refused: as for `rprop` (`rprop.rs`).
//!
//! Shapes: θ, g, g_prev and Δ hold one number per weight. Igel & Hüsken 2000, "Improving the Rprop learning algorithm",
//! algorithm 4. PyTorch's `Rprop` does the same (`lr` = Δ₀, 0.01 by default); Optax's `rprop` (0.2.8)
//! besides stays where the gradient before is 0, so at the first step and after each change of sign. Burn has none.

use super::rprop::{PARAMETERS, RpropSteps, Turn};
use super::{Now, Optimizer, OptimizerEntry, Rate, sign};
use crate::num::{Layout, Real};
use crate::registry::{Choice, Entry};

pub const ENTRY: OptimizerEntry = OptimizerEntry {
    entry: Entry {
        name: "irprop-minus",
        description: "Rprop that waits one step where the gradient changed its sign; PyTorch's Rprop",
        revision: 1,
        source: "Igel & Hüsken 2000, algorithm 4; lecture L24",
        parameters: PARAMETERS,
    },
    rate: Rate::FirstStep,
    build_f32: &build,
    build_f64: &build,
};

struct IRpropMinus<R>(RpropSteps<R>);

fn build<R: Real>(choice: &Choice, layout: &Layout) -> Box<dyn Optimizer<R>> {
    Box::new(IRpropMinus(RpropSteps::new(choice, layout)))
}

impl<R: Real> Optimizer<R> for IRpropMinus<R> {
    fn step(&mut self, _now: Now<R>, parameters: &mut [R], gradient: &[R]) {
        self.0.adapt(
            parameters,
            gradient,
            [],
            #[inline(always)]
            |turn, delta, theta, g, []| {
                *g = if turn == Turn::Changed { R::ZERO } else { *g };
                *theta -= sign(*g) * delta;
            },
        );
    }
}
