//! What of the test part is compared.

use super::Evaluation;
use crate::measure::{LOSS, Measure};
use serde::{Deserialize, Serialize};

/// What of the test part is compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Compared {
    /// Accuracy, R² or digits: what every run has.
    #[default]
    Metric,
    /// The loss, which can tell methods apart that are right equally often.
    Loss,
    /// A measure that runs were asked for. It takes the metric's place in their records: see `RunRecord::judge_by`.
    Measure(&'static Measure),
}

impl Compared {
    /// Every one, what is usual first.
    pub fn all() -> impl Iterator<Item = Self> {
        let asked_for = Measure::known().into_iter().filter(|measure| measure.is_asked_for());
        [Self::Metric, Self::Loss].into_iter().chain(asked_for.map(Self::Measure))
    }

    /// The names of all.
    #[must_use]
    pub fn names() -> Vec<&'static str> {
        Self::all().map(Self::name).collect()
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::all().find(|outcome| outcome.name() == name)
    }

    /// The name in specs and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Metric => "metric",
            Self::Loss => LOSS.entry.name,
            Self::Measure(measure) => measure.name(),
        }
    }

    /// What it is called in heads.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Metric | Self::Loss => self.name(),
            Self::Measure(measure) => measure.words.table,
        }
    }

    /// What is usual: a table without it means this.
    #[must_use]
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }

    /// Of an evaluation, in its own units.
    #[must_use]
    pub fn of(self, evaluation: Evaluation) -> f64 {
        match self {
            Self::Metric | Self::Measure(_) => evaluation.metric,
            Self::Loss => evaluation.loss,
        }
    }

    /// The number with its sign turned where lower is better: higher is better then. Every metric that all runs have is better where
    /// it is higher.
    #[must_use]
    pub fn oriented(self, value: f64) -> f64 {
        match self {
            Self::Metric => value,
            Self::Loss => LOSS.oriented(value),
            Self::Measure(measure) => measure.oriented(value),
        }
    }
}

impl From<Compared> for String {
    fn from(outcome: Compared) -> Self {
        outcome.name().to_owned()
    }
}

/// A name that no outcome has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown outcome `{0}`")]
pub struct UnknownOutcome(String);

impl TryFrom<String> for Compared {
    type Error = UnknownOutcome;

    fn try_from(name: String) -> Result<Self, UnknownOutcome> {
        Self::from_name(&name).ok_or(UnknownOutcome(name))
    }
}
