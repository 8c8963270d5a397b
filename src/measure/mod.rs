//! Measures: what says how good predictions are. Each is one file with its `MEASURE` and one line in [`ENTRIES`]; spec files, tables,
//! verdicts, sentences and figures take its name, direction, bounds and words from there.
//!
//! Accuracy, R² and digits come with every evaluation, as its metric, and so does the loss. The others are computed where a spec asks
//! for them (`train.measures`), at the same moments.

mod accuracy;
mod balanced_accuracy;
mod brier;
mod calibration_error;
mod classified;
mod digits;
mod entry;
mod f1;
mod kappa;
mod log_loss;
mod loss;
mod macro_f1;
mod matthews;
mod mean_absolute_error;
mod r2;
mod roc_auc;
mod root_mean_squared_error;
mod weight_norm;

pub use accuracy::MEASURE as ACCURACY;
pub use classified::{Classified, Confused, Confusion, Estimates};
pub use digits::MEASURE as DIGITS;
pub use entry::{Better, Computed, Engines, Measure, Predicted, Words};
pub use loss::MEASURE as LOSS;
pub use r2::MEASURE as R2;

/// Every measure, in the order in which `burnmark list` shows them and runs compute them.
pub const ENTRIES: &[&Measure] = &[
    &ACCURACY,
    &R2,
    &DIGITS,
    &LOSS,
    &balanced_accuracy::MEASURE,
    &f1::MEASURE,
    &macro_f1::MEASURE,
    &matthews::MEASURE,
    &kappa::MEASURE,
    &roc_auc::MEASURE,
    &log_loss::MEASURE,
    &brier::MEASURE,
    &calibration_error::MEASURE,
    &mean_absolute_error::MEASURE,
    &root_mean_squared_error::MEASURE,
    &weight_norm::MEASURE,
];

impl Measure {
    /// The measure with this name.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        ENTRIES.iter().find(|known| known.entry.name == name).copied()
    }

    /// The measure that a table's metric is; one of which nothing is known where this program has none with this name.
    #[must_use]
    pub fn of_metric(name: &str) -> &'static Self {
        const UNKNOWN: &Measure = &Measure::UNKNOWN;
        Self::find(name).unwrap_or(UNKNOWN)
    }
}

/// Why a measure can be undefined on a part of the data, whatever is predicted there.
pub const UNDEFINED: &str = "a class that it needs has no sample";

#[cfg(test)]
mod tests;
