//! Optimizers: one file each, written per weight as on the lecture's slide.
//!
//! An optimizer sees flat slices and knows no engine, schedule or regularizer. Add one: a file with its `ENTRY` and one
//! line in [`ENTRIES`].

mod adadelta;
mod adagrad;
mod adam;
mod adamax;
mod amsgrad;
mod gradient_descent;
mod momentum;
mod nadam;
mod nesterov;
mod rmsprop;

use crate::num::Real;
use crate::registry::{Choice, Default, Entry, Parameter, ParameterKind, Range};

/// One training's optimizer with its state.
pub trait Optimizer<R: Real> {
    /// Where the next gradient is wanted, written to `point`; false: at the parameters themselves.
    ///
    /// Both slices hold one number per weight.
    fn look_ahead(&self, _parameters: &[R], _point: &mut [R]) -> bool {
        false
    }

    /// θ ← the next θ, from the gradient at the parameters (or at [`Self::look_ahead`]'s point) and the learning rate
    /// η_t of this step. Both slices hold one number per weight.
    fn step(&mut self, learning_rate: R, parameters: &mut [R], gradient: &[R]);
}

/// An optimizer in the registry.
pub struct OptimizerEntry {
    pub entry: Entry,
    build_f32: fn(&Choice, usize) -> Box<dyn Optimizer<f32>>,
    build_f64: fn(&Choice, usize) -> Box<dyn Optimizer<f64>>,
}

/// Every optimizer, in the order in which `burnmark list` shows them.
pub const ENTRIES: &[&OptimizerEntry] = &[
    &gradient_descent::ENTRY,
    &momentum::ENTRY,
    &nesterov::ENTRY,
    &adagrad::ENTRY,
    &rmsprop::ENTRY,
    &adadelta::ENTRY,
    &adam::ENTRY,
    &adamax::ENTRY,
    &amsgrad::ENTRY,
    &nadam::ENTRY,
];

/// The learning rate η₀, which every optimizer has.
const LEARNING_RATE: Parameter = Parameter {
    name: "lr",
    description: "learning rate η₀, per step, before annealing",
    kind: ParameterKind::Number(Range::POSITIVE),
    default: None,
};

/// A coefficient that says how much of a mean is kept per step.
const fn memory(name: &'static str, description: &'static str, default: f64) -> Parameter {
    Parameter {
        name,
        description,
        kind: ParameterKind::Number(Range::BELOW_ONE),
        default: Some(Default::Number(default)),
    }
}

/// The ε that keeps divisors from 0.
const fn epsilon(default: f64) -> Parameter {
    Parameter {
        name: "epsilon",
        description: "ε that keeps the divisor from 0",
        // Far smaller ones would be 0 in f32, and the divisor with them.
        kind: ParameterKind::Number(Range { low: 1e-30, low_within: true, high: 1.0, high_within: true }),
        default: Some(Default::Number(default)),
    }
}

/// Where ε stands, for optimizers about which libraries disagree.
const EPSILON_PLACE: Parameter = Parameter {
    name: "epsilon_place",
    description: "ε `inside` the root, as in the lecture, or `outside`, as in PyTorch",
    kind: ParameterKind::OneOf(&["inside", "outside"]),
    default: Some(Default::Text("inside")),
};

/// √(x + ε) with ε inside the root, √x + ε with it outside.
fn root<R: Real>(x: R, epsilon: R, inside: bool) -> R {
    if inside { (x + epsilon).sqrt() } else { x.sqrt() + epsilon }
}

/// The precisions that an optimizer can be built in.
pub trait Build: Real {
    fn build(entry: &OptimizerEntry, choice: &Choice, weights: usize) -> Box<dyn Optimizer<Self>>;
}

impl Build for f32 {
    fn build(entry: &OptimizerEntry, choice: &Choice, weights: usize) -> Box<dyn Optimizer<Self>> {
        (entry.build_f32)(choice, weights)
    }
}

impl Build for f64 {
    fn build(entry: &OptimizerEntry, choice: &Choice, weights: usize) -> Box<dyn Optimizer<Self>> {
        (entry.build_f64)(choice, weights)
    }
}

/// A fresh optimizer for this many weights.
///
/// # Errors
/// Where no optimizer has the choice's name.
pub fn build<R: Build>(choice: &Choice, weights: usize) -> Result<Box<dyn Optimizer<R>>, String> {
    let entry = ENTRIES.iter().find(|known| known.entry.name == choice.kind);
    let entry = entry.ok_or_else(|| format!("unknown optimizer `{}`", choice.kind))?;
    Ok(R::build(entry, choice, weights))
}
