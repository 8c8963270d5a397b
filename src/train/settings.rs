//! The settings of a training, as a spec gives them.

use super::batch::BatchSize;
use super::curve::Curve;
use super::named::by_name;
use crate::data::Order;
use crate::model::Reduction;
use crate::registry::Choice;
use serde::{Deserialize, Serialize};

/// What a spec says of a training, `[train]`: a field for each key of the section.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainSpec {
    pub epochs: u64,
    pub batch: BatchSize,
    pub drop_last: bool,
    #[serde(with = "by_name")]
    pub reduction: Reduction,
    #[serde(with = "by_name")]
    pub order: Order,
    pub clip: f64,
    /// Epochs from one evaluation to the next.
    pub evaluate_every: u64,
    /// Epochs, at least, from one evaluation of the training part to the next; absent where it is 1.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub evaluate_train_every: u64,
    pub early_stopping: bool,
    pub patience: u64,
    pub average: Choice,
    pub ensemble: u32,
    #[serde(with = "by_name")]
    pub curve: Curve,
    /// Seeds of single sources of randomness, in the place of the run's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_seed: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_seed: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dropout_seed: Option<u64>,
}

const fn one() -> u64 {
    1
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde's form
const fn is_one(number: &u64) -> bool {
    *number == 1
}
