//! Correct decimal digits of θ, the metric of a run that minimizes a function whose minimum is known.
//!
//! digits = −log₁₀(‖θ − θ*‖ / max(1, ‖θ*‖)), at most 17
//!
//! Differences beyond what the precision holds are roundings: 6 of the seven digits of f32 count, and 14 of the sixteen of f64.

use super::{Engines, Measure, Words};
use crate::registry::Entry;

/// Correct decimal digits of θ, the metric of a run that minimizes a function whose minimum is known.
pub const MEASURE: Measure = Measure {
    entry: Entry {
        name: "digits",
        description: "correct decimal digits of θ; every run that minimizes a function has it",
        revision: 1,
        source: "relative error, as in Higham 2002, section 1.2",
        parameters: &[],
    },
    words: Words {
        table: "digits",
        sentence: "number of correct digits",
        article: "a",
        axis: "correct digits of θ",
        unit: None,
        of_part: false,
    },
    bounds: [f64::NEG_INFINITY, f64::INFINITY],
    precise_to: [6.0, 14.0],
    engines: Engines::Any,
    ..Measure::SHARE
};
