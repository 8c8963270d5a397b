//! iRprop+: Rprop that takes steps back only after the loss has risen (lecture L24).
//!
//! sign(g · g_prev) > 0: Δ ← min(Δη⁺, Δ_max), v ← −sign(g)Δ, θ ← θ + v, per weight
//! < 0: Δ ← max(Δη⁻, Δ_min), θ ← θ − v if L > L_prev, g ← 0
//! = 0: v ← −sign(g)Δ, θ ← θ + v
//! g_prev ← g, L_prev ← L, with Δ = Δ₀, v = 0, g_prev = 0 and L_prev = ∞ at the start
//!
//! Parameters, their defaults and what is refused: as for `rprop` (`rprop.rs`). L is the loss of the batch, with the
//! penalty of coupled weight decay; from one mini-batch to the next its rise says little.
//!
//! Shapes: θ, g, g_prev, Δ and v hold one number per weight. Igel & Hüsken 2000, "Improving the Rprop learning
//! algorithm", algorithm 3. Neither PyTorch nor Optax nor Burn has this form.

use super::rprop::{PARAMETERS, RpropSteps, Turn};
use super::{Now, Optimizer, OptimizerEntry, Rate, sign};
use crate::num::{Layout, Real};
use crate::registry::{Choice, Entry};

pub const ENTRY: OptimizerEntry = OptimizerEntry {
    entry: Entry {
        name: "irprop-plus",
        description: "Rprop that takes steps back only after the loss has risen",
        revision: 1,
        source: "Igel & Hüsken 2000, algorithm 3; lecture L24",
        parameters: PARAMETERS,
    },
    rate: Rate::FirstStep,
    build_f32: &build,
    build_f64: &build,
};

struct IRpropPlus<R> {
    steps: RpropSteps<R>,
    /// v, the last step of each weight.
    last: Vec<R>,
    previous_loss: R,
}

fn build<R: Real>(choice: &Choice, layout: &Layout) -> Box<dyn Optimizer<R>> {
    let previous_loss = R::from_f64(f64::INFINITY);
    Box::new(IRpropPlus { steps: RpropSteps::new(choice, layout), last: vec![R::ZERO; layout.count()], previous_loss })
}

impl<R: Real> Optimizer<R> for IRpropPlus<R> {
    fn needs_loss(&self) -> bool {
        true
    }

    fn step(&mut self, now: Now<R>, parameters: &mut [R], gradient: &[R]) {
        let risen = now.loss > self.previous_loss;
        self.previous_loss = now.loss;
        self.steps.adapt(
            parameters,
            gradient,
            [&mut self.last],
            #[inline(always)]
            |turn, delta, theta, g, [last]| {
                let changed = turn == Turn::Changed;
                // θ − 0 is θ, of both signs of 0.
                let back = -if risen { *last } else { R::ZERO };
                let forth = -(sign(*g) * delta);
                *theta += if changed { back } else { forth };
                *last = if changed { *last } else { forth };
                *g = if changed { R::ZERO } else { *g };
            },
        );
    }
}
