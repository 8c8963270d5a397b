//! The targets of some answers, as engines hand them to losses.

use crate::num::MatRef;

/// The targets of a batch.
#[derive(Clone, Copy)]
pub enum TargetsRef<'a, R> {
    /// A class for each answer, m times the positions, counted from 0.
    Classes(&'a [u32]),
    /// K numbers for each answer.
    Values(MatRef<'a, R>),
    /// None: an objective has no targets.
    None,
}

impl<'a, R> TargetsRef<'a, R> {
    /// The class of each answer.
    ///
    /// # Panics
    /// Where the targets are numbers: a network's loss takes the targets that it was made for.
    #[must_use]
    #[allow(clippy::needless_pass_by_value)] // two words, and a reference would shorten what comes out
    pub fn classes(self) -> &'a [u32] {
        match self {
            Self::Classes(classes) => classes,
            Self::Values(_) | Self::None => panic!("a loss of classes is given classes"),
        }
    }
}
