//! What somebody published of the runs of a spec, and how both are laid side by side: `[published]`.

use super::RunQuantity;
use std::collections::BTreeMap;

/// The section `[published]` of a spec.
#[derive(Clone, Debug, PartialEq)]
pub struct Published {
    /// The paper, report or page.
    pub source: String,
    /// The file of the figures, from the spec's folder on.
    pub figures: String,
    /// The setting that a column of the figures names, by column.
    pub keys: BTreeMap<String, String>,
    /// What the figures' quantities are of our runs, by their names in the file.
    pub quantities: BTreeMap<String, RunQuantity>,
    /// The largest difference that counts as agreement, in the published standard deviations.
    pub margin: f64,
    /// The same as a share of the figure, where it was published without a standard deviation.
    pub tolerance: f64,
    /// Settings of the protocol that the sweep varies: the whole table is compared under each combination of theirs.
    pub choices: Vec<String>,
    /// What explains the differences, in the author's words.
    pub note: String,
}

impl Published {
    /// The margin of a spec that says none.
    pub const USUAL_MARGIN: f64 = 1.0;
}

/// One published number.
#[derive(Clone, Debug, PartialEq)]
pub struct PublishedFigure {
    /// Of which runs, by the columns that `keys` names.
    pub keys: BTreeMap<String, String>,
    pub quantity: String,
    /// What else the row says, by column.
    pub others: BTreeMap<String, String>,
    pub number: PublishedNumber,
}

/// A published mean with its spread.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PublishedNumber {
    pub mean: f64,
    /// Half of the last printed digit of the mean: what rounding can hide.
    pub rounding: f64,
    /// Of the runs and the half of its last digit; `None` of a number that is exact, such as a theory's.
    pub sd: Option<(f64, f64)>,
    /// How many runs the mean is of; at least 2 with a standard deviation.
    pub runs: u64,
    /// The largest difference that counts as agreement, where the row says one.
    pub margin: Option<f64>,
}
