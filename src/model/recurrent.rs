//! Fully connected recurrent network (lecture L13): layers of units with a memory, then a linear output.
//!
//! h_t = f(x_t W_x + h_{t−1} W_h + b), h_{−1} = 0; the next layer's x_t is this one's h_t. The output s = h W + b is read
//! at the last step, or at every step where the data ask for an answer there. Trained through time: the gradient is that
//! of the unrolled network, whose steps share their weights.
//!
//! Shapes: a sample is T × n numbers, step by step; W_x n × H, W_h H × H, b H. One bias, where PyTorch's `RNN` has two that
//! only ever act by their sum.
//!
//! Source: Elman 1990; backpropagation through time: Werbos 1990.

use super::error::ModelError;
use super::{Architecture, Builder, ModelEntry, Module, Network, Recurrent, Task};
use crate::num::Shape;
use crate::registry::Entry;

pub const ENTRY: ModelEntry = ModelEntry {
    entry: Entry {
        name: "rnn",
        description: "fully connected recurrent network, trained through time; `hidden` units per layer",
        revision: 1,
        source: "Elman 1990; Werbos 1990; lecture L13",
        parameters: &[],
    },
    keys: &["hidden", "activation", "loss"],
    hidden_units: true,
    activation: Some("tanh"),
    initial: None,
    build: &build,
};

fn build(architecture: &Architecture, task: &Task) -> Result<Network, ModelError> {
    let Shape::Sequence { steps, features } = task.shape else {
        return Err(ModelError::NeedsSequences);
    };
    if architecture.hidden.is_empty() {
        return Err(ModelError::NeedsHidden);
    }
    let (outputs, loss) = architecture.trained_for(&task.answer)?;
    let mut builder = Builder::new(task.inputs);
    let mut inputs = features;
    for (index, &width) in architecture.hidden.iter().enumerate() {
        let dropout = builder.dropout();
        builder.push(dropout);
        let input = builder.layer(format!("layers.{index}.input"), inputs, width, true);
        let hidden = builder.recurrent(format!("layers.{index}.hidden"), width);
        let every_step = task.positions > 1 || index + 1 < architecture.hidden.len();
        let activation = architecture.activation.clone();
        builder.push(Module::Recurrent(Recurrent { input, hidden, steps, activation, every_step }));
        inputs = width;
    }
    let dropout = builder.dropout();
    builder.push(dropout);
    let layer = builder.layer(format!("layers.{}", architecture.hidden.len()), inputs, outputs, true);
    builder.push(Module::Linear { layer, positions: task.positions });
    Ok(builder.finish(outputs, task.positions, loss))
}
