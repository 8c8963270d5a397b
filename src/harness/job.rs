//! What a worker is asked, and what it answers.

use crate::data::DataSet;
use crate::formula::WrittenMethod;
use crate::plan::{RunSpec, Spec};
use crate::record::{Measurement, Outcome, RunId, RunResults};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// What a worker is asked: one line of JSON.
#[derive(Debug, Serialize, Deserialize)]
pub struct Job {
    pub run: RunId,
    pub spec: RunSpec,
    /// The methods as formulas that the settings name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub formulas: Vec<WrittenMethod>,
    /// The folder in which paths of the settings start.
    pub folder: PathBuf,
    /// The digest of the data that the run was planned with.
    pub data_digest: String,
    /// The mark of these data, where they have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_mark: Option<String>,
    /// Whether the other engine checks this one.
    pub check: bool,
    pub parameters: Parameters,
    /// The most threads for it where it is asked for alone.
    pub threads: usize,
}

impl Job {
    /// What its data are to be.
    pub(super) fn expected_data(&self) -> ExpectedData {
        ExpectedData { digest: self.data_digest.clone(), mark: self.data_mark.clone() }
    }
}

/// Which data a run was planned with.
#[derive(Clone, Debug)]
pub struct ExpectedData {
    pub digest: String,
    /// Their mark, which is faster to compare, where they have one.
    pub mark: Option<String>,
}

impl ExpectedData {
    /// Those of a run of an experiment.
    #[must_use]
    pub fn of(spec: &Spec, run: &RunSpec) -> Self {
        let digest = spec.data_digest(run).to_owned();
        Self { mark: spec.data_mark(&digest).map(str::to_owned), digest }
    }

    /// Whether this set holds them.
    #[must_use]
    pub fn are(&self, set: &DataSet) -> bool {
        let same_mark = self.mark.is_some() && self.mark == set.mark();
        same_mark || self.digest == set.digest()
    }
}

/// What is wanted of a run's final parameters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Parameters {
    #[default]
    Nothing,
    /// A file of them.
    File(PathBuf),
    /// BLAKE3 of the bytes that the file would have.
    Digest,
}

/// What a worker answers: one line of JSON.
#[derive(Debug, Serialize, Deserialize)]
pub struct WorkerAnswer {
    pub results: RunResults,
    /// Of a run that was done, where it was asked for: BLAKE3 of the file of its final parameters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameters_digest: Option<String>,
    pub measurement: Measurement,
    /// Of the processor that the run was carried out on, as the process saw it.
    #[serde(default)]
    pub cpu_features: Vec<String>,
}

impl WorkerAnswer {
    /// The answer for a run that could not be carried out.
    pub(super) fn failed(run: RunId, reason: String) -> Self {
        Self::without_results(run, Outcome::Failed { reason })
    }

    /// The answer for a run that ended so.
    pub(super) fn without_results(run: RunId, outcome: Outcome) -> Self {
        Self {
            results: RunResults { outcome, ..RunResults::default() },
            parameters_digest: None,
            measurement: Measurement::none(run),
            cpu_features: Vec::new(),
        }
    }
}
