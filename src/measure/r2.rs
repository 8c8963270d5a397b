//! R², the coefficient of determination, the metric of a run that predicts numbers.
//!
//! R² = 1 − Σ (y − ŷ)² / Σ (y − ȳ)²
//!
//! 1 is perfect, 0 is what the mean of the part's targets reaches, and there is no worst. Undefined where all targets of a part are
//! equal, which a spec's check refuses. scikit-learn: `r2_score`, for several targets with `multioutput="variance_weighted"`.

use super::{Engines, Measure, Words};
use crate::registry::Entry;

/// R², the coefficient of determination, the metric of a run that predicts numbers.
pub const MEASURE: Measure = Measure {
    entry: Entry {
        name: "r2",
        description: "coefficient of determination, 1 for perfect and 0 for the mean; every run that predicts numbers has it",
        revision: 1,
        source: "Wright 1921, Correlation and Causation",
        parameters: &[],
    },
    words: Words { article: "an", ..Words::of("R²") },
    bounds: [f64::NEG_INFINITY, 1.0],
    constant: Some(0.0),
    // 1 − R² is twice the loss in units of the target's variance.
    engines: Engines::From(1.0),
    ..Measure::SHARE
};
