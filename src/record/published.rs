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
    /// Another reproduction of the same quantities: which of both has the lower numbers?
    pub against: Option<Rival>,
    /// What the figure of the page shows, if it has one.
    pub figure: Option<PublishedPlot>,
    /// What explains the differences, in the author's words.
    pub note: String,
}

/// Which of two reproductions is better, as published and by our runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rival {
    /// The other one: a spec beside this one.
    pub spec: String,
    /// The quantity of which lower is better.
    pub quantity: String,
}

impl Published {
    /// The margin of a spec that says none.
    pub const USUAL_MARGIN: f64 = 1.0;
}

/// A figure: one quantity against one key, published and ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedPlot {
    /// The key, whose values are numbers.
    pub x: String,
    pub quantity: String,
    /// A file of a published or theoretical curve beside the spec; without it the figures are joined.
    pub curve: Option<String>,
    /// Which axes are logarithmic: x, y.
    pub log: [bool; 2],
}

/// A point of a published curve.
#[derive(Clone, Debug, PartialEq)]
pub struct PublishedPoint {
    /// The values of keys besides x that the file has columns of.
    pub keys: BTreeMap<String, String>,
    pub x: f64,
    pub y: f64,
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
