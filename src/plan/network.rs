//! The network that a run's model is on the run's data.

use super::run_spec::RunSpec;
use crate::catalogue::UnknownEntry;
use crate::data::{DataSet, Target};
use crate::model::layers::{self, LayerRow};
use crate::model::{Answer, ModelError, Network, Task};

/// Why a run has no network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoNetwork {
    #[error(transparent)]
    Unknown(#[from] UnknownEntry),
    /// The model does not suit the data.
    #[error(transparent)]
    Model(#[from] ModelError),
}

/// What the data ask of a model.
fn task(set: &DataSet) -> Task {
    let answer = match &set.target {
        Target::Values(_) => Answer::Number,
        Target::Classes { count, .. } => Answer::Classes(*count),
        Target::Objective(objective) => Answer::Objective(objective.clone()),
    };
    Task { inputs: set.features.cols(), shape: set.shape, answer, positions: set.positions() }
}

/// The layers of a run's model from parts on its data set, one by one.
///
/// # Errors
/// As [`network`].
pub fn layer_rows(run: &RunSpec, set: &DataSet) -> Result<Vec<LayerRow>, NoNetwork> {
    Ok(layers::rows(&run.model.architecture(&run.catalogue)?.layers, &task(set))?)
}

/// The network that a run's model is on its data set.
///
/// # Errors
/// Where the model does not suit the data, with what would.
pub fn network(run: &RunSpec, set: &DataSet) -> Result<Network, NoNetwork> {
    let kind = &run.model.kind;
    let unknown = || UnknownEntry { noun: "model", name: kind.clone() };
    let model = run.catalogue.models.find(kind).ok_or_else(unknown)?;
    let network = model.network(&run.model.architecture(&run.catalogue)?, &task(set))?;
    Ok(network.reduced_by(run.train.reduction))
}
