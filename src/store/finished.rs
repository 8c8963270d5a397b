//! A finished run.

use crate::record::{Measurement, RunRecord};
use serde::{Deserialize, Serialize};

/// A finished run: what is the same everywhere, and what depended on the machine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finished {
    pub record: RunRecord,
    pub measurement: Measurement,
    /// The final parameters, where the folder's claim compares them and they were kept; else empty.
    #[serde(skip)]
    pub parameters: Vec<f64>,
}
