//! Annealing: η_t = η₀ (1 − (t/T)²), slowly at first.

use burnmark::registry::Entry;
use burnmark::schedule::{PER, ScheduleEntry, share};

pub const ENTRY: ScheduleEntry = ScheduleEntry {
    entry: Entry {
        name: "parabola",
        description: "falls slowly at first, to 0 at the end of the run",
        revision: 1,
        source: "examples/own-optimizer",
        parameters: &[PER],
    },
    lasts: None,
    rate: &|_, initial_rate, time| initial_rate * (1.0 - share(time) * share(time)),
};
