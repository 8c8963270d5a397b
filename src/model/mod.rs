//! What a network is: its modules and shapes, where its parameters lie, its initial weights. No arithmetic of training.
//!
//! A network is a chain of modules; θ is one flat slice: for each layer of weights the bias (if it has one), then the
//! weights, inputs × outputs, row-major (row i belongs to input i). Bias and weights of a linear layer together are the
//! lecture's (n+1) × K matrix whose row 0 is the bias, its input fixed at 1 (L2).
//!
//! Add a model: a file with its `ENTRY`, and one line in [`ENTRIES`].

mod builder;
mod convolutional;
mod error;
pub mod initial;
mod linear;
mod mlp;
mod module;
mod objective;
mod recurrent;
pub mod weights;

pub use builder::Builder;
pub use error::{InitialError, ModelError, WeightsError};
pub use module::{Module, Patches, Pool, Pooling, Recurrent};

use crate::activation::Activation;
use crate::num::{BlockRole, Layout, Objective, Shape};
use crate::registry::{Choice, Entry, Registered};
use initial::InitialEntry;
use std::ops::Range;

/// What the last module's outputs s are trained for (lecture L11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// ½ Σ_k (y_k − s_k)², for regression.
    SquaredError,
    /// ½ (y − s)² with y = −1 for class 0 and +1 for class 1: Widrow and Hoff's linear classifier.
    SignedSquaredError,
    /// −y ln σ(s) − (1−y) ln(1−σ(s)) from one output, for two classes.
    BinaryCrossEntropy,
    /// −ln softmax(s)_y, for K classes from K outputs.
    CrossEntropy,
    /// s itself.
    Objective,
}

/// What becomes of the losses of a batch's samples (and of each sample's positions).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reduction {
    Mean,
    Sum,
}

impl Reduction {
    pub const ALL: [Self; 2] = [Self::Mean, Self::Sum];

    /// The name in spec files and tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mean => "mean",
            Self::Sum => "sum",
        }
    }
}

/// One set of weights, with its bias if it has one, and its place in θ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// Such as `layers.0`.
    pub name: String,
    /// Of its weights.
    pub role: BlockRole,
    /// Rows of the weight matrix: numbers that feed one output.
    pub inputs: usize,
    /// Columns of the weight matrix.
    pub outputs: usize,
    /// `outputs` numbers, or none.
    pub bias: Range<usize>,
    /// inputs × outputs numbers, row-major; directly behind the bias.
    pub weights: Range<usize>,
    /// For a convolution, the side of its kernel: the inputs are then kernel × kernel × channels.
    pub kernel: Option<usize>,
    /// Of how many pixels the inputs are, each with its channels side by side: a convolution's patch, the image behind the
    /// last convolution; 1 where they are no image.
    pub pixels: usize,
}

impl Layer {
    /// Bias and weights together.
    #[must_use]
    pub fn parameters(&self) -> Range<usize> {
        self.bias.start..self.weights.end
    }
}

/// A chain of modules with its parameters' places and its loss.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    inputs: usize,
    /// K, per position.
    outputs: usize,
    positions: usize,
    /// What is trained, from inputs to the last linear outputs.
    chain: Module,
    layers: Vec<Layer>,
    /// Widths of the places where dropout can act.
    dropout_places: Vec<usize>,
    loss: Loss,
    reduction: Reduction,
}

impl Network {
    /// A multi-layer perceptron (lecture L12) from its numbers of inputs, hidden units per layer and outputs; without
    /// hidden layers it is linear, logistic or softmax regression, as its loss says.
    #[must_use]
    #[allow(clippy::needless_pass_by_value)] // as one writes it
    pub fn new(inputs: usize, hidden: &[usize], outputs: usize, activation: Activation, loss: Loss) -> Self {
        mlp::chain(inputs, hidden, outputs, &activation, false).finish(outputs, 1, loss)
    }

    /// The same network with another reduction.
    #[must_use]
    pub fn reduced_by(self, reduction: Reduction) -> Self {
        Self { reduction, ..self }
    }

    /// Numbers per sample that go in.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// K, the outputs s at each position.
    #[must_use]
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// How many answers a sample has: the steps of a sequence that is answered at each step, 1 otherwise.
    #[must_use]
    pub fn positions(&self) -> usize {
        self.positions
    }

    /// Numbers per sample that come out: positions × K.
    #[must_use]
    pub fn output_width(&self) -> usize {
        self.positions * self.outputs
    }

    /// The whole as one module.
    #[must_use]
    pub fn chain(&self) -> &Module {
        &self.chain
    }

    #[must_use]
    pub fn loss(&self) -> Loss {
        self.loss
    }

    #[must_use]
    pub fn reduction(&self) -> Reduction {
        self.reduction
    }

    /// The widths of the places where dropout can act: the inputs (place 0), then what feeds each further layer.
    #[must_use]
    pub fn dropout_places(&self) -> &[usize] {
        &self.dropout_places
    }

    /// The layers of weights in order, with their places in θ.
    #[must_use]
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// How many numbers θ holds.
    #[must_use]
    pub fn parameter_count(&self) -> usize {
        self.layers.last().map_or(0, |layer| layer.weights.end)
    }

    /// The blocks of θ: bias and weights of each layer, named as `layers.0.bias` and `layers.0.weight`.
    #[must_use]
    pub fn layout(&self) -> Layout {
        let mut layout = Layout::default();
        for layer in &self.layers {
            if !layer.bias.is_empty() {
                layout.push(format!("{}.bias", layer.name), BlockRole::Bias, 1, layer.outputs);
            }
            layout.push(format!("{}.weight", layer.name), layer.role, layer.inputs, layer.outputs);
        }
        layout
    }

    /// The objective, where the network is one.
    #[must_use]
    pub fn objective(&self) -> Option<&Objective> {
        match &self.chain {
            Module::Objective { objective, .. } => Some(objective),
            _ => None,
        }
    }
}

/// What a spec says of a model. Which of it applies, the model's entry tells.
#[derive(Clone, Debug, PartialEq)]
pub struct Architecture {
    pub hidden: Vec<usize>,
    pub activation: Activation,
    pub bias: bool,
    pub tied: bool,
    pub channels: Vec<usize>,
    pub kernel: usize,
    pub pooling: Pooling,
    pub pool: usize,
    /// Values for the parameters that the model's entry has of its own.
    pub own: Choice,
}

/// What the data ask of a model.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// Numbers per sample.
    pub inputs: usize,
    pub shape: Shape,
    pub answer: Answer,
    /// Answers per sample.
    pub positions: usize,
}

/// What is to be predicted.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    Number,
    Classes(usize),
    /// Nothing: the data come with what is to be minimized.
    Objective(Objective),
}

impl Answer {
    /// Outputs and loss of a network without an own idea of them.
    ///
    /// # Errors
    /// Where the answer is an objective, which needs no network.
    fn usual(&self) -> Result<(usize, Loss), ModelError> {
        match self {
            Self::Number => Ok((1, Loss::SquaredError)),
            Self::Classes(2) => Ok((1, Loss::BinaryCrossEntropy)),
            Self::Classes(count) => Ok((*count, Loss::CrossEntropy)),
            Self::Objective(_) => Err(ModelError::NoNetwork),
        }
    }
}

/// A model in the registry.
pub struct ModelEntry {
    pub entry: Entry,
    /// The keys under `model.` that it has, besides `kind` and `initial`.
    pub keys: &'static [&'static str],
    /// Whether its weights must differ at the start, because equal units would stay equal.
    pub hidden_units: bool,
    /// The name of the activation of its hidden units, for specs that name none.
    pub activation: Option<&'static str>,
    /// Its initial weights, for specs that name none; without it those that suit the activation.
    pub initial: Option<&'static InitialEntry>,
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

/// Every model, in the order in which `burnmark list` shows them.
pub const ENTRIES: &[&ModelEntry] = &[
    &mlp::ENTRY,
    &linear::LINEAR,
    &linear::LOGISTIC,
    &linear::SOFTMAX,
    &linear::ADALINE,
    &recurrent::ENTRY,
    &convolutional::ENTRY,
    &objective::ENTRY,
];

/// The model that is no network.
pub const OBJECTIVE: &str = objective::ENTRY.entry.name;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activation::{self, Activation};

    #[test]
    fn layers_tile_the_parameters() {
        let network = Network::new(64, &[64, 5], 10, Activation::of(&activation::RELU), Loss::CrossEntropy);
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
