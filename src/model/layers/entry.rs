//! The model of a list of layers.

use super::assembly::{Assembly, LayerRow};
use super::kinds::BUILDERS;
use crate::model::error::ModelError;
use crate::model::{Architecture, ModelEntry, Task};
use crate::registry::Entry;

pub const ENTRY: ModelEntry = ModelEntry {
    entry: Entry {
        name: "layers",
        description: "a network from parts: a list of layers, nested, reused and shared by name",
        revision: 1,
        source: "lecture L14; docs/guide/networks.md",
        parameters: &[],
    },
    keys: &["layers", "others", "loss"],
    hidden_units: true,
    activation: None,
    initial: None,
    build: &|architecture, task| {
        let (outputs, loss) = architecture.trained_for(&task.answer)?;
        let assembly = Assembly::run(BUILDERS, &architecture.layers, task, outputs)?;
        Ok(assembly.builder.finish(outputs, task.positions, loss))
    },
};

/// The layers one by one, the output layer last.
///
/// # Errors
/// Where the layers do not go together or do not suit the task.
pub fn rows(architecture: &Architecture, task: &Task) -> Result<Vec<LayerRow>, ModelError> {
    let (outputs, _) = architecture.trained_for(&task.answer)?;
    Ok(Assembly::run(BUILDERS, &architecture.layers, task, outputs)?.rows)
}
