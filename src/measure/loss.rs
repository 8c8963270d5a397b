//! The loss that is trained, on parts that are not trained: it can tell methods apart that are right equally often.
//!
//! Which function it is, the model says; without penalties, dropout and noise.

use super::{Engines, Measure, Words};
use crate::registry::Entry;

/// The loss that is trained, on parts that are not trained: it can tell methods apart that are right equally often.
pub const MEASURE: Measure = Measure {
    entry: Entry {
        name: "loss",
        description: "what is trained, without penalties and noise; every run has it",
        revision: 1,
        source: "lecture L6, L7, L10",
        parameters: &[],
    },
    words: Words::of("loss"),
    bounds: [f64::NEG_INFINITY, f64::INFINITY],
    engines: Engines::From(0.0),
    ..Measure::ERROR
};
