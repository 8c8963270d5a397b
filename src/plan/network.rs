//! The network that a run's model is on the run's data.

use super::run_spec::RunSpec;
use crate::data::{DataSet, Target};
use crate::model::{Answer, Network, Task};

/// The network that a run's model is on its data set.
///
/// # Errors
/// Where the model does not suit the data, with what would.
pub fn network(run: &RunSpec, set: &DataSet) -> Result<Network, String> {
    let answer = match &set.target {
        Target::Values(_) => Answer::Number,
        Target::Classes { count, .. } => Answer::Classes(*count),
        Target::Objective(objective) => Answer::Objective(objective.clone()),
    };
    let task = Task { inputs: set.features.cols(), shape: set.shape, answer, positions: set.positions() };
    let kind = &run.model.kind;
    let model = run.catalogue.models.find(kind).ok_or_else(|| format!("unknown model `{kind}`"))?;
    let network = model.network(&run.model.architecture(&run.catalogue)?, &task)?;
    Ok(network.reduced_by(run.train.reduction))
}
