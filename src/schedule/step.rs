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
use crate::registry::{DefaultValue, Entry, Parameter, ParameterKind, Range};

pub const ENTRY: ScheduleEntry = ScheduleEntry {
    entry: Entry {
        name: "step",
        description: "falls by a factor every few steps or epochs",
        revision: 1,
        source: "lecture L23",
        parameters: &[
            Parameter {
                name: "factor",
                description: "by which the rate is multiplied",
                kind: ParameterKind::Number(Range::FACTOR),
                default: Some(DefaultValue::Number(0.5)),
            },
            Parameter {
                name: "every",
                description: "how many steps or epochs the rate stays",
                kind: ParameterKind::Integer { least: 1, most: u64::MAX },
                default: Some(DefaultValue::Integer(10)),
            },
            PER,
        ],
    },
    lasts: None,
    rate: &|choice, initial_rate, time| {
        initial_rate * libm::pow(choice.number("factor"), number(time.now / choice.integer("every")))
    },
};
