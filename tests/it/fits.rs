//! `burnmark fit` and the solvers behind it against exact arithmetic: `tests/oracles/regressions.py`.

use crate::support::{Result, Sweep};
use burnmark::data::{Features, Table};
use burnmark::num::{Matrix, Purpose, Stream};
use burnmark::solve::{
    Design, LeftOut, MinimumNorm, Posterior, Problem, lasso, negative_log_likelihood, prediction_error, ridge,
};
use serde::Deserialize;
use serde_json::Value;
use std::fmt::Write;
use std::path::Path;

#[derive(Deserialize)]
pub struct Golden {
    least_squares: Vec<LeastSquares>,
    penalized: Penalized,
    #[serde(rename = "likelihoods")]
    pub maxima: Vec<Maximum>,
}

#[derive(Deserialize)]
struct LeastSquares {
    name: String,
    features: Vec<Vec<f64>>,
    target: Vec<f64>,
    coefficients: Vec<f64>,
    standard_errors: Vec<f64>,
    rss: f64,
}

#[derive(Deserialize)]
struct Penalized {
    features: Vec<Vec<f64>>,
    target: Vec<f64>,
    ridge: Vec<AtLambda>,
    lasso: Vec<AtLambda>,
    leave_one_out: Vec<AtLambda>,
}

#[derive(Deserialize)]
struct AtLambda {
    lambda: f64,
    #[serde(default)]
    coefficients: Vec<f64>,
    #[serde(default)]
    error: f64,
}

#[derive(Deserialize)]
pub struct Maximum {
    pub features: Vec<Vec<f64>>,
    pub classes: Vec<u32>,
    pub coefficients: Vec<f64>,
    pub standard_errors: Vec<f64>,
    pub log_likelihood: f64,
}

pub fn golden() -> Golden {
    serde_json::from_str(include_str!("../oracles/regressions.json")).unwrap()
}

/// A folder with `t.csv`: columns x0, x1, … and y.
pub fn table<T: std::fmt::Display>(features: &[Vec<f64>], target: &[T]) -> Sweep {
    let names: Vec<_> = (0..features[0].len()).map(|j| format!("x{j}")).collect();
    let mut text = format!("{},y\n", names.join(","));
    for (row, y) in features.iter().zip(target) {
        let row: Vec<_> = row.iter().map(ToString::to_string).collect();
        writeln!(text, "{},{y}", row.join(",")).unwrap();
    }
    let folder = Sweep::new("");
    std::fs::write(folder.path("t.csv"), text).unwrap();
    folder
}

pub fn fit(folder: &Sweep, method: &str, more: &[&str]) -> Result {
    folder.run(&[&["fit", "t.csv", "--target", "y", "--method", method], more].concat())
}

pub fn json(folder: &Sweep, method: &str, more: &[&str]) -> Value {
    serde_json::from_str(&fit(folder, method, &[more, &["--json"]].concat()).stdout).unwrap()
}

pub fn column(fit: &Value, of: &str) -> Vec<f64> {
    fit["coefficients"].as_array().unwrap().iter().map(|c| c[of].as_f64().unwrap()).collect()
}

#[track_caller]
pub fn near(name: &str, found: &[f64], exact: &[f64], relative: f64) {
    assert_eq!(found.len(), exact.len(), "{name}");
    for (found, exact) in found.iter().zip(exact) {
        assert!((found - exact).abs() <= relative * exact.abs(), "{name}: {found} for {exact}");
    }
}

/// Refinement rounds each coefficient from nearly twice the precision: within one unit in the last place, 2.3e-16, also
/// of Longley's and Wampler's. Standard errors come from one factorization in f64, whose rounding κ (of columns of
/// length 1, up to 4e4) multiplies.
#[test]
fn least_squares_are_exact() {
    for case in golden().least_squares {
        let folder = table(&case.features, &case.target);
        for method in ["normal-equations", "qr", "minimum-norm"] {
            let name = format!("{} by {method}", case.name);
            let fit = json(&folder, method, &[]);
            assert!(fit["problem"].is_null(), "{name}: {fit}");
            near(&name, &column(&fit, "estimate"), &case.coefficients, 2.3e-16);
            let size: f64 = case.target.iter().map(|y| y * y).sum();
            let rss = fit["rss"].as_f64().unwrap();
            if case.rss < 1e-28 * size {
                // Wampler's: a perfect fit but for the rounding of the figures themselves.
                assert!(rss < 1e-28 * size && fit["notes"][0].as_str().unwrap().starts_with("a perfect fit"), "{name}");
                continue;
            }
            near(&name, &[rss], &[case.rss], 1e-12);
            let relative = if method == "normal-equations" { 1e-6 } else { 1e-11 };
            near(&name, &column(&fit, "standard_error"), &case.standard_errors, relative);
        }
    }
}

#[test]
fn penalties_are_exact() {
    let case = golden().penalized;
    let folder = table(&case.features, &case.target);
    let data: Vec<f64> = case.features.concat();
    let design = Design::new(Matrix::new(case.target.len(), case.features[0].len(), data).view(), true);
    let rounding = 1e-15; // some units in the last place
    for at in &case.ridge {
        let fit = json(&folder, "ridge", &["--lambda", &at.lambda.to_string()]);
        near("ridge", &column(&fit, "estimate"), &at.coefficients, rounding);
        assert!(fit["coefficients"][0]["p_value"].is_null());
        // Ridge is the most probable w under the prior with λ = σ²/σ₀² (lecture C15).
        let (sigma, prior_sigma) = (0.5, (0.25 / at.lambda).sqrt());
        let more = ["--sigma", &sigma.to_string(), "--prior-sigma", &prior_sigma.to_string()];
        near("map", &column(&json(&folder, "map", &more), "estimate"), &at.coefficients, 1e-14); // λ is rounded on the way
        near("library", &ridge(&design, &case.target, at.lambda).unwrap(), &at.coefficients, rounding);
    }
    for at in &case.leave_one_out {
        let error = prediction_error(&design, &case.target, at.lambda, LeftOut::One).unwrap();
        near("leave-one-out", &[error], &[at.error], 1e-14);
        let folds = prediction_error(&design, &case.target, at.lambda, LeftOut::Fold(case.target.len())).unwrap();
        near("as many folds as samples", &[folds], &[at.error], 1e-14);
    }
    for at in &case.lasso {
        let fit = json(&folder, "lasso", &["--lambda", &at.lambda.to_string()]);
        near("lasso", &column(&fit, "estimate"), &at.coefficients, 1e-14);
        near("library", &lasso(&design, &case.target, at.lambda).unwrap().w, &at.coefficients, 1e-14);
    }
    let best = json(&folder, "ridge", &["--lambda", "leave-one-out"])["lambda"].as_f64().unwrap();
    let error = |lambda| prediction_error(&design, &case.target, lambda, LeftOut::One).unwrap();
    assert!(case.leave_one_out.iter().all(|at| error(best) <= at.error), "{best}");
}

#[test]
fn the_positive_label_can_be_chosen() {
    let case = &golden().maxima[0];
    let labels: Vec<_> = case.classes.iter().map(|&c| if c == 1 { "yes" } else { "no" }).collect();
    let folder = table(&case.features, &labels);
    let yes = json(&folder, "logistic-newton", &[]);
    assert_eq!(yes, json(&folder, "logistic-newton", &["--positive", "yes"]));
    let no = json(&folder, "logistic-newton", &["--positive", "no"]);
    assert_eq!(no["classes"], serde_json::json!(["yes", "no"]));
    let turned: Vec<f64> = column(&no, "estimate").iter().map(|w| -w).collect();
    near("turned", &turned, &column(&yes, "estimate"), 1e-13);
    let wrong = fit(&folder, "logistic-newton", &["--positive", "maybe"]).ended_with(2).stderr;
    assert!(wrong.contains("has no label `maybe`; it has `no`, `yes`"), "{wrong}");
}

/// What is not determined is not answered, whatever rounding leaves of the dependence.
#[test]
fn dependent_columns_are_refused_and_have_a_shortest_solution() {
    let mut stream = Stream::new(11, Purpose::Data, 0);
    for case in 0..6 {
        let mut features = Vec::new();
        for row in 0..(if case == 5 { 4 } else { 25 }) {
            let x: Vec<f64> = (0..4).map(|_| stream.normal()).collect();
            let kind = row % 3;
            features.push(match case {
                0 => vec![x[0], x[1], x[0]],
                1 => vec![x[0], x[1], 0.1 * x[0] + 0.2 * x[1], x[2]],
                2 => vec![x[0], 7.0, x[1]],
                3 => vec![
                    x[0],
                    f64::from(u8::from(kind == 0)),
                    f64::from(u8::from(kind == 1)),
                    f64::from(u8::from(kind == 2)),
                ],
                4 => vec![1e8 * x[0], x[1], 1e-8 * (x[0] + x[1])],
                _ => (0..6).map(|j| x[j % 4] + f64::from(u8::try_from(j).unwrap())).collect(), // fewer samples than columns
            });
        }
        let target: Vec<f64> = (0..features.len()).map(|_| stream.normal()).collect();
        let folder = table(&features, &target);
        for method in ["normal-equations", "qr"] {
            let refused = fit(&folder, method, &["--json"]).ended_with(1);
            let answer: Value = serde_json::from_str(&refused.stdout).unwrap();
            assert_eq!(answer["problem"], "rank-deficient", "case {case} by {method}");
            assert_eq!(answer["coefficients"], serde_json::json!([]));
            assert!(refused.stderr.contains("is a combination of the columns before it"), "{}", refused.stderr);
        }
        let classes: Vec<usize> = (0..features.len()).map(|i| i % 3).collect();
        let refused = fit(&table(&features, &classes), "softmax-newton", &[]).ended_with(1).stderr;
        assert!(refused.contains("rank-deficient: `x"), "case {case}: {refused}");
        let answer = json(&folder, "minimum-norm", &[]);
        assert!(answer["problem"].is_null() && answer["coefficients"][0]["standard_error"].is_null(), "case {case}");
        let w = column(&answer, "estimate");
        let n = features[0].len();
        let design = Design::new(Matrix::new(features.len(), n, features.concat()).view(), true);
        // The conditions that determine X⁺y: the residual is orthogonal to the columns, and w to the null space.
        let r: Vec<f64> = design.outputs(&w).iter().zip(&target).map(|(s, y)| y - s).collect();
        let (mut largest, length) = (0.0_f64, r.iter().map(|r| r * r).sum::<f64>().sqrt().max(1.0));
        for j in 0..=n {
            let column = |i: usize| design.x.row(i)[j];
            let norm = (0..r.len()).map(|i| column(i) * column(i)).sum::<f64>().sqrt();
            largest = largest.max((0..r.len()).map(|i| column(i) * r[i]).sum::<f64>().abs() / (norm * length));
        }
        assert!(largest < 1e-13, "case {case}: the residual is orthogonal to X, but for rounding: {largest}");
        let minimum_norm = MinimumNorm::new(&design);
        let again = minimum_norm.solve(&design.outputs(&w)).unwrap(); // X⁺X w is w for a w without null space
        let size = w.iter().fold(0.0, |size: f64, w| size.max(w.abs()));
        assert!(
            w.iter().zip(&again).all(|(w, again)| (w - again).abs() <= 1e-12 * size),
            "case {case}: {w:?}, {again:?}"
        );
        assert_eq!(answer["rank"].as_u64().unwrap() as usize, minimum_norm.rank());
    }
}

/// Where coordinate descent creeps, the active set still gets there, and what it says holds: |x_j·r| ≤ λ, with equality
/// and the weight's sign where it is not 0.
#[test]
fn the_lasso_satisfies_its_conditions() {
    for (case, (m, n, spread)) in [(80, 7, 1e-4), (10, 20, 1.0), (6, 12, 1e-3), (40, 5, 1e-7)].into_iter().enumerate() {
        let mut stream = Stream::new(5, Purpose::Data, case as u64);
        let mut x = Matrix::zeros(m, n);
        for row in x.data_mut().chunks_exact_mut(n) {
            let common = if spread < 1.0 { stream.normal() } else { 0.0 };
            row.iter_mut().for_each(|x| *x = common + spread * stream.normal());
        }
        let y: Vec<f64> = (0..m).map(|_| stream.normal()).collect();
        let design = Design::new(x.view(), true);
        let slopes = |w: &[f64]| -> Vec<f64> {
            let r: Vec<f64> = design.outputs(w).iter().zip(&y).map(|(s, y)| y - s).collect();
            (0..=n).map(|j| (0..m).map(|i| design.x.row(i)[j] * r[i]).sum()).collect()
        };
        let mean = y.iter().sum::<f64>() / m as f64;
        let largest =
            slopes(&[&[mean], vec![0.0; n].as_slice()].concat())[1..].iter().fold(0.0, |l: f64, s| l.max(s.abs()));
        for share in [0.5, 1e-1, 1e-3, 1e-6] {
            let lambda = share * largest;
            let found = lasso(&design, &y, lambda).unwrap_or_else(|why| panic!("case {case}, {share}: {why}"));
            let slopes = slopes(&found.w);
            for (j, (&slope, &w)) in slopes.iter().zip(&found.w).enumerate().skip(1) {
                let off = if w == 0.0 { slope.abs() - lambda } else { (slope - lambda * w.signum()).abs() };
                assert!(off < 1e-9 * largest, "case {case}, {share}, weight {j} = {w}: {slope} for {lambda}");
            }
        }
    }
}

/// Units may be anything that squares of scaled columns can bear; what cannot be told is not told.
#[test]
fn units_do_not_matter() {
    let features: Vec<Vec<f64>> = (0..12).map(|i| vec![f64::from(i % 5) - 1.5, f64::from(i * i % 7)]).collect();
    let target: Vec<f64> = (0..12).map(|i| f64::from(i % 5) + 0.3 * f64::from(i % 3)).collect();
    let plain = column(&json(&table(&features, &target), "qr", &[]), "estimate");
    for scale in [1e155, 1e200, 1e-160, 1e-200] {
        let scaled: Vec<Vec<f64>> = features.iter().map(|row| vec![row[0] * scale, row[1]]).collect();
        let folder = table(&scaled, &target);
        for (method, more) in [("qr", &[][..]), ("normal-equations", &[]), ("lasso", &["--lambda", "1e-300"])] {
            let fit = json(&folder, method, more);
            let w = column(&fit, "estimate");
            near(&format!("{method}, {scale}"), &[w[0], w[1] * scale, w[2]], &plain, 1e-12);
            assert!(method == "lasso" || fit["coefficients"][1]["p_value"].as_f64().unwrap() < 1e-6, "{fit}");
        }
    }
    let huge: Vec<f64> = target.iter().map(|y| y * 1e200).collect();
    assert_eq!(json(&table(&features, &huge), "qr", &[])["problem"], "overflow");
}

/// The posterior's spread by hand for one weight without bias: Σ = σ²/(x·x + λ), predictive σ² + x²Σ.
#[test]
fn the_posterior_has_its_variance() {
    let design = Design::new(Matrix::new(3, 1, vec![1.0, 2.0, 2.0]).view(), false);
    let posterior = Posterior::new(&design, &[1.0, 0.0, 3.0], 2.0, 2.0).unwrap();
    near("mean", &posterior.mean, &[7.0 / 10.0], 1e-15);
    near("covariance", posterior.covariance().data(), &[4.0 / 10.0], 1e-15);
    near("predictive", &[posterior.predictive_variance(&[3.0])], &[4.0 + 9.0 * 0.4], 1e-15);
    assert!((negative_log_likelihood(4.0, 2, 2.0) - ((4.0 * std::f64::consts::PI).ln() + 1.0)).abs() < 1e-15 * 8.0);
}

#[test]
fn what_is_typed_wrong_is_said() {
    let folder = table(&[vec![1.0, 2.0], vec![2.0, 1.0], vec![4.0, 4.0]], &["1", "2", "3"]);
    let says = |method: &str, more: &[&str], what: &str| {
        let refused = fit(&folder, method, more).ended_with(2);
        assert!(refused.stderr.contains(what) && refused.stdout.is_empty(), "{}", refused.stderr);
    };
    says("ridge", &[], "`--method ridge` needs `--lambda`");
    says("ridge", &["--lambda", "-1"], "expected a number, 0 or greater");
    says("qr", &["--lambda", "1"], "`--lambda` is no flag of `--method qr`");
    says("map", &["--sigma", "1"], "needs `--prior-sigma`");
    says("map", &["--sigma", "0", "--prior-sigma", "1"], "expected a number greater than 0");
    says("logistic-newton", &[], "has 3 labels");
    says("qr", &["--drop", "x0,y"], "the target `y` cannot be dropped");
    says("qr", &["--drop", "z"], "has no column `z`");
    std::fs::write(folder.path("t.csv"), "a,b,y\n1,5,1\n2,7,2\n3,6,x\n").unwrap();
    says("qr", &[], "row 3 (line 4), column `y`");
    std::fs::write(folder.path("t.csv"), "a,b,y\n1,u,1\n2,v,2\n3,w,4\n").unwrap();
    says(
        "qr",
        &[],
        "row 1 (line 2), column `b`: `u` is text where a number is needed; give numbers for its values, or leave it out: --drop b",
    );
    let shown = fit(&folder, "qr", &["--drop", "b"]).ended_with(0).stdout;
    assert!(shown.contains("intercept") && shown.contains("std. error") && shown.contains("R²"), "{shown}");
    std::fs::write(folder.path("t.csv"), "y\n1\n2\n4\n").unwrap();
    for (method, more) in [("qr", &[][..]), ("ridge", &["--lambda", "leave-one-out"]), ("lasso", &["--lambda", "1"])] {
        near("the mean", &column(&json(&folder, method, more), "estimate"), &[7.0 / 3.0], 1e-15);
    }
}

/// Xᵀy is above what f64 can hold, though the columns can be scaled: no answer, rather than zeros.
#[test]
fn products_that_overflow_are_refused() {
    let design = Design::new(Matrix::new(3, 1, vec![1.0, 1e308, 3.0]).view(), true);
    for lambda in [0.0, 1.0] {
        assert!(matches!(ridge(&design, &[1.0, 3.0, 2.0], lambda), Err(Problem::Overflow)));
    }
}

/// By NumPy from the definition, `tests/oracles/gcv.py`; its QR factors are rounded by the condition number of X, 884, times 2⁻⁵².
#[test]
fn generalized_cross_validation_is_that_of_its_definition() {
    let table = Table::read(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/datasets/diabetes.csv"))).unwrap();
    let target = table.column("target").unwrap();
    let features = Features::of(&table, &[target], &[]).unwrap();
    let columns = features.numbers(false).unwrap();
    let y = table.numbers(target).unwrap();
    let rows = (0..y.len()).flat_map(|row| columns.iter().map(move |column| column[row])).collect();
    let design = Design::new(Matrix::new(y.len(), columns.len(), rows).view(), true);
    let errors = [(0.01, 3_007.514_680_218_184_4), (1.0, 3_006.931_502_427_993_6), (30.0, 3_065.397_279_008_621_4)];
    for (lambda, expected) in errors {
        let error = prediction_error(&design, &y, lambda, LeftOut::Generalized).unwrap();
        near("generalized", &[error], &[expected], 1e-11);
    }
    let sweep = Sweep::new("");
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/datasets/diabetes.csv");
    let fit = ["fit", data, "--target", "target", "--method", "ridge", "--lambda", "generalized", "--json"];
    let fit: serde_json::Value = serde_json::from_str(&sweep.run(&fit).ended_with(0).stdout).unwrap();
    let best = fit["lambda"].as_f64().unwrap();
    let error = |lambda| prediction_error(&design, &y, lambda, LeftOut::Generalized).unwrap();
    assert!(errors.iter().all(|(lambda, _)| error(best) <= error(*lambda)), "{best}");
}

#[test]
fn odds_ratios_are_exponentials() {
    let case = &golden().maxima[0];
    let labels: Vec<_> = case.classes.iter().map(|&c| if c == 1 { "yes" } else { "no" }).collect();
    let folder = table(&case.features, &labels);
    let found = json(&folder, "logistic-newton", &[]);
    let coefficients = found["coefficients"].as_array().unwrap();
    assert!(coefficients[0].get("odds_ratio").is_none(), "an intercept is no unit of anything");
    for coefficient in &coefficients[1..] {
        let ratio = &coefficient["odds_ratio"];
        let exp = |number: &serde_json::Value| number.as_f64().unwrap().exp();
        let number = |number: &serde_json::Value| number.as_f64().unwrap();
        near("ratio", &[number(&ratio["estimate"])], &[exp(&coefficient["estimate"])], 1e-15);
        for end in 0..2 {
            near("interval", &[number(&ratio["interval"][end])], &[exp(&coefficient["interval"][end])], 1e-15);
        }
    }
    let shown = fit(&folder, "logistic-newton", &[]).ended_with(0).stdout;
    assert!(shown.contains("greater by 1  multiplies the odds by  95 % interval\n"), "{shown}");
    assert!(json(&folder, "softmax-newton", &[])["coefficients"][1].get("odds_ratio").is_some());
}
