//! What a model says of itself.

use super::error::ModelError;
use super::initial::InitialEntry;
use super::{Architecture, Network, Task};
use crate::registry::{Entry, Registered};

/// A model in the registry.
pub struct ModelEntry {
    /// What it says of itself.
    pub entry: Entry,
    /// The keys under `model.` that it has, besides `kind` and `initial`.
    pub keys: &'static [&'static str],
    /// Whether its weights must differ at the start, because equal units would stay equal.
    pub hidden_units: bool,
    /// The name of the activation of its hidden units, for specs that name none.
    pub activation: Option<&'static str>,
    /// Its initial weights, for specs that name none; without it those that suit the activation.
    pub initial: Option<&'static InitialEntry>,
    /// What makes its network.
    pub build: &'static Construction,
}

/// What makes the network of a model on a task, or says what would suit the task.
pub type Construction = dyn Fn(&Architecture, &Task) -> Result<Network, ModelError> + Send + Sync;

impl ModelEntry {
    /// The network that the model is on a task.
    ///
    /// # Errors
    /// Where it does not suit the task, with what would.
    pub fn network(&self, architecture: &Architecture, task: &Task) -> Result<Network, ModelError> {
        (self.build)(architecture, task)
    }
}

impl Registered for ModelEntry {
    fn entry(&self) -> &Entry {
        &self.entry
    }
}
