//! Optimizers: one file each, written per weight as on the lecture's slide.
//!
//! An optimizer sees flat slices and the layout of their blocks, and knows no engine, schedule or regularizer. Add one: a
//! file with its `ENTRY` and one line in [`ENTRIES`].

#![warn(missing_docs)]

mod adadelta;
mod adagrad;
mod adam;
mod adamax;
mod amsgrad;
mod by_rate;
mod gradient_descent;
mod irprop_minus;
mod irprop_plus;
mod lane;
mod lion;
mod momentum;
mod nadam;
mod nesterov;
mod rmsprop;
mod rprop;
mod rprop_plus;
mod weightwise;

pub use by_rate::build;
pub use lane::LaneOptimizer;
pub use weightwise::{PerWeight, weightwise};

use crate::num::crew::{Divisible, side_by_side};
use crate::num::lanes::vectorized;
use crate::num::{Layout, Real};
use crate::registry::{Choice, Entry, Parameter, ParameterKind, Range, Registered};
use crate::value::Value;

/// One training's optimizer with its state.
pub trait Optimizer<R: Real> {
    /// Where the next gradient is wanted, written to `point`; false: at the parameters themselves.
    ///
    /// Both slices hold one number per weight.
    fn look_ahead(&self, _parameters: &[R], _point: &mut [R]) -> bool {
        false
    }

    /// Where a second gradient is wanted in this step, from the first one, written to `point`; false: nowhere. [`Self::step`]
    /// is then given the second.
    fn look_again(&self, _parameters: &[R], _gradient: &[R], _point: &mut [R]) -> bool {
        false
    }

    /// Whether this step wants the gradient at θ of the same samples with labels drawn from the network's own answers:
    /// [`Self::take_drawn`] is given it before anything else of the step.
    fn wants_drawn(&self, _parameters: &[R]) -> bool {
        false
    }

    /// Takes the gradient that [`Self::wants_drawn`] asked for, one number per weight.
    fn take_drawn(&mut self, _gradient: &[R]) {}

    /// Whether other parameters than θ are to be evaluated, which [`Self::report`] gives; before the first step it is θ.
    fn reports(&self) -> bool {
        false
    }

    /// The parameters that are to be evaluated after a step, written to `reported`.
    fn report(&self, _parameters: &[R], _reported: &mut [R]) {}

    /// Whether [`Now::loss`] matters.
    fn needs_loss(&self) -> bool {
        false
    }

    /// Whether it multiplies the rate by [`crate::num::Block::rate`] itself; else blocks with other rates have optimizers of their own.
    fn knows_rates(&self) -> bool {
        false
    }

    /// The method as a run of a gang has it, where it is one formula per weight ([`PerWeight`]).
    fn lanes(&mut self) -> Option<&mut dyn LaneOptimizer<R>> {
        None
    }

    /// θ ← the next θ, from the gradient at the parameters (or at [`Self::look_ahead`]'s point) and what else is known
    /// at this step. Both slices hold one number per weight.
    fn step(&mut self, now: Now<R>, parameters: &mut [R], gradient: &[R]);
}

/// What is known at a step besides the gradient.
#[derive(Clone, Copy, Debug)]
pub struct Now<R> {
    /// η_t
    pub learning_rate: R,
    /// The loss where the gradient was taken, with the penalty of coupled weight decay, whose gradient is part of it;
    /// not a number where the optimizer does not need it, so that nothing is spent on it.
    pub loss: R,
}

/// An optimizer in the registry.
pub struct OptimizerEntry {
    /// What it says of itself.
    pub entry: Entry,
    /// What the rate of annealing is for it.
    pub rate: Rate,
    /// Mostly `&build` for a `fn build<R: Real>(choice: &Choice, layout: &Layout) -> Box<dyn Optimizer<R>>`, here and below.
    pub build_f32: &'static Construct<f32>,
    /// The same in f64.
    pub build_f64: &'static Construct<f64>,
}

impl Registered for OptimizerEntry {
    fn entry(&self) -> &Entry {
        &self.entry
    }
}

/// What makes a fresh optimizer, from the values of its parameters and the blocks of what it updates.
pub type Construct<R> = dyn Fn(&Choice, &Layout) -> Box<dyn Optimizer<R>> + Send + Sync;

/// What an optimizer's `lr` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rate {
    /// The learning rate η₀, by which every step is scaled and which annealing lets fall.
    Annealed,
    /// The first step Δ₀ of a method that finds each weight's step itself: nothing is scaled by it later, so annealing,
    /// decoupled decay and the L1 threshold, all of which go by η_t, mean nothing.
    FirstStep,
}

/// Every optimizer, in the order in which `burnmark list` shows them.
pub const ENTRIES: &[&OptimizerEntry] = &[
    &gradient_descent::ENTRY,
    &momentum::ENTRY,
    &nesterov::ENTRY,
    &rprop::ENTRY,
    &rprop_plus::ENTRY,
    &irprop_plus::ENTRY,
    &irprop_minus::ENTRY,
    &adagrad::ENTRY,
    &rmsprop::ENTRY,
    &adadelta::ENTRY,
    &adam::ENTRY,
    &adamax::ENTRY,
    &amsgrad::ENTRY,
    &nadam::ENTRY,
    &lion::ENTRY,
];

/// The learning rate η₀, which all but the Rprop family have.
pub const LEARNING_RATE: Parameter =
    Parameter::new("lr", "learning rate η₀, before annealing", ParameterKind::Number(Range::POSITIVE))
        .in_unit("per step");

/// A coefficient that says how much of a mean is kept per step.
#[must_use]
pub const fn memory(name: &'static str, description: &'static str, default: f64) -> Parameter {
    Parameter::with_default(name, description, ParameterKind::Number(Range::BELOW_ONE), Value::Number(default))
}

/// The ε that keeps divisors from 0.
#[must_use]
pub const fn epsilon(default: f64) -> Parameter {
    // Far smaller ones would be 0 in f32, and the divisor with them.
    const LEAST: Range = Range { low: 1e-30, low_within: true, high: 1.0, high_within: true };
    Parameter::with_default(
        "epsilon",
        "ε that keeps the divisor from 0",
        ParameterKind::Number(LEAST),
        Value::Number(default),
    )
}

/// Whether running moments that begin at 0 are divided by the share of them that has come in (lecture L27, C21).
const BIAS_CORRECTION: Parameter = Parameter::with_default(
    "bias_correction",
    "whether moments are divided by 1 − β^{t+1}, since they begin at 0",
    ParameterKind::Flag,
    Value::Flag(true),
)
.left_out();

/// What a choice says of [`BIAS_CORRECTION`].
fn corrects_bias(choice: &Choice) -> bool {
    choice.parameters.get("bias_correction") != Some(&Value::Flag(false))
}

/// Where ε stands, for optimizers about which libraries disagree.
const EPSILON_PLACE: Parameter = Parameter::with_default(
    "epsilon_place",
    "ε `inside` the root, as in the lecture, or `outside`, as in PyTorch",
    ParameterKind::OneOf(&["inside", "outside"]),
    Value::word("inside"),
);

/// One pass of `update` over the weights: θ, g and what an optimizer keeps per weight. The closure must carry
/// `#[inline(always)]` and `move` what it uses, so that the loop becomes one over vectors. Several threads may share the weights.
#[inline(always)]
pub fn per_weight<R: Real, const N: usize>(
    parameters: &mut [R],
    gradient: &[R],
    state: [&mut [R]; N],
    update: impl Fn(&mut R, R, [&mut R; N]) + Copy + Sync,
) {
    side_by_side(
        WeightsOfStep { parameters, gradient, state },
        LEAST_WEIGHTS,
        WEIGHTS_OF_PARTS,
        #[inline(always)]
        move |WeightsOfStep { parameters, gradient, mut state }| {
            vectorized(
                #[inline(always)]
                move || {
                    let count = parameters.len();
                    let (parameters, gradient) = (&mut parameters[..count], &gradient[..count]);
                    let mut state = state.each_mut().map(
                        #[inline(always)]
                        |numbers| &mut numbers[..count],
                    );
                    for i in 0..count {
                        let kept = state.each_mut().map(
                            #[inline(always)]
                            |numbers| &mut numbers[i],
                        );
                        update(&mut parameters[i], gradient[i], kept);
                    }
                },
            );
        },
    );
}

/// Weights that are worth another thread.
const LEAST_WEIGHTS: usize = 1 << 15;
/// Threads have multiples of so many, which are whole vectors and lines of the cache.
const WEIGHTS_OF_PARTS: usize = 16;

/// Some weights of a step.
struct WeightsOfStep<'a, R, const N: usize> {
    parameters: &'a mut [R],
    gradient: &'a [R],
    state: [&'a mut [R]; N],
}

impl<R: Real, const N: usize> Divisible for WeightsOfStep<'_, R, N> {
    fn length(&self) -> usize {
        self.parameters.len()
    }

    fn divide(self, at: usize) -> (Self, Self) {
        let (parameters, others) = self.parameters.split_at_mut(at);
        let (gradient, of_others) = self.gradient.split_at(at);
        let mut kept = self.state.map(|numbers| numbers.split_at_mut(at));
        let kept_of_others = kept.each_mut().map(|(_, rest)| std::mem::take(rest));
        let first = Self { parameters, gradient, state: kept.map(|(numbers, _)| numbers) };
        (first, Self { parameters: others, gradient: of_others, state: kept_of_others })
    }
}

/// 1, 0 or −1, as x is above, at or below 0; not a number stays none, so that a diverged run is seen.
#[inline(always)]
#[must_use]
pub fn sign<R: Real>(x: R) -> R {
    if x > R::ZERO {
        R::ONE
    } else if x < R::ZERO {
        -R::ONE
    } else {
        x
    }
}

/// ε as what is added inside the root and outside of it, one of which is 0.
fn epsilons<R: Real>(choice: &Choice) -> [R; 2] {
    let epsilon = R::from_f64(choice.number("epsilon"));
    if choice.text("epsilon_place") == "inside" { [epsilon, R::ZERO] } else { [R::ZERO, epsilon] }
}

/// √(x + ε) with ε inside the root, √x + ε with it outside.
#[inline(always)]
fn root<R: Real>(x: R, [inside, outside]: [R; 2]) -> R {
    (x + inside).sqrt() + outside
}

/// The precisions that an optimizer can be built in.
pub trait Build: Real {
    /// The optimizer of an entry in this precision.
    fn build(entry: &OptimizerEntry, choice: &Choice, layout: &Layout) -> Box<dyn Optimizer<Self>>;
}

impl Build for f32 {
    /// The optimizer of an entry in this precision.
    fn build(entry: &OptimizerEntry, choice: &Choice, layout: &Layout) -> Box<dyn Optimizer<Self>> {
        (entry.build_f32)(choice, layout)
    }
}

impl Build for f64 {
    /// The optimizer of an entry in this precision.
    fn build(entry: &OptimizerEntry, choice: &Choice, layout: &Layout) -> Box<dyn Optimizer<Self>> {
        (entry.build_f64)(choice, layout)
    }
}
