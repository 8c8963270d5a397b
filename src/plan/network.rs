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
        Target::Values(_) | Target::Columns(_) => Answer::Numbers(set.target.columns()),
        Target::Classes { count, .. } => Answer::Classes(*count),
        Target::Objective(objective) => Answer::Objective(objective.clone()),
    };
    Task { inputs: set.features.cols(), shape: set.shape, answer, positions: set.positions() }
}

/// The layers of a run's networks from parts on its data set, one by one.
///
/// # Errors
/// As [`networks`].
pub fn layer_rows(run: &RunSpec, set: &DataSet) -> Result<Vec<Vec<LayerRow>>, NoNetwork> {
    let task = task(set);
    let rows = |architecture| Ok(layers::rows(&architecture, &task)?);
    run.model.architectures(&run.catalogue)?.into_iter().map(rows).collect()
}

/// The network that a run's model is on its data set; of an ensemble the first.
///
/// # Errors
/// As [`networks`].
pub fn network(run: &RunSpec, set: &DataSet) -> Result<Network, NoNetwork> {
    Ok(networks(run, set)?.swap_remove(0))
}

/// The networks that a run's model is on its data set: one, or one for each of an ensemble's architectures. At least one.
///
/// # Errors
/// Where the model does not suit the data, with what would.
pub fn networks(run: &RunSpec, set: &DataSet) -> Result<Vec<Network>, NoNetwork> {
    let kind = &run.model.kind;
    let unknown = || UnknownEntry { noun: "model", name: kind.clone() };
    let model = run.catalogue.models.find(kind).ok_or_else(unknown)?;
    let task = task(set);
    let of = |architecture| Ok(model.network(&architecture, &task)?.reduced_by(run.train.reduction));
    run.model.architectures(&run.catalogue)?.into_iter().map(of).collect()
}
