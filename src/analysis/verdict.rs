//! What can be said of two methods.

use serde::Serialize;

/// What can be said of the second against the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    Better,
    Worse,
    /// The same figure for every seed.
    Same,
    /// They differ by less than the smallest difference of interest, whichever is ahead.
    SameWithinMargin,
    /// So few seeds in common that no difference, however large, could be told from chance.
    TooFewSeeds,
    /// Chance explains what was seen, once it is counted how many comparisons were made.
    NotToldApart,
    /// One was chosen from more trials than the other, and nobody allowed that.
    UnequalBudgets,
    /// Some seeds are those of one only, and nobody allowed that.
    UnpairedSeeds,
}

impl Verdict {
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Better => "better",
            Self::Worse => "WORSE",
            Self::Same => "the same",
            Self::SameWithinMargin => "the same within the margin",
            Self::TooFewSeeds => "no verdict: too few seeds",
            Self::NotToldApart => "not told apart",
            Self::UnequalBudgets => "no verdict: unequal budgets",
            Self::UnpairedSeeds => "no verdict: unpaired seeds",
        }
    }

    /// Whether something is in the way of any verdict, however many seeds there are.
    #[must_use]
    pub fn is_blocked(self) -> bool {
        matches!(self, Self::UnequalBudgets | Self::UnpairedSeeds)
    }

    /// Whether one is said to be better than the other.
    #[must_use]
    pub fn is_difference(self) -> bool {
        matches!(self, Self::Better | Self::Worse)
    }
}
