//! Why a training ends without a result.

use crate::engine::EngineError;
use crate::model::InitialError;

/// Why a training cannot begin, or why it failed.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    #[error(transparent)]
    Engine(#[from] EngineError),
    #[error(transparent)]
    Initial(#[from] InitialError),
    /// `part` is the part's name.
    #[error("all targets of the {part} part are equal: R² is undefined there")]
    EqualTargets { part: &'static str },
    #[error(
        "units that share their weights, as in an rnn, a cnn or tied layers, are not thinned one by one; `scaling` takes them"
    )]
    NotThinned,
    #[error("{units} units make 2^{units} thinned networks; all of at most 2^{most} are averaged")]
    TooManyThinned { units: usize, most: usize },
    /// Of a comparison of two engines: no parameter or no batch.
    #[error("there is no step to compare")]
    NoStep,
}
