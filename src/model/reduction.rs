//! How the losses of a batch become one number.

use crate::num::Real;

/// What becomes of the losses of a batch's samples (and of each sample's positions).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reduction {
    /// Their mean.
    Mean,
    /// Their sum.
    Sum,
}

impl Reduction {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Mean, Self::Sum];

    /// The name in spec files and tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mean => "mean",
            Self::Sum => "sum",
        }
    }

    /// The factor of each of m answers: 1/m for a mean. m stays below 2²⁴, where f32 is exact.
    #[must_use]
    #[allow(clippy::cast_precision_loss)]
    pub fn share<R: Real>(self, answers: usize) -> R {
        match self {
            Self::Mean => R::ONE / R::from_f64(answers as f64),
            Self::Sum => R::ONE,
        }
    }
}
