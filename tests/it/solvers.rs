//! Solvers as values of `optimizer`: they answer what they say they do, in a sweep beside optimizers.

use crate::support::Sweep;
use burnmark::registry::Choice;
use burnmark::solve::{self, Iteration, Lbfgs};
use burnmark::store;
use std::convert::Infallible;
use std::fmt::Write;
use std::path::Path;

fn rows(folder: &Sweep, name: &str) -> Vec<store::Finished> {
    store::read(&folder.path(&format!("results/{name}"))).unwrap().1
}

/// The last loss on the training part of each run, by optimizer.
fn last_losses(runs: &[store::Finished]) -> Vec<(String, f64)> {
    let last = |run: &store::Finished| run.record.curve.last().unwrap().train.unwrap().loss;
    runs.iter().map(|run| (run.record.settings["optimizer.kind"].to_string(), last(run))).collect()
}

/// On a regression all ways to the least squares solution meet, in each engine; in f64 to some roundings of the loss.
#[test]
fn least_squares_solvers_meet_and_none_is_better() {
    for (engine, precision, rounding) in [("reference", "f64", 1e-13), ("burn", "f64", 1e-13), ("burn", "f32", 1e-5)] {
        let folder = Sweep::new(format!(
            r#"
name = "exact"
engine = "{engine}"
precision = "{precision}"
data = {{ set = "diabetes" }}
model = {{ kind = "linear" }}
train = {{ epochs = 40, batch = "full" }}
[sweep]
optimizer = ["normal-equations", "qr", "minimum-norm", "newton", {{ kind = "lbfgs", tolerance = 0.0 }}, {{ kind = "ridge", lambda = 0.0 }},
    {{ kind = "ridge", lambda = 30.0 }}, {{ kind = "map", sigma = 0.7, prior_sigma = 0.2 }}, {{ kind = "lasso", lambda = 9.0 }}, "ridge-cv",
    {{ kind = "adam", lr = 0.05 }}]
"#
        ));
        folder.run(&["run", "x.toml", "--quiet"]).ended_with(0);
        let losses = last_losses(&rows(&folder, "exact"));
        let least = losses[0].1;
        for (name, loss) in &losses[..6] {
            assert!((loss / least - 1.0).abs() < rounding, "{engine} {precision}, {name}: {loss} for {least}");
        }
        assert!(losses[6..].iter().all(|(_, loss)| *loss > least * (1.0 + 1e-9)), "{losses:?}");
    }
}

/// Newton, L-BFGS and a long gradient descent end at one minimum: of the likelihood with weight decay, for two classes
/// and more, and also without a bias and for sums.
#[test]
fn second_order_methods_end_where_first_order_ones_do() {
    for (set, model, reduction, rate, decay) in [
        ("breast-cancer", "logistic", "mean", 0.5, 0.1),
        ("wine", "softmax", "mean", 0.5, 0.1),
        ("wine", "softmax", "sum", 0.005, 10.0),
    ] {
        for bias in [true, false] {
            let folder = Sweep::new(format!(
                r#"
name = "one"
engine = "reference"
precision = "f64"
data = {{ set = "{set}" }}
model = {{ kind = "{model}", bias = {bias} }}
train = {{ epochs = 4000, batch = "full", reduction = "{reduction}" }}
regularize = {{ weight_decay = {decay} }}
[output]
parameters = true
[sweep]
optimizer = ["newton", "lbfgs", {{ kind = "nesterov", lr = {rate}, mu = 0.8 }}]
"#
            ));
            folder.run(&["run", "x.toml", "--quiet", "--no-check"]).ended_with(0);
            let runs = rows(&folder, "one");
            let parameters = |index: usize| {
                let path = store::parameters_path(&folder.path("results/one"), runs[index].record.run);
                let bytes = std::fs::read(path).unwrap();
                let file = safetensors::SafeTensors::deserialize(&bytes).unwrap();
                let numbers = |name: &str| -> Vec<f64> {
                    file.tensor(name)
                        .unwrap()
                        .data()
                        .as_chunks::<8>()
                        .0
                        .iter()
                        .map(|&b| f64::from_le_bytes(b))
                        .collect()
                };
                numbers("layers.0.weight")
            };
            let newton = parameters(0);
            for other in [1, 2] {
                let gap = newton.iter().zip(parameters(other)).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
                // L-BFGS stops at a gradient of 1e-10, over a curvature of at least the decay.
                assert!(gap < 1e-8, "{set} {model} {reduction}, bias {bias}, {other}: {gap}");
            }
            assert!(runs[0].record.curve.len() < 15, "Newton takes few iterations: {}", runs[0].record.curve.len());
        }
    }
}

/// L-BFGS takes any model, in any engine; Rosenbrock's valley to the last digits.
#[test]
fn lbfgs_takes_any_model() {
    let folder = Sweep::new(
        r#"
name = "any"
seeds = 1
precision = "f64"
data = { set = "iris" }
model = { kind = "mlp", hidden = [6], activation = "tanh" }
train = { epochs = 60, batch = "full" }
optimizer = "lbfgs"
[sweep]
engine = ["reference", "burn", "burn-ndarray"]
"#,
    );
    folder.run(&["run", "x.toml", "--quiet"]).ended_with(0);
    for (_, loss) in last_losses(&rows(&folder, "any")) {
        assert!(loss < 0.05, "{loss}");
    }
    let folder = Sweep::new(
        r#"
name = "valley"
engine = "reference"
precision = "f64"
model = { kind = "objective" }
train = { epochs = 200, batch = "full" }
optimizer = "lbfgs"
[sweep]
"data.set" = [{ kind = "rosenbrock", dimensions = 10 }, "beale"]
"#,
    );
    folder.run(&["run", "x.toml", "--quiet"]).ended_with(0);
    for run in rows(&folder, "valley") {
        let last = run.record.curve.last().unwrap();
        assert!(last.test.metric > 9.0 && last.epoch < 150, "{last:?}");
    }
}

/// What has no solution says so in the table, the sweep goes on, and nothing is tried again.
#[test]
fn no_solution_is_a_result() {
    let folder = Sweep::new(
        r#"
name = "none"
engine = "reference"
precision = "f64"
data = { set = "wine" }
model = { kind = "softmax" }
train = { epochs = 50 }
[sweep]
optimizer = ["newton", { kind = "adam", lr = 0.01 }]
"#,
    );
    let shown = folder.run(&["run", "x.toml", "--quiet"]).ended_with(0).stdout;
    assert!(shown.contains("no solution: separable"), "{shown}");
    let runs = rows(&folder, "none");
    assert_eq!(runs[0].record.outcome, burnmark::record::Outcome::Unsolved { problem: "separable".to_owned() });
    let before = folder.bytes("results/none/runs.parquet");
    folder.run(&["run", "x.toml", "--quiet"]).ended_with(0);
    assert_eq!(before, folder.bytes("results/none/runs.parquet"));
}

/// Lecture L1: it stops on a separable set, and does not on another.
#[test]
fn the_perceptron_stops_where_classes_are_separable() {
    let of = |set: &str| {
        let folder = Sweep::new(format!(
            r#"
name = "p"
engine = "reference"
data = {{ set = {set} }}
model = {{ kind = "adaline" }}
train = {{ epochs = 100 }}
optimizer = "perceptron"
"#
        ));
        folder.run(&["run", "x.toml", "--quiet"]).ended_with(0);
        let record = rows(&folder, "p").remove(0).record;
        assert_eq!(record.at_rest, Some(record.curve.len() < 101));
        record.results.curve
    };
    let (separable, mixed) = (
        of("{ kind = \"blobs\", samples = 200, classes = 2, spread = 0.02 }"),
        of("{ kind = \"two-moons\", samples = 200, noise = 0.5 }"),
    );
    assert!(separable.len() < 100 && separable.last().unwrap().train.unwrap().metric == 1.0, "{}", separable.len());
    assert!(mixed.len() == 101 && mixed.last().unwrap().train.unwrap().metric < 1.0);
}

#[test]
fn what_a_solver_cannot_have_is_refused() {
    let spec = |more: &str| {
        format!("name = \"r\"\n[data]\nset = \"wine\"\n[model]\nkind = \"softmax\"\n[train]\nepochs = 3\n{more}\n")
    };
    for (more, says) in [
        ("[sweep]\noptimizer = [\"lbfgs\"]", "`lbfgs` cannot take mini-batches"),
        ("[sweep]\noptimizer = [\"qr\"]", "`qr` cannot solve the model `softmax`: it solves `linear`, `adaline`"),
        ("[sweep]\noptimizer = [\"newton\"]\nannealing = [\"cosine\"]", "has no learning rate to anneal"),
        (
            "early_stopping = true\n[sweep]\noptimizer = [\"newton\"]",
            "`newton` is a solver and has no `early_stopping`",
        ),
        ("[regularize]\ndropout = 0.5\n[sweep]\noptimizer = [\"newton\"]", "`newton` is a solver and has no `dropout`"),
        (
            "[regularize]\nweight_decay = 0.1\ndecoupled = true\n[sweep]\noptimizer = [\"newton\"]",
            "decoupled decay shrinks by",
        ),
    ] {
        let refused = Sweep::new(spec(more)).run(&["plan", "x.toml"]).ended_with(2).stderr;
        assert!(refused.contains(says), "{refused}");
    }
    let ridge = "name = \"r\"\noptimizer = { kind = \"ridge\", lambda = 1.0 }\n[data]\nset = \"diabetes\"\n[model]\nkind = \"linear\"\n";
    // A closed form needs no epochs.
    Sweep::new(ridge).run(&["plan", "x.toml"]).ended_with(0);
    let refused =
        Sweep::new(format!("{ridge}[regularize]\nweight_decay = 0.1\n")).run(&["plan", "x.toml"]).ended_with(2).stderr;
    assert!(refused.contains("`ridge` knows no weight decay"), "{refused}");
}

/// Lecture L32's example: on noisy data a higher degree fits the training part better and better, and at some point
/// predicts worse.
#[test]
fn polynomial_features_fit_ever_better() {
    let folder = Sweep::new(
        r#"
name = "poly"
engine = "reference"
precision = "f64"
model = { kind = "linear" }
optimizer = "qr"
[data]
set = { csv = "curve.csv", target = "y" }
[sweep]
"data.degree" = [1, 3, 5, 9]
"#,
    );
    let mut stream = burnmark::num::Stream::new(1, burnmark::num::Purpose::Data, 0);
    let mut text = "x,y\n".to_owned();
    for i in 0..40 {
        let x = f64::from(i) / 20.0 - 1.0;
        writeln!(text, "{x},{}", (3.0 * x).sin() + 0.2 * stream.normal()).unwrap();
    }
    std::fs::write(folder.path("curve.csv"), text).unwrap();
    folder.run(&["run", "x.toml", "--quiet"]).ended_with(0);
    let losses: Vec<f64> = last_losses(&rows(&folder, "poly")).into_iter().map(|(_, loss)| loss).collect();
    assert!(losses.windows(2).all(|pair| pair[1] < pair[0]), "{losses:?}");
    assert!(losses[0] > 3.0 * losses[1], "a sine is no line: {losses:?}");
    let digits = Sweep::new(
        "name = \"r\"\noptimizer = \"newton\"\ntrain = { epochs = 1 }\ndata = { set = \"digits\", degree = 2 }\nmodel = { kind = \"softmax\" }\n",
    );
    assert!(digits.run(&["plan", "x.toml"]).ended_with(2).stderr.contains("not of images"));
}

/// As for optimizers: L-BFGS solves a quadratic, does not move at a zero gradient, and replays identically.
#[test]
fn lbfgs_does_what_every_optimizer_must() {
    let run = |start: Vec<f64>| {
        let mut oracle = |theta: &[f64], gradient: &mut [f64]| {
            let curvatures = [1.0, 400.0, 0.25];
            let mut loss = 0.0;
            for ((g, t), c) in gradient.iter_mut().zip(theta).zip(curvatures) {
                *g = c * t;
                loss += 0.5 * c * t * t;
            }
            Ok::<_, Infallible>(loss)
        };
        let mut lbfgs = Lbfgs::new(10, 1e-10, start, &mut oracle).unwrap();
        let mut steps = 0;
        while lbfgs.step(&mut oracle).unwrap() == Iteration::Stepped {
            steps += 1;
            assert!(steps < 50);
        }
        (lbfgs.theta().to_vec(), steps)
    };
    let (theta, steps) = run(vec![1.0, -2.0, 3.0]);
    assert!(theta.iter().all(|t| t.abs() < 1e-9), "{theta:?}");
    assert_eq!(run(vec![1.0, -2.0, 3.0]), (theta, steps));
    assert_eq!(run(vec![0.0; 3]), (vec![0.0; 3], 0));
}

/// Every solver is listed, and its parameters are checked as all others are.
#[test]
fn every_solver_can_be_planned_on_its_models() {
    for solver in solve::ENTRIES {
        let mut choice = Choice::of(&solver.entry);
        for parameter in solver.entry.parameters.iter().filter(|p| p.default().is_none()) {
            choice = choice.with(parameter.name, burnmark::value::Value::Number(1.0));
        }
        let parameters: Vec<_> =
            choice.parameters.iter().map(|(name, value)| format!(", {name} = {value:?}")).collect();
        let parameters = parameters.concat().replace("Number(", "").replace("Integer(", "").replace(')', "");
        let models = if solver.models.is_empty() { &["linear", "softmax"] } else { solver.models };
        for model in models {
            let set = if *model == "linear" {
                "diabetes"
            } else if *model == "softmax" {
                "wine"
            } else {
                "breast-cancer"
            };
            let spec = format!(
                "name = \"s\"\noptimizer = {{ kind = \"{}\"{parameters} }}\ntrain = {{ epochs = 3, batch = \"full\" }}\n\
                 data = {{ set = \"{set}\" }}\nmodel = {{ kind = \"{model}\" }}\n",
                solver.entry.name
            );
            let sweep = Sweep::new(spec);
            sweep.run(&["plan", "x.toml"]).ended_with(0);
            assert!(!Path::new(&sweep.path("results")).exists());
        }
    }
}

/// A result that is no solution is reproduced as any other.
#[test]
fn unsolved_runs_are_verified_too() {
    let folder = Sweep::new(
        "name = \"v\"\nengine = \"reference\"\ntrain = { epochs = 9 }\ndata = { set = \"wine\" }\nmodel = { kind = \"softmax\" }\noptimizer = \"newton\"\n",
    );
    folder.run(&["run", "x.toml", "--quiet"]).ended_with(0);
    folder.run(&["verify", "results/v", "--quiet"]).ended_with(0);
    let run = rows(&folder, "v").remove(0).record.run;
    assert!(folder.run(&["show", "results/v", &run.to_string()]).ended_with(0).stdout.contains("unsolved: separable"));
}

/// `tests/oracles/quasi_separable.py` says what others make of it.
const QUASI_SEPARABLE: &str = include_str!("../oracles/quasi-separable.csv");

/// Epochs that end before a solver is at rest: that there is no maximum is proved all the same.
#[test]
fn quasi_separable_classes_are_no_done() {
    let sweep = Sweep::new(
        r#"
name = "q"
engine = "reference"
seeds = 2
model = { kind = "logistic" }
train = { batch = "full" }
data = { set = { csv = "q.csv", target = "y" } }
[sweep]
"train.epochs" = [4, 200]
optimizer = ["newton", "lbfgs", { kind = "gradient-descent", lr = 0.1 }]
"regularize.weight_decay" = [0.0, 0.1]
"#,
    );
    let (head, rows_of_file) = QUASI_SEPARABLE.split_once('\n').unwrap();
    let many: Vec<&str> = rows_of_file.lines().flat_map(|row| [row; 12]).collect();
    std::fs::write(sweep.path("q.csv"), format!("{head}\n{}\n", many.join("\n"))).unwrap();
    let shown = sweep.run(&["run", "x.toml", "-q"]).ended_with(0).stdout;
    let shown: String = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    let proved = "the classes can be separated (proved): there is no maximum";
    for says in [
        format!("In 4 runs of lbfgs {proved}. Their figures are those of the last epoch, and more epochs change them."),
        format!("50.0 % of the runs of newton found no solution ({proved}); they count as the worst."),
    ] {
        assert!(shown.contains(&says), "`{says}` is missing in\n{shown}");
    }
    for run in rows(&sweep, "q") {
        let record = &run.record;
        let is = |name: &str, value: &str| record.settings[name].to_string() == value;
        let penalized = !is("regularize.weight_decay", "0");
        let problem = "separable".to_owned();
        let done = record.outcome == burnmark::record::Outcome::Done;
        match record.settings["optimizer.kind"].to_string().as_str() {
            "newton" => {
                let unsolved = burnmark::record::Outcome::Unsolved { problem };
                assert_eq!(record.outcome == unsolved, !penalized, "{:?}", record.settings);
            }
            "lbfgs" => assert_eq!((done, record.no_minimum.clone()), (true, (!penalized).then_some(problem))),
            _ => assert_eq!((done, record.no_minimum.clone(), record.at_rest), (true, None, None)),
        }
        let told = sweep.run(&["show", "results/q", &record.run.to_string()]).ended_with(0).stdout;
        let moving = record.no_minimum.is_none() && record.at_rest == Some(false);
        assert_eq!(told.contains(proved), !penalized && !is("optimizer.kind", "gradient-descent"), "{told}");
        assert_eq!(told.contains("done, but not at rest: more epochs change the answer"), moving, "{told}");
    }
    let page = String::from_utf8(sweep.bytes("results/q/report.html")).unwrap();
    assert!(page.contains("\"no maximum\"") && page.contains(proved), "the page's table of runs");
    sweep.run(&["verify", "results/q", "-q"]).ended_with(0);
}
