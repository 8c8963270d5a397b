//! Mean absolute error of predicted numbers.
//!
//! MAE = 1/m Σ |y − ŷ|
//!
//! In the units that are trained on: standard deviations of the training part's target where `data.standardize` is true. scikit-learn:
//! `mean_absolute_error`.

use super::classified::{Estimates, mean};
use super::{Computed, Measure, Words};
use crate::registry::Entry;

pub const MEASURE: Measure = Measure {
    entry: Entry {
        name: "mae",
        description: "mean absolute error of predicted numbers, in the units that are trained on",
        revision: 1,
        source: "Willmott and Matsuura 2005",
        parameters: &[],
    },
    words: Words {
        table: "MAE",
        sentence: "mean absolute error",
        axis: "mean absolute error",
        unit: Some(super::TARGET_UNIT),
        ..Words::of("")
    },
    computed: Computed::FromValues(mean_absolute_error),
    ..Measure::ERROR
};

fn mean_absolute_error(of: &Estimates) -> f64 {
    mean(of.truth.iter().zip(of.said).map(|(y, said)| (y - said).abs())).unwrap_or(f64::NAN)
}
