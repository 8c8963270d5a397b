//! Linear warm-up to a constant rate.
//!
//! η_t = η₀ · (start + (1 − start) · min(t/length, 1))
//!
//! - `start`: the first rate as a share of η₀, greater than 0 and at most 1, default 0.1.
//! - `length`: how long the rise takes, 1 or more, default 5.
//! - `per`: `epoch` (default) or `step`.
//!
//! Goyal et al. 2017, "Accurate, large minibatch SGD", section 2.2. PyTorch's `LinearLR(start_factor, total_iters)` does
//! the same.

use super::{PER, ScheduleEntry, number};
use crate::registry::{Entry, Parameter, ParameterKind, Range};
use crate::value::Value;

pub const ENTRY: ScheduleEntry = ScheduleEntry {
    entry: Entry {
        name: "warm-up",
        description: "rises in a straight line, then stays",
        revision: 1,
        source: "Goyal et al. 2017, section 2.2",
        parameters: &[
            Parameter::with_default(
                "start",
                "first rate as a share of η₀",
                ParameterKind::Number(Range::FACTOR),
                Value::Number(0.1),
            ),
            Parameter::with_default(
                "length",
                "how long the rise takes",
                ParameterKind::Integer { least: 1, most: u64::MAX },
                Value::Integer(5),
            )
            .in_unit("steps or epochs"),
            PER,
        ],
    },
    lasts: Some("length"),
    rate: &|choice, initial_rate, time| {
        let start = choice.number("start");
        let risen = number(time.now.min(choice.integer("length"))) / choice.number("length");
        initial_rate * (start + (1.0 - start) * risen)
    },
};
