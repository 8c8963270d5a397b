//! What a run took.

use super::{Check, RunId};
use serde::{Deserialize, Serialize};

/// What depends on the machine and its load.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measurement {
    pub run: RunId,
    /// How many runs were trained in one pass with it, itself among them: where it is more than 1, its times are equal shares of what all of
    /// them took, and say nothing of how fast its method is.
    #[serde(default = "one")]
    pub runs_together: u64,
    /// Of the whole run in its worker.
    pub wall_seconds: f64,
    /// Of the steps alone.
    pub train_seconds: f64,
    /// Of the evaluations alone.
    pub evaluation_seconds: f64,
    pub steps: u64,
    /// The worker's largest resident memory so far, where the system tells.
    pub peak_memory_bytes: Option<u64>,
    pub check: Option<Check>,
    /// That computed it: more than one where `--threads` allowed it and the network was large enough.
    #[serde(default = "one")]
    pub threads: u64,
}

/// Earlier programs trained each run by itself, by one thread, and said neither.
const fn one() -> u64 {
    1
}

impl Measurement {
    /// Of a run about which nothing was measured.
    #[must_use]
    pub fn none(run: RunId) -> Self {
        Self {
            run,
            runs_together: one(),
            wall_seconds: 0.0,
            train_seconds: 0.0,
            evaluation_seconds: 0.0,
            steps: 0,
            peak_memory_bytes: None,
            check: None,
            threads: one(),
        }
    }

    /// Whether its times are shares of what several runs took together.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.runs_together > 1
    }

    /// What the run takes by itself at most, as one of several it took as long as all of them.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // a few runs
    pub fn most_seconds_alone(&self) -> f64 {
        self.wall_seconds * self.runs_together.max(1) as f64
    }

    /// What it takes on one core at most: a share of a gang's time, or the time of all of its threads.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // a few threads
    pub fn core_seconds(&self) -> f64 {
        self.wall_seconds * self.threads as f64
    }

    /// Seconds per step; none of a run that took no step, or whose time is a share.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // a count
    pub fn step_seconds(&self) -> Option<f64> {
        (self.steps > 0 && !self.is_shared()).then(|| self.train_seconds / self.steps as f64)
    }
}
