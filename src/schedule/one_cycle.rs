//! One cycle: a cosine up to η₀ and a longer cosine down to almost nothing.
//!
//! from η₀/divisor at t = 0 up to η₀ at t = rise · T − 1 (a run so short that this is before its start only falls), then
//! down to η₀/divisor/10⁴ at t = T − 1; between two rates a
//! and b at share s of the way η = b + ½(a − b)(1 + cos(πs)); T the run's steps or epochs
//!
//! - `rise`: share of the run that the rise takes, greater than 0 and less than 1, default 0.3.
//! - `divisor`: η₀ over the first rate, 1 or greater, default 25.
//! - `per`: `epoch` (default) or `step`.
//!
//! Smith & Topin 2019, "Super-convergence", in the form of PyTorch's `OneCycleLR(max_lr=η₀, total_steps=T)` with its
//! defaults; the momentum stays as it is.

use super::{PER, ScheduleEntry, number};
use crate::registry::{Entry, Parameter, ParameterKind, Range};
use crate::value::Value;

pub const ENTRY: ScheduleEntry = ScheduleEntry {
    entry: Entry {
        name: "one-cycle",
        description: "rises along a cosine and falls along a longer one to almost nothing",
        revision: 1,
        source: "Smith & Topin 2019; PyTorch's OneCycleLR",
        parameters: &[
            Parameter::with_default(
                "rise",
                "share of the run that the rise takes",
                ParameterKind::Number(Range { low: 0.0, low_within: false, high: 1.0, high_within: false }),
                Value::Number(0.3),
            ),
            Parameter::with_default(
                "divisor",
                "η₀ over the first rate",
                ParameterKind::Number(Range { low: 1.0, low_within: true, high: 1e12, high_within: true }),
                Value::Number(25.0),
            ),
            PER,
        ],
    },
    lasts: None,
    rate: &|choice, initial_rate, time| {
        let first = initial_rate / choice.number("divisor");
        let (top, end) = (choice.number("rise") * number(time.total) - 1.0, number(time.total) - 1.0);
        let now = number(time.now);
        if now <= top {
            between(first, initial_rate, now / top)
        } else {
            between(initial_rate, first / 1e4, (now - top) / (end - top))
        }
    },
};

fn between(a: f64, b: f64, share: f64) -> f64 {
    let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 1.0 };
    b + 0.5 * (a - b) * (1.0 + libm::cos(std::f64::consts::PI * share))
}
