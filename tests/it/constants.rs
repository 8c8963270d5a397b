//! Fits without an intercept of X that makes a constant itself, against statsmodels: `tests/oracles/regressions.py`.

use crate::fits::{fit, json, table};
use serde::Deserialize;

#[derive(Deserialize)]
struct Golden {
    constants: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    features: Vec<Vec<f64>>,
    target: Vec<f64>,
    classes: Vec<u32>,
    constant: bool,
    r_squared: f64,
    null_deviance: f64,
}

/// The figures of both agree but for rounding: statsmodels' least squares lose some digits where columns nearly depend on one
/// another, so that they have ten in common.
#[test]
fn a_constant_of_the_data_counts_as_an_intercept() {
    let golden: Golden = serde_json::from_str(include_str!("../oracles/regressions.json")).unwrap();
    assert!(golden.constants.iter().any(|case| case.constant) && golden.constants.iter().any(|case| !case.constant));
    for case in golden.constants {
        let (name, folder) = (&case.name, table(&case.features, &case.target));
        let found = json(&folder, "qr", &["--no-intercept"]);
        let r_squared = found["r_squared"].as_f64().unwrap();
        assert!((r_squared - case.r_squared).abs() < 1e-10, "{name}: {r_squared} for {}", case.r_squared);
        assert_eq!(found["r_squared_around"], if case.constant { "mean" } else { "zero" }, "{name}");
        let shown = fit(&folder, "qr", &["--no-intercept"]).ended_with(0).stdout;
        assert_eq!(shown.contains("R² (around the mean)"), case.constant, "{name}: {shown}");
        assert_eq!(shown.contains("R² (around 0)"), !case.constant, "{name}: {shown}");
        let found = json(&table(&case.features, &case.classes), "logistic-newton", &["--no-intercept"]);
        let deviance = found["null_deviance"].as_f64().unwrap();
        assert!((deviance - case.null_deviance).abs() < 1e-10 * case.null_deviance, "{name}: {deviance}");
    }
}

/// A rank that is short makes a constant or none like any other: minimum-norm solutions have an R² too.
#[test]
fn all_dummies_beside_an_intercept_make_no_difference() {
    let features: Vec<Vec<f64>> =
        (0..9).map(|i| vec![f64::from(i % 3 == 0), f64::from(i % 3 == 1), f64::from(i % 3 == 2)]).collect();
    let target: Vec<f64> = (0..9).map(|i| f64::from(i * i % 7)).collect();
    let r_squared =
        |more: &[&str]| json(&table(&features, &target), "minimum-norm", more)["r_squared"].as_f64().unwrap();
    assert!((r_squared(&[]) - r_squared(&["--no-intercept"])).abs() < 1e-12);
}

/// What a method says of columns that depend on one another fits the method.
#[test]
fn notes_fit_their_methods() {
    let features: Vec<Vec<f64>> =
        (0..12).map(|i| vec![f64::from(i % 5), f64::from(i % 5), f64::from(i * i % 7)]).collect();
    let near: Vec<Vec<f64>> =
        features.iter().enumerate().map(|(i, row)| vec![row[0], row[0] + 1e-6 * (i % 3) as f64, row[2]]).collect();
    let target: Vec<f64> = (0..12).map(|i| f64::from(i % 5) + 0.3 * f64::from(i % 3)).collect();
    let (equal, near) = (table(&features, &target), table(&near, &target));
    let lasso = fit(&equal, "lasso", &["--lambda", "0.5"]).ended_with(0).stdout;
    assert!(lasso.contains("4 coefficients of rank 3: columns that are equal"), "{lasso}");
    assert!(!fit(&near, "lasso", &["--lambda", "0.5"]).stdout.contains("columns that are equal"));
    let refused = fit(&equal, "ridge", &["--lambda", "0"]).ended_with(1).stderr;
    assert!(refused.contains("give `--lambda` a larger number") && !refused.contains("--method ridge"), "{refused}");
    let refused = fit(&equal, "map", &["--sigma", "1", "--prior-sigma", "1e12"]).ended_with(1).stderr;
    assert!(refused.contains("give `--prior-sigma` a smaller number"), "{refused}");
    assert!(fit(&equal, "qr", &[]).ended_with(1).stderr.contains("`--method ridge`"));
    let effect = |more: &[&str]| fit(&near, "ridge", more).ended_with(0).stdout;
    assert!(effect(&["--lambda", "1"]).contains("without the penalty a small change of the data would move"));
    let plain = effect(&["--lambda", "0"]);
    assert!(plain.contains("λ = 0 penalizes nothing") && plain.contains("a small change of the data moves"), "{plain}");
}
