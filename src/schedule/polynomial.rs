//! Polynomial annealing; with power 1 a straight line.
//!
//! η_t = η_T + (η₀ − η_T)(1 − t/T)^power, T the run's steps or epochs, η_T = η₀ · final
//!
//! - `power`: greater than 0, default 1.
//! - `final`: the last rate as a share of η₀, 0 or greater and at most 1, default 0.
//! - `per`: `epoch` (default) or `step`.
//!
//! Chen et al. 2018, "DeepLab", section 4.1.1, for its use. PyTorch's `PolynomialLR(total_iters=T)` has no final rate;
//! Optax's `polynomial_schedule` does the same.

use super::{FINAL, PER, ScheduleEntry, share};
use crate::registry::{Entry, Parameter, ParameterKind, Range};
use crate::value::Value;

pub const ENTRY: ScheduleEntry = ScheduleEntry {
    entry: Entry {
        name: "polynomial",
        description: "falls like a power of the time left",
        revision: 1,
        source: "Chen et al. 2018, section 4.1.1",
        parameters: &[
            Parameter::with_default(
                "power",
                "exponent; 1 is a straight line",
                ParameterKind::Number(Range::POSITIVE),
                Value::Number(1.0),
            ),
            FINAL,
            PER,
        ],
    },
    lasts: None,
    rate: &|choice, initial_rate, time| {
        let last = initial_rate * choice.number("final");
        last + (initial_rate - last) * libm::pow(1.0 - share(time), choice.number("power"))
    },
};
