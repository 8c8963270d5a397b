//! Multi-layer perceptron (lecture L12): fully connected layers of hidden units, then a linear output.
//!
//! z_l = f(z_{l−1} W_l + b_l) for each hidden layer, s = z_L W + b. s is a number for regression, the argument of a
//! sigmoid for two classes, of a softmax for more. With `tied`, hidden layers of equal shape share one set of weights
//! (lecture L14, L40): the first and its successors of the same inputs and outputs.
//!
//! Source: Rumelhart, Hinton & Williams 1986.

use super::error::ModelError;
use super::{Architecture, Builder, ModelEntry, Network, Task};
use crate::activation::Activation;
use crate::loss::Loss;
use crate::registry::Entry;

pub const ENTRY: ModelEntry = ModelEntry {
    entry: Entry {
        name: "mlp",
        description: "multi-layer perceptron: hidden layers and a linear, sigmoid or softmax output",
        revision: 1,
        source: "Rumelhart, Hinton & Williams 1986; lecture L12",
        parameters: &[],
    },
    keys: &["hidden", "activation", "tied", "loss"],
    hidden_units: true,
    activation: Some("relu"),
    initial: None,
    build: &build,
};

fn build(architecture: &Architecture, task: &Task) -> Result<Network, ModelError> {
    let (outputs, loss) = architecture.trained_for(&task.answer)?;
    let Architecture { hidden, activation, tied, .. } = architecture;
    one_answer(task)?;
    Ok(chain(task.inputs, hidden, outputs, activation, *tied).finish(outputs, 1, loss))
}

/// # Errors
/// Where each sample has several answers.
pub fn one_answer(task: &Task) -> Result<(), ModelError> {
    match task.positions {
        1 => Ok(()),
        steps => Err(ModelError::OneAnswer { steps }),
    }
}

/// The modules of a perceptron.
pub fn chain(inputs: usize, hidden: &[usize], outputs: usize, activation: &Activation, tied: bool) -> Builder {
    let mut builder = Builder::new(inputs);
    dense_layers(&mut builder, 0, hidden, outputs, activation, tied);
    builder
}

impl Network {
    /// A multi-layer perceptron (lecture L12) from its numbers of inputs, hidden units per layer and outputs; without
    /// hidden layers it is linear, logistic or softmax regression, as its loss says.
    #[must_use]
    #[allow(clippy::needless_pass_by_value)] // as one writes it
    pub fn new(inputs: usize, hidden: &[usize], outputs: usize, activation: Activation, loss: Loss) -> Self {
        chain(inputs, hidden, outputs, &activation, false).finish(outputs, 1, loss)
    }
}

/// Hidden layers, numbered from `first`, and the linear output behind what is there.
pub fn dense_layers(
    builder: &mut Builder,
    first: usize,
    hidden: &[usize],
    outputs: usize,
    activation: &Activation,
    tied: bool,
) {
    let mut last: Option<((usize, usize), usize)> = None;
    for (index, &width) in hidden.iter().enumerate() {
        let shape = (builder.width(), width);
        let layer = match last {
            Some((known, layer)) if tied && known == shape => layer,
            _ => builder.layer(format!("layers.{}", first + index), shape.0, width, true),
        };
        last = Some((shape, layer));
        builder.dense(layer, activation);
    }
    let inputs = builder.width();
    let layer = builder.layer(format!("layers.{}", first + hidden.len()), inputs, outputs, true);
    builder.linear(layer);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activation::TANH;
    use crate::loss::CROSS_ENTROPY;

    #[test]
    fn tied_layers_of_one_shape_share_their_weights() {
        let count = |tied| {
            let chain = chain(3, &[5, 5, 5, 4], 2, &Activation::of(&TANH), tied);
            let network = chain.finish(2, 1, Loss::of(&CROSS_ENTROPY));
            assert_eq!(network.dropout_places(), [3, 5, 5, 5, 4]);
            network.parameter_count()
        };
        assert_eq!(count(false) - count(true), 6 * 5);
    }
}
