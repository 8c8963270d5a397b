//! Model: a perceptron whose hidden layers have half as many units each, from known layers.
//!
//! - `width`: units of the first hidden layer, 1 to 4096, default 16.
//! - `depth`: hidden layers, 1 to 12, default 2.

use burnmark::model::{Architecture, Builder, ModelEntry, ModelError, Network, Task};
use burnmark::registry::{Entry, Parameter, ParameterKind};
use burnmark::value::Value;

pub const ENTRY: ModelEntry = ModelEntry {
    entry: Entry {
        name: "funnel",
        description: "a perceptron whose hidden layers have half as many units each",
        revision: 1,
        source: "examples/own-optimizer",
        parameters: &[
            Parameter::with_default(
                "width",
                "units of the first hidden layer",
                ParameterKind::Integer { least: 1, most: 4096 },
                Value::Integer(16),
            ),
            Parameter::with_default(
                "depth",
                "hidden layers",
                ParameterKind::Integer { least: 1, most: 12 },
                Value::Integer(2),
            ),
        ],
    },
    keys: &["activation"],
    hidden_units: true,
    activation: Some("tanh"),
    initial: None,
    build: &build,
};

fn build(architecture: &Architecture, task: &Task) -> Result<Network, ModelError> {
    let (outputs, loss) = task.answer.usual()?;
    if task.positions != 1 {
        return Err(ModelError::OneAnswer { steps: task.positions });
    }
    let (mut builder, mut inputs) = (Builder::new(task.inputs), task.inputs);
    let (width, depth) = (architecture.own.count("width"), architecture.own.count("depth"));
    for index in 0..depth {
        let units = (width >> index).max(1);
        let layer = builder.layer(format!("layers.{index}"), inputs, units, true);
        builder.dense(layer, &architecture.activation);
        inputs = units;
    }
    let last = builder.layer(format!("layers.{depth}"), inputs, outputs, true);
    builder.linear(last);
    Ok(builder.finish(outputs, 1, loss))
}
