//! The forms of targets that losses take.

use super::TargetsRef;
use crate::measure::{self, Measure};
use crate::num::Real;

/// Which targets a loss takes, and what y is to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetForm {
    /// Numbers: y has as many as there are outputs.
    Numbers,
    /// Classes, an output for each: y_k = 1 for the right class and 0 for the others.
    OneHot,
    /// Two classes, one output: y = 0 or 1.
    ZeroOne,
    /// Two classes, one output: y = −1 or +1.
    Signs,
    /// None: what comes out is minimized itself.
    Nothing,
}

impl TargetForm {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Numbers, Self::OneHot, Self::ZeroOne, Self::Signs, Self::Nothing];

    /// The name in the formula of a loss.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Numbers => "numbers",
            Self::OneHot => "one-hot",
            Self::ZeroOne => "zero-one",
            Self::Signs => "signs",
            Self::Nothing => "nothing",
        }
    }

    /// The metric that belongs to such targets.
    #[must_use]
    pub const fn metric(self) -> &'static Measure {
        match self {
            Self::Numbers => &measure::R2,
            Self::OneHot | Self::ZeroOne | Self::Signs => &measure::ACCURACY,
            Self::Nothing => &measure::DIGITS,
        }
    }

    /// Writes y as numbers, K for each answer, one answer after the other; nothing where there are no targets.
    pub fn write<R: Real>(self, targets: TargetsRef<'_, R>, outputs: usize, y: &mut [R]) {
        match targets {
            TargetsRef::Values(values) => y.copy_from_slice(values.data()),
            TargetsRef::None => {}
            TargetsRef::Classes(classes) if self == Self::OneHot => {
                y.fill(R::ZERO);
                for (row, &class) in y.chunks_exact_mut(outputs).zip(classes) {
                    row[class as usize] = R::ONE;
                }
            }
            TargetsRef::Classes(classes) => y.iter_mut().zip(classes).for_each(|(y, &class)| *y = self.of_class(class)),
        }
    }

    /// y of a class, of two.
    #[inline(always)]
    #[must_use]
    pub fn of_class<R: Real>(self, class: u32) -> R {
        match (class, self) {
            (1, _) => R::ONE,
            (_, Self::Signs) => -R::ONE,
            _ => R::ZERO,
        }
    }
}
