//! Recurrent and convolutional networks on their tasks, and problems without data, as a user runs them.

use crate::support::Sweep;
use burnmark::analysis::{configurations, select};
use burnmark::store::{Finished, read};

/// The finished runs of a spec.
fn runs(spec: &str, options: &[&str]) -> Vec<Finished> {
    let sweep = Sweep::new(spec);
    let arguments: Vec<&str> = ["run", "x.toml", "-q", "-o", "out"].iter().chain(options).copied().collect();
    sweep.run(&arguments).ended_with(0);
    read(&sweep.path("out")).unwrap().1
}

/// Test metrics of the last epoch, one per data set of the spec, in the order of the results.
fn last_metrics(runs: &[Finished]) -> Vec<f64> {
    runs.iter().map(|run| run.record.curve.last().unwrap().test.metric).collect()
}

/// Each task's best conceivable metric is 1, but for the Reber grammar, whose letters can be foreseen at most 5 in 8 times
/// over long strings; what is asked for here is far above what a network without memory could reach (the share of the
/// largest class, or R² = 0).
#[test]
fn recurrent_networks_learn_to_remember() {
    for (set, least) in [
        (r#"{ kind = "delayed-recall", delay = 8 }"#, 0.99),
        (r#"{ kind = "adding", steps = 8 }"#, 0.95),
        (r#"{ kind = "parity", steps = 6 }"#, 0.99),
        (r#"{ kind = "parity", steps = 6, answer = "every" }"#, 0.99),
        (r#"{ kind = "reber", steps = 12 }"#, 0.55),
    ] {
        let spec = format!(
            r#"
            name = "memory"
            engine = "reference"
            seeds = 2
            optimizer = {{ kind = "adam", lr = 1e-2 }}
            data = {{ set = {set} }}
            model = {{ kind = "rnn", hidden = [24] }}
            train = {{ epochs = 60 }}
            "#
        );
        for metric in last_metrics(&runs(&spec, &[])) {
            assert!(metric >= least, "{set}: {metric}");
        }
    }
}

#[test]
fn a_convolutional_network_reads_digits() {
    let spec = r#"
        name = "digits"
        seeds = 2
        optimizer = { kind = "adam", lr = 2e-3 }
        data = { set = "digits" }
        model = { kind = "cnn", channels = [16], hidden = [32] }
        train = { epochs = 15 }
    "#;
    for engine in ["reference", "burn"] {
        for accuracy in last_metrics(&runs(spec, &["--engine", engine])) {
            assert!(accuracy >= 0.95, "{engine}: {accuracy}");
        }
    }
}

/// Wilson et al. 2017: test error 0 for gradient descent, the share of negatives, exactly, for adaptive methods. Of 200
/// samples 50 are negative, so 10 of the 40 in the test part.
#[test]
fn adaptive_methods_generalize_worse_on_wilsons_data() {
    let spec = r#"
        name = "wilson"
        engine = "reference"
        precision = "f64"
        data = { set = "wilson", standardize = false }
        model = { kind = "adaline", bias = false }
        train = { epochs = 600, batch = 120 }
        [sweep]
        optimizer = [
          { kind = "gradient-descent", lr = 0.2 },
          { kind = "momentum", lr = 0.05 },
          { kind = "nesterov", lr = 0.05 },
          { kind = "adagrad", lr = 0.02 },
          { kind = "rmsprop", lr = 0.002 },
          { kind = "adam", lr = 0.002 },
        ]
    "#;
    let runs = runs(spec, &[]);
    assert_eq!(runs.len(), 6);
    for run in &runs {
        let optimizer = run.record.settings["optimizer.kind"].to_string();
        let adaptive = ["adagrad", "rmsprop", "adam"].contains(&optimizer.as_str());
        let last = run.record.curve.last().unwrap();
        assert_eq!(last.train.unwrap().metric, 1.0, "{optimizer} fits the training part");
        assert_eq!(last.test.metric, if adaptive { 0.75 } else { 1.0 }, "{optimizer}");
    }
}

/// Gradient descent on a quadratic has the closed form θ_t − θ* = R diag((1 − η λ_i)^t) Rᵀ (θ_0 − θ*): with one eigenvalue
/// (condition 1) and η = ½ the distance halves at each step, so 20 steps give 20 log₁₀ 2 digits more.
#[test]
fn gradient_descent_on_a_sphere_halves_the_distance() {
    let spec = r#"
        name = "sphere"
        engine = "reference"
        precision = "f64"
        optimizer = { kind = "gradient-descent", lr = 0.5 }
        data = { set = { kind = "quadratic", condition = 1.0, dimensions = 6 } }
        model = { kind = "objective" }
        train = { epochs = 20, batch = 1 }
    "#;
    let runs = runs(spec, &[]);
    let curve = &runs[0].record.curve;
    assert_eq!(runs[0].record.metric, "digits");
    for pair in curve.windows(2) {
        let gained = pair[1].train.unwrap().metric - pair[0].train.unwrap().metric;
        assert!((gained - 2.0_f64.log10()).abs() < 1e-9, "{gained}"); // roundings of a few, relative to 2⁻²⁰
        assert!((pair[1].train.unwrap().loss / pair[0].train.unwrap().loss - 0.25).abs() < 1e-9);
    }
}

#[test]
fn momentum_and_adam_find_the_minima_of_rosenbrock_and_beale() {
    let spec = r#"
        name = "valleys"
        engine = "reference"
        precision = "f64"
        model = { kind = "objective" }
        train = { epochs = 5000, batch = 1 }
        data = { set = "beale" }
        [sweep]
        "data.set" = ["beale", "rosenbrock", { kind = "rosenbrock", dimensions = 4 }]
        optimizer = [{ kind = "momentum", lr = 1e-3 }, { kind = "adam", lr = 0.03 }]
    "#;
    let runs = runs(spec, &[]);
    assert_eq!(select(&configurations(&runs)).len(), 6);
    for run in &runs {
        let last = run.record.curve.last().unwrap();
        assert!(last.test.metric > 3.0, "{:?}: {last:?}", run.record.settings["data.set.kind"]);
    }
}

/// Q = diag(1, 0.5) and points with mean (1, 2): from θ = 0 one step of η = 1 lands at θ₁ = 1, θ₂ = 1.
#[test]
fn a_quadratic_comes_from_files() {
    let spec = r#"
        name = "files"
        engine = "reference"
        precision = "f64"
        optimizer = { kind = "gradient-descent", lr = 1.0 }
        data = { set = { kind = "quadratic-csv", matrix = "q.csv", points = "x.csv" } }
        model = { kind = "objective" }
        train = { epochs = 1, batch = 1 }
    "#;
    let sweep = Sweep::new(spec);
    std::fs::write(sweep.path("q.csv"), "a,b\n1,0\n0,0.5\n").unwrap();
    std::fs::write(sweep.path("x.csv"), ",a,b\n0,1,2\n").unwrap();
    let said = sweep.run(&["plan", "x.toml"]).ended_with(0).stdout;
    assert!(said.contains("left out: a column without a name (a row index"), "{said}");
    sweep.run(&["run", "x.toml", "-q", "-o", "out"]).ended_with(0);
    let (_, runs) = read(&sweep.path("out")).unwrap();
    let losses: Vec<f64> = runs[0].record.curve.iter().map(|point| point.train.unwrap().loss).collect();
    assert_eq!(losses, [0.5 * (1.0 + 0.5 * 4.0), 0.5 * 0.5]);

    for (q, x, says) in [
        ("a,b\n1,0\n", "a,b\n1,2\n", "has 1 rows and 2 columns; Q is square"),
        ("a,b\n1,0\n1,1\n", "a,b\n1,2\n", "row 1, column 2 is 0, but row 2, column 1 is 1; Q is symmetric"),
        ("a,b\n1,0\n0,1\n", "a\n1\n", "has points of 1 numbers, but Q is 2 × 2"),
        ("a,b\n1,0\n0,1\n", "a,b\n1,x\n", "column `b`"),
    ] {
        std::fs::write(sweep.path("q.csv"), q).unwrap();
        std::fs::write(sweep.path("x.csv"), x).unwrap();
        let stderr = sweep.run(&["run", "x.toml", "-q", "-o", "bad"]).ended_with(2).stderr;
        assert!(stderr.contains(says), "`{says}` is missing in\n{stderr}");
    }
}

/// The minimum of the mean over all points is at their mean, (2, 3), with loss ½ · mean |x − (2, 3)|² = ½ · (2 + 8/3); and a Q
/// that is symmetric but for roundings is taken as (Q + Qᵀ)/2.
#[test]
fn all_points_of_a_quadratic_are_trained_on() {
    let spec = r#"
        name = "points"
        seeds = 3
        engine = "reference"
        precision = "f64"
        optimizer = { kind = "gradient-descent", lr = 1.0 }
        data = { set = { kind = "quadratic-csv", matrix = "q.csv", points = "x.csv" } }
        model = { kind = "objective" }
        train = { epochs = 1, batch = "full" }
    "#;
    let sweep = Sweep::new(spec);
    std::fs::write(sweep.path("q.csv"), "a,b\n1,1e-14\n-1e-14,1\n").unwrap();
    std::fs::write(sweep.path("x.csv"), "a,b\n1,1\n1,5\n4,3\n").unwrap();
    sweep.run(&["run", "x.toml", "-q", "-o", "out"]).ended_with(0);
    let (_, runs) = read(&sweep.path("out")).unwrap();
    assert_eq!(runs.len(), 3);
    for run in &runs {
        let last = run.record.curve.last().unwrap();
        for (_, part) in last.parts() {
            assert!(part.metric > 15.0, "one step of η = 1 is at the minimum but for roundings: {part:?}");
            assert!((part.loss - 0.5 * (2.0 + 8.0 / 3.0)).abs() < 1e-14, "a few roundings: {part:?}");
        }
    }
}

#[test]
fn sums_are_means_times_the_answers() {
    let spec = r#"
        name = "sums"
        engine = "reference"
        precision = "f64"
        optimizer = { kind = "gradient-descent", lr = 1e-9 }
        data = { set = { kind = "parity", samples = 100, steps = 5, answer = "every" } }
        model = { kind = "rnn", hidden = [4] }
        train = { epochs = 1 }
        [sweep]
        "train.reduction" = ["mean", "sum"]
    "#;
    let runs = runs(spec, &[]);
    let loss = |reduction: &str| {
        let run = runs.iter().find(|run| run.record.settings["train.reduction"].to_string() == reduction).unwrap();
        run.record.curve[0].train.unwrap().loss
    };
    assert_eq!(loss("sum"), loss("mean") * 60.0 * 5.0, "60 samples of 5 answers");
}

#[test]
fn models_that_do_not_suit_the_data_are_refused() {
    for (set, model, says) in [
        ("iris", r#"{ kind = "rnn", hidden = [4] }"#, "a recurrent network needs sequences; `mlp` takes"),
        ("iris", r#"{ kind = "cnn", channels = [4] }"#, "a convolutional network needs images; `mlp` takes"),
        ("digits", r#"{ kind = "cnn", channels = [4, 4, 4] }"#, "stage 2 gets 3 × 3 pixels: too few"),
        ("rosenbrock", r#"{ kind = "mlp", hidden = [4] }"#, "a problem without data needs no network; `objective`"),
        ("iris", r#"{ kind = "objective" }"#, "needs a problem without data, such as `quadratic`"),
        ("iris", r#"{ kind = "adaline" }"#, "adaline needs two classes, not 3; `softmax` takes any number"),
        ("iris", r#"{ kind = "mlp", hidden = [4], bias = false }"#, "the model `mlp` has no `model.bias`"),
        ("iris", r#"{ kind = "softmax", initial = "start" }"#, "`softmax` has no usual starting point"),
        ("iris", r#"{ kind = "cnn" }"#, "missing `channels` in `[model]`"),
        ("reber", r#"{ kind = "mlp", hidden = [4] }"#, "each sample has 20 answers, one per step; `rnn` gives them"),
    ] {
        let spec = format!(
            r#"
            name = "x"
            optimizer = {{ kind = "adam", lr = 0.01 }}
            data = {{ set = "{set}" }}
            model = {model}
            train = {{ epochs = 1, batch = 1 }}
            "#
        );
        let sweep = Sweep::new(&spec);
        let stderr = sweep.run(&["run", "x.toml"]).ended_with(2).stderr;
        assert!(stderr.contains(says), "`{says}` is missing in\n{stderr}");
    }
}
