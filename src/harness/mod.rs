//! From a checked experiment to results: what is still to do, worker processes, progress, the folder.

mod chosen;
mod confusion;
mod crosscheck;
mod error;
mod execute;
mod merge;
mod orphans;
mod plan;
mod plane;
mod pool;
mod progress;
mod prospect;
mod scattered;
mod solved;
mod stages;
mod sweep;
mod timing;
mod verify;
mod worker;

pub use crosscheck::{CrosscheckOptions, Crosschecked, EnginePair, LOSS, crosscheck};
pub use error::{Conflict, HarnessError};
pub use execute::{Cache, execute, execute_and_keep};
pub use merge::merge;
pub use plan::shard_folder;
pub use plane::Planes;
pub use pool::{Limits, WORKER_COMMAND};
pub use progress::duration;
pub use prospect::prospect;
pub use sweep::{Options, Summary, run};
pub use timing::{Estimate, estimate};
pub use verify::{Finding, Sample, Verified, VerifyOptions, counts, drift_bound, spec_of, verify};
pub use worker::serve;

use crate::formula::WrittenMethod;
use crate::plan::RunSpec;
use crate::record::{CurvePoint, Hashes, Measured, Measurement, Outcome, RunId, StepPoint};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// What a worker is asked: one line of JSON.
#[derive(Debug, Serialize, Deserialize)]
struct Job {
    run: RunId,
    spec: RunSpec,
    /// The methods as formulas that the settings name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    formulas: Vec<WrittenMethod>,
    /// The folder in which paths of the settings start.
    folder: PathBuf,
    /// The digest of the data that the run was planned with.
    data_digest: String,
    /// Whether the other engine checks this one.
    check: bool,
    parameters: Parameters,
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
pub struct RunResult {
    #[serde(flatten)]
    pub outcome: Outcome,
    /// As in the record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_rest: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_minimum: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_out: Option<u64>,
    /// `accuracy`, `r2` or `digits`.
    pub metric: String,
    pub curve: Vec<CurvePoint>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub measured: Vec<Measured>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<StepPoint>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub traced: Vec<String>,
    pub hashes: Option<Hashes>,
    /// Of a run that was done, where it was asked for: BLAKE3 of the file of its final parameters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameters_digest: Option<String>,
    pub measurement: Measurement,
    /// Of the processor that the run was carried out on, as the process saw it.
    #[serde(default)]
    pub cpu_features: Vec<String>,
}

impl RunResult {
    /// The answer for a run that could not be carried out.
    fn failed(run: RunId, reason: String) -> Self {
        Self::without_results(run, Outcome::Failed { reason })
    }

    /// The answer for a run that ended so.
    fn without_results(run: RunId, outcome: Outcome) -> Self {
        Self {
            outcome,
            metric: String::new(),
            curve: Vec::new(),
            measured: Vec::new(),
            steps: Vec::new(),
            traced: Vec::new(),
            at_rest: None,
            no_minimum: None,
            held_out: None,
            hashes: None,
            parameters_digest: None,
            measurement: Measurement::none(run),
            cpu_features: Vec::new(),
        }
    }
}
