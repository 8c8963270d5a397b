//! A finished run.

use crate::record::{Measurement, RunRecord};
use serde::{Deserialize, Serialize};

/// A finished run: what is the same everywhere, and what depended on the machine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finished {
    pub record: RunRecord,
    pub measurement: Measurement,
}
