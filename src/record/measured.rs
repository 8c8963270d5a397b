//! What a run measures besides loss and metric, where its spec asks for it.

use crate::value::Value;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The setting that names the measures that a run is asked for.
pub const MEASURES: &str = "train.measures";

/// What stands between two names in the text of such a setting.
pub const BETWEEN_NAMES: &str = ", ";

/// A measure at each point of a run's curve.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// Of the measure, as in specs.
    pub name: String,
    /// One for each point of the curve.
    pub points: Vec<OfParts>,
}

/// A number for each part of the data; `None` if it is undefined there, and for a training part that was not looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OfParts {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub train: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validation: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test: Option<f64>,
}

impl OfParts {
    /// Each part's name and number.
    pub fn parts(&self) -> [(&'static str, Option<f64>); 3] {
        [("train", self.train), ("validation", self.validation), ("test", self.test)]
    }
}

impl Measured {
    /// The end of its columns in tables: `roc_auc`.
    #[must_use]
    pub fn column(name: &str) -> String {
        name.replace('-', "_")
    }
}

/// The names of the measures that a run with these settings is asked for.
pub fn asked_measures(settings: &BTreeMap<String, Value>) -> impl Iterator<Item = &str> {
    let text = settings.get(MEASURES).and_then(Value::as_text).unwrap_or_default();
    text.split(BETWEEN_NAMES).filter(|name| !name.is_empty())
}
