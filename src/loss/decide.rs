//! The class that outputs say.

use super::{Loss, TargetForm};
use crate::num::Real;

impl Loss {
    /// The class that the outputs of one answer say: the first of the largest (lecture L10). Of one output it is class 1 where ŷ > ½:
    /// s > 0 with a sigmoid (lecture L7), else s itself; for y = ±1 as the perceptron where s ≥ 0 (lecture L1).
    #[must_use]
    pub fn class_of<R: Real>(&self, s: &[R]) -> u32 {
        match s {
            [s] => u32::from(match self.entry.targets {
                TargetForm::Signs if !self.has_probabilities() => *s >= R::ZERO,
                TargetForm::ZeroOne if !self.has_probabilities() => *s > R::from_f64(0.5),
                _ => *s > R::ZERO,
            }),
            s => u32::try_from(argmax(s)).unwrap_or(u32::MAX),
        }
    }
}

/// The place of the largest number, the first of equals: for two classes, class 1 only where ŷ > ½ (lecture L7).
#[must_use]
pub fn argmax<R: PartialOrd>(numbers: &[R]) -> usize {
    let Some(mut most) = numbers.first() else { return 0 };
    let mut best = 0;
    for (k, number) in numbers.iter().enumerate().skip(1) {
        if number > most {
            (best, most) = (k, number);
        }
    }
    best
}
