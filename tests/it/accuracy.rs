//! What users can expect of real data.

use crate::support::Sweep;
use burnmark::analysis::{configurations, select};

/// Mean test metric over five seeds of the one configuration, by each engine.
fn test_metrics(spec: &str) -> Vec<f64> {
    let sweep = Sweep::new(spec);
    ["burn", "reference"]
        .iter()
        .map(|engine| {
            sweep.run(&["run", "x.toml", "-q", "--engine", engine, "-o", engine]).ended_with(0);
            let (_, runs) = burnmark::store::read(&sweep.path(engine)).unwrap();
            let configurations = configurations(&runs);
            select(&configurations)[0].test_metric.unwrap().mean
        })
        .collect()
}

#[test]
fn digits_by_an_mlp_and_adam() {
    let metrics = test_metrics(
        r#"
        name = "digits"
        seeds = 5
        optimizer = { kind = "adam", lr = 2e-3 }
        [data]
        set = "digits"
        [model]
        kind = "mlp"
        hidden = [64]
        [train]
        epochs = 40
        batch = 32
        "#,
    );
    assert!(metrics.iter().all(|&accuracy| accuracy >= 0.96), "{metrics:?}");
}

#[test]
fn breast_cancer_by_logistic_regression() {
    let metrics = test_metrics(
        r#"
        name = "breast-cancer"
        seeds = 5
        optimizer = { kind = "gradient-descent", lr = 0.1 }
        [data]
        set = "breast-cancer"
        [model]
        kind = "logistic"
        [train]
        epochs = 60
        batch = 32
        [regularize]
        weight_decay = 1e-2
        "#,
    );
    assert!(metrics.iter().all(|&accuracy| accuracy >= 0.965), "{metrics:?}");
}
