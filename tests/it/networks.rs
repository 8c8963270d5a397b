//! Models from parts: against PyTorch, through specs, and as what the short forms are short for.

use crate::engines::of_layers;
use crate::support::Sweep;
use burnmark::data::{Part, Targets};
use burnmark::engine::{EngineKind, build};
use burnmark::model::{Answer, Network, Task};
use burnmark::num::{Image, MatMut, Matrix, Shape};
use burnmark::optim;
use burnmark::plan::Spec;
use burnmark::registry::{Chosen, Value};
use burnmark::store::read;
use burnmark::train::{Settings, Stepper};

const SAMPLES: usize = 8;

/// Made by `tests/oracles/networks.py`, which names the version that it ran with.
#[derive(serde::Deserialize)]
struct Golden {
    name: String,
    task: GoldenTask,
    layers: serde_json::Value,
    /// How many numbers θ holds.
    parameters: usize,
    outputs: Vec<f64>,
    losses: Vec<f64>,
}

#[derive(serde::Deserialize)]
struct GoldenTask {
    inputs: usize,
    classes: Option<usize>,
    steps: Option<usize>,
    /// Height, width and channels.
    image: Option<[usize; 3]>,
}

fn number(i: usize, period: usize) -> f64 {
    (((i * 7 + 3) % period) as f64 - (period / 2) as f64) / 16.0
}

impl Golden {
    fn network(&self) -> Network {
        let GoldenTask { inputs, classes, steps, image } = self.task;
        let sequence = |steps| Shape::Sequence { steps, features: inputs / steps };
        let image = image.map(|[height, width, channels]| Shape::Image(Image { height, width, channels }));
        let shape = steps.map(sequence).or(image).unwrap_or(Shape::Flat);
        let answer = classes.map_or(Answer::Number, Answer::Classes);
        of_layers(self.layers.clone(), &Task { inputs, shape, answer, positions: 1 })
    }

    fn part(&self) -> Part<f64> {
        let numbers = (0..SAMPLES * self.task.inputs).map(|i| number(i, 31)).collect();
        let targets = match self.task.classes {
            Some(count) => Targets::Classes((0..SAMPLES).map(|row| u32::try_from(row % count).unwrap()).collect()),
            None => Targets::Values(Matrix::new(SAMPLES, 1, (0..SAMPLES).map(|row| number(2 * row, 29)).collect())),
        };
        Part { inputs: Matrix::new(SAMPLES, self.task.inputs, numbers), targets }
    }
}

/// Outputs within 1e-13: sums of some ten terms near 1, in another order. Losses within 1e-10 of their size: 60 steps of a smooth
/// descent amplify roundings of 1e-16 little.
#[test]
fn every_kind_of_layer_follows_pytorch() {
    let golden: Vec<Golden> = serde_json::from_str(include_str!("../oracles/networks.json")).unwrap();
    for golden in &golden {
        let (network, part, name) = (golden.network(), golden.part(), &golden.name);
        assert_eq!(network.parameter_count(), golden.parameters, "{name}");
        let theta: Vec<f64> = (0..golden.parameters).map(|i| number(i, 37) / 4.0).collect();
        for kind in EngineKind::ALL {
            let mut engine = build::<f64>(kind, &network, SAMPLES);
            let mut outputs = vec![0.0; SAMPLES * network.output_width()];
            let view = MatMut::new(SAMPLES, network.output_width(), &mut outputs);
            engine.outputs(&theta, part.inputs.view(), view).unwrap();
            for (a, e) in outputs.iter().zip(&golden.outputs) {
                assert!((a - e).abs() < 1e-13, "{name}, {kind}: {a} for {e}");
            }
            let descent = optim::ENTRIES.iter().find(|known| known.entry.name == "gradient-descent").unwrap();
            let optimizer = Chosen::of(*descent).with("lr", Value::Number(0.05));
            let settings = Settings { optimizer, ..Settings::plain(SAMPLES) };
            let mut stepper = Stepper::new(&settings, &network, theta.clone(), SAMPLES).unwrap();
            let samples: Vec<usize> = (0..SAMPLES).collect();
            for (step, e) in golden.losses.iter().enumerate() {
                let a = stepper.step(&part, &samples, 0, engine.as_mut()).unwrap();
                assert!(((a - e) / e).abs() < 1e-10, "{name}, {kind}, step {step}: {a} for {e}");
            }
        }
        assert!(golden.losses[59] < golden.losses[0], "{name}: the loss falls");
    }
}

/// The digests of initial weights and of final parameters, and the last validation loss, of each run.
fn results(spec: &str, engine: &str) -> Vec<(String, String, u64)> {
    let sweep = Sweep::new(spec);
    sweep.run(&["run", "x.toml", "-q", "-o", "out", "--engine", engine]).ended_with(0);
    let runs = read(&sweep.path("out")).unwrap().1;
    let of = |run: burnmark::store::Finished| {
        let hashes = run.record.hashes.clone().unwrap();
        let loss = run.record.curve.last().unwrap().validation.loss;
        (hashes.initial_weights.to_string(), hashes.final_parameters.to_string(), loss.to_bits())
    };
    runs.into_iter().map(of).collect()
}

const DIGITS: &str = r#"
name = "digits"
seeds = 1
optimizer = { kind = "adam", lr = 1e-3 }
data = { set = "digits" }
train = { epochs = 2 }
regularize = { dropout = 0.2, input_dropout = 0.1, weight_decay = 1e-3 }
"#;

/// An `mlp` is a list of `dense` layers: the same draws, the same bits.
#[test]
fn a_perceptron_is_short_for_its_layers() {
    let short = "model = { kind = \"mlp\", hidden = [16, 8] }\n";
    let long = "model = { kind = \"layers\", layers = [{ dense = 16, activation = \"relu\" }, { dense = 8, activation = \"relu\" }] }\n";
    for engine in ["reference", "burn"] {
        assert_eq!(results(&(DIGITS.to_owned() + short), engine), results(&(DIGITS.to_owned() + long), engine));
    }
}

fn identity(model: &str) -> String {
    let spec = Spec::parse("x.toml".to_owned(), DIGITS.to_owned() + model, &[]);
    let spec = spec.map_err(|mistakes| mistakes.render(false)).unwrap();
    spec.identity(&spec.run(0)).to_string()
}

/// Everything that a layer says counts, and what it leaves at its default does not.
#[test]
fn a_run_is_known_by_all_of_its_layers() {
    let of = |layers: &str| identity(&format!("model = {{ kind = \"layers\", layers = {layers} }}\n"));
    let lists = [
        "[{ dense = 8 }]",
        "[{ dense = 9 }]",
        "[{ dense = 8, bias = false }]",
        "[{ dense = 8, name = \"a\" }]",
        "[{ dense = 8, activation = \"tanh\" }]",
        "[{ dense = 8, activation = \"elu\" }]",
        "[{ dense = 8, activation = { kind = \"elu\", alpha = 2.0 } }]",
        "[{ dense = 8 }, { norm = \"layer\" }]",
        "[{ dense = 8 }, { norm = \"layer\", epsilon = 1e-3 }]",
        "[{ dense = 8 }, { dense = 8 }]",
        "[{ dense = 8 }, { residual = [{ dense = 8 }] }]",
        "[{ dense = 8 }, { shortcut = [{ dense = 8 }] }]",
        "[{ repeat = 2, layers = [{ dense = 8 }] }]",
        "[{ repeat = 3, layers = [{ dense = 8 }] }]",
    ];
    let all: std::collections::BTreeSet<String> = lists.iter().map(|list| of(list)).collect();
    assert_eq!(all.len(), lists.len());
    assert_eq!(of(lists[0]), of("[{ dense = 8, bias = true }]"));
    assert_eq!(of(lists[5]), of("[{ dense = 8, activation = { kind = \"elu\", alpha = 1.0 } }]"));
    let tables = "[model]\nkind = \"layers\"\n[[model.layers]]\ndense = 8\n[[model.layers]]\nnorm = \"layer\"\n";
    assert_eq!(identity(tables), of(lists[7]));
}

const SWEPT: &str = r#"
name = "swept"
seeds = 2
engine = "reference"
[data]
set = "iris"
[model]
kind = "layers"
[train]
epochs = 2
[sweep]
optimizer = [{ kind = "adam", lr = 1e-2 }]
"model.layers" = [
  [{ dense = 8, activation = "gelu" }, { residual = [{ norm = "layer" }, { dense = 8, activation = { kind = "leaky-relu", slope = 0.2 } }] }],
  [{ repeat = 2, layers = [{ dense = 4, bias = false, activation = "tanh" }] }],
]
"#;

/// An axis of lists: `plan` draws each, the table has them in words, `show` gives a spec that makes the same run again.
#[test]
fn lists_of_layers_are_an_axis() {
    let sweep = Sweep::new(SWEPT);
    let plan = sweep.run(&["plan", "x.toml"]).ended_with(0).stdout;
    for line in [
        "network on iris: dense 8 gelu, residual (norm layer, dense 8 leaky-relu (slope 0.2))",
        "  layers.1.0    norm layer                      8                  16",
        "  all                                                              155",
        "    dense 4 tanh bias false  4                  16",
    ] {
        assert!(plan.contains(line), "`{line}` in\n{plan}");
    }
    sweep.run(&["run", "x.toml", "-q", "-o", "out"]).ended_with(0);
    let runs = read(&sweep.path("out")).unwrap().1;
    assert_eq!(runs.len(), 4);
    let words: std::collections::BTreeSet<String> =
        runs.iter().map(|run| run.record.settings["model.layers"].to_string()).collect();
    assert!(words.contains("repeat 2 (dense 4 tanh bias false)"), "{words:?}");
    for run in &runs {
        let id = run.record.run.to_string();
        let spec = sweep.run(&["show", "out", &id, "--spec"]).ended_with(0).stdout;
        let again = Spec::parse("again.toml".to_owned(), spec.clone(), &[]).map_err(|mistakes| mistakes.render(false));
        let again = again.unwrap_or_else(|why| panic!("{why}\n{spec}"));
        assert_eq!(again.identity(&again.run(0)).to_string(), id);
    }
    sweep.run(&["verify", "out"]).ended_with(0);
}
