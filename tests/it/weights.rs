//! Answers that count differently in training: engines, solvers, `fit` and whole runs, against PyTorch, scikit-learn and statsmodels
//! (`tests/oracles/weights.py`) and against rows that are repeated.

use crate::support::Sweep;
use burnmark::activation::{Activation, IDENTITY};
use burnmark::data::{ClassWeights, DataSet, Indices, Part, Prepared, Rows, Target, answer_weights};
use burnmark::engine::{EngineKind, build};
use burnmark::loss::{CROSS_ENTROPY, Loss};
use burnmark::model::Network;
use burnmark::num::Matrix;
use burnmark::optim;
use burnmark::registry::{Choice, Chosen};
use burnmark::solve::{Answers, Design, ENTRIES, Start, begin};
use burnmark::store;
use burnmark::train::{Settings, Stepper};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write;

const ROWS: usize = 24;

#[derive(Deserialize)]
struct Golden {
    torch: BTreeMap<String, Path>,
    sklearn: BTreeMap<String, Value>,
    statsmodels: BTreeMap<String, BTreeMap<String, Value>>,
    ridge: BTreeMap<String, Ridge>,
}

#[derive(Deserialize)]
struct Path {
    losses: Vec<f64>,
    theta: Vec<f64>,
}

#[derive(Deserialize)]
struct Ridge {
    theta: Vec<f64>,
    effective: f64,
    errors: Vec<f64>,
}

fn golden() -> Golden {
    serde_json::from_str(include_str!("../oracles/weights.json")).unwrap()
}

fn x(i: usize, j: usize) -> f64 {
    ((i * 7 + j * 5) * 11 % 31) as f64 / 8.0 - 15.0 / 8.0
}

fn noise(i: usize) -> f64 {
    (i * 13 % 17) as f64 / 4.0 - 2.0
}

fn y(i: usize) -> f64 {
    1.0 + (0.5 * x(i, 0) - x(i, 1) + 0.25 * x(i, 2)) + noise(i)
}

fn two(i: usize) -> u32 {
    u32::from((i * i * 7 + i * 3) % 11 < 5)
}

fn three(i: usize) -> u32 {
    match i % 8 {
        0..5 => 0,
        5 | 6 => 1,
        _ => 2,
    }
}

fn weight(i: usize) -> f64 {
    (1 + i % 4) as f64
}

fn features() -> Matrix<f64> {
    Matrix::new(ROWS, 3, (0..ROWS).flat_map(|i| (0..3).map(move |j| x(i, j))).collect())
}

fn near(what: &str, found: &[f64], expected: &[f64], bound: f64) {
    assert_eq!(found.len(), expected.len(), "{what}");
    let gaps = found.iter().zip(expected).map(|(a, b)| (a - b).abs() / b.abs().max(1.0));
    let gap = gaps.fold(0.0, f64::max);
    assert!(gap <= bound, "{what}: {gap:e}, {found:?} for {expected:?}");
}

fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(all) => all.iter().flat_map(numbers).collect(),
        one => vec![one.as_f64().unwrap()],
    }
}

/// 60 steps of gradient descent on softmax regression by each engine: classes with weights as `cross_entropy(weight=…)`, and rows with
/// weights. 1e-12: 60 steps of sums of 24 terms in another order.
#[test]
fn trainings_follow_pytorch() {
    let golden = golden();
    let labels: Vec<u32> = (0..ROWS).map(three).collect();
    let set = DataSet::flat(features(), Target::Classes { labels, count: 3 });
    let weighted = Rows { weights: Some((0..ROWS).map(weight).collect()), ..Rows::default() };
    let of_rows = DataSet { rows: weighted, ..set.clone() };
    let cases = [("classes", &set, ClassWeights::InOrder(vec![0.5, 1.0, 4.0])), ("rows", &of_rows, ClassWeights::Even)];
    let parts = Indices { train: (0..ROWS).collect(), validation: vec![0], test: vec![1] };
    let network = Network::new(3, &[], 3, Activation::of(&IDENTITY), Loss::of(&CROSS_ENTROPY));
    let descent = optim::ENTRIES.iter().find(|known| known.entry.name == "gradient-descent").unwrap();
    let optimizer = Chosen::of(*descent).with("lr", burnmark::value::Value::Number(0.5));
    for (name, set, rule) in cases {
        let weights = answer_weights(set, &parts, &rule).unwrap();
        let data: Prepared<f64> = Prepared::new(set, &parts, false).weighted(&weights);
        for kind in EngineKind::ON_CPU {
            let settings = Settings { optimizer: optimizer.clone(), ..Settings::plain(ROWS) };
            let mut engine = build::<f64>(kind, &network, ROWS);
            let mut stepper = Stepper::new(&settings, &network, vec![0.0; 12], ROWS).unwrap();
            let samples: Vec<usize> = (0..ROWS).collect();
            let mut step = |part: &Part<f64>| stepper.step(part, &samples, 0, engine.as_mut()).unwrap();
            let losses: Vec<f64> = (0..60).map(|_| step(&data.train)).collect();
            near(&format!("{name} by {kind}"), &losses, &golden.torch[name].losses, 1e-12);
            near(&format!("{name} by {kind}"), stepper.parameters(), &golden.torch[name].theta, 1e-12);
        }
    }
}

/// Newton's method and scikit-learn's L-BFGS, which ends some 1e-6 before the optimum.
#[test]
fn balanced_classes_are_those_of_scikit_learn() {
    let labels: Vec<u32> = (0..ROWS).map(two).collect();
    let set = DataSet::flat(features(), Target::Classes { labels: labels.clone(), count: 2 });
    let parts = Indices { train: (0..ROWS).collect(), validation: vec![0], test: vec![1] };
    let weights = answer_weights(&set, &parts, &ClassWeights::Balanced).unwrap();
    let design = Design::new(set.features.view(), true).weighted(weights);
    let answers = Answers::Classes(labels);
    let start = Start { design: &design, answers: &answers, theta: vec![0.0; 4], share: 1.0, weight_decay: 0.0 };
    let newton = ENTRIES.iter().find(|solver| solver.entry.name == "newton").unwrap();
    let choice = Choice { kind: "newton".to_owned(), parameters: BTreeMap::new() };
    let mut solver = begin(newton, &choice, start).unwrap();
    while solver.step().unwrap() {}
    near("balanced", &solver.theta(), &numbers(&golden().sklearn["logistic-balanced"]), 1e-5);
}

/// Columns x0, x1, x2, y, two, w; some rows of weight 0 behind them, which say nonsense.
fn table(more: usize) -> Sweep {
    let mut text = "x0,x1,x2,y,two,w\n".to_owned();
    for i in 0..ROWS {
        writeln!(text, "{},{},{},{},{},{}", x(i, 0), x(i, 1), x(i, 2), y(i), two(i), weight(i)).unwrap();
    }
    for i in 0..more {
        writeln!(text, "{i},1000,-7,1e6,{},0", i % 2).unwrap();
    }
    let folder = Sweep::new("");
    std::fs::write(folder.path("t.csv"), text).unwrap();
    folder
}

fn fit(folder: &Sweep, target: &str, method: &str, more: &[&str]) -> Value {
    let drop = if target == "y" { "two" } else { "y" };
    let fixed = ["fit", "t.csv", "--target", target, "--drop", drop, "--method", method, "--json"];
    serde_json::from_str(&folder.run(&[&fixed, more].concat()).ended_with(0).stdout).unwrap()
}

fn column(fit: &Value, name: &str) -> Vec<f64> {
    fit["coefficients"].as_array().unwrap().iter().map(|row| row[name].as_f64().unwrap()).collect()
}

/// Coefficients to 1e-12, some roundings of roots; statsmodels' likelihood of classes ends at 1e-8.
#[test]
fn weighted_fits_are_those_of_statsmodels_and_scikit_learn() {
    let (golden, weights) = (golden(), ["--weights", "w"]);
    for folder in [table(0), table(3)] {
        let wls = &golden.statsmodels["wls"];
        for method in ["normal-equations", "qr", "minimum-norm"] {
            let found = fit(&folder, "y", method, &weights);
            near(method, &column(&found, "estimate"), &numbers(&wls["params"]), 1e-12);
            near(method, &column(&found, "standard_error"), &numbers(&wls["errors"]), 1e-12);
            near(method, &column(&found, "p_value"), &numbers(&wls["p"]), 1e-10);
            for (name, expected) in [("r_squared", "r2"), ("log_likelihood", "log_likelihood"), ("rss", "rss")] {
                near(name, &numbers(&found[name]), &numbers(&wls[expected]), 1e-12);
            }
            near(method, &column(&found, "estimate"), &numbers(&golden.sklearn["linear"]), 1e-10);
        }
        let ridge = fit(&folder, "y", "ridge", &[&weights[..], &["--lambda", "3"]].concat());
        near("ridge", &column(&ridge, "estimate"), &numbers(&golden.sklearn["ridge"]), 1e-12);
        let lasso = fit(&folder, "y", "lasso", &[&weights[..], &["--lambda", "6"]].concat());
        near("lasso", &column(&lasso, "estimate"), &numbers(&golden.sklearn["lasso"]), 1e-10);
        let found = fit(&folder, "two", "logistic-newton", &weights);
        let binomial = &golden.statsmodels["binomial"];
        near("logistic", &column(&found, "estimate"), &numbers(&golden.sklearn["logistic-rows"]), 1e-5);
        near("logistic", &column(&found, "estimate"), &numbers(&binomial["params"]), 1e-8);
        near("logistic", &column(&found, "standard_error"), &numbers(&binomial["errors"]), 1e-8);
        near("logistic", &numbers(&found["deviance"]), &numbers(&binomial["deviance"]), 1e-10);
        near("logistic", &numbers(&found["null_deviance"]), &numbers(&binomial["null_deviance"]), 1e-10);
    }
}

/// A likelihood counts a row as often as its weight says: the same as rows that are repeated, also for three classes.
#[test]
fn a_weight_is_a_number_of_rows() {
    let folder = table(0);
    let mut repeated = "x0,x1,x2,three\n".to_owned();
    let mut weighted = "x0,x1,x2,three,w\n".to_owned();
    for i in 0..ROWS {
        let row = format!("{},{},{},c{}", x(i, 0), x(i, 1), x(i, 2), (i * i * 5 + i) % 7 % 3);
        (0..=i % 4).for_each(|_| writeln!(repeated, "{row}").unwrap());
        writeln!(weighted, "{row},{}", weight(i)).unwrap();
    }
    std::fs::write(folder.path("repeated.csv"), repeated).unwrap();
    std::fs::write(folder.path("weighted.csv"), weighted).unwrap();
    let fit = |arguments: &[&str]| -> Value {
        let fixed = ["--target", "three", "--method", "softmax-newton", "--json"];
        let all = [&["fit"], arguments, &fixed].concat();
        serde_json::from_str(&folder.run(&all).ended_with(0).stdout).unwrap()
    };
    let (by_weight, by_rows) = (fit(&["weighted.csv", "--weights", "w"]), fit(&["repeated.csv"]));
    for name in ["estimate", "standard_error"] {
        near(name, &column(&by_weight, name), &column(&by_rows, name), 1e-10);
    }
    for name in ["log_likelihood", "null_deviance"] {
        near(name, &numbers(&by_weight[name]), &numbers(&by_rows[name]), 1e-12);
    }
}

/// Against matrices in NumPy; what drawing rows says is near, since it takes X as drawn: its error is a seventh with 24 rows and 2,000
/// draws, and other runs of the same command say the same.
#[test]
fn ridge_and_lasso_have_standard_errors() {
    let (golden, folder) = (golden(), table(0));
    for (name, more) in [("even", &["--drop", "w"][..]), ("rows", &["--weights", "w"])] {
        let ridge = fit(&folder, "y", "ridge", &[more, &["--lambda", "3"]].concat());
        near(name, &column(&ridge, "estimate"), &golden.ridge[name].theta, 1e-12);
        near(name, &column(&ridge, "standard_error"), &golden.ridge[name].errors, 1e-12);
        near(name, &numbers(&ridge["effective_parameters"]), &[golden.ridge[name].effective], 1e-12);
        assert!(ridge["coefficients"][1]["p_value"].is_null(), "a biased estimate is compared with nothing");
    }
    let drawn = fit(&folder, "y", "ridge", &["--drop", "w", "--lambda", "3", "--bootstrap", "2000"]);
    near("drawn", &column(&drawn, "standard_error"), &golden.ridge["even"].errors, 0.15);
    let lasso = || fit(&folder, "y", "lasso", &["--drop", "w", "--lambda", "6", "--bootstrap", "200"]);
    let errors = column(&lasso(), "standard_error");
    assert_eq!(errors, column(&lasso(), "standard_error"));
    near("lasso", &errors, &golden.ridge["even"].errors, 0.3);
}

/// Training rows with their weights, or as often as these say; then rows to validate and test.
fn with_parts(repeated: bool) -> String {
    let mut text = "x0,x1,x2,y,two,w,part\n".to_owned();
    for i in 0..ROWS + 20 {
        let part = if i < ROWS { "train" } else { ["validation", "test"][i % 2] };
        let (count, weight) = if repeated && i < ROWS { (1 + i % 4, 1.0) } else { (1, weight(i)) };
        for _ in 0..count {
            writeln!(text, "{},{},{},{},{},{weight},{part}", x(i, 0), x(i, 1), x(i, 2), y(i), two(i)).unwrap();
        }
    }
    text
}

/// A whole run with weights ends as one whose training rows are repeated: closed forms, iterations, trainings with sums of the gradient in
/// another order, each by both engines. The test rows are the same; what is reported of them counts each once.
#[test]
fn runs_with_weights_are_runs_with_repeated_rows() {
    let spec = |engine: &str, target: &str, model: &str, optimizer: &str| {
        let drop = if target == "y" { "two" } else { "y" };
        format!(
            "name = \"w\"\nengine = \"{engine}\"\nprecision = \"f64\"\noptimizer = {optimizer}\nmodel = {model}\n\
             train = {{ epochs = 40, batch = \"full\" }}\n[data]\nstandardize = false\n\
             set = {{ csv = \"t.csv\", target = \"{target}\", drop = \"{drop}\", task = \"TASK\", part = \"part\", weight = \"w\" }}\n"
        )
        .replace("TASK", if target == "y" { "regression" } else { "binary" })
    };
    let cases = [
        ("y", "{ kind = \"linear\" }", "\"normal-equations\""),
        ("y", "{ kind = \"linear\" }", "\"qr\""),
        ("y", "{ kind = \"linear\" }", "\"newton\""),
        ("y", "{ kind = \"linear\" }", "{ kind = \"lbfgs\" }"),
        ("two", "{ kind = \"adaline\" }", "\"minimum-norm\""),
        ("two", "{ kind = \"logistic\" }", "\"newton\""),
        ("two", "{ kind = \"softmax\" }", "\"newton\""),
        ("two", "{ kind = \"mlp\", hidden = [4] }", "{ kind = \"adam\", lr = 0.05 }"),
        ("y", "{ kind = \"mlp\", hidden = [4], loss = \"huber\" }", "{ kind = \"adam\", lr = 0.05 }"),
    ];
    for engine in ["reference", "burn"] {
        for (target, model, optimizer) in cases {
            let of = |repeated: bool| {
                let folder = Sweep::new(spec(engine, target, model, optimizer));
                std::fs::write(folder.path("t.csv"), with_parts(repeated)).unwrap();
                folder.run(&["run", "x.toml", "--quiet"]).ended_with(0);
                let runs = store::read(&folder.path("results/w")).unwrap().1;
                let last = runs[0].record.curve.last().unwrap();
                vec![last.validation.loss, last.validation.metric, last.test.loss, last.test.metric]
            };
            near(&format!("{model} by {optimizer} and {engine}"), &of(false), &of(true), 1e-8);
        }
    }
}

/// Quantities of the training loss count rows by their weights: its gradient and curvature are those of repeated rows, before the first
/// step and after the last one. Sharpness comes from differences of gradients, to some 1e-7.
#[test]
fn quantities_with_weights_are_those_of_repeated_rows() {
    for engine in ["reference", "burn"] {
        let of = |repeated: bool| {
            let folder = Sweep::new(format!(
                "name = \"w\"\nengine = \"{engine}\"\nprecision = \"f64\"\noptimizer = {{ kind = \"adam\", lr = 0.05 }}\n\
                 model = {{ kind = \"mlp\", hidden = [4], activation = \"tanh\" }}\n\
                 train = {{ epochs = 10, batch = \"full\", measures = [\"gradient-norm\", \"sharpness\"] }}\n[data]\nstandardize = false\n\
                 set = {{ csv = \"t.csv\", target = \"two\", drop = \"y\", task = \"binary\", part = \"part\", weight = \"w\" }}\n"
            ));
            std::fs::write(folder.path("t.csv"), with_parts(repeated)).unwrap();
            folder.run(&["run", "x.toml", "--quiet"]).ended_with(0);
            let record = store::read(&folder.path("results/w")).unwrap().1.remove(0).record;
            let places = [0, record.curve.len() - 1];
            let measured = |name: &str| -> Vec<f64> {
                let at = |place: usize| record.measured_at(place).filter(|of| of.0 == name).map(|of| of.2).collect();
                places.into_iter().flat_map(|place| -> Vec<f64> { at(place) }).collect()
            };
            [measured("gradient-norm"), measured("sharpness")]
        };
        let ([norms, sharpness], [expected_norms, expected_sharpness]) = (of(false), of(true));
        assert!(!norms.is_empty() && norms.iter().all(|norm| *norm > 1e-6) && sharpness.len() == norms.len());
        near(&format!("norm by {engine}"), &norms, &expected_norms, 1e-8);
        near(&format!("sharpness by {engine}"), &sharpness, &expected_sharpness, 1e-5);
    }
}

/// The weights are those of the training part, and the plan says them; other weights are another run.
#[test]
fn plan_and_identity_have_the_weights() {
    let folder = Sweep::new(
        "name = \"w\"\nengine = \"reference\"\noptimizer = { kind = \"adam\", lr = 0.05 }\nmodel = \"MODEL\"\n\
         data = { set = { csv = \"t.csv\", target = \"two\", drop = \"y\", task = \"binary\", part = \"part\", weight = \"w\" } }\n\
         [train]\nepochs = 2\nbatch = 8\n[sweep]\n\"train.class_weights\" = [\"none\", \"balanced\", [1, 5], { 0 = 1, 1 = 5 }]\n"
            .replace("\"MODEL\"", "{ kind = \"logistic\" }"),
    );
    std::fs::write(folder.path("t.csv"), with_parts(false)).unwrap();
    let plan = folder.run(&["plan", "x.toml"]).ended_with(0).stdout;
    assert!(plan.contains("training rows count by their weights, from 1 to 4"), "{plan}");
    let ones = (0..ROWS).filter(|i| two(*i) == 1).count() as f64;
    let balanced = [24.0 / (2.0 * (24.0 - ones)), 24.0 / (2.0 * ones)];
    let said = format!("class `0` of column `two` {:.4}, class `1` of column `two` {:.4}", balanced[0], balanced[1]);
    assert!(plan.contains(&said), "{said}\n{plan}");
    folder.run(&["run", "x.toml", "--quiet"]).ended_with(0);
    let runs = store::read(&folder.path("results/w")).unwrap().1;
    let setting = |run: &store::Finished| run.record.settings.get("train.class_weights").map(ToString::to_string);
    let settings: Vec<_> = runs.iter().map(|run| setting(run).unwrap_or("none".to_owned())).collect();
    assert_eq!(settings, ["none", "balanced", "[1.0,5.0]", "{\"0\":1.0,\"1\":5.0}"]);
    let ids: std::collections::BTreeSet<_> = runs.iter().map(|run| run.record.run.to_string()).collect();
    assert_eq!(ids.len(), 4);
    let losses: Vec<f64> = runs.iter().map(|run| run.record.curve.last().unwrap().test.loss).collect();
    assert!(losses[0] != losses[1] && losses[2] == losses[3], "a list and a table of the same weights: {losses:?}");
    // A spec of one run alone has its weights.
    let shown = folder.run(&["show", "results/w", &runs[3].record.run.to_string(), "--spec"]).ended_with(0).stdout;
    assert!(shown.contains("class_weights"), "{shown}");
}

#[test]
fn weights_that_do_not_fit_are_refused() {
    let refused = |more: &str, optimizer: &str, model: &str, set: &str, expected: &str| {
        let folder = Sweep::new(format!(
            "name = \"w\"\noptimizer = {optimizer}\nmodel = {{ kind = \"{model}\" }}\ndata = {{ set = {{ csv = \"t.csv\", {set} }} }}\n\
             train = {{ epochs = 2, batch = 8{more} }}\n"
        ));
        std::fs::write(folder.path("t.csv"), with_parts(false)).unwrap();
        let said = folder.run(&["plan", "x.toml"]).ended_with(2).stderr;
        assert!(said.contains(expected), "{expected}\n{said}");
    };
    let adam = "{ kind = \"adam\", lr = 0.05 }";
    let binary = "target = \"two\", drop = \"y, w\", task = \"binary\", part = \"part\"";
    let weighted = "target = \"two\", drop = \"y\", task = \"binary\", part = \"part\", weight = \"w\"";
    refused(", class_weights = [1, 2, 3]", adam, "logistic", binary, "3 weights for 2 classes");
    refused(
        ", class_weights = { no = 1, yes = 2 }",
        adam,
        "logistic",
        binary,
        "`no` is no class; the classes are `0`, `1`",
    );
    refused(", class_weights = { 0 = 1 }", adam, "logistic", binary, "class `1` has no weight");
    refused(", class_weights = [1, 0]", adam, "logistic", binary, "expected a number greater than 0");
    refused(
        ", class_weights = \"even\"",
        adam,
        "logistic",
        binary,
        "`balanced`, a list of numbers or a table of them by label",
    );
    refused(", class_weights = \"balanced\"", "\"perceptron\"", "adaline", binary, "learns from each mistake alike");
    refused("", "\"perceptron\"", "adaline", weighted, "the rows of `csv` have weights");
    let numbers = "target = \"y\", drop = \"two, w\", part = \"part\"";
    refused(", class_weights = \"balanced\"", adam, "linear", numbers, "the target is no class");
    let negative = "target = \"two\", drop = \"y, w\", task = \"binary\", part = \"part\", weight = \"x0\"";
    refused("", adam, "logistic", negative, "is no weight: weights are 0 or greater");
    refused(
        "",
        adam,
        "logistic",
        "target = \"two\", drop = \"y\", task = \"binary\", part = \"part\", weight = \"v\"",
        "`v`",
    );
}
