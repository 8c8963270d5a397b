//! The size of a batch as a setting.

use crate::registry::Value;
use serde::{Deserialize, Serialize};

/// Samples per step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value", into = "Value")]
pub enum BatchSize {
    Samples(usize),
    /// The whole training part.
    Full,
}

/// The word for [`BatchSize::Full`].
pub const FULL: &str = "full";

impl BatchSize {
    /// On a training part of this many samples.
    #[must_use]
    pub fn of(self, samples: usize) -> usize {
        match self {
            Self::Samples(batch) => batch,
            Self::Full => samples,
        }
    }
}

impl From<BatchSize> for Value {
    fn from(batch: BatchSize) -> Self {
        match batch {
            BatchSize::Samples(samples) => Self::Integer(samples as u64),
            BatchSize::Full => Self::Text(FULL.to_owned()),
        }
    }
}

impl TryFrom<Value> for BatchSize {
    type Error = String;

    fn try_from(value: Value) -> Result<Self, String> {
        match value {
            Value::Integer(samples) => usize::try_from(samples).map(Self::Samples).map_err(|why| why.to_string()),
            Value::Text(word) if word == FULL => Ok(Self::Full),
            other => Err(format!("`{other}` is no batch")),
        }
    }
}
