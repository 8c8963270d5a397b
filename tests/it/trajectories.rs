//! Optimizers against PyTorch and Optax: the same network, the same start, 60 full-batch steps.

use burnmark::activation::{self, Activation};
use burnmark::catalogue::Catalogue;
use burnmark::data::{Part, Targets};
use burnmark::engine::{EngineKind, build};
use burnmark::loss::{CROSS_ENTROPY, Loss, SQUARED_ERROR};
use burnmark::model::Network;
use burnmark::num::Matrix;
use burnmark::optim;
use burnmark::registry::{Choice, Chosen};
use burnmark::train::{LayerScale, RateScale, RegularizeSettings, Settings, Stepper, TrainSpec};
use burnmark::value::Value;

/// Made by `tests/oracles/trajectories.py` and, for what PyTorch lacks, `lion.py`; both name the versions they ran with.
#[derive(serde::Deserialize)]
struct Golden {
    task: String,
    optimizer: Choice,
    /// λ of weight decay and of L1, and whether the decay is decoupled.
    weight_decay: f64,
    l1: f64,
    decoupled: bool,
    losses: Vec<f64>,
}

fn number(i: usize, period: usize) -> f64 {
    (((i * 7 + 3) % period) as f64 - (period / 2) as f64) / 16.0
}

fn matrix(rows: usize, cols: usize, period: usize) -> Matrix<f64> {
    Matrix::new(rows, cols, (0..rows * cols).map(|i| number(i, period)).collect())
}

fn losses(golden: &Golden) -> Vec<f64> {
    let (loss, targets) = match golden.task.as_str() {
        "classes" => (Loss::of(&CROSS_ENTROPY), Targets::Classes((0..8).map(|row| row % 2).collect())),
        _ => (Loss::of(&SQUARED_ERROR), Targets::Values(matrix(8, 2, 29))),
    };
    let network = Network::new(3, &[5, 4], 2, Activation::of(&activation::TANH), loss);
    let part = Part { inputs: matrix(8, 3, 31), targets, weights: Vec::new() };
    let settings = Settings {
        optimizer: Catalogue::standard().optimizers.chosen(&golden.optimizer).unwrap(),
        regularize: RegularizeSettings {
            weight_decay: golden.weight_decay,
            decoupled: golden.decoupled,
            l1: golden.l1,
            ..RegularizeSettings::NONE
        },
        ..Settings::plain(8)
    };
    let theta = (0..network.parameter_count()).map(|i| number(i, 37)).collect();
    let mut engine = build::<f64>(EngineKind::Reference, &network, 8);
    let mut stepper = Stepper::new(&settings, &network, theta, 8).unwrap();
    let samples: Vec<usize> = (0..8).collect();
    (0..golden.losses.len()).map(|_| stepper.step(&part, &samples, 0, engine.as_mut()).unwrap()).collect()
}

/// Biases at twice the rate without decay, the last layer at half the rate, with AdamW: PyTorch's parameter groups, by
/// tests/oracles/authors.py. The tolerance is that of the test below.
#[test]
fn rates_and_decay_by_block_follow_parameter_groups() {
    #[derive(serde::Deserialize)]
    struct Groups {
        #[serde(rename = "adamw-groups")]
        adamw: Losses,
    }
    #[derive(serde::Deserialize)]
    struct Losses {
        losses: Vec<f64>,
    }
    let Groups { adamw } = serde_json::from_str(include_str!("../oracles/authors.json")).unwrap();
    let network = Network::new(3, &[5, 4], 2, Activation::of(&activation::TANH), Loss::of(&SQUARED_ERROR));
    let part = Part { inputs: matrix(8, 3, 31), targets: Targets::Values(matrix(8, 2, 29)), weights: Vec::new() };
    let adam = optim::ENTRIES.iter().find(|entry| entry.entry.name == "adam").unwrap();
    let settings = Settings {
        optimizer: Chosen::of(*adam).with("lr", Value::Number(0.02)),
        regularize: RegularizeSettings { weight_decay: 0.1, decoupled: true, ..RegularizeSettings::NONE },
        train: TrainSpec {
            lr_scale: RateScale { bias: 2.0, others: LayerScale { last: 0.5, ..LayerScale::NONE } },
            ..TrainSpec::plain(8)
        },
        ..Settings::plain(8)
    };
    let theta = (0..network.parameter_count()).map(|i| number(i, 37)).collect();
    let mut engine = build::<f64>(EngineKind::Reference, &network, 8);
    let mut stepper = Stepper::new(&settings, &network, theta, 8).unwrap();
    let samples: Vec<usize> = (0..8).collect();
    for (step, expected) in adamw.losses.iter().enumerate() {
        let loss = stepper.step(&part, &samples, 0, engine.as_mut()).unwrap();
        assert!(((loss - expected) / expected).abs() < 1e-10, "step {step}: {loss} for {expected}");
    }
}

/// 1e-10 relative: one step differs by roundings of 1e-16, which 60 steps of a smooth descent amplify little.
#[test]
fn every_optimizer_follows_an_outside_reference() {
    let mut golden: Vec<Golden> = serde_json::from_str(include_str!("../oracles/trajectories.json")).unwrap();
    let lion: Vec<Golden> = serde_json::from_str(include_str!("../oracles/lion.json")).unwrap();
    golden.extend(lion);
    for entry in optim::ENTRIES {
        let name = entry.entry.name;
        let trajectories: Vec<_> = golden.iter().filter(|golden| golden.optimizer.kind == name).collect();
        assert!(trajectories.len() >= 2, "`{name}` has a trajectory of each task");
        for golden in trajectories {
            let task = &golden.task;
            // The program beside always corrects, and draws nothing.
            let own = |name: &str| !["bias_correction", "lr_to"].contains(&name);
            let count = entry.entry.parameters.iter().filter(|parameter| own(parameter.name)).count();
            assert_eq!(golden.optimizer.parameters.len(), count, "{name}: every parameter is set");
            let actual = losses(golden);
            for (step, (a, e)) in actual.iter().zip(&golden.losses).enumerate() {
                assert!(((a - e) / e).abs() < 1e-10, "{task}, {name}, step {step}: {a} for {e}");
            }
            assert!(actual[59] < actual[0], "{task}, {name}: the loss falls");
        }
    }
}
