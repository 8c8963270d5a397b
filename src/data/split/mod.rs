//! Training, validation and test part: drawn by each seed, in the order of the rows, by folds, or as the set has them.

mod drawn;
mod fixed;
mod folds;
#[cfg(test)]
mod tests;
mod units;
mod written;

use super::error::{DataError, DataFault};
use super::set::{DataSet, Target};
use crate::registry::Choice;
use serde::{Deserialize, Serialize};
use written::Written;

pub use drawn::class_parts;
pub use fixed::{InOrder, divided_group};
pub use written::{GIVEN, OWN, split_in_words};

/// How samples come into the parts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub enum Split {
    /// Shares that each seed draws, of each class; the test rows may be the same for every seed.
    Drawn(Shares),
    /// The first rows train, the next ones validate, the last ones test, for every seed.
    InOrder(InOrder),
    /// Seed s tests fold s mod k, validates on the next fold and trains on the others.
    Folds(u64),
    /// The parts that the set comes with. Where it has no validation rows, a fifth of its training rows is drawn for them.
    Own,
}

/// The parts' shares of the samples; each greater than 0, together 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shares {
    pub train: f64,
    pub validation: f64,
    pub test: TestPart,
}

/// Where the test part comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TestPart {
    /// A share that each seed draws anew.
    Drawn(f64),
    /// A share that is held out: the same rows for every seed.
    Held(f64),
    /// The test rows that the set comes with, for every seed; the other shares are of the rest.
    Own,
}

impl Shares {
    /// 60 % to learn from, 20 % to choose by, 20 % to judge by.
    pub const USUAL: Self = Self { train: 0.6, validation: 0.2, test: TestPart::Drawn(0.2) };
}

impl From<Shares> for Split {
    fn from(shares: Shares) -> Self {
        Self::Drawn(shares)
    }
}

/// The fewest folds: one to test, one to validate, one to train.
pub const LEAST_FOLDS: u64 = 3;
/// The most folds.
pub const MOST_FOLDS: u64 = 1000;

impl Split {
    /// Of a spec that says nothing: the parts or the order that the set's file says; else shares that each seed draws.
    #[must_use]
    pub fn usual(set: &Choice) -> Self {
        let says = |parameter: &str| set.parameters.contains_key(parameter);
        if says("part") || says("test") {
            Self::Own
        } else if says("time") && !says("sequence") {
            Self::InOrder(InOrder::USUAL)
        } else {
            Self::Drawn(Shares::USUAL)
        }
    }

    /// Whether the test part is the same for every seed.
    #[must_use]
    pub const fn is_held_out(&self) -> bool {
        match self {
            Self::Drawn(shares) => !matches!(shares.test, TestPart::Drawn(_)),
            Self::InOrder(_) | Self::Own => true,
            Self::Folds(_) => false,
        }
    }

    /// Test rows for each training row, where seeds draw both from the same rows; else 0.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // at most MOST_FOLDS
    pub fn overlap(&self) -> f64 {
        match self {
            Self::Drawn(Shares { train, test: TestPart::Drawn(test), .. }) => test / train,
            Self::Folds(folds) => 1.0 / (folds - 2) as f64,
            Self::Drawn(_) | Self::InOrder(_) | Self::Own => 0.0,
        }
    }
}

/// Which samples belong to which part, each ascending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Indices {
    pub train: Vec<usize>,
    pub validation: Vec<usize>,
    pub test: Vec<usize>,
}

impl Indices {
    /// The parts with their names, in the order in which they are needed.
    #[must_use]
    pub fn named(&self) -> [(&'static str, &[usize]); 3] {
        [("training", &self.train), ("validation", &self.validation), ("test", &self.test)]
    }
}

/// Splits by seed. All points of an objective are every part, but where its set has parts and they are asked for.
///
/// # Errors
/// Where a part would be empty, the training part lacks a class, or the set does not have what the split asks for.
pub fn split(set: &DataSet, split: impl Into<Split>, seed: u64) -> Result<Indices, DataError> {
    let split = split.into();
    if let Target::Objective(_) = set.target
        && !(split == Split::Own && set.rows.own.is_some())
    {
        // The points are the problem: with a part of them it would be another one.
        let all: Vec<usize> = (0..set.samples()).collect();
        return match split {
            Split::Drawn(Shares { test: TestPart::Drawn(_), .. }) => {
                Ok(Indices { train: all.clone(), validation: all.clone(), test: all })
            }
            Split::Folds(_) => Err(DataFault::Split.error("a problem without data has no rows for folds")),
            _ => Err(DataFault::Split.error("a problem without data has no rows to hold out")),
        };
    }
    let mut parts = match split {
        Split::Drawn(shares) => drawn::drawn(set, shares, seed)?,
        Split::InOrder(order) => fixed::in_order(set, order)?,
        Split::Folds(folds) => folds::folds(set, folds, seed)?,
        Split::Own => fixed::own(set, seed)?,
    };
    for (name, part) in
        [("validation", &mut parts.validation), ("test", &mut parts.test), ("training", &mut parts.train)]
    {
        if part.is_empty() {
            return Err(DataFault::Split.error(format!("the {name} part is empty: too few samples for its share")));
        }
        part.sort_unstable();
    }
    match lacking(set, &parts.train).first() {
        Some(class) => {
            Err(DataFault::Split.error(format!("no sample of {} is left for training", set.about.class(*class))))
        }
        None => Ok(parts),
    }
}

/// The classes of which a part has no sample.
#[must_use]
pub fn lacking(set: &DataSet, part: &[usize]) -> Vec<usize> {
    let (Target::Classes { labels, count }, 1) = (&set.target, set.positions()) else { return Vec::new() };
    let mut seen = vec![false; *count];
    part.iter().for_each(|&row| seen[labels[row] as usize] = true);
    seen.iter().enumerate().filter(|(_, seen)| !**seen).map(|(class, _)| class).collect()
}
