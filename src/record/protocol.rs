//! How a sweep in two stages is read: which settings are compared, tuned and averaged over, and on which seeds.

use super::{At, Bounds, Measured, in_words};
use crate::measure::Measure;
use crate::value::Value;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A checked protocol. Settings are named as in the tables' columns; the data set is none of them: each has a choice of its
/// own, since losses on different data are not comparable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Protocol {
    /// The settings whose values, taken together, are compared.
    pub compare: Vec<String>,
    /// The settings of which each compared value gets its best combination; each combination is a trial.
    pub tune: Vec<Tuned>,
    /// The settings over whose values every figure is a mean.
    pub average: Vec<String>,
    /// What the best trial is best in, as the mean over the tuning seeds.
    pub select: Criterion,
    pub tuning_seeds: Vec<u64>,
    /// None of them is a tuning seed.
    pub report_seeds: Vec<u64>,
    /// How many runs the second stage has: those of one trial for each compared value and data set. With several questions it is
    /// the sum over them, and the second stage has fewer runs where they choose the same ones.
    pub report_runs: u64,
    /// Further questions over the same runs, each of which is tuned by itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub further: Vec<Roles>,
    /// How many runs the first stage has; 0 with a single question, where it follows from the number of all runs.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub tuning_runs: u64,
}

/// What the swept settings are to a question.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Roles {
    /// As [`Protocol::compare`].
    pub compare: Vec<String>,
    /// As [`Protocol::tune`].
    pub tune: Vec<Tuned>,
    /// As [`Protocol::average`].
    pub average: Vec<String>,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde's form
const fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// A setting that is tuned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tuned {
    pub setting: String,
    /// Which values it can take at all; `None` if they are no numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bounds: Option<Bounds>,
}

/// A stage of a sweep with a protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Every trial on the tuning seeds.
    Tuning,
    /// The chosen trials on the report seeds.
    Report,
}

impl Stage {
    /// The name in tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tuning => "tuning",
            Self::Report => "report",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Tuning, Self::Report].into_iter().find(|stage| stage.name() == name)
    }
}

/// What the best trial is best in: a figure of the validation part, at one point of the curve. The test part is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Criterion {
    pub at: At,
    pub quantity: Quantity,
}

/// A figure of the validation part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// Lower is better.
    Loss,
    /// Of the run itself: accuracy, R² or digits. Higher is better.
    Metric,
    /// One that runs were asked for.
    Measure(&'static Measure),
}

impl Quantity {
    /// Every one that says how good predictions are, the usual one first.
    pub fn all() -> impl Iterator<Item = Self> {
        let measures = Measure::known().into_iter().filter(|of| of.is_asked_for() && of.is_goal);
        [Self::Loss, Self::Metric].into_iter().chain(measures.map(Self::Measure))
    }

    /// `loss`, `metric`, `f1`
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Loss => "loss",
            Self::Metric => "metric",
            Self::Measure(measure) => measure.name(),
        }
    }

    /// What it is called in sentences.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Loss | Self::Metric => self.name(),
            Self::Measure(measure) => measure.words.sentence,
        }
    }
}

impl Criterion {
    /// Every one.
    pub fn all() -> impl Iterator<Item = Self> {
        [At::Best, At::Final, At::Stopped]
            .into_iter()
            .flat_map(|at| Quantity::all().map(move |quantity| Self { at, quantity }))
    }

    /// Those that every run has.
    #[must_use]
    pub fn usual() -> Vec<Self> {
        Self::all().filter(|criterion| !matches!(criterion.quantity, Quantity::Measure(_))).collect()
    }

    /// The column of runs.parquet that it is: `final_validation_loss`.
    #[must_use]
    pub fn name(self) -> String {
        format!("{}_validation_{}", self.at.name(), Measured::column(self.quantity.name()))
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::all().find(|criterion| criterion.name() == name)
    }
}

impl From<Criterion> for String {
    fn from(criterion: Criterion) -> Self {
        criterion.name()
    }
}

/// A name that no criterion has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown criterion `{0}`")]
pub struct UnknownCriterion(String);

impl TryFrom<String> for Criterion {
    type Error = UnknownCriterion;

    fn try_from(name: String) -> Result<Self, UnknownCriterion> {
        Self::from_name(&name).ok_or(UnknownCriterion(name))
    }
}

impl Protocol {
    /// Each question as a protocol of its own, the most important first.
    #[must_use]
    pub fn questions(&self) -> Vec<Self> {
        let first = Self { further: Vec::new(), ..self.clone() };
        let of = |Roles { compare, tune, average }: Roles| Self { compare, tune, average, ..first.clone() };
        [first.clone()].into_iter().chain(self.further.iter().cloned().map(of)).collect()
    }

    /// The stage of a run with this seed.
    #[must_use]
    pub fn stage(&self, seed: u64) -> Stage {
        if self.report_seeds.contains(&seed) { Stage::Report } else { Stage::Tuning }
    }

    /// The compared value that a run has, in words: `adam`, `momentum, mu 0.9`, `dropout 0.2`.
    #[must_use]
    pub fn method(&self, settings: &BTreeMap<String, Value>) -> String {
        in_words(settings, &self.compare.iter().collect())
    }

    /// What two runs share that have one compared value.
    #[must_use]
    pub fn compared(&self, settings: &BTreeMap<String, Value>) -> String {
        key(settings, self.compare.iter())
    }

    /// The names of the tuned settings.
    #[must_use]
    pub fn tuned(&self) -> BTreeSet<&String> {
        self.tune.iter().map(|tuned| &tuned.setting).collect()
    }

    /// What two runs share that belong to one trial, given their data set and compared value.
    #[must_use]
    pub fn trial(&self, settings: &BTreeMap<String, Value>) -> String {
        key(settings, self.tune.iter().map(|tuned| &tuned.setting))
    }

    /// What tells the runs of one trial and one seed apart.
    #[must_use]
    pub fn condition(&self, settings: &BTreeMap<String, Value>) -> String {
        key(settings, self.average.iter())
    }
}

/// Some settings of a run, so that two texts are equal where all of them are.
fn key<'n>(settings: &BTreeMap<String, Value>, names: impl Iterator<Item = &'n String>) -> String {
    let present = names.filter_map(|name| Some((name, settings.get(name)?)));
    present.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn criteria_are_columns_of_the_validation_part() {
        for criterion in Criterion::all() {
            let json = serde_json::to_string(&criterion).unwrap();
            assert_eq!(serde_json::from_str::<Criterion>(&json).unwrap(), criterion);
            assert!(criterion.name().starts_with(criterion.at.name()) && criterion.name().contains("validation"));
        }
        assert!(serde_json::from_str::<Criterion>("\"best_test_loss\"").is_err());
    }
}
