//! The seven trainings whose steps are measured, here and by the peers (docs/peers/steps.py): a row each of
//! docs/performance.md. Figures are random; what a step costs does not depend on them.

use burnmark::activation::{self, Activation};
use burnmark::data::{Part, Targets};
use burnmark::engine::{Engine, EngineKind, build};
use burnmark::loss::{BINARY_CROSS_ENTROPY, CROSS_ENTROPY, Loss, TargetForm};
use burnmark::model::initial::{HE, Initial, initial_weights};
use burnmark::model::{self, Answer, Architecture, ModelEntry, Network, Pooling, Task};
use burnmark::num::{Image, Matrix, Purpose, Shape, Stream};
use burnmark::optim::{self, OptimizerEntry};
use burnmark::registry::{Choice, Chosen};
use burnmark::train::{RegularizeSettings, Settings, Stepper};
use burnmark::value::Value;

/// Samples that the batches are drawn from.
pub const SAMPLES: usize = 1408;

/// A network with its batch, optimizer and regularizers.
pub struct Row {
    pub name: &'static str,
    pub network: Network,
    pub batch: usize,
    pub optimizer: &'static str,
    pub dropout: f64,
    pub weight_decay: f64,
    /// Of a block of steps whose time is taken, as in docs/peers/steps.py: short, so that on a busy machine some blocks are not interrupted,
    /// and long beside a call.
    #[allow(dead_code)] // of the programs that share this file one reads it
    pub epochs: usize,
}

pub fn rows() -> Vec<Row> {
    let mlp = |inputs, hidden: &[usize], outputs, loss| {
        Network::new(inputs, hidden, outputs, Activation::of(&activation::RELU), loss)
    };
    let row = |name, network, batch, optimizer| Row {
        name,
        network,
        batch,
        optimizer,
        dropout: 0.0,
        weight_decay: 0.0,
        epochs: 1,
    };
    vec![
        Row {
            epochs: 8,
            ..row(
                "a: logistic 30-1, batch 32, gradient descent",
                mlp(30, &[], 1, Loss::of(&BINARY_CROSS_ENTROPY)),
                32,
                "gradient-descent",
            )
        },
        Row {
            epochs: 4,
            ..row("b: softmax 64-10, batch 32, momentum", mlp(64, &[], 10, Loss::of(&CROSS_ENTROPY)), 32, "momentum")
        },
        Row {
            dropout: 0.2,
            ..row(
                "c: mlp 64-64-10, dropout 0.2, batch 32, adam",
                mlp(64, &[64], 10, Loss::of(&CROSS_ENTROPY)),
                32,
                "adam",
            )
        },
        Row {
            dropout: 0.5,
            weight_decay: 1e-4,
            ..row(
                "d: mlp 64-256-256-10, dropout 0.5, decay, batch 128, adam",
                mlp(64, &[256, 256], 10, Loss::of(&CROSS_ENTROPY)),
                128,
                "adam",
            )
        },
        row(
            "e: mlp 784-512-512-10, batch 128, momentum",
            mlp(784, &[512, 512], 10, Loss::of(&CROSS_ENTROPY)),
            128,
            "momentum",
        ),
        row("f: rnn 8-32-1, 20 steps, batch 32, adam", rnn(), 32, "adam"),
        row("g: cnn 8x8, 8 channels of 3x3, max pooling, batch 32, adam", cnn(), 32, "adam"),
    ]
}

fn rnn() -> Network {
    let architecture =
        Architecture { hidden: vec![32], activation: Activation::of(&activation::TANH), ..architecture("rnn") };
    let shape = Shape::Sequence { steps: 20, features: 8 };
    network("rnn", &architecture, &Task { inputs: 160, shape, answer: Answer::Numbers(1), positions: 1 })
}

fn cnn() -> Network {
    let architecture = Architecture { channels: vec![8], kernel: 3, pool: 2, ..architecture("cnn") };
    let shape = Shape::Image(Image { height: 8, width: 8, channels: 1 });
    network("cnn", &architecture, &Task { inputs: 64, shape, answer: Answer::Classes(10), positions: 1 })
}

fn model(name: &str) -> &'static ModelEntry {
    model::ENTRIES.iter().find(|known| known.entry.name == name).expect("a known model")
}

/// Without hidden layers and channels.
fn architecture(name: &str) -> Architecture {
    Architecture {
        layers: Vec::new(),
        own: Choice::of(&model(name).entry),
        hidden: Vec::new(),
        activation: Activation::of(&activation::RELU),
        bias: true,
        tied: false,
        channels: Vec::new(),
        kernel: 1,
        pooling: Pooling::Max,
        pool: 1,
        loss: None,
    }
}

fn network(name: &str, architecture: &Architecture, task: &Task) -> Network {
    model(name).network(architecture, task).expect("a network for its own kind of samples")
}

#[allow(clippy::cast_possible_truncation)]
pub fn random(rows: usize, cols: usize) -> Matrix<f32> {
    let mut stream = Stream::new(1, Purpose::Data, 0);
    Matrix::new(rows, cols, (0..rows * cols).map(|_| stream.normal() as f32).collect())
}

/// A training of a row by one engine, in f32 and one thread.
pub struct Training {
    part: Part<f32>,
    order: Vec<usize>,
    batch: usize,
    next: usize,
    engine: Box<dyn Engine<f32>>,
    stepper: Stepper<f32>,
}

impl Training {
    pub fn new(row: &Row, kind: EngineKind) -> Self {
        let entry = optim::ENTRIES.iter().find(|entry| entry.entry.name == row.optimizer).expect("a known optimizer");
        Self::by(row, kind, entry)
    }

    /// The same with another optimizer than the row's.
    #[allow(clippy::cast_possible_truncation)]
    pub fn by(row: &Row, kind: EngineKind, entry: &'static OptimizerEntry) -> Self {
        let classes = row.network.outputs().max(2) as u32;
        let targets = match row.network.loss().entry.targets {
            TargetForm::Numbers => Targets::Values(random(SAMPLES, 1)),
            _ => Targets::Classes((0..SAMPLES as u32).map(|i| i % classes).collect()),
        };
        let settings = Settings {
            optimizer: Chosen::of(entry).with("lr", Value::Number(1e-4)),
            initial: Initial::of(&HE),
            regularize: RegularizeSettings {
                dropout: row.dropout,
                weight_decay: row.weight_decay,
                ..RegularizeSettings::NONE
            },
            ..Settings::plain(row.batch)
        };
        let theta = initial_weights(&settings.initial, &row.network, 0).expect("known initial weights");
        Self {
            part: Part { inputs: random(SAMPLES, row.network.inputs()), targets, weights: Vec::new() },
            order: (0..SAMPLES).map(|i| (i * 379) % SAMPLES).collect(),
            batch: row.batch,
            next: 0,
            engine: build(kind, &row.network, row.batch),
            stepper: Stepper::new(&settings, &row.network, theta, SAMPLES).expect("known settings"),
        }
    }

    /// Gather, masks, forward, backward and update, on the next batch.
    pub fn step(&mut self) -> f32 {
        let samples = &self.order[self.next..self.next + self.batch];
        self.next = (self.next + self.batch) % SAMPLES;
        self.stepper.step(&self.part, samples, 0, self.engine.as_mut()).expect("an engine that works")
    }
}
