//! Why there is no solution, as a value with a name.

use std::fmt;

/// What keeps a method from a solution that means something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Column `column` of X depends on those before it: many w are equally good.
    RankDeficient { column: usize },
    /// A hyperplane separates the classes, so that the loss falls for ever as w grows: no finite w is best. `complete`:
    /// no sample lies on it.
    Separable { complete: bool },
    /// More folds than samples.
    TooFewSamples { samples: usize, needed: usize },
    /// The iterations did not come to rest.
    NotConverged { iterations: u64 },
    /// The numbers are too large to be squared and added up.
    Overflow,
}

impl Problem {
    /// The name in tables and in JSON.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::RankDeficient { .. } => "rank-deficient",
            Self::Separable { .. } => "separable",
            Self::TooFewSamples { .. } => "too-few-samples",
            Self::NotConverged { .. } => "not-converged",
            Self::Overflow => "overflow",
        }
    }

    /// In words, with the names of X's columns.
    #[must_use]
    pub fn explain(&self, column_name: impl Fn(usize) -> String) -> String {
        match self {
            Self::RankDeficient { column } => format!(
                "rank-deficient: {} is a combination of the columns before it (as far as 64-bit numbers can tell), so many \
                 coefficients fit equally well",
                column_name(*column)
            ),
            other => other.to_string(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RankDeficient { column } => write!(f, "rank-deficient: column {column} of X depends on those before it"),
            Self::Separable { complete: true } => f.write_str(
                "separable: a hyperplane has all samples of either class on one side, so the loss falls for ever as the \
                 coefficients grow, and none is best",
            ),
            Self::Separable { complete: false } => f.write_str(
                "separable: a hyperplane has the samples of either class on one side or on itself (quasi-complete \
                 separation), so the loss falls for ever as the coefficients grow, and none is best",
            ),
            Self::TooFewSamples { samples, needed } => {
                write!(f, "too few samples: {samples}, at least {needed} are needed")
            }
            Self::NotConverged { iterations } => write!(f, "not converged after {iterations} iterations"),
            Self::Overflow => f.write_str("overflow: the numbers are too large to be squared; scale them down"),
        }
    }
}
