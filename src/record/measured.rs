//! What a run measures besides loss and metric, where its spec asks for it.

use super::{At, Compared, CurvePoint, RunRecord, Setting};
use crate::measure::Measure;
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
pub fn asked_measures(settings: &BTreeMap<String, Setting>) -> impl Iterator<Item = &str> {
    let text = match settings.get(MEASURES) {
        Some(Setting::Text(text)) => text.as_str(),
        _ => "",
    };
    text.split(BETWEEN_NAMES).filter(|name| !name.is_empty())
}

impl RunRecord {
    /// Puts a measure in the place of the metric, in the whole curve; NaN where it is undefined.
    ///
    /// # Errors
    /// Where the run was not asked for it.
    pub fn judge_by(&mut self, measure: &Measure) -> Result<(), String> {
        if self.metric == measure.name() || !self.outcome.is_final() {
            return Ok(());
        }
        let Some(measured) = self.measured.iter().find(|measured| measured.name == measure.name()) else {
            return Err(format!("run {} has no `{}`", self.run, measure.name()));
        };
        for (point, of) in self.curve.iter_mut().zip(&measured.points) {
            let parts = [point.train.as_mut(), Some(&mut point.validation), Some(&mut point.test)];
            for (part, (_, number)) in parts.into_iter().zip(of.parts()) {
                part.into_iter().for_each(|part| part.metric = number.unwrap_or(f64::NAN));
            }
        }
        measure.name().clone_into(&mut self.metric);
        Ok(())
    }

    /// Whether the run ended with parameters for which the outcome is undefined: it says nothing of the method.
    #[must_use]
    pub fn is_undefined(&self, at: At, outcome: Compared) -> bool {
        let undefined = |point: &CurvePoint| point.test.metric.is_nan() || point.validation.metric.is_nan();
        matches!(outcome, Compared::Measure(_)) && self.at(at).is_some_and(undefined)
    }
}
