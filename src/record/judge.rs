//! `[judge]`: which state of a training counts, from which difference on it matters, and what a fast one has to reach.

use super::At;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
    /// What a training has to reach for its steps to be counted.
    #[serde(default, skip_serializing_if = "Goal::is_usual")]
    pub target: Goal,
}

impl Judge {
    /// Whether nothing is asked for.
    #[must_use]
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

/// A validation loss that a training has to reach, fixed so that it is the same whatever other methods there are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Goal {
    /// The same for all data sets.
    Loss(f64),
    /// A share of the way from the untrained loss to the one that a baseline reaches.
    Way(Way),
    /// For each data set, by the name that answers give it.
    Losses(BTreeMap<String, f64>),
}

/// A share of a baseline's way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Way {
    /// A compared value, such as `momentum`; none for the first that trains for every seed, in the order of the spec.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<String>,
    /// Greater than 0 and at most 1.
    pub way: f64,
}

/// The share of the way that counts as arrived unless a spec says otherwise.
pub const USUAL_WAY: f64 = 0.9;

impl Default for Goal {
    fn default() -> Self {
        Self::Way(Way { baseline: None, way: USUAL_WAY })
    }
}

impl Goal {
    /// Whether nothing is asked for.
    #[must_use]
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}
