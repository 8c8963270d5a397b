//! Step decay (lecture L23): the learning rate falls by a factor every k steps or epochs.
//!
//! η_t = η₀ · factor^⌊t/every⌋
//!
//! - `factor`: 0 < factor ≤ 1, default 0.5.
//! - `every`: in units of `per`, 1 or more, default 10.
//! - `per`: `epoch` (default) or `step`.
//!
//! PyTorch's `StepLR` (`gamma`, `step_size`) and Optax's `exponential_decay(staircase=True)` do the same.

use super::{PER, ScheduleEntry, number};
use crate::registry::{Entry, Parameter, ParameterKind, Range};
use crate::value::Value;

pub const ENTRY: ScheduleEntry = ScheduleEntry {
    entry: Entry {
        name: "step",
        description: "falls by a factor every few steps or epochs",
        revision: 1,
        source: "lecture L23",
        parameters: &[
            Parameter::with_default(
                "factor",
                "by which the rate is multiplied",
                ParameterKind::Number(Range::FACTOR),
                Value::Number(0.5),
            ),
            Parameter::with_default(
                "every",
                "how long the rate stays",
                ParameterKind::Integer { least: 1, most: u64::MAX },
                Value::Integer(10),
            )
            .in_unit("steps or epochs"),
            PER,
        ],
    },
    lasts: None,
    rate: &|choice, initial_rate, time| {
        initial_rate * libm::pow(choice.number("factor"), number(time.now / choice.integer("every")))
    },
};
