//! `[judge]`: which state of a training counts, and from which difference on it matters.

use super::At;
use serde::{Deserialize, Serialize};

/// How results are judged, the same for all methods.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Judge {
    /// The state of a training that is compared, tuned on and tested.
    #[serde(default)]
    pub at: At,
    /// The smallest difference of interest, in units of the test metric, greater than 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub margin: Option<f64>,
    /// The settings whose values are compared, each a question of its own; empty for every axis.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by: Vec<String>,
}

impl Judge {
    /// Whether nothing is asked for.
    #[must_use]
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}
