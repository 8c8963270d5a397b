//! Constant learning rate: no annealing.
//!
//! η_t = η₀

use super::ScheduleEntry;
use crate::registry::Entry;

pub const ENTRY: ScheduleEntry = ScheduleEntry {
    entry: Entry { name: "constant", description: "no annealing", revision: 1, source: "lecture L19", parameters: &[] },
    lasts: None,
    rate: &|_, initial_rate, _| initial_rate,
};
