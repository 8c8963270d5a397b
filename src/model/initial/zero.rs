//! All weights 0 (lecture C12).

use super::{InitialEntry, InitialRule};
use crate::registry::Entry;

/// All weights 0 (lecture C12).
pub const ENTRY: InitialEntry = InitialEntry {
    entry: Entry {
        name: "zero",
        description: "all weights 0: right for a convex loss, stuck in symmetry with hidden layers",
        revision: 1,
        source: "lecture C12",
        parameters: &[],
    },
    rule: InitialRule::Given(&|_, network, _| Ok(vec![0.0; network.parameter_count()])),
};
