//! Rprop without weight-backtracking, the lecture's form (L24): steps from the signs of the gradient alone.
//!
//! sign(g · g_prev) > 0: Δ ← min(Δη⁺, Δ_max); < 0: Δ ← max(Δη⁻, Δ_min); = 0: Δ stays, per weight
//! θ ← θ − sign(g)Δ, g_prev ← g, with Δ = Δ₀ and g_prev = 0 at the start
//!
//! - `lr` (Δ₀): the first step, greater than 0, default 0.1, in the unit of the weights. It is no learning rate: nothing is
//!   scaled by it later, and a spec that anneals it is refused (`docs/decisions/0005-rprop-has-no-rate.md`).
//! - `eta_plus` (η⁺): growth of a step, greater than 1, default 1.2; `eta_minus` (η⁻): its cut, 0 < η⁻ < 1, default 0.5.
//! - `delta_min`, `delta_max` (Δ_min, Δ_max): bounds of the steps, greater than 0, defaults 1e-6 and 50. A spec with a Δ₀
//!   outside of them is refused.
//! - `lr_to`: the largest first step, default 0 for none: each weight's Δ₀ is drawn uniformly from `lr` to `lr_to`, by the run's seed, as
//!   Prechelt 1994 has it (0.005 to 0.02).
//!
//! Shapes: θ, g, g_prev and Δ hold one number per weight. Riedmiller & Braun 1993, "A direct adaptive method for faster
//! backpropagation learning: the RPROP algorithm", whose defaults these are; without its backtracking, Riedmiller 1994,
//! the Rprop− of Igel & Hüsken 2000, "Improving the Rprop learning algorithm", algorithm 2. The gradient should be that of
//! the full batch: the signs of mini-batches' gradients are mostly noise near a minimum (lecture C2). PyTorch's `Rprop`
//! is not this form but `irprop-minus`. Optax's `rprop` (0.2.8) is none of the four: it stays where a gradient or the one
//! before is 0, so it does not move at the first step either. Burn has none.

use super::{Now, Optimizer, OptimizerEntry, Rate, sign};
use crate::num::lanes::vectorized;
use crate::num::{Layout, Purpose, Real, Stream};
use crate::registry::{Choice, Entry, Parameter, ParameterKind, Range};
use crate::value::Value;

pub const ENTRY: OptimizerEntry = OptimizerEntry {
    entry: Entry {
        name: "rprop",
        description: "steps by the signs of the full batch's gradient, the lecture's form (Rprop−)",
        revision: 1,
        source: "Riedmiller & Braun 1993; Igel & Hüsken 2000, algorithm 2; lecture L24",
        parameters: PARAMETERS,
    },
    rate: Rate::FirstStep,
    build_f32: &build,
    build_f64: &build,
};

/// The largest first step, left out where there is one for all weights.
const LR_TO: &str = "lr_to";

/// Of all four forms: the defaults are those of Riedmiller & Braun 1993, section 3.
pub(super) const PARAMETERS: &[Parameter] = &[
    step("lr", "first step Δ₀ of each weight; no rate: it cannot be annealed", 0.1),
    Parameter::with_default(
        "eta_plus",
        "factor η⁺ by which a step grows while the gradient keeps its sign",
        ParameterKind::Number(Range { low: 1.0, low_within: false, high: 100.0, high_within: true }),
        Value::Number(1.2),
    ),
    Parameter::with_default(
        "eta_minus",
        "factor η⁻ by which a step is cut where the gradient changes its sign",
        ParameterKind::Number(Range { low: 0.0, low_within: false, high: 1.0, high_within: false }),
        Value::Number(0.5),
    ),
    step("delta_min", "smallest step Δ_min", 1e-6),
    step("delta_max", "largest step Δ_max", 50.0),
    Parameter::with_default(
        LR_TO,
        "largest first step: each weight's is drawn uniformly from `lr` to it; 0 for none",
        ParameterKind::Number(Range { low: 0.0, low_within: true, high: 1e30, high_within: true }),
        Value::Number(0.0),
    )
    .left_out(),
];

const fn step(name: &'static str, description: &'static str, default: f64) -> Parameter {
    // Far smaller or larger ones would be 0 or infinite in f32.
    let range = Range { low: 1e-30, low_within: true, high: 1e30, high_within: true };
    Parameter::with_default(name, description, ParameterKind::Number(range), Value::Number(default))
}

/// Δ₀ of each weight.
fn first_steps<R: Real>(choice: &Choice, layout: &Layout) -> Vec<R> {
    let (least, most) = (choice.number("lr"), choice.parameters.get(LR_TO).and_then(Value::as_number).unwrap_or(0.0));
    if most == 0.0 {
        return vec![R::from_f64(least); layout.count()];
    }
    let mut stream = Stream::new(layout.seed(), Purpose::FirstSteps, 0);
    (0..layout.count()).map(|_| R::from_f64(least + (most - least) * stream.uniform())).collect()
}

/// Whether a weight's gradient changed its sign since the step before.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    Changed,
    /// It kept its sign, or one of the two is 0 (or not a number).
    Other,
}

/// The steps Δ of all weights and how they adapt: what the four forms have in common.
pub(super) struct RpropSteps<R> {
    eta_plus: R,
    eta_minus: R,
    least: R,
    most: R,
    /// Δ and g_prev.
    deltas: Vec<R>,
    previous: Vec<R>,
}

impl<R: Real> RpropSteps<R> {
    pub(super) fn new(choice: &Choice, layout: &Layout) -> Self {
        let number = |name| R::from_f64(choice.number(name));
        Self {
            eta_plus: number("eta_plus"),
            eta_minus: number("eta_minus"),
            least: number("delta_min"),
            most: number("delta_max"),
            deltas: first_steps(choice, layout),
            previous: vec![R::ZERO; layout.count()],
        }
    }

    /// Adapts each weight's Δ by its gradient and the one before, then lets `update` work on θ with (turn, Δ, θ, g_prev, v); what
    /// it leaves in g_prev is compared with the next gradient. The signs are compared and not the sign of a product, which small
    /// gradients would make 0. `last` is v, a number per weight for `update` alone, or nothing.
    ///
    /// Everything is a choice between two numbers and no branch, and `update` must be `#[inline(always)]` and likewise, so that the
    /// loop becomes one over vectors.
    #[inline(always)]
    pub(super) fn adapt<const N: usize>(
        &mut self,
        parameters: &mut [R],
        gradient: &[R],
        mut last: [&mut [R]; N],
        update: impl Fn(Turn, R, &mut R, &mut R, [&mut R; N]),
    ) {
        let Self { eta_plus, eta_minus, least, most, .. } = *self;
        let (deltas, previous) = (&mut self.deltas, &mut self.previous);
        vectorized(
            #[inline(always)]
            move || {
                let count = parameters.len();
                let (parameters, gradient) = (&mut parameters[..count], &gradient[..count]);
                let (deltas, previous) = (&mut deltas[..count], &mut previous[..count]);
                let mut last = last.each_mut().map(
                    #[inline(always)]
                    |numbers| &mut numbers[..count],
                );
                for i in 0..count {
                    let (g, delta) = (gradient[i], deltas[i]);
                    let product = sign(g) * sign(previous[i]);
                    let (longer, shorter) = (smaller(delta * eta_plus, most), larger(delta * eta_minus, least));
                    let changed = product < R::ZERO;
                    let kept_or_not = if product > R::ZERO { longer } else { delta };
                    let delta = if changed { shorter } else { kept_or_not };
                    (deltas[i], previous[i]) = (delta, g);
                    let turn = if changed { Turn::Changed } else { Turn::Other };
                    let own = last.each_mut().map(
                        #[inline(always)]
                        |numbers| &mut numbers[i],
                    );
                    update(turn, delta, &mut parameters[i], &mut previous[i], own);
                }
            },
        );
    }
}

#[inline(always)]
fn smaller<R: Real>(a: R, b: R) -> R {
    if a < b { a } else { b }
}

#[inline(always)]
fn larger<R: Real>(a: R, b: R) -> R {
    if a > b { a } else { b }
}

struct Rprop<R>(RpropSteps<R>);

fn build<R: Real>(choice: &Choice, layout: &Layout) -> Box<dyn Optimizer<R>> {
    Box::new(Rprop(RpropSteps::new(choice, layout)))
}

impl<R: Real> Optimizer<R> for Rprop<R> {
    fn step(&mut self, _now: Now<R>, parameters: &mut [R], gradient: &[R]) {
        self.0.adapt(
            parameters,
            gradient,
            [],
            #[inline(always)]
            |_, delta, theta, g, []| *theta -= sign(*g) * delta,
        );
    }
}
