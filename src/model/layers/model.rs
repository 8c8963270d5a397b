//! The model of a list of layers.

use super::assembly::{Assembly, LayerRow};
use super::chosen::put_all;
use crate::model::error::ModelError;
use crate::model::{Architecture, ModelEntry, Task};
use crate::registry::Entry;

/// The model of a list of layers.
pub const MODEL: ModelEntry = ModelEntry {
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
        Ok(assembled(architecture, task, outputs)?.builder.finish(outputs, task.positions, loss))
    },
};

/// The layers one by one, the output layer last.
///
/// # Errors
/// Where the layers do not go together or do not suit the task.
pub fn rows(architecture: &Architecture, task: &Task) -> Result<Vec<LayerRow>, ModelError> {
    let (outputs, _) = architecture.trained_for(&task.answer)?;
    Ok(assembled(architecture, task, outputs)?.rows)
}

/// All layers, and behind them the output layer.
fn assembled<'t>(architecture: &Architecture, task: &'t Task, outputs: usize) -> Result<Assembly<'t>, ModelError> {
    let mut assembly = Assembly::new(task);
    put_all(&architecture.layers, &mut assembly)?;
    assembly.output(architecture.layers.len(), outputs)?;
    Ok(assembly)
}
