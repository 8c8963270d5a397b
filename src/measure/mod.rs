//! Measures: what says how good predictions are. Each is one file with its `MEASURE` and one line in [`ENTRIES`]; spec files, tables,
//! verdicts, sentences and figures take its name, direction, bounds and words from there.
//!
//! Accuracy, R² and digits come with every evaluation, as its metric, and so does the loss. The others are computed where a spec asks
//! for them (`train.measures`), at the same moments.

#![warn(missing_docs)]

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
mod quantity;
mod r2;
mod roc_auc;
mod root_mean_squared_error;
mod training;
mod weight_norm;

pub use accuracy::MEASURE as ACCURACY;
pub use classified::{Classified, Confused, Confusion, Estimates};
pub use digits::MEASURE as DIGITS;
pub use entry::{Better, Computed, Engines, Measure, Predicted, Words};
pub use loss::MEASURE as LOSS;
pub use quantity::TrainingQuantity;
pub use r2::MEASURE as R2;

use std::sync::{PoisonError, RwLock};

/// What errors of predicted numbers are multiples of: the target as it was trained on, so standard deviations of it where
/// `data.standardize` is true.
const TARGET_UNIT: &str = "target as trained on";

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
    &training::STEP_NORM,
    &training::EFFECTIVE_RATE,
    &training::GRADIENT_EVALUATIONS,
    &training::SIGN_FLIPS,
    &training::LOSS_GAP,
    &training::METRIC_GAP,
    &training::RISES,
    &training::FAILED_SEARCHES,
    &training::CONDITION,
    &training::GRADIENT_NORM,
    &training::GRADIENT_NORM_FIRST,
    &training::GRADIENT_NORM_LAST,
    &training::GRADIENT_NORM_RATIO,
    &training::WEIGHT_NORM_FIRST,
    &training::WEIGHT_NORM_LAST,
    &training::WEIGHT_NORM_RATIO,
    &training::ZERO_SHARE,
    &training::DEAD_UNITS,
    &training::UNIT_CORRELATION,
    &training::CUT_LOSS,
    &training::LINEAR_SHARE,
    &training::SCALING_GAP,
    &training::SHARPNESS,
    &training::SHARPNESS_SHARE,
    &training::GRADIENT_NOISE_SCALE,
    &training::EXCESS_LOSS,
];

/// Measures that burnmark does not have itself. Manifests and tables hold a measure's name alone, so that what a name means is
/// known to the whole program; which measures a spec can ask for, its catalogue says.
static ADDED: RwLock<Vec<&'static Measure>> = RwLock::new(Vec::new());

impl Measure {
    /// Makes a measure known, unless another one has its name: see [`crate::Catalogue::measure`].
    pub fn add(measure: &'static Self) {
        let mut added = ADDED.write().unwrap_or_else(PoisonError::into_inner);
        if !added.iter().any(|known| known.name() == measure.name()) {
            added.push(measure);
        }
    }

    /// Every measure that this program knows.
    #[must_use]
    pub fn known() -> Vec<&'static Self> {
        [ENTRIES, ADDED.read().unwrap_or_else(PoisonError::into_inner).as_slice()].concat()
    }

    /// The measure with this name.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        let find = |all: &[&'static Self]| all.iter().find(|known| known.entry.name == name).copied();
        find(ENTRIES).or_else(|| find(&ADDED.read().unwrap_or_else(PoisonError::into_inner)))
    }

    /// Whether its name means it, and no other measure that was made known before.
    #[must_use]
    pub fn is_the_known(&self) -> bool {
        let said = |of: &Self| (of.entry.description, of.entry.source, of.entry.revision);
        Self::find(self.name()).is_some_and(|known| said(known) == said(self))
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
