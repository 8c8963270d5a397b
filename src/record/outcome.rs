//! How a run ended.

use serde::{Deserialize, Serialize};

/// How a run ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Outcome {
    /// All epochs trained.
    #[default]
    Done,
    /// The loss or a parameter stopped being a finite number at this step (counted from 0): a result. The curve ends
    /// with the last whole epoch before; nothing is filled in.
    Diverged { step: u64 },
    /// A solver found that there is no solution, such as a maximum of the likelihood on separable classes: a result.
    Unsolved {
        /// Its name, such as `separable`.
        problem: String,
    },
    /// The run took longer than its limit and was ended; it is tried again by the next `run`.
    TimedOut,
    /// The run could not be carried out; it is tried again by the next `run`.
    Failed { reason: String },
}

impl Outcome {
    /// The name in tables.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Diverged { .. } => "diverged",
            Self::Unsolved { .. } => "unsolved",
            Self::TimedOut => "timed-out",
            Self::Failed { .. } => "failed",
        }
    }

    /// Why the run has no result and is to be tried again; `None` if it has one.
    #[must_use]
    pub fn failure(&self) -> Option<&str> {
        match self {
            Self::Done | Self::Diverged { .. } | Self::Unsolved { .. } => None,
            Self::TimedOut => Some("it took longer than its limit"),
            Self::Failed { reason } => Some(reason),
        }
    }

    /// Whether the run need not be tried again.
    #[must_use]
    pub fn is_final(&self) -> bool {
        self.failure().is_none()
    }
}
