//! `[judge]`: which state of a training counts, from which difference on it matters, and what a fast one has to reach.

use super::{At, CaseLabel, Claim, Compared, Criterion, Quantity};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

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
    /// The compared value that all others are compared with, in the questions that have it; none for all pairs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<String>,
    /// What a training has to reach for its steps to be counted.
    #[serde(default, skip_serializing_if = "Goal::is_usual")]
    pub target: Goal,
    /// What of the test part is compared.
    #[serde(default, skip_serializing_if = "Compared::is_usual")]
    pub outcome: Compared,
    /// What settings are chosen by where no protocol says it; none for what is usual, see [`Judge::chosen_by`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub select: Option<Selection>,
    /// Differences of interest that were named beforehand, beside the questions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contrasts: Vec<Contrast>,
    /// Names of cases: what the runs of these settings are called.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<CaseLabel>,
    /// What the runs are to support or contradict, by a rule that was fixed before them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim: Option<Claim>,
    /// The data sets on which seeds change nothing, as the plan knows: one run of a method says all there.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub certain: BTreeSet<String>,
}

/// What settings are chosen by, on the validation part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Selection {
    Loss,
    /// What is compared.
    Outcome,
}

impl Selection {
    pub const ALL: [Self; 2] = [Self::Loss, Self::Outcome];

    /// The name in specs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Loss => "loss",
            Self::Outcome => "outcome",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }
}

impl Judge {
    /// What of the validation part settings are chosen by: the measure that is compared, where it says how good predictions are, and
    /// else the loss. `select` says otherwise.
    #[must_use]
    pub fn chosen_by(&self) -> Quantity {
        match (self.select, self.outcome) {
            (Some(Selection::Outcome), Compared::Metric) => Quantity::Metric,
            (None | Some(Selection::Outcome), Compared::Measure(measure)) if measure.is_goal => {
                Quantity::Measure(measure)
            }
            _ => Quantity::Loss,
        }
    }

    /// What of the validation part at which state.
    #[must_use]
    pub fn criterion(&self) -> Criterion {
        Criterion { at: self.at, quantity: self.chosen_by() }
    }

    /// Whether a setting is one of those that labelled cases set: it is a part of the question about the cases.
    #[must_use]
    pub fn is_of_a_case(&self, name: &str) -> bool {
        self.labels.iter().any(|case| case.settings.contains_key(name))
    }
}

/// A planned contrast: one weighted sum of methods' results whose weights add up to 0.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Contrast {
    /// How the result changes along a setting that is a number: the slope of a straight line, over the range that was tried.
    Slope { slope: String },
    /// Whether a setting's effect depends on another setting: the difference of its differences.
    Interaction { effect: String, by: String },
}

impl Contrast {
    /// The settings that it is about.
    #[must_use]
    pub fn settings(&self) -> Vec<&str> {
        match self {
            Self::Slope { slope } => vec![slope],
            Self::Interaction { effect, by } => vec![effect, by],
        }
    }
}

impl Judge {
    /// Whether nothing is asked for.
    #[must_use]
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }

    /// What a training has to reach: a share of the way of the baseline of all comparisons, where the target names none.
    #[must_use]
    pub fn goal(&self) -> Goal {
        match &self.target {
            Goal::Way(Way { baseline: None, way }) => Goal::Way(Way { baseline: self.baseline.clone(), way: *way }),
            given => given.clone(),
        }
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
