//! Exponential annealing (lecture L23).
//!
//! η_t = η₀ e^{−kt}
//!
//! - `k`: decay per step or epoch, 0 or greater, default 0.05.
//! - `per`: `epoch` (default) or `step`.
//!
//! PyTorch's `ExponentialLR` multiplies by `gamma` = e^{−k} per epoch.

use super::{PER, ScheduleEntry, number};
use crate::registry::{Entry, Parameter, ParameterKind, Range};
use crate::value::Value;

pub const ENTRY: ScheduleEntry = ScheduleEntry {
    entry: Entry {
        name: "exponential",
        description: "falls by the same share in each step or epoch",
        revision: 1,
        source: "lecture L23",
        parameters: &[
            Parameter::with_default(
                "k",
                "decay per step or epoch",
                ParameterKind::Number(Range::NOT_NEGATIVE),
                Value::Number(0.05),
            ),
            PER,
        ],
    },
    lasts: None,
    rate: &|choice, initial_rate, time| initial_rate * libm::exp(-choice.number("k") * number(time.now)),
};
