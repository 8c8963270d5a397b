//! What a run measures besides loss and metric, where its spec asks for it.

use super::CurvePoint;
use crate::value::Value;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The setting that names the measures that a run is asked for.
pub const MEASURES: &str = "train.measures";

/// The setting by which a run measures its held-out rows without each of [`GROUPS`] groups of them.
pub const JACKKNIFE: &str = "train.jackknife";

/// Groups of held-out rows: each tenth row from the first on, from the second on, and so forth.
pub const GROUPS: usize = 10;

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
    /// The metric of a point; none if it is no number.
    #[must_use]
    pub fn metrics(point: &CurvePoint) -> Self {
        let of = |metric: f64| Some(metric).filter(|metric| !metric.is_nan());
        Self {
            train: point.train.and_then(|part| of(part.metric)),
            validation: of(point.validation.metric),
            test: of(point.test.metric),
        }
    }

    /// Each part's name and number.
    pub fn parts(&self) -> [(&'static str, Option<f64>); 3] {
        [("train", self.train), ("validation", self.validation), ("test", self.test)]
    }
}

impl Measured {
    /// What a measure (`loss`, `metric` or one that was asked for) is called without a group of the held-out rows.
    #[must_use]
    pub fn without(measure: &str, group: usize) -> String {
        format!("{measure}{WITHOUT}{group}")
    }

    /// Whether a name is that of a measure without some rows of the test part; the other parts have none.
    #[must_use]
    pub fn is_of_test_alone(name: &str) -> bool {
        name.contains(WITHOUT)
    }

    /// The end of its columns in tables: `roc_auc`.
    #[must_use]
    pub fn column(name: &str) -> String {
        name.replace('-', "_")
    }
}

const WITHOUT: &str = "-without-";

/// The names of the measures that a run with these settings is asked for; of held-out rows without each group of them, too.
pub fn asked_measures(settings: &BTreeMap<String, Value>) -> impl Iterator<Item = Cow<'_, str>> {
    let groups = if settings.get(JACKKNIFE) == Some(&Value::Flag(true)) { GROUPS } else { 0 };
    let text = settings.get(MEASURES).and_then(Value::as_text).unwrap_or_default();
    let asked = text.split(BETWEEN_NAMES).filter(|name| !name.is_empty());
    let of_rows = in_groups(asked.clone(), groups).map(Cow::Owned);
    asked.map(Cow::Borrowed).chain(of_rows)
}

/// The names of loss, metric and these measures without each of so many groups of rows.
pub fn in_groups<'n>(measures: impl Iterator<Item = &'n str>, groups: usize) -> impl Iterator<Item = String> {
    let all = ["loss", "metric"].into_iter().chain(measures);
    all.flat_map(move |name| (0..groups).map(move |group| Measured::without(name, group)))
}
