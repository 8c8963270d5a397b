//! What is known of the rows of a set besides features and target: whom they belong to, in which order they came about, which part
//! their publisher has them in.

use super::error::{DataError, DataFault};
use crate::digest::Digest;
use std::ops::Range;

/// What is known of the rows. A set of our own knows nothing of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    pub own: Option<OwnParts>,
    /// The group of each row, counted from 0: a group is never in two parts of a drawn split.
    pub groups: Option<Vec<u32>>,
    /// The rows from the earliest to the latest.
    pub in_time: Option<Vec<usize>>,
    /// How much each row counts in training, 0 or greater.
    pub weights: Option<Vec<f64>>,
}

/// The parts that a set comes with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OwnParts {
    /// The rows that the set's publisher keeps for tests. The name of the set says which, so the digest does not.
    Published(Range<usize>),
    /// The part of each row, as a file of one's own has it.
    Each(Vec<PartName>),
}

/// One of the three parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartName {
    Train,
    Validation,
    Test,
}

impl PartName {
    pub const ALL: [Self; 3] = [Self::Train, Self::Validation, Self::Test];

    /// The part that a word names, in the habits of published tables.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        let word = word.to_ascii_lowercase();
        match word.as_str() {
            "train" | "training" => Some(Self::Train),
            "validation" | "valid" | "val" | "dev" => Some(Self::Validation),
            "test" | "testing" => Some(Self::Test),
            _ => None,
        }
    }

    /// The name in messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Train => "training",
            Self::Validation => "validation",
            Self::Test => "test",
        }
    }

    /// One letter for it, as digests have it.
    const fn letter(self) -> u8 {
        match self {
            Self::Train => b't',
            Self::Validation => b'v',
            Self::Test => b'e',
        }
    }
}

impl Rows {
    /// The part that the set itself has a row in; `None` where it has none.
    #[must_use]
    pub fn own_part(&self, row: usize) -> Option<PartName> {
        match self.own.as_ref()? {
            OwnParts::Published(test) if test.contains(&row) => Some(PartName::Test),
            OwnParts::Published(_) => Some(PartName::Train),
            OwnParts::Each(parts) => parts.get(row).copied(),
        }
    }

    /// The rows, of so many, that the set has in this part, ascending.
    #[must_use]
    pub fn of_own_part(&self, part: PartName, samples: usize) -> Vec<usize> {
        (0..samples).filter(|row| self.own_part(*row) == Some(part)).collect()
    }

    /// The test rows that the set comes with.
    ///
    /// # Errors
    /// Where it comes with none.
    pub fn own_test(&self, samples: usize) -> Result<Vec<usize>, DataError> {
        let test = self.of_own_part(PartName::Test, samples);
        if test.is_empty() {
            let message = "this set has no test rows of its own, as `mnist` has; in a table of yours a column (`part = \"…\"`) or a second \
                           file (`test = \"…\"`) says which they are, and a number holds out a share: `holdout = 0.2`";
            return Err(DataFault::Split.error(message));
        }
        Ok(test)
    }

    /// Adds what a file says to the digest of its data; nothing where it says nothing.
    pub fn add_to(&self, digest: &mut Digest) {
        if let Some(OwnParts::Each(parts)) = &self.own {
            digest.field("parts", &parts.iter().map(|part| part.letter()).collect::<Vec<u8>>());
        }
        if let Some(groups) = &self.groups {
            digest.field("groups", &groups.iter().flat_map(|group| group.to_le_bytes()).collect::<Vec<u8>>());
        }
        if let Some(order) = &self.in_time {
            digest.field("in time", &order.iter().flat_map(|row| (*row as u64).to_le_bytes()).collect::<Vec<u8>>());
        }
        if let Some(weights) = &self.weights {
            digest.field("weights", &weights.iter().flat_map(|weight| weight.to_le_bytes()).collect::<Vec<u8>>());
        }
    }
}
