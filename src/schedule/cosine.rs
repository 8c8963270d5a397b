//! Cosine annealing without restarts.
//!
//! η_t = η_T + ½(η₀ − η_T)(1 + cos(πt/T)), T the run's steps or epochs, η_T = η₀ · final
//!
//! - `final`: the last rate as a share of η₀, 0 or greater and at most 1, default 0.
//! - `per`: `epoch` (default) or `step`.
//!
//! Loshchilov & Hutter 2017, "SGDR", eq. 5. PyTorch's `CosineAnnealingLR(T_max=T)` and Optax's `cosine_decay_schedule` do
//! the same.

use super::{FINAL, PER, ScheduleEntry, share};
use crate::registry::Entry;

pub const ENTRY: ScheduleEntry = ScheduleEntry {
    entry: Entry {
        name: "cosine",
        description: "falls along half a cosine to the end of the run",
        revision: 1,
        source: "Loshchilov & Hutter 2017, eq. 5",
        parameters: &[FINAL, PER],
    },
    lasts: None,
    rate: &|choice, initial_rate, time| {
        let last = initial_rate * choice.number("final");
        last + 0.5 * (initial_rate - last) * (1.0 + libm::cos(std::f64::consts::PI * share(time)))
    },
};
