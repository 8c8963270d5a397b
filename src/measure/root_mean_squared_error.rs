//! Root of the mean squared error of predicted numbers.
//!
//! RMSE = √(1/m Σ (y − ŷ)²)
//!
//! In the units that are trained on: standard deviations of the training part's target where `data.standardize` is true. scikit-learn:
//! `root_mean_squared_error`, for several targets the root of `mean_squared_error`.

use super::classified::{Estimates, mean};
use super::{Computed, Measure, Words};
use crate::num::Real;
use crate::registry::Entry;

pub const MEASURE: Measure = Measure {
    entry: Entry {
        name: "rmse",
        description: "root of the mean squared error of predicted numbers, in the units that are trained on",
        revision: 1,
        source: "lecture L6",
        parameters: &[],
    },
    words: Words {
        table: "RMSE",
        sentence: "root mean squared error",
        axis: "root mean squared error",
        unit: Some(super::TARGET_UNIT),
        ..Words::of("")
    },
    computed: Computed::FromValues(root_mean_squared_error),
    ..Measure::ERROR
};

fn root_mean_squared_error(of: &Estimates) -> f64 {
    mean(of.truth.iter().zip(of.said).map(|(y, said)| (y - said) * (y - said))).map_or(f64::NAN, Real::sqrt)
}
