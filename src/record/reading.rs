//! What was read of a data set: what is to be predicted, from how much, and what was left out.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// How many names of one kind are kept.
pub const MOST_NAMED: usize = 20;

/// What was read of a data set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// `iris`, `mine.csv`, `two-moons (noise 0.1, samples 400, seed 0)`.
    pub name: String,
    pub task: LearningTask,
    /// The target's name, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    pub samples: u64,
    /// Samples of the training, the validation and the test part; several where the runs split differently.
    pub parts: BTreeSet<[u64; 3]>,
    pub features: Names,
    /// What a row of features is, where it is more than numbers side by side: `images of 8 × 8 pixels`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shape: Option<String>,
    /// Columns that are in the file and not used.
    pub left_out: Vec<LeftOutColumn>,
    /// What to know of it.
    pub notes: Vec<String>,
    /// What is hardly meant so.
    pub warnings: Vec<String>,
}

/// What is to be done with a data set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum LearningTask {
    /// Numbers are predicted, so many for each sample.
    Regression { answers: u64 },
    /// One of `count` classes is predicted, so many times for each sample.
    Classes {
        answers: u64,
        count: u64,
        /// The first ones, each with how often it occurs.
        first: Vec<(String, u64)>,
    },
    /// A function is minimized.
    Objective,
}

/// Names, of which the first are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Names {
    pub count: u64,
    /// Empty where there are none.
    pub first: Vec<String>,
}

/// A column that is not used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOutColumn {
    pub column: String,
    pub why: Why,
}

/// Why a column is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// The spec or the command says so.
    Asked,
    /// It numbers or names the rows.
    Index,
    /// It says what rows are: their part, group or time.
    Role,
}

impl Reading {
    /// Adds a note, once, if there are not too many.
    pub fn note(&mut self, note: String) {
        if self.notes.len() < 2 * MOST_NAMED && !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// Adds a warning, once, if there are not too many.
    pub fn warn(&mut self, warning: String) {
        if self.warnings.len() < 2 * MOST_NAMED && !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }
}
