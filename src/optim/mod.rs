//! Optimizers: one file each, written per weight as on the lecture's slide.
//!
//! An optimizer sees flat slices and knows no engine, schedule or regularizer. Add one: a file with its `ENTRY` and one
//! line in [`ENTRIES`].

mod adam;
mod gradient_descent;
mod momentum;
mod nesterov;

use crate::num::Real;
use crate::registry::{Choice, Entry, Parameter, ParameterKind, Range};

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
pub const ENTRIES: &[&OptimizerEntry] = &[&gradient_descent::ENTRY, &momentum::ENTRY, &nesterov::ENTRY, &adam::ENTRY];

/// The learning rate η₀, which every optimizer has.
const LEARNING_RATE: Parameter = Parameter {
    name: "lr",
    description: "learning rate η₀, per step, before annealing",
    kind: ParameterKind::Number(Range::POSITIVE),
    default: None,
};

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
