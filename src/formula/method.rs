//! An optimizer as a formula: its declarations and its programs.

use super::check::Checked;
use super::parameters::Declared;
use super::shape::ValueShape;

/// An optimizer as a formula.
#[derive(Clone, Debug)]
pub struct OptimizerFormula {
    pub name: String,
    pub description: String,
    pub source: String,
    pub parameters: Vec<Declared>,
    pub states: Vec<State>,
    pub update: Checked,
    pub gradient_at: Option<Checked>,
    pub second_gradient_at: Option<Checked>,
    pub report: Option<Checked>,
    /// Of the canonical form, in hex.
    pub digest: String,
}

/// What a method keeps from step to step.
#[derive(Clone, Debug)]
pub struct State {
    pub name: String,
    pub shape: ValueShape,
    pub start: Checked,
}
