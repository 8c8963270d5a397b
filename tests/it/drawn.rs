//! Gradients with labels drawn from the network's own answers.

use crate::support::Sweep;
use burnmark::activation::{self, Activation};
use burnmark::data::{Part, Targets};
use burnmark::engine::{EngineKind, build};
use burnmark::formula::OptimizerFormula;
use burnmark::loss::{Loss, SQUARED_ERROR};
use burnmark::model::Network;
use burnmark::num::{Matrix, Purpose, Stream};
use burnmark::record::At;
use burnmark::registry::Chosen;
use burnmark::train::{Settings, Stepper};
use burnmark::value::Value;

/// By tests/oracles/sophia_g.py.
#[derive(serde::Deserialize)]
struct Outside {
    /// For each look at the curvature, what is added to the 8 × 2 answers.
    noise: Vec<Vec<f64>>,
    losses: Vec<f64>,
}

fn number(i: usize, period: usize) -> f64 {
    (((i * 7 + 3) % period) as f64 - (period / 2) as f64) / 16.0
}

fn matrix(rows: usize, cols: usize, period: usize) -> Matrix<f64> {
    Matrix::new(rows, cols, (0..rows * cols).map(|i| number(i, period)).collect())
}

/// 1e-9 relative: one step differs by roundings of 1e-16, which 60 steps amplify little.
#[test]
fn sophia_g_follows_its_authors_code_on_the_same_labels() {
    let outside: Outside = serde_json::from_str(include_str!("../oracles/sophia_g.json")).unwrap();
    let noise = |look: u64| -> Vec<f64> {
        let mut stream = Stream::new(0, Purpose::DrawnLabels, 10 * look);
        (0..16).map(|_| stream.normal()).collect()
    };
    assert_eq!((0..6).map(noise).collect::<Vec<_>>(), outside.noise);

    let path = format!("{}/examples/methods/sophia-g.toml", env!("CARGO_MANIFEST_DIR"));
    let method = OptimizerFormula::parse("sophia-g", &std::fs::read_to_string(path).unwrap()).unwrap();
    let optimizer = Chosen::of(method.entry()).with("lr", Value::Number(0.02)).with("samples", Value::Number(8.0));
    let settings = Settings { optimizer, ..Settings::plain(8) };
    let network = Network::new(3, &[5, 4], 2, Activation::of(&activation::TANH), Loss::of(&SQUARED_ERROR));
    let part = Part { inputs: matrix(8, 3, 31), targets: Targets::Values(matrix(8, 2, 29)), weights: Vec::new() };
    let theta = (0..network.parameter_count()).map(|i| number(i, 37)).collect();
    let mut engine = build::<f64>(EngineKind::Reference, &network, 8);
    let mut stepper = Stepper::new(&settings, &network, theta, 8).unwrap();
    let samples: Vec<usize> = (0..8).collect();
    for (step, expected) in outside.losses.iter().enumerate() {
        let loss = stepper.step(&part, &samples, 0, engine.as_mut()).unwrap();
        assert!(((loss - expected) / expected).abs() < 1e-9, "step {step}: {loss} for {expected}");
    }
}

/// Classes, with dropout and mini-batches: the engines agree, a rerun has the same bits, and a loss without probabilities is refused.
#[test]
fn labels_are_drawn_alike_by_both_engines() {
    let spec = |loss: &str| {
        format!(
            r#"
name = "drawn"
data.set = "iris"
model = {{ kind = "mlp", hidden = [6]{loss} }}
train = {{ epochs = 3, batch = 16 }}
precision = "f64"
regularize.dropout = 0.2
optimizer = {{ file = "sophia-g.toml", lr = 0.01, every = 2, samples = 16 }}
seeds = 1
[sweep]
engine = ["reference", "burn"]
"#
        )
    };
    let made = |loss: &str| {
        let sweep = Sweep::new(spec(loss));
        std::fs::write(sweep.path("sophia-g.toml"), include_str!("../../examples/methods/sophia-g.toml")).unwrap();
        sweep
    };
    let sweep = made("");
    sweep.run(&["run", "x.toml", "-q"]).ended_with(0);
    sweep.run(&["verify", "results/drawn", "-q"]).ended_with(0);
    let runs = burnmark::store::read(&sweep.path("results/drawn")).unwrap().1;
    let losses: Vec<f64> = runs.iter().map(|run| run.record.at(At::Final).unwrap().test.loss).collect();
    assert!(losses.len() == 2 && (losses[0] - losses[1]).abs() < 1e-9, "{losses:?}");
    let refused = made(", loss = \"multi-class-hinge\"").run(&["plan", "x.toml"]).ended_with(2);
    let said =
        "`sophia-g` draws labels from the network's answers, and `multi-class-hinge` is no likelihood to draw from";
    assert!(refused.stderr.contains(said), "{}", refused.stderr);
}
