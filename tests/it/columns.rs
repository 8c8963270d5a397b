//! Several target columns at once, against NumPy and scikit-learn: `tests/oracles/columns.py`.

use crate::support::Sweep;
use std::fmt::Write;

#[derive(serde::Deserialize)]
struct Golden {
    x: Vec<Vec<f64>>,
    y: Vec<Vec<f64>>,
    coefficients: Vec<Vec<f64>>,
    loss: f64,
    r2: f64,
    mae: f64,
    rmse: f64,
}

fn golden() -> Golden {
    serde_json::from_str(include_str!("../oracles/columns.json")).unwrap()
}

fn table(golden: &Golden) -> String {
    let mut text = "x0,x1,x2,\"y, first\",second\n".to_owned();
    for (x, y) in golden.x.iter().zip(&golden.y) {
        let _ = writeln!(text, "{:?},{:?},{:?},{:?},{:?}", x[0], x[1], x[2], y[0], y[1]);
    }
    text
}

/// Roundings of sums of 30 terms near 1, through a factorization: 1e-12.
fn near(found: f64, expected: f64, what: &str) {
    assert!((found - expected).abs() <= 1e-12 * expected.abs().max(1.0), "{what}: {found} for {expected}");
}

const SPEC: &str = r#"
name = "columns"
engine = "reference"
precision = "f64"
seeds = 1
data = { set = { csv = "mine.csv", target = ["y, first", "second"] } }
model.kind = "linear"
train = { epochs = 40, batch = "full", measures = ["mae", "rmse"] }
[sweep]
optimizer = [
  "normal-equations", "qr", "minimum-norm", { kind = "ridge", lambda = 0.0 }, { kind = "lasso", lambda = 0.0 }, "newton",
  { kind = "lbfgs", tolerance = 1e-13 },
]
"#;

/// One fit per target, as NumPy's with a matrix Y.
#[test]
fn fit_takes_several_targets() {
    let (golden, sweep) = (golden(), Sweep::new(""));
    std::fs::write(sweep.path("mine.csv"), table(&golden)).unwrap();
    let fit = |more: &[&str]| {
        sweep.run(&[&["fit", "mine.csv", "--target", "y, first, second", "--method", "qr"], more].concat())
    };
    let fits: serde_json::Value = serde_json::from_str(&fit(&["--json"]).ended_with(0).stdout).unwrap();
    for (column, name) in ["y, first", "second"].iter().enumerate() {
        assert_eq!(fits["fits"][column]["target"], *name);
        for (row, coefficients) in golden.coefficients.iter().enumerate() {
            let estimate = fits["fits"][column]["coefficients"][row]["estimate"].as_f64().unwrap();
            near(estimate, coefficients[column], &format!("{name}, coefficient {row}"));
        }
    }
    let text = fit(&[]).ended_with(0).stdout;
    assert!(text.contains("`y, first` by qr, 30 samples, 3 features") && text.contains("\n\n`second` by qr"), "{text}");
    let words = ["fit", "mine.csv", "--target", "y, first, second", "--method", "softmax-newton"];
    let said = sweep.run(&words).ended_with(2).stderr;
    assert!(said.contains("`--method softmax-newton` takes one target, and `--target` names 2"), "{said}");
}

/// All solvers of least squares meet, their training loss and measures are those of the training part's rows, and several columns are
/// two separate problems.
#[test]
fn solvers_and_networks_take_several_targets() {
    let (golden, sweep) = (golden(), Sweep::new(SPEC));
    std::fs::write(sweep.path("mine.csv"), table(&golden)).unwrap();
    sweep.run(&["run", "x.toml", "-q", "-j", "2"]).ended_with(0);
    let runs = burnmark::store::read(&sweep.path("results/columns")).unwrap().1;
    assert_eq!(runs.len(), 7);
    let last = |run: &burnmark::store::Finished| run.record.curve.last().unwrap().train.unwrap();
    let first = last(&runs[0]);
    for run in &runs {
        near(last(run).loss, first.loss, &run.record.settings["optimizer.kind"].to_string());
        near(last(run).metric, first.metric, &run.record.settings["optimizer.kind"].to_string());
    }
    // Each column by itself: the losses add up, R² is the mean of both.
    let alone: Vec<_> = ["\"y, first\"", "\"second\""]
        .iter()
        .zip(["\"second\"", "\"y, first\""])
        .map(|(target, drop)| {
            let both = "target = [\"y, first\", \"second\"]";
            let text = SPEC.replace(both, &format!("target = {target}, drop = [{drop}]")).replace("columns", "alone");
            let sweep = Sweep::new(text);
            std::fs::write(sweep.path("mine.csv"), table(&golden)).unwrap();
            sweep.run(&["run", "x.toml", "-q", "-j", "2"]).ended_with(0);
            last(&burnmark::store::read(&sweep.path("results/alone")).unwrap().1[0])
        })
        .collect();
    near(first.loss, alone[0].loss + alone[1].loss, "loss");
    near(first.metric, f64::midpoint(alone[0].metric, alone[1].metric), "R²");

    // A network with a loss of its own, checked by both engines.
    let network = SPEC.replace("kind = \"linear\"", "kind = \"mlp\"\nmodel.hidden = [5]\nmodel.loss = \"huber\"");
    let network =
        network.split("[sweep]").next().unwrap().replace("\"full\"", "8").replace("\"reference\"", "\"burn\"")
            + "optimizer = { kind = \"adam\", lr = 0.01 }\n";
    let sweep = Sweep::new(network);
    std::fs::write(sweep.path("mine.csv"), table(&golden)).unwrap();
    let ran = sweep.run(&["run", "x.toml"]).ended_with(0);
    assert!(ran.stdout.contains("R²"), "{}", ran.stdout);
    sweep.run(&["crosscheck", "x.toml", "--steps", "4"]).ended_with(0);
    let planned = sweep.run(&["plan", "x.toml"]).ended_with(0).stdout;
    assert!(planned.contains("regression, 2 answers a sample") && planned.contains("y, first, second"), "{planned}");
}

/// Loss and measures of a prediction, as scikit-learn averages them over the columns.
#[test]
fn measures_are_means_over_the_columns() {
    use burnmark::activation::{self, Activation};
    use burnmark::data::{Part, Prepared, Targets};
    use burnmark::engine::{EngineKind, build};
    use burnmark::loss::{Loss, SQUARED_ERROR};
    use burnmark::model::Network;
    use burnmark::num::Matrix;
    use burnmark::train::{Evaluator, TrainSpec};
    let golden = golden();
    let matrix = |rows: &[Vec<f64>]| Matrix::new(rows.len(), rows[0].len(), rows.concat());
    let part = || Part { inputs: matrix(&golden.x), targets: Targets::Values(matrix(&golden.y)), weights: Vec::new() };
    let data = Prepared { train: part(), validation: part(), test: part() };
    let network = Network::new(3, &[], 2, Activation::of(&activation::IDENTITY), Loss::of(&SQUARED_ERROR));
    let names = ["mae", "rmse"];
    let train = TrainSpec { measures: names.map(str::to_owned).to_vec(), ..TrainSpec::plain(30) };
    let mut evaluator = Evaluator::new(&network, &data, &train).unwrap();
    let mut engine = build::<f64>(EngineKind::Reference, &network, 30);
    // The bias first, then the weights: as the rows of the coefficients.
    let theta = golden.coefficients.concat();
    let point = evaluator.point_of(&theta, (1, 1.0), &[], engine.as_mut()).unwrap().unwrap();
    near(point.test.loss, golden.loss, "loss");
    near(point.test.metric, golden.r2, "R²");
    let measured = evaluator.into_measured();
    near(measured[0].points[0].test.unwrap(), golden.mae, names[0]);
    near(measured[1].points[0].test.unwrap(), golden.rmse, names[1]);
}

#[test]
fn targets_that_cannot_be_are_refused() {
    let golden = golden();
    let refused = |from: &str, to: &str| {
        assert!(SPEC.contains(from), "{from}");
        let folder = Sweep::new(SPEC.replace(from, to));
        std::fs::write(folder.path("mine.csv"), table(&golden)).unwrap();
        folder.run(&["plan", "x.toml"]).ended_with(2).stderr
    };
    let target = "target = [\"y, first\", \"second\"]";
    for (to, said) in [
        ("target = [\"second\", \"second\"]", "the target `second` is given twice"),
        ("target = [\"second\", \"secnd\"]", "has no column `secnd`, did you mean `second`?"),
        ("target = [\"second\", \"x0\"], task = \"classes\"", "task = \"classes\" takes one target, and there are 2"),
        ("target = [\"second\", \"x0\"], drop = \"x0\"", "the target `x0` cannot be dropped"),
    ] {
        let found = refused(target, to);
        assert!(found.contains(said), "{said}:\n{found}");
    }
    // In `[sweep]` a list has alternatives, and a list within it several columns.
    let swept = "name = \"x\"\noptimizer = { kind = \"adam\", lr = 0.01 }\nmodel = { kind = \"mlp\", hidden = [3] }\ntrain = { epochs = 1, batch = 8 }\n\
                 [sweep]\n\"data.set\" = [{ csv = \"mine.csv\", target = [\"second\", [\"y, first\", \"second\"]] }]\n";
    let folder = Sweep::new(swept);
    std::fs::write(folder.path("mine.csv"), table(&golden)).unwrap();
    folder.run(&["plan", "x.toml"]).ended_with(0);
}
