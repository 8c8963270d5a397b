//! An optimizer among the runs of a gang (`num/gang/`).

use crate::num::Real;
use crate::num::gang::Pattern;
use std::any::TypeId;
use std::ops::Range;

/// An optimizer as a run of a gang has it: the run's coefficients are its own, and the numbers that are kept per weight are the gang's.
pub trait LaneOptimizer<R: Real> {
    /// Of the formula: runs with the same one are updated together.
    fn formula(&self) -> TypeId;

    /// N, how many numbers it keeps per weight.
    fn kept(&self) -> usize;

    /// The coefficients of this run's next step, written over what `to` holds; called once per step.
    fn coefficients(&mut self, learning_rate: R, to: &mut Vec<R>);

    /// μ of a method that wants the gradient at θ + μv, v being the first number that it keeps.
    fn ahead(&self) -> Option<R>;

    /// θ ← the next θ at a place of all numbers, for those runs whose `on` is not 0.
    fn step_lanes(
        &self,
        coefficients: &[Pattern<R>],
        on: &Pattern<R>,
        place: Range<usize>,
        parameters: &mut [R],
        gradient: &[R],
        kept: &mut [Vec<R>],
    );

    /// The numbers that are kept of a run alone.
    fn own(&mut self) -> &mut [Vec<R>];
}
