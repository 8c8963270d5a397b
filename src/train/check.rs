//! Each run's own check: the other engine answers the same question at the first, middle and last step.

use super::Stepper;
use super::stepper::GradientQuestion;
use crate::engine::{Engine, EngineError};
use crate::num::{MatMut, MatRef, Precision, Real};
use crate::record::Check;

/// The other engine, and how far it was from this one so far.
pub struct CrossCheck<'a, R> {
    other: &'a mut dyn Engine<R>,
    /// Numbers per sample that come out.
    outputs: usize,
    /// Which steps are checked, counted from 1.
    steps: [u64; 3],
    gradient: Vec<R>,
    worst: Check,
}

/// What a gap may be: a multiple of the unit roundoff.
///
/// Two engines add the same terms in different order, so a sum of k terms differs by up to about √k roundings of its
/// largest partial sum; cancellation in ŷ − y, in activations and along the layers multiplies that. f64 has room to
/// spare. In f32 a pre-activation within rounding of 0 can fall on the other side of ReLU's kink, which moves one unit's
/// share of the gradient at once, and on its way to divergence a network's activations cancel ever more digits: the
/// largest gap over the main job is 3.5e-4 (`docs/decisions/0004-results.md`). A wrong formula is off by whole terms.
#[must_use]
pub fn bound(precision: Precision) -> f64 {
    match precision {
        Precision::F32 => 1e-2,
        Precision::F64 => 1e-9,
    }
}

impl<'a, R: Real> CrossCheck<'a, R> {
    /// The other engine of a network that gives this many numbers per sample.
    pub fn new(other: &'a mut dyn Engine<R>, outputs: usize) -> Self {
        let worst = Check { loss_gap: 0.0, gradient_gap: 0.0, bound: bound(R::PRECISION) };
        Self { other, outputs, steps: [0; 3], gradient: Vec::new(), worst }
    }

    /// The first, middle and last of this many steps; of a run that may stop earlier, `earliest` in place of the last.
    pub(super) fn choose_steps(&mut self, total: u64, earliest: u64) {
        self.steps = [1, total.div_ceil(2), earliest.min(total)];
    }

    /// Whether the step in hand is one of the chosen.
    pub(super) fn is_due(&self, stepper: &Stepper<R>) -> bool {
        self.steps.contains(&(stepper.steps() + 1))
    }

    /// Asks the other engine what this one was asked at the step in hand, if it is one of the chosen. It is given the same
    /// point, noise and masks; clipping and decay come after the engine's answer and are not part of it.
    pub(super) fn after_answer(&mut self, stepper: &Stepper<R>) -> Result<(), EngineError> {
        if self.is_due(stepper) { self.compare(&stepper.question()) } else { Ok(()) }
    }

    /// Asks the other engine what this one was asked, and keeps the gap if it is the largest yet.
    ///
    /// # Errors
    /// Where the other engine fails.
    pub fn compare(&mut self, last: &GradientQuestion<'_, R>) -> Result<(), EngineError> {
        if !last.loss.is_finite() || last.gradient.iter().any(|g| !g.is_finite()) {
            return Ok(()); // both have left the numbers; there is nothing to compare
        }
        self.gradient.resize(last.gradient.len(), R::ZERO);
        let loss = self.other.loss_and_gradient(last.point, &last.batch, &mut self.gradient)?;
        let largest_output = largest_output(self.other, self.outputs, last.point, last.batch.inputs)?;
        if !R::from_f64(largest_output * largest_output).is_finite() {
            return Ok(()); // at the edge of the numbers, where intermediate results overflow in one engine first
        }
        let worst = &mut self.worst;
        worst.loss_gap = worst.loss_gap.max(gap(&[loss], &[last.loss], largest_output));
        worst.gradient_gap = worst.gradient_gap.max(gap(&self.gradient, last.gradient, SMALL));
        Ok(())
    }

    #[must_use]
    pub fn result(self) -> Check {
        self.worst
    }
}

/// max|s| of the linear outputs, `width` per sample, or [`SMALL`] if that is larger: a loss is a difference of such
/// numbers, and keeps their roundings where they cancel.
pub(super) fn largest_output<R: Real>(
    engine: &mut dyn Engine<R>,
    width: usize,
    point: &[R],
    inputs: MatRef<'_, R>,
) -> Result<f64, EngineError> {
    let mut outputs = vec![R::ZERO; inputs.rows() * width];
    engine.outputs(point, inputs, MatMut::new(inputs.rows(), width, &mut outputs))?;
    let larger = |largest: f64, s: &R| if s.is_finite() { largest.max(s.to_f64().abs()) } else { f64::INFINITY };
    Ok(outputs.iter().fold(SMALL, larger))
}

/// Below this, gaps are absolute: errors ŷ − y near 0 keep the roundings of ŷ near 1.
pub(super) const SMALL: f64 = 0.1;

/// max|a − b| / max(max|b|, floor); the largest number there is where one side is not a finite number.
pub(super) fn gap<R: Real>(a: &[R], b: &[R], floor: f64) -> f64 {
    let largest = b.iter().fold(floor, |largest: f64, b| largest.max(b.to_f64().abs()));
    let apart = a.iter().zip(b).map(|(a, b)| (a.to_f64() - b.to_f64()).abs() / largest);
    apart.fold(0.0, |worst: f64, apart| if apart.is_finite() { worst.max(apart) } else { f64::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_relative_to_the_largest_entry() {
        assert_eq!(gap(&[1.0, 2.5], &[1.0, 2.0], SMALL), 0.25);
        assert_eq!(gap(&[0.0_f64], &[0.0], SMALL), 0.0);
        assert_eq!(gap(&[1.0], &[0.5], 10.0), 0.05);
        for beyond in [f64::NAN, f64::INFINITY] {
            assert_eq!(gap(&[beyond, 1.0], &[1.0, 1.0], SMALL), f64::MAX, "a number, which JSON can hold");
        }
    }
}
