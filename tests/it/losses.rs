//! Losses: against PyTorch, as formulas against themselves, and what a spec says of them.

use crate::support::Sweep;
use burnmark::activation::{self, Activation};
use burnmark::catalogue::Catalogue;
use burnmark::data::{Part, Targets};
use burnmark::engine::{EngineKind, build};
use burnmark::formula::Definition;
use burnmark::loss::{self, Loss, TargetForm, TargetsRef};
use burnmark::model::Network;
use burnmark::num::{MatMut, MatRef, Matrix, Real};
use burnmark::optim;
use burnmark::plan::Spec;
use burnmark::registry::{Choice, Chosen};
use burnmark::train::{Settings, Stepper};
use burnmark::value::Value;

/// Made by `tests/oracles/losses.py`, which names the version of PyTorch.
#[derive(serde::Deserialize)]
struct LossPath {
    loss: Choice,
    outputs: usize,
    losses: Vec<f64>,
}

fn number(i: usize, period: usize) -> f64 {
    (((i * 7 + 3) % period) as f64 - (period / 2) as f64) / 16.0
}

fn matrix(rows: usize, cols: usize, period: usize) -> Matrix<f64> {
    Matrix::new(rows, cols, (0..rows * cols).map(|i| number(i, period)).collect())
}

fn losses(path: &LossPath) -> Vec<f64> {
    let loss = with_examples().losses.chosen(&path.loss).unwrap();
    let targets = match loss.entry.targets {
        TargetForm::Numbers => Targets::Values(matrix(8, path.outputs, 29)),
        TargetForm::OneHot => Targets::Classes((0..8).map(|row| row % 3).collect()),
        _ => Targets::Classes((0..8).map(|row| row % 2).collect()),
    };
    let network = Network::new(3, &[5, 4], path.outputs, Activation::of(&activation::TANH), loss);
    let part = Part { inputs: matrix(8, 3, 31), targets, weights: Vec::new() };
    let descent = optim::ENTRIES.iter().find(|known| known.entry.name == "gradient-descent").unwrap();
    let optimizer = Chosen::of(*descent).with("lr", Value::Number(0.1));
    let settings = Settings { optimizer, ..Settings::plain(8) };
    let theta = (0..network.parameter_count()).map(|i| number(i, 37)).collect();
    let mut engine = build::<f64>(EngineKind::Reference, &network, 8);
    let mut stepper = Stepper::new(&settings, &network, theta, 8).unwrap();
    let samples: Vec<usize> = (0..8).collect();
    (0..path.losses.len()).map(|_| stepper.step(&part, &samples, 0, engine.as_mut()).unwrap()).collect()
}

/// The catalogue with the losses of examples/losses.
fn with_examples() -> Catalogue {
    ["log-cosh", "focal"].iter().fold(Catalogue::standard(), |catalogue, name| {
        let path = format!("{}/examples/losses/{name}.toml", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path).unwrap();
        let definition = Definition::parse(name, &text).unwrap_or_else(|mistakes| panic!("{name}: {mistakes:#?}"));
        catalogue.formula(&definition, &text)
    })
}

/// 1e-10 relative: one step differs by roundings of 1e-16, which 60 steps of a smooth descent amplify little. No step of these
/// paths comes so close to a kink that a rounding decides on which side it is.
#[test]
fn every_loss_follows_pytorch() {
    let golden: Vec<LossPath> = serde_json::from_str(include_str!("../oracles/losses.json")).unwrap();
    let all = with_examples();
    for entry in all.losses.iter().filter(|known| known.targets != TargetForm::Nothing) {
        let name = entry.entry.name;
        let paths: Vec<_> = golden.iter().filter(|path| path.loss.kind == name).collect();
        assert!(paths.len() > entry.entry.parameters.len(), "`{name}` has a path, and one with other parameters");
        for path in paths {
            let actual = losses(path);
            assert_eq!(actual.len(), 60);
            for (step, (a, e)) in actual.iter().zip(&path.losses).enumerate() {
                assert!((a - e).abs() <= 1e-10 * e.abs(), "{}, step {step}: {a} for {e}", path.loss);
            }
            assert!(actual[59] < actual[0], "{}: the loss falls", path.loss);
        }
    }
}

/// Built-in losses of single outputs, as formulas. The others are of all outputs of an answer together.
const AS_FORMULAS: [(&str, &str, &str); 8] = [
    ("squared-error", "numbers", "0.5*(s - y)^2"),
    ("one-hot-squared-error", "one-hot", "0.5*(s - y)^2"),
    ("signed-squared-error", "signs", "0.5*(s - y)^2"),
    ("huber", "numbers", "where(abs(s - y) > delta, delta*(abs(s - y) - 0.5*delta), 0.5*(s - y)^2)"),
    ("absolute-error", "numbers", "abs(s - y)"),
    ("binary-cross-entropy", "zero-one", "softplus((1 - 2*y)*s)"),
    ("binary-cross-entropy", "signs", "softplus(-(y*s))"),
    ("hinge", "signs", "max(margin - y*s, 0)"),
];

/// The loss of a batch, δ, and the loss of each answer, as bits.
fn bits<R: Real>(loss: &Loss, outputs: usize, targets: TargetsRef<'_, R>, s: &[R]) -> Vec<u64> {
    let answers = s.len() / outputs;
    let mut function = loss.function::<R>(answers, outputs);
    let (mut delta, mut losses) = (vec![R::ZERO; s.len()], vec![R::ZERO; answers]);
    let share = R::ONE / R::from_f64(answers as f64);
    let of_batch = function.loss_and_delta(
        MatRef::new(answers, outputs, s),
        targets,
        share,
        MatMut::new(answers, outputs, &mut delta),
    );
    function.losses(MatMut::new(answers, outputs, &mut s.to_vec()), targets, &mut losses);
    delta.into_iter().chain(losses).chain([of_batch]).map(|x| x.to_f64().to_bits()).collect()
}

fn same_bits<R: Real>() {
    for (name, targets, formula) in AS_FORMULAS {
        let text = format!(
            "description = \"x\"\nparameters = {{ delta = 1, margin = 1 }}\ntargets = \"{targets}\"\nloss = \"{formula}\""
        );
        let Ok(Definition::Loss(formula)) = Definition::parse("x", &text) else {
            panic!("{name}: {:#?}", Definition::parse("x", &text));
        };
        let entry = loss::ENTRIES.iter().find(|known| known.entry.name == name).unwrap();
        for parameter in [1.0, 0.3] {
            let with = |loss: Loss, names: &[&str]| {
                names.iter().fold(loss, |loss, name| loss.with(name, Value::Number(parameter)))
            };
            let names: Vec<&str> = entry.entry.parameters.iter().map(|parameter| parameter.name).collect();
            let built_in = with(Loss::of(*entry), &names);
            let formula = with(Loss::of(formula.entry()), &["delta", "margin"]);
            let outputs = if matches!(entry.targets, TargetForm::Numbers | TargetForm::OneHot) { 3 } else { 1 };
            // More than a piece of the machine's, and no multiple of a vector; some on a kink.
            let s: Vec<R> = (0..3 * 701).map(|i| R::from_f64(number(i, 97) + number(i, 89) / 3.0)).collect();
            let answers = s.len() / outputs;
            let values = Matrix::new(answers, outputs, (0..s.len()).map(|i| R::from_f64(number(i + 5, 83))).collect());
            let classes: Vec<u32> = (0..answers as u32).map(|i| (i * 7 + i / 5) % 2.max(outputs as u32)).collect();
            let targets = match entry.targets {
                TargetForm::Numbers => TargetsRef::Values(values.view()),
                _ => TargetsRef::Classes(&classes),
            };
            let (expected, found) = (bits(&built_in, outputs, targets, &s), bits(&formula, outputs, targets, &s));
            assert!(expected == found, "{name}, {parameter}");
        }
    }
}

#[test]
fn built_in_losses_as_formulas_have_the_same_bits() {
    same_bits::<f32>();
    same_bits::<f64>();
}

const SPEC: &str = r#"
name = "losses"
engine = "reference"
seeds = 1
data.set = "diabetes"
model = { kind = "mlp", hidden = [5], loss = "huber" }
train.epochs = 3
optimizer = { kind = "momentum", lr = 0.05 }
"#;

fn refused(change: (&str, &str)) -> String {
    assert!(SPEC.contains(change.0), "{}", change.0);
    let text = SPEC.replace(change.0, change.1);
    Spec::parse("x.toml".to_owned(), text, &[]).map(drop).map_err(|mistakes| mistakes.render(false)).unwrap_err()
}

#[test]
fn losses_that_do_not_suit_are_refused_with_a_reason() {
    for (change, said) in [
        (
            ("diabetes", "iris"),
            "`mlp` on `iris`: `huber` is a loss of numbers, and the data have classes; `cross-entropy` takes classes",
        ),
        (
            ("huber", "hinge"),
            "`mlp` on `diabetes`: `hinge` is a loss of classes, and the target is a number; `squared-error` takes numbers",
        ),
        (("huber", "objective"), "`mlp` on `diabetes`: `objective` is the loss of a problem without data"),
        (("huber", "hubber"), "did you mean `huber`?"),
        (("\"huber\"", "{ kind = \"huber\", delta = 0 }"), "expected a number greater than 0"),
        (("\"huber\"", "{ kind = \"huber\", margin = 1 }"), "`margin`"),
        (("\"mlp\", hidden = [5]", "\"logistic\""), "the model `logistic` has no `model.loss`"),
        (
            (
                "model = { kind = \"mlp\", hidden = [5], loss = \"huber\" }\ntrain.epochs = 3\noptimizer = { kind = \"momentum\", lr = 0.05 }",
                "model = { kind = \"linear\", loss = \"huber\" }\noptimizer = \"normal-equations\"",
            ),
            "`normal-equations` cannot minimize `huber`: it minimizes `squared-error`",
        ),
    ] {
        let found = refused(change);
        assert!(found.contains(said), "{said}:\n{found}");
    }
    let three = SPEC.replace("diabetes", "iris").replace("huber", "hinge");
    let found = Spec::parse("x.toml".to_owned(), three, &[]).map_err(|mistakes| mistakes.render(false)).unwrap_err();
    let said = "`hinge` is a loss of two classes, not of 3; `cross-entropy` and `multi-class-hinge` take any number";
    assert!(found.contains(said), "{found}");
}

/// The model's own loss, named: the same bits, in runs of their own. A solver of the loss takes it, and L-BFGS takes any.
#[test]
fn the_own_loss_of_a_model_can_be_named() {
    let spec = r#"
name = "named"
engine = "reference"
seeds = 1
train = { epochs = 3, batch = "full" }
[[sweep.cases]]
data.set = "diabetes"
model = { kind = "linear", loss = "squared-error" }
optimizer = "newton"
[[sweep.cases]]
data.set = "diabetes"
model.kind = "linear"
optimizer = "newton"
[[sweep.cases]]
data.set = "diabetes"
model = { kind = "linear", loss = { kind = "huber", delta = 1e9 } }
optimizer = "lbfgs"
[[sweep.cases]]
data.set = "diabetes"
model.kind = "linear"
optimizer = "lbfgs"
[[sweep.cases]]
data.set = "iris"
model = { kind = "linear", loss = "cross-entropy" }
optimizer = "lbfgs"
[[sweep.cases]]
data.set = "iris"
model.kind = "softmax"
optimizer = "lbfgs"
"#;
    let sweep = Sweep::new(spec);
    sweep.run(&["run", "x.toml", "-q", "-j", "2"]).ended_with(0);
    let runs = burnmark::store::read(&sweep.path("results/named")).unwrap().1;
    let hash = |data: &str, optimizer: &str, named: bool| {
        let found = runs.iter().find(|run| {
            let setting = |name: &str| run.record.settings.get(name).map(ToString::to_string);
            setting("data.set.kind").as_deref() == Some(data)
                && setting("optimizer.kind").as_deref() == Some(optimizer)
                && setting("model.loss.kind").is_some() == named
        });
        found.unwrap_or_else(|| panic!("{data}, {optimizer}")).record.hashes.clone().unwrap().final_parameters
    };
    for (data, optimizer) in [("diabetes", "newton"), ("diabetes", "lbfgs"), ("iris", "lbfgs")] {
        assert_eq!(hash(data, optimizer, true), hash(data, optimizer, false), "{data}, {optimizer}");
    }
}

/// Losses of all kinds on real data, with an ensemble and measures, by both engines; then a formula beside its built-in loss.
#[test]
fn losses_train_and_are_checked_by_both_engines() {
    let spec = r#"
name = "classes"
engine = "burn"
seeds = 1
data.set = "breast-cancer"
model = { kind = "mlp", hidden = [6] }
train = { epochs = 2, ensemble = 2, measures = ["roc-auc"] }
optimizer = { kind = "momentum", lr = 0.05 }
[sweep]
"model.loss" = [
  "binary-cross-entropy", { kind = "cross-entropy", smoothing = [0.0, 0.1] }, "hinge", "multi-class-hinge", "one-hot-squared-error",
  "signed-squared-error", "focal", "own-hinge", "brier",
]
[methods.focal]
description = "cross-entropy that cares less for what is certain"
parameters.gamma = { default = 2, least = 0 }
targets = "signs"
link = "sigmoid"
loss = "sigmoid(-(y*s))^gamma * softplus(-(y*s))"
[methods.own-hinge]
description = "hinge"
targets = "signs"
loss = "max(1 - y*s, 0)"
[methods.brier]
description = "squared error of the probability"
targets = "zero-one"
link = "sigmoid"
loss = "0.5*(sigmoid(s) - y)^2"
"#;
    let sweep = Sweep::new(spec);
    sweep.run(&["run", "x.toml", "-q", "-j", "2"]).ended_with(0);
    let runs = burnmark::store::read(&sweep.path("results/classes")).unwrap().1;
    assert_eq!(runs.len(), 10);
    for run in &runs {
        let last = run.record.curve.last().unwrap();
        assert_eq!(run.record.outcome, burnmark::record::Outcome::Done, "{:?}", run.record.settings);
        assert!(last.validation.metric > 0.7, "{:?}: {last:?}", run.record.settings);
    }
    sweep.run(&["verify", "results/classes", "-q"]).ended_with(0);
    sweep.run(&["crosscheck", "x.toml", "--sample", "10", "--steps", "3", "--set", "precision=f64"]).ended_with(0);
    let of = |name: &str| runs.iter().find(|run| run.record.settings["model.loss.kind"].to_string() == name).unwrap();
    assert_eq!(
        of("hinge").record.curve.last().unwrap().test.metric,
        of("own-hinge").record.curve.last().unwrap().test.metric
    );
}

#[test]
fn mistakes_in_the_formula_of_a_loss_are_shown() {
    let mistakes = |body: &str| {
        let found = Definition::parse("x", &format!("description = \"x\"\n{body}")).map(drop).unwrap_err();
        found.iter().map(|mistake| format!("{}; {}", mistake.message, mistake.expected)).collect::<Vec<_>>()
    };
    for (body, said) in [
        ("loss = \"(s - y)^2\"", "missing `targets`; expected `targets = \"…\"` in this table"),
        (
            "loss = \"(s - y)^2\"\ntargets = \"number\"",
            "unknown targets `number`; expected one of `numbers`, `one-hot`, `zero-one`, `signs`",
        ),
        ("loss = \"y^2\"\ntargets = \"numbers\"", "the loss does not depend on `s`; expected a formula of `s` and `y`"),
        (
            "loss = \"(s - y)^2\"\ntargets = \"one-hot\"\nlink = \"sigmoid\"",
            "`sigmoid` makes the probability of one of two classes; expected `targets = \"zero-one\"` or `\"signs\"` with it",
        ),
        (
            "loss = \"(s - y)^2\"\ntargets = \"signs\"\nlink = \"x\"",
            "unknown link `x`; expected `sigmoid`, or no `link`",
        ),
        (
            "loss = \"(s - g)^2\"\ntargets = \"signs\"",
            "unknown name `g`; expected a parameter, a state or a name given before",
        ),
    ] {
        assert_eq!(mistakes(body), [said], "{body}");
    }
}

/// An absolute error of 0.6 is no worse than a squared one of 0.3: nothing is said of speed, settings are chosen by R², and whoever
/// compares the losses themselves is told why that cannot be.
#[test]
fn values_of_different_losses_are_not_compared() {
    let spec = "name = \"x\"\nengine = \"reference\"\nseeds = 8\ndata.set = \"diabetes\"\ntrain.epochs = 5\n\
                model = { kind = \"mlp\", hidden = [4] }\noptimizer = { kind = \"adam\", lr = 0.01 }\n[sweep]\n\
                \"optimizer.lr\" = [0.003, 0.03]\n\"model.loss\" = [\"squared-error\", \"absolute-error\"]\n";
    let sweep = Sweep::new(spec);
    let said = sweep.run(&["run", "x.toml"]).ended_with(0).stdout;
    assert!(!said.contains("Speed"), "{said}");
    assert!(said.split_whitespace().collect::<Vec<_>>().join(" ").contains("choose by validation R²"), "{said}");
    let refused = sweep.run(&["report", "results/x", "--outcome", "loss"]);
    assert!(
        refused.code != Some(0) && refused.stderr.contains("these runs have different losses"),
        "{}",
        refused.stderr
    );
    let other = spec.replace("\"squared-error\", \"absolute-error\"", "\"huber\"");
    std::fs::write(sweep.path("other.toml"), other).unwrap();
    let one = ["--set", "model.loss=\"squared-error\"", "--out", "one"];
    sweep.run(&[&["run", "x.toml", "-q"][..], &one].concat()).ended_with(0);
    sweep.run(&["run", "other.toml", "-q", "--out", "other"]).ended_with(0);
    let refused = sweep.run(&["compare", "one", "other", "--outcome", "loss"]);
    assert!(
        refused.code != Some(0) && refused.stderr.contains("these runs have different losses"),
        "{}",
        refused.stderr
    );
    let tuned = format!("{spec}[protocol]\ncompare = [\"optimizer.lr\"]\ntune = [\"model.loss\"]\nreport_seeds = 8\n");
    std::fs::write(sweep.path("tuned.toml"), tuned).unwrap();
    let refused = sweep.run(&["plan", "tuned.toml"]).ended_with(2).stderr;
    let told =
        "cannot be tuned by the loss: its values have different losses, and the value of one says nothing of another";
    assert!(refused.contains(&format!("`model.loss.kind` {told}")), "{refused}");
    // The adaline has a loss of its own, whatever the others have; a sum is no mean. By the metric both can be tuned.
    let models = "name = \"x\"\nengine = \"reference\"\nseeds = 2\ndata.set = \"breast-cancer\"\ntrain.epochs = 2\n[protocol]\n\
                  compare = [\"optimizer\"]\ntune = [TUNED]\nreport_seeds = 6\n[sweep]\noptimizer = [{ kind = \"adam\", lr = 0.01 }, { kind = \
                  \"momentum\", lr = 0.01 }]\n\"model.kind\" = [\"adaline\", \"logistic\"]\n\"train.reduction\" = [\"mean\", \"sum\"]\n";
    let tuned = |names: &str| models.replace("TUNED", names);
    for (names, setting) in [("\"model.kind\"", "model.kind"), ("\"train.reduction\"", "train.reduction")] {
        std::fs::write(sweep.path("tuned.toml"), tuned(names)).unwrap();
        let refused = sweep.run(&["plan", "tuned.toml"]).ended_with(2).stderr;
        assert!(refused.contains(&format!("`{setting}` {told}")), "{refused}");
        assert!(refused.contains("expected `select = \"final_validation_metric\"`"), "{refused}");
    }
    let by_metric = tuned("\"model.kind\", \"train.reduction\"")
        .replace("report_seeds", "select = \"final_validation_metric\"\nreport_seeds");
    std::fs::write(sweep.path("tuned.toml"), by_metric).unwrap();
    let said = sweep.run(&["run", "tuned.toml", "--out", "tuned"]).ended_with(0).stdout;
    assert!(!said.contains("Speed"), "{said}");
}
