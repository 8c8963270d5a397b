//! Quantities of trainings in tables: what steps and solvers say of themselves, and the settings that the lecture's claims need.

use crate::support::Sweep;
use burnmark::activation::{self, Activation};
use burnmark::data::{Part, Prepared, Targets};
use burnmark::engine::{EngineKind, build};
use burnmark::loss::{CROSS_ENTROPY, Loss};
use burnmark::measure::Measure;
use burnmark::model::Network;
use burnmark::num::Matrix;
use burnmark::record::{At, Evaluation, Measured, OfParts};
use burnmark::store::{self, Finished};
use burnmark::train::{Evaluator, Probe, Probed, RegularizeSettings, TrainSpec, Trainer};
use std::collections::BTreeMap;

fn runs(sweep: &Sweep) -> Vec<Finished> {
    store::read(&sweep.path("r")).unwrap().1
}

fn ran(spec: &str) -> (Sweep, Vec<Finished>) {
    let sweep = Sweep::new(spec);
    sweep.run(&["run", "x.toml", "-q", "-o", "r"]).ended_with(0);
    let runs = runs(&sweep);
    (sweep, runs)
}

/// A number of each step.
fn steps(run: &Finished, name: &str) -> Vec<f64> {
    let place = run.record.traced.iter().position(|known| known == name).unwrap_or_else(|| panic!("no `{name}`"));
    run.record.steps.iter().map(|point| point.traced[place]).collect()
}

/// A quantity at the end.
fn last(run: &Finished, name: &str) -> OfParts {
    let of: &Measured = run.record.measured.iter().find(|of| of.name == name).unwrap_or_else(|| panic!("no `{name}`"));
    of.points[run.record.place(At::Final).unwrap()]
}

const QUADRATIC: &str = r#"
name = "x"
engine = "reference"
precision = "f64"
data = { set = { kind = "quadratic", dimensions = 2, condition = 50.0, rotation = "none" } }
model = { kind = "objective" }
train = { epochs = 60, batch = "full", curve = "step", measures = ["step-norm", "effective-rate", "gradient-evaluations", "sign-flips"] }
[sweep]
optimizer = [{ kind = "gradient-descent", lr = 1.9 }, { kind = "momentum", mu = 0.9, lr = 0.5 }]
"#;

/// By θ itself, which the curve by steps of a problem in the plane has: the largest eigenvalue of a diagonal Q is 1 and belongs to θ₀ or θ₁.
#[test]
fn lengths_rates_and_flips_are_those_of_the_path() {
    let (sweep, runs) = ran(QUADRATIC);
    for run in &runs {
        let path: Vec<[f64; 2]> =
            steps(run, "theta.0").into_iter().zip(steps(run, "theta.1")).map(|(a, b)| [a, b]).collect();
        let (lengths, rates) = (steps(run, "step_norm"), steps(run, "effective_rate"));
        for (at, pair) in path.windows(2).enumerate() {
            let length = (pair[1][0] - pair[0][0]).hypot(pair[1][1] - pair[0][1]);
            // Differences of numbers about 1 in f64.
            assert!((lengths[at] - length).abs() < 1e-14, "step {at}: {} for {length}", lengths[at]);
            let rate = lengths[at] / run.record.steps[at].gradient_norm;
            assert!((rates[at] - rate).abs() <= 1e-12 * rate, "step {at}");
        }
        let flips = |axis: usize, minimum: f64| {
            let sides: Vec<bool> = path.iter().map(|theta| theta[axis] > minimum).collect();
            sides.windows(2).filter(|pair| pair[0] != pair[1]).count()
        };
        let found = steps(run, "sign_flips");
        assert!(found.windows(2).all(|pair| pair[1] == pair[0] || pair[1] == pair[0] + 1.0), "it counts");
        if run.record.settings["optimizer.kind"].to_string() == "gradient-descent" {
            assert!(rates.iter().all(|rate| (rate - 1.9).abs() < 1e-9), "plain steps are η g: {rates:?}");
            // η λ = 1.9 for λ = 1: θ − θ* along it is multiplied by −0.9 in each step.
            assert_eq!(found.last(), Some(&60.0), "{found:?}");
            let end = *path.last().unwrap();
            assert!((0..2).any(|axis| flips(axis, end[axis]) > 50), "so θ itself shows");
        } else {
            assert!(rates.iter().any(|rate| (rate - 0.5).abs() > 0.1), "momentum's are not");
        }
        assert_eq!(last(run, "gradient-evaluations").test, Some(60.0));
        let start = run.record.measured.iter().find(|of| of.name == "step-norm").unwrap().points[0];
        assert_eq!(start, OfParts::default(), "no step before the first");
        assert_eq!(last(run, "step-norm").train, Some(*lengths.last().unwrap()));
    }
    sweep.run(&["verify", "r", "-q"]).ended_with(0);
    let table = sweep.run(&["export", "r", "--format", "csv", "--out", "out"]).ended_with(0);
    assert!(table.stderr.is_empty() || !table.stderr.contains("panicked"));
    assert!(String::from_utf8(sweep.bytes("out/steps.csv")).unwrap().contains("effective_rate"));
}

/// What is asked for changes no number of the training.
#[test]
fn asking_changes_nothing_else() {
    let without = QUADRATIC
        .replace(", measures = [\"step-norm\", \"effective-rate\", \"gradient-evaluations\", \"sign-flips\"]", "");
    assert_ne!(without, QUADRATIC);
    let ((_a, asked), (_b, plain)) = (ran(QUADRATIC), ran(&without));
    for (asked, plain) in asked.iter().zip(&plain) {
        assert_eq!(asked.record.curve, plain.record.curve);
        assert_eq!(asked.record.hashes, plain.record.hashes);
        assert_ne!(asked.record.run, plain.record.run, "another experiment");
        assert!(
            plain.record.measured.is_empty() && plain.record.traced == ["gradient_norm.theta", "theta.0", "theta.1"]
        );
    }
}

/// Four copies are four times the steps of an epoch; the full batch takes all of them at once. The rows to judge by stay.
#[test]
fn copies_repeat_the_training_part_alone() {
    let spec = |copies: u64, batch: &str| {
        format!(
            "name = \"x\"\nengine = \"reference\"\nprecision = \"f64\"\ndata = {{ set = \"iris\", copies = {copies} }}\n\
             model = {{ kind = \"softmax\" }}\ntrain = {{ epochs = 2, batch = {batch}, measures = [\"gradient-evaluations\"] }}\n\
             optimizer = {{ kind = \"gradient-descent\", lr = 0.1 }}\n"
        )
    };
    let ((_a, one), (_b, four)) = (ran(&spec(1, "30")), ran(&spec(4, "30")));
    let steps = |runs: &[Finished]| runs[0].record.curve.last().unwrap().step;
    assert_eq!((steps(&one), steps(&four)), (6, 24), "90 training rows");
    assert_eq!(last(&one[0], "gradient-evaluations").test, Some(180.0));
    assert_eq!(last(&four[0], "gradient-evaluations").test, Some(720.0));
    let ((_c, one), (d, four)) = (ran(&spec(1, "\"full\"")), ran(&spec(4, "\"full\"")));
    assert_eq!((steps(&one), steps(&four)), (2, 2));
    let near = |a: Evaluation, b: Evaluation| assert!((a.loss - b.loss).abs() < 1e-14 && a.metric == b.metric);
    for (a, b) in one[0].record.curve.iter().zip(&four[0].record.curve) {
        near(a.test, b.test); // the mean over four copies is that over one, but for the order of the sum
        near(a.train.unwrap(), b.train.unwrap());
    }
    d.run(&["crosscheck", "x.toml"]).ended_with(0);
    let too_many = Sweep::new(
        spec(1000, "\"full\"")
            .replace("\"iris\"", "{ kind = \"linear\", samples = 100000 }")
            .replace("softmax", "linear"),
    );
    let said = too_many.run(&["plan", "x.toml"]).ended_with(2).stderr;
    assert!(said.contains("1000 copies make 60000000 training rows of 10 features"), "{said}");
}

/// The first step of Adam is η sign(g) with the correction, and η (1 − β₁)/√(1 − β₂) sign(g) without: 3.162 times as long.
#[test]
fn without_its_correction_adams_first_steps_are_long() {
    for (kind, expected) in [("adam", 0.1 / 0.001_f64.sqrt()), ("amsgrad", 0.1 / 0.001_f64.sqrt()), ("adamax", 0.1)] {
        let spec = format!(
            "name = \"x\"\nengine = \"reference\"\nprecision = \"f64\"\ndata = {{ set = \"diabetes\" }}\nmodel = {{ kind = \"linear\" }}\n\
             train = {{ epochs = 1, batch = 32, curve = \"step\", measures = [\"step-norm\"] }}\n[sweep]\n\
             optimizer = [{{ kind = \"{kind}\", lr = 0.001, bias_correction = [true, false] }}]\n"
        );
        let (sweep, runs) = ran(&spec);
        let first = |corrects: &str| {
            let run = runs.iter().find(|run| {
                let setting = run.record.settings.get("optimizer.bias_correction");
                setting.map_or("true".to_owned(), ToString::to_string) == corrects
            });
            steps(run.unwrap(), "step_norm")[0]
        };
        let ratio = first("false") / first("true");
        // ε = 1e-8 beside gradients of about 0.1.
        assert!((ratio / expected - 1.0).abs() < 1e-5, "{kind}: {ratio}");
        let shown = sweep.run(&["show", "r", &runs[1].record.run.to_string(), "--spec"]).ended_with(0).stdout;
        let is_off = runs[1].record.settings.contains_key("optimizer.bias_correction");
        assert_eq!(shown.contains("bias_correction = false"), is_off, "the default is left out");
    }
    let refused = Sweep::new(
        "name = \"x\"\ndata.set = \"iris\"\nmodel.kind = \"softmax\"\ntrain.epochs = 1\noptimizer = { kind = \"adam\", lr = 0.1, bias_correction = 0 }\n",
    );
    let said = refused.run(&["plan", "x.toml"]).ended_with(2).stderr;
    assert!(said.contains("`bias_correction` is `0`") && said.contains("expected `true` or `false`"), "{said}");
}

const LBFGS: &str = r#"
name = "x"
engine = "reference"
precision = "f64"
data = { set = "breast-cancer" }
model = { kind = "logistic" }
train = { epochs = 40, measures = ["rises", "failed-searches", "gradient-evaluations", "loss-gap"] }
optimizer = { kind = "lbfgs", mini_batches = true }
[sweep]
train.batch = ["full", 16]
"#;

/// On the whole part every step lowers what is minimized; on batches of 16 samples more than every fifth one raises it.
#[test]
fn lbfgs_on_mini_batches_raises_the_loss() {
    let (sweep, runs) = ran(LBFGS);
    let of = |batch: &str| runs.iter().find(|run| run.record.settings["train.batch"].to_string() == batch).unwrap();
    let rises = |batch: &str| last(of(batch), "rises").train.unwrap();
    assert_eq!(rises("full"), 0.0);
    assert!(rises("16") > 0.2, "{}", rises("16"));
    assert_eq!(of("16").record.curve.len(), 41, "an iteration for each batch, to the end");
    assert_eq!(of("16").record.at_rest, Some(false));
    let evaluations = |batch: &str| last(of(batch), "gradient-evaluations").test.unwrap();
    assert!(evaluations("16") < evaluations("full") && evaluations("16") >= 40.0 * 2.0 * 13.0);
    assert_eq!(last(of("full"), "failed-searches").test, Some(0.0));
    let gap = last(of("full"), "loss-gap");
    let end = of("full").record.at(At::Final).unwrap();
    assert_eq!(gap.test, Some(end.test.loss - end.train.unwrap().loss));
    sweep.run(&["verify", "r", "-q"]).ended_with(0);
    let refused = Sweep::new(LBFGS.replace("mini_batches = true", "memory = 5"));
    let said = refused.run(&["plan", "x.toml"]).ended_with(2).stderr;
    assert!(said.contains("cannot take mini-batches") && said.contains("mini_batches = true"), "{said}");
}

/// κ of ridge on collinear columns falls with λ, and is that of the generated set without one.
#[test]
fn solvers_tell_their_condition() {
    let spec = r#"
name = "x"
precision = "f64"
data = { set = { kind = "linear", condition = 1e4, columns = "collinear", samples = 300 }, standardize = false }
model = { kind = "linear", bias = false }
train = { epochs = 1, measures = ["condition", "weight-norm"] }
[sweep]
optimizer = ["qr", { kind = "ridge", lambda = [1.0, 100.0] }, "newton"]
"#;
    let (_sweep, runs) = ran(spec);
    let conditions: Vec<Option<f64>> = runs.iter().map(|run| last(run, "condition").test).collect();
    // Of the whole set κ(XᵀX) is 10⁸; a training part of 180 of 300 rows has some factor more or less.
    assert!((1e7..1e9).contains(&conditions[0].unwrap()), "{conditions:?}");
    let largest = 180.0 * 10.0; // no more than the trace of XᵀX: ten columns of mean square 1
    assert!(conditions[1].unwrap() < largest * 2.0 && conditions[2].unwrap() < largest / 50.0, "{conditions:?}");
    assert_eq!(conditions[3], None, "newton solves something else in each iteration");
}

/// A quantity that no run has is refused with the reason, as a measure is.
#[test]
fn a_quantity_that_fits_no_run_is_refused() {
    let refused = |measures: &str, said: &str| {
        let spec = format!(
            "name = \"x\"\ndata.set = \"iris\"\nmodel.kind = \"softmax\"\ntrain = {{ epochs = 1, measures = [{measures}] }}\n\
             optimizer = {{ kind = \"adam\", lr = 0.1 }}\n"
        );
        let stderr = Sweep::new(spec).run(&["plan", "x.toml"]).ended_with(2).stderr;
        assert!(stderr.contains(said), "{stderr}");
    };
    refused("\"sign-flips\"", "`sign-flips` does not fit the runs on `iris`: it is of the set `quadratic`");
    refused("\"failed-searches\"", "only `lbfgs` searches along a line");
    refused("\"condition\"", "it is of solvers of least squares");
    refused("\"step-length\"", "expected");
}

#[derive(serde::Deserialize)]
struct Golden {
    theta: Vec<f64>,
    /// Training, validation and test part.
    parts: Vec<GoldenPart>,
    tanh: BTreeMap<String, [f64; 3]>,
    relu: BTreeMap<String, [f64; 3]>,
}

#[derive(serde::Deserialize)]
struct GoldenPart {
    x: Vec<f64>,
    y: Vec<u32>,
}

/// Quantities of the state of a small network, by both engines, beside NumPy's (`tests/oracles/quantities.py`).
#[test]
fn the_state_of_a_network_is_that_of_numpy() {
    let golden: Golden = serde_json::from_str(include_str!("../oracles/quantities.json")).unwrap();
    let part = |of: &GoldenPart| Part {
        inputs: Matrix::new(of.y.len(), 3, of.x.clone()),
        targets: Targets::Classes(of.y.clone()),
        weights: Vec::new(),
    };
    let [train, validation, test] = [0, 1, 2].map(|at| part(&golden.parts[at]));
    let data = Prepared { train, validation, test };
    let mut theta = golden.theta.clone();
    for (activation, expected) in [(&activation::TANH, &golden.tanh), (&activation::RELU, &golden.relu)] {
        let network = Network::new(3, &[4, 3], 2, Activation::of(activation), Loss::of(&CROSS_ENTROPY));
        for kind in [EngineKind::Reference, EngineKind::Burn] {
            let names: Vec<String> = expected.keys().cloned().collect();
            let train = TrainSpec { measures: names.clone(), ..TrainSpec::plain(4) };
            let regularize = &RegularizeSettings { dropout: 0.5, ..RegularizeSettings::NONE };
            let of = Probed { network: &network, method: Trainer::Optimizer, networks: 1, regularize };
            assert!(names.iter().all(|name| of.unfit(Measure::find(name).unwrap().quantity().unwrap()).is_none()));
            let probe = Probe::new(&train, &of, (kind, &data));
            let mut evaluator = Evaluator::new(&network, &data, &train).unwrap().probed(probe);
            let mut engine = build::<f64>(kind, &network, 4);
            // The learning rate of the last step is 0.3.
            evaluator.point_of(&theta, (1, 0.3), &[], engine.as_mut()).unwrap().unwrap();
            for of in evaluator.into_measured() {
                let found = of.points[0].parts().map(|(_, number)| number.unwrap());
                // Second derivatives come from differences over 2⁻²⁸: seven digits. The rest are sums of a few hundred numbers.
                let tolerance = if of.name.starts_with("sharpness") { 1e-6 } else { 1e-12 };
                for (found, expected) in found.into_iter().zip(expected[&of.name]) {
                    let gap = (found - expected).abs() / expected.abs().max(0.01);
                    assert!(gap < tolerance, "{} by {}: {found} for {expected}", of.name, kind.name());
                }
            }
        }
        theta[0] = -100.0; // the ReLU network has a dead unit
    }
}

/// Whatever the batch and the precision: the state is that of the parameters.
#[test]
fn the_state_does_not_depend_on_the_batch() {
    let spec = |batch: &str| {
        format!(
            "name = \"x\"\nengine = \"reference\"\ndata = {{ set = \"iris\" }}\nmodel = {{ kind = \"mlp\", hidden = [5, 4] }}\n\
             train = {{ epochs = 1, batch = {batch}, measures = [\"gradient-norm\", \"sharpness\", \"gradient-noise-scale\", \"zero-share\"] }}\n\
             optimizer = {{ kind = \"gradient-descent\", lr = 0.1 }}\n"
        )
    };
    let ((_a, one), (b, many)) = (ran(&spec("1")), ran(&spec("\"full\"")));
    let start = |runs: &[Finished]| runs[0].record.measured.iter().map(|of| of.points[0]).collect::<Vec<_>>();
    assert_eq!(start(&one), start(&many), "before the first step both are the same network");
    assert!(start(&one).iter().all(|of| of.train.is_some_and(|number| number > 0.0)));
    b.run(&["verify", "r", "-q"]).ended_with(0);
    b.run(&["verify", "r", "-q", "--engine", "burn"]).ended_with(0);
}

/// Gradient descent on a quadratic: the sharpness is Q's largest eigenvalue, 1, whatever θ is; the excess is 0 at the minimum.
#[test]
fn a_quadratic_has_its_eigenvalue_and_its_least_value() {
    let spec = r#"
name = "x"
engine = "reference"
precision = "f64"
data = { set = { kind = "quadratic", dimensions = 30, condition = 20.0 } }
model = { kind = "objective" }
train = { epochs = 300, batch = "full", evaluate_every = 100, measures = ["sharpness", "sharpness-share", "excess-loss"] }
optimizer = { kind = "gradient-descent", lr = 1.0 }
"#;
    let (_sweep, runs) = ran(spec);
    let sharpness = last(&runs[0], "sharpness").test.unwrap();
    assert!((sharpness - 1.0).abs() < 1e-6, "{sharpness}");
    assert!((last(&runs[0], "sharpness-share").test.unwrap() - 0.5 * sharpness).abs() < 1e-12);
    let points = &runs[0].record.measured.iter().find(|of| of.name == "excess-loss").unwrap().points;
    let (start, end) = (points[0].train.unwrap(), points.last().unwrap().train.unwrap());
    let losses = [0, points.len() - 1].map(|at| runs[0].record.curve[at].train.unwrap().loss);
    assert!((start - end - (losses[0] - losses[1])).abs() < 1e-12, "the constant is the least value");
    // The slowest direction falls by (1 − 1/20)² in each step.
    assert!(end < start * 0.95_f64.powi(600) * 30.0, "{end} from {start}");
}

/// One hidden layer less, no dropout, a batch norm, two networks: each is refused with its reason.
#[test]
fn states_that_do_not_exist_are_refused() {
    let refused = |model: &str, train: &str, measure: &str, said: &str| {
        let spec = format!(
            "name = \"x\"\ndata.set = \"iris\"\nmodel = {{ {model} }}\ntrain = {{ epochs = 1, measures = [\"{measure}\"]{train} }}\n\
             optimizer = {{ kind = \"adam\", lr = 0.1 }}\n"
        );
        let stderr = Sweep::new(spec).run(&["plan", "x.toml"]).ended_with(2).stderr;
        assert!(stderr.contains(said), "{measure}: {stderr}");
    };
    let mlp = "kind = \"mlp\", hidden = [20]";
    refused("kind = \"softmax\"", "", "dead-units", "the model has no hidden units");
    refused(mlp, "", "scaling-gap", "there is no dropout");
    refused(mlp, ", ensemble = 2", "sharpness", "several are trained side by side");
    refused(mlp, "", "excess-loss", "only problems without data have a known least value");
    let norm = "kind = \"layers\", layers = [{ dense = 4 }, { norm = \"batch\" }]";
    refused(norm, "", "gradient-norm", "with a batch norm the gradient depends on which samples");
}

/// Ridge with λ = σ²/σ₀² is the most probable vector of weights under the prior; least squares are far from both.
#[test]
fn distances_are_those_of_paired_runs() {
    let spec = r#"
name = "x"
engine = "reference"
precision = "f64"
seeds = 3
data.set = "diabetes"
model.kind = "linear"
train.epochs = 1
output.parameters = true
[sweep]
optimizer = ["qr", { kind = "ridge", lambda = 4.0 }, { kind = "map", sigma = 2.0, prior_sigma = 1.0 }, { kind = "ridge", lambda = 400.0 }]
"#;
    let (sweep, _) = ran(spec);
    let to = ["distance", "r", "--to", "optimizer.lambda=4", "--from", "optimizer.kind=qr", "--json"];
    let json: serde_json::Value = serde_json::from_str(&sweep.run(&to).ended_with(0).stdout).unwrap();
    let all = json["distances"].as_array().unwrap();
    assert_eq!(
        (json["schema"].as_str(), all.len()),
        (Some("burnmark.distance.1"), 6),
        "map and the strong ridge, three seeds"
    );
    for of in all {
        let share = of["share"].as_f64().unwrap();
        match of["method"].as_str().unwrap() {
            "map, prior_sigma 1, sigma 2" => {
                assert!(of["largest"].as_f64().unwrap() < 1e-12 && share < 1e-10, "the same but for roundings: {of}");
            }
            "lambda 400" => assert!(share > 0.1 && of["relative"].as_f64().unwrap() > 0.1, "{of}"),
            other => panic!("{other}"),
        }
    }
    // By hand, from the files: ‖a − b‖ of one pair.
    let of = &all[0];
    let numbers = |run: &str| -> Vec<f64> {
        let id = burnmark::record::RunId::parse(run).unwrap();
        let tensors = store::read_parameters(&sweep.path("r"), id).unwrap().unwrap();
        tensors.into_iter().flat_map(|tensor| tensor.numbers).collect()
    };
    let (a, b) = (numbers(of["run"].as_str().unwrap()), numbers(of["to"].as_str().unwrap()));
    let gap = a.iter().zip(&b).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt();
    assert!((of["distance"].as_f64().unwrap() - gap).abs() <= 1e-12 * gap, "{of}");
    let shown = sweep.run(&["distance", "r", "--to", "optimizer.lambda=4"]).ended_with(0).stdout;
    assert!(shown.contains("largest of 9 pairs: relative") && shown.starts_with("data "), "{shown}");
    let several = sweep.run(&["distance", "r", "--to", "optimizer.kind=ridge"]).ended_with(2).stderr;
    assert!(several.contains("could be paired with several runs of `optimizer.kind = ridge`"), "{several}");
    let none = sweep.run(&["distance", "r", "--to", "optimizer.kind=adam"]).ended_with(2).stderr;
    assert!(none.contains("no run has `optimizer.kind = adam`"), "{none}");
    let unkept = ran(&spec.replace("output.parameters = true\n", "")).0;
    let said = unkept.run(&["distance", "r", "--to", "optimizer.lambda=4"]).ended_with(2).stderr;
    assert!(said.contains("set `output.parameters = true`"), "{said}");
}

/// SAM asks for a second gradient in each step, and an ensemble adds up; a last batch of what is left counts as what it is.
#[test]
fn every_gradient_of_a_sample_counts() {
    let spec = r#"
name = "x"
engine = "reference"
data.set = "iris"
model = { kind = "softmax" }
train = { epochs = 2, batch = 40, measures = ["gradient-evaluations"] }
[sweep]
optimizer = [{ kind = "gradient-descent", lr = 0.1 }, { file = "sam.toml", lr = 0.1 }]
train.ensemble = [1, 3]
"#;
    let sweep = Sweep::new(spec);
    std::fs::write(sweep.path("sam.toml"), include_str!("../../examples/methods/sam.toml")).unwrap();
    sweep.run(&["run", "x.toml", "-q", "-o", "r"]).ended_with(0);
    for run in runs(&sweep) {
        let settings = &run.record.settings;
        let gradients = if settings["optimizer.kind"].to_string() == "gradient-descent" { 1.0 } else { 2.0 };
        let networks: f64 = settings["train.ensemble"].to_string().parse().unwrap();
        let expected = 2.0 * 90.0 * gradients * networks;
        assert_eq!(last(&run, "gradient-evaluations").validation, Some(expected), "{settings:?}");
    }
}
