//! The usual starting point of a problem without data (`num/objective.rs` has them).

use super::{InitialEntry, InitialRule};
use crate::model::error::InitialError;
use crate::registry::Entry;

/// The usual starting point of a problem without data (`num/objective.rs` has them).
pub const ENTRY: InitialEntry = InitialEntry {
    entry: Entry {
        name: "start",
        description: "the usual starting point of a problem without data, for `objective` only",
        revision: 1,
        source: "num/objective.rs",
        parameters: &[],
    },
    rule: InitialRule::Given(&|_, network, _| {
        let objective = network.objective().ok_or(InitialError::NoStart)?;
        Ok(objective.start())
    }),
};
