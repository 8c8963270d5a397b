//! How the columns of a table become inputs of a network. What is learned for that is learned from the training part alone.

mod fitting;
#[cfg(test)]
mod tests;

use crate::digest::Digest;

/// How each column of a set's features becomes inputs. A missing cell is NaN there, and a level is its number.
#[derive(Clone, Debug, PartialEq)]
pub struct Recipe {
    /// As many as there are columns.
    pub columns: Vec<Encoding>,
}

/// How a column becomes inputs.
#[derive(Clone, Debug, PartialEq)]
pub enum Encoding {
    /// One input, the number as it is.
    Plain,
    /// One input, in which something takes the place of missing numbers; perhaps a second one that is 1 where one is missing.
    Filled(Fill),
    /// An input for each level, which is 1 in its rows and 0 in all others.
    Levels {
        /// All that the file has, ascending.
        levels: Vec<String>,
        /// Whether the first level of the training part has no input: it is where all others are 0.
        without_first: bool,
    },
}

/// What takes the place of missing numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fill {
    pub by: FillBy,
    /// Whether an input says where numbers are missing, if the training part lacks one.
    pub indicator: bool,
}

/// The number in the place of missing ones.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FillBy {
    /// The mean of the training part.
    Mean,
    /// The median of the training part; of an even count the mean of the two in the middle.
    Median,
    Given(f64),
}

/// What missing words are called, as a level of their own.
pub const MISSING_LEVEL: &str = "(missing)";

impl Recipe {
    /// The recipe of some columns; `None` where all are plain.
    #[must_use]
    pub fn of(columns: Vec<Encoding>) -> Option<Self> {
        columns.iter().any(|column| *column != Encoding::Plain).then_some(Self { columns })
    }

    /// Adds to the digest of a set's data what its numbers are.
    pub fn add_to(&self, digest: &mut Digest) {
        let kind = |column: &Encoding| match column {
            Encoding::Plain => b'p',
            Encoding::Filled(_) => b'f',
            Encoding::Levels { .. } => b'l',
        };
        digest.field("kinds of columns", &self.columns.iter().map(kind).collect::<Vec<u8>>());
    }
}
