//! What a network is: its modules and shapes, where its parameters lie, its initial weights. No arithmetic of training.
//!
//! A network is a chain of modules; θ is one flat slice: for each layer of weights the bias (if it has one), then the
//! weights, inputs × outputs, row-major (row i belongs to input i). Bias and weights of a linear layer together are the
//! lecture's (n+1) × K matrix whose row 0 is the bias, its input fixed at 1 (L2).
//!
//! Add a model: a file with its `ENTRY`, and one line in [`ENTRIES`].

#![warn(missing_docs)]

mod architecture;
mod builder;
mod convolutional;
mod entry;
mod error;
mod hidden;
pub mod initial;
mod layer;
pub mod layers;
mod linear;
mod mlp;
mod module;
mod network;
mod objective;
pub mod operation;
mod recurrent;
mod reduction;
mod task;
#[doc(hidden)]
pub mod weights;

pub use architecture::Architecture;
pub use builder::Builder;
pub use entry::{Construction, ModelEntry};
pub use error::{InitialError, ModelError, WeightsError};
pub use layer::{KernelShape, Layer, LayerStart};
pub use module::{
    BatchNorm, Embedding, Gated, GatedCell, LayerNorm, Module, Patches, Pool, Pooling, Recurrent, Shortcut,
};
pub use network::Network;
pub use reduction::Reduction;
pub use task::{Answer, Task};

/// Every model, in the order in which `burnmark list` shows them.
pub const ENTRIES: &[&ModelEntry] = &[
    &mlp::ENTRY,
    &linear::LINEAR,
    &linear::LOGISTIC,
    &linear::SOFTMAX,
    &linear::ADALINE,
    &recurrent::ENTRY,
    &convolutional::ENTRY,
    &layers::MODEL,
    &objective::ENTRY,
];

/// The model that is no network.
pub const OBJECTIVE: &str = objective::ENTRY.entry.name;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activation::{self, Activation};
    use crate::loss::{CROSS_ENTROPY, Loss};
    use crate::num::{BlockRole, Shape};
    use crate::registry::Choice;

    #[test]
    fn layers_tile_the_parameters() {
        let network = Network::new(64, &[64, 5], 10, Activation::of(&activation::RELU), Loss::of(&CROSS_ENTROPY));
        let layers = network.layers();
        assert_eq!(layers[0].bias, 0..64);
        assert_eq!(layers[0].weights, 64..64 + 64 * 64);
        assert!(layers.windows(2).all(|pair| pair[0].weights.end == pair[1].bias.start));
        assert_eq!(layers.last().unwrap().weights.end, network.parameter_count());
        assert_eq!(network.parameter_count(), 65 * 64 + 65 * 5 + 6 * 10);
    }
    /// A convolution, a perceptron and a recurrent network: each block has the place that the layers say, and its role.
    #[test]
    fn the_layout_names_every_block() {
        let architecture = Architecture {
            hidden: vec![4],
            activation: Activation::of(&activation::TANH),
            bias: true,
            tied: false,
            channels: vec![2],
            kernel: 2,
            pooling: Pooling::Max,
            pool: 1,
            loss: None,
            layers: Vec::new(),
            own: Choice::of(&mlp::ENTRY.entry),
        };
        let of_kind = |kind: &str| ENTRIES.iter().find(|known| known.entry.name == kind).unwrap();
        let image = Shape::Image(crate::num::Image { height: 3, width: 3, channels: 1 });
        let sequence = Shape::Sequence { steps: 3, features: 3 };
        let of = |kind: &str, shape| {
            let task = Task { inputs: 9, shape, answer: Answer::Classes(3), positions: 1 };
            let network = of_kind(kind).network(&architecture, &task).unwrap();
            let layout = network.layout();
            assert_eq!(layout.count(), network.parameter_count());
            let blocks = layout.blocks().iter().map(|block| {
                let layer = network.layers().iter().find(|layer| block.name.starts_with(&format!("{}.", layer.name)));
                let layer = layer.unwrap();
                let place = if block.role == BlockRole::Bias { &layer.bias } else { &layer.weights };
                assert_eq!(block.range(), *place, "{}", block.name);
                (block.name.clone(), block.role.name(), block.rows, block.cols)
            });
            blocks.collect::<Vec<_>>()
        };
        let row = |name: &str, role, rows, cols| (name.to_owned(), role, rows, cols);
        let cnn = of("cnn", image);
        assert_eq!(cnn[..2], [row("layers.0.bias", "bias", 1, 2), row("layers.0.weight", "kernel", 4, 2)]);
        assert_eq!(cnn[3], row("layers.1.weight", "weights", 8, 4));
        let rnn = of("rnn", sequence);
        assert_eq!(rnn[1], row("layers.0.input.weight", "weights", 3, 4));
        assert_eq!(rnn[2], row("layers.0.hidden.weight", "recurrent", 4, 4));
    }
}
