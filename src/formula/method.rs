//! An optimizer as a formula: its declarations and its programs.

use super::check::Checked;
use super::mistake::FormulaError;
use super::parameters::Declared;
use super::shape::ValueShape;
use super::sizes::Sizes;
use crate::num::Layout;

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
    /// In which steps the gradient with labels drawn from the network's own answers is taken.
    pub drawn_gradient_when: Option<Checked>,
    pub report: Option<Checked>,
    /// The shapes of all numbers that it keeps, whatever its parameters are: states, and results between two passes.
    pub kept: Vec<ValueShape>,
    /// Of the canonical form, in hex.
    pub digest: String,
}

/// How many numbers a method may keep: so many times those of θ, and so many beside.
const MOST_TIMES: usize = 64;
const MOST_BESIDE: usize = 1 << 22;

impl OptimizerFormula {
    /// The number of the state with this name among the states that are arrays of numbers per weight, in the order of the machine.
    pub(super) fn place_of(&self, name: &str) -> Option<usize> {
        let arrays = self.states.iter().filter(|state| !state.shape.is_scalar());
        arrays.into_iter().position(|state| state.name == name)
    }

    /// Whether what the method keeps is small enough for a network with this layout.
    ///
    /// # Errors
    /// Where it is not, with the numbers.
    pub fn fits(&self, layout: &Layout) -> Result<(), FormulaError> {
        self.keeps(&self.kept, layout)
    }

    /// The same of values with these shapes.
    pub(super) fn keeps(&self, shapes: &[ValueShape], layout: &Layout) -> Result<(), FormulaError> {
        let sizes = Sizes::of(layout);
        let kept = shapes.iter().fold(0_usize, |sum, shape| sum.saturating_add(sizes.count(*shape)));
        let most = layout.count().saturating_mul(MOST_TIMES).saturating_add(MOST_BESIDE);
        if kept <= most {
            return Ok(());
        }
        Err(FormulaError::TooLarge { method: self.name.clone(), kept, weights: layout.count(), most })
    }
}

/// What a method keeps from step to step.
#[derive(Clone, Debug)]
pub struct State {
    pub name: String,
    pub shape: ValueShape,
    pub start: Checked,
}
