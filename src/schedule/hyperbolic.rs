//! Hyperbolic annealing (lecture L23), which satisfies Robbins and Monro's conditions (1951).
//!
//! η_t = η₀ / (1 + kt)
//!
//! - `k`: decay per step or epoch, 0 or greater, default 0.1.
//! - `per`: `epoch` (default) or `step`.
//!
//! Keras 2's `decay` argument did the same per step.

use super::{PER, ScheduleEntry, number};
use crate::registry::{Entry, Parameter, ParameterKind, Range};
use crate::value::Value;

pub const ENTRY: ScheduleEntry = ScheduleEntry {
    entry: Entry {
        name: "hyperbolic",
        description: "falls like 1/t",
        revision: 1,
        source: "Robbins & Monro 1951; lecture L23",
        parameters: &[
            Parameter::with_default(
                "k",
                "decay per step or epoch",
                ParameterKind::Number(Range::NOT_NEGATIVE),
                Value::Number(0.1),
            ),
            PER,
        ],
    },
    lasts: None,
    rate: &|choice, initial_rate, time| initial_rate / (1.0 + choice.number("k") * number(time.now)),
};
