//! The size of a batch as a setting.

use crate::value::Value;
use serde::{Deserialize, Serialize};
use std::num::TryFromIntError;

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
            BatchSize::Full => Self::word(FULL),
        }
    }
}

/// A value that is no size of a batch.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum NoBatch {
    /// More samples than this machine can count.
    #[error(transparent)]
    TooLarge(#[from] TryFromIntError),
    #[error("`{0}` is no batch")]
    Other(Value),
}

impl TryFrom<Value> for BatchSize {
    type Error = NoBatch;

    fn try_from(value: Value) -> Result<Self, NoBatch> {
        match value {
            Value::Integer(samples) => Ok(Self::Samples(usize::try_from(samples)?)),
            Value::Text(word) if word == FULL => Ok(Self::Full),
            other => Err(NoBatch::Other(other)),
        }
    }
}
