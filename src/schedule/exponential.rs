//! Exponential annealing (lecture L23).
//!
//! η_t = η₀ e^{−kt}
//!
//! - `k`: decay per step or epoch, 0 or greater, default 0.05.
//! - `per`: `epoch` (default) or `step`.
//!
//! PyTorch's `ExponentialLR` multiplies by `gamma` = e^{−k} per epoch.

use super::{PER, ScheduleEntry, number};
use crate::registry::{DefaultValue, Entry, Parameter, ParameterKind, Range};

pub const ENTRY: ScheduleEntry = ScheduleEntry {
    entry: Entry {
        name: "exponential",
        description: "falls by the same share in each step or epoch",
        revision: 1,
        source: "lecture L23",
        parameters: &[
            Parameter {
                name: "k",
                description: "decay per step or epoch",
                kind: ParameterKind::Number(Range::NOT_NEGATIVE),
                default: Some(DefaultValue::Number(0.05)),
            },
            PER,
        ],
    },
    lasts: None,
    rate: &|choice, initial_rate, time| initial_rate * libm::exp(-choice.number("k") * number(time.now)),
};
