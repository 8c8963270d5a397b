//! Runs that start from a file and keep every step, beside PyTorch's; parameters that are kept; files that are not right.

use crate::support::Sweep;
use burnmark::store::Finished;
use std::fs;

/// Made by `tests/oracles/traces.py`, which names PyTorch's version.
#[derive(serde::Deserialize)]
struct Golden {
    optimizer: String,
    keys: std::collections::BTreeMap<String, serde_json::Value>,
    average: String,
    losses: Vec<f64>,
    norms: Vec<f64>,
    validation: Vec<f64>,
}

const START_IRIS: &[u8] = include_bytes!("../oracles/start-iris.safetensors");
const START_DIABETES: &[u8] = include_bytes!("../oracles/start-diabetes.safetensors");

/// A spec that starts from PyTorch's file, takes the samples as they come and keeps every step.
fn spec(golden: &Golden) -> String {
    let set = golden.keys["data.set"].as_str().unwrap();
    let optimizer = match golden.optimizer.as_str() {
        "adam" => "{ kind = \"adam\", lr = 0.01, epsilon = 1e-8 }",
        _ => "{ kind = \"gradient-descent\", lr = 0.1 }",
    };
    let average = match golden.average.as_str() {
        "polyak" => "{ kind = \"polyak\", from = 1 }",
        "ema" => "{ kind = \"ema\", decay = 0.9 }",
        _ => "\"none\"",
    };
    let (batch, clip, decay) =
        (&golden.keys["train.batch"], &golden.keys["train.clip"], &golden.keys["regularize.weight_decay"]);
    format!(
        r#"
name = "x"
engine = "reference"
precision = "f64"
seeds = [3]
optimizer = {optimizer}
data.set = "{set}"
regularize.weight_decay = {decay}
[model]
kind = "mlp"
hidden = [5, 4]
activation = "tanh"
initial = {{ kind = "file", path = "start-{set}.safetensors" }}
[train]
epochs = 4
batch = {batch}
clip = {clip}
order = "given"
curve = "step"
average = {average}
"#
    )
}

fn beside(spec: &str) -> Sweep {
    let sweep = Sweep::new(spec);
    fs::write(sweep.path("start-iris.safetensors"), START_IRIS).unwrap();
    fs::write(sweep.path("start-diabetes.safetensors"), START_DIABETES).unwrap();
    sweep
}

fn runs(sweep: &Sweep, folder: &str) -> Vec<Finished> {
    burnmark::store::read(&sweep.path(folder)).unwrap().1
}

/// 1e-10 relative, through the command line: steps differ by roundings of 1e-16, which a thousand online steps of Adam
/// amplify to some 1e-12. The norms are those before clipping.
#[test]
fn every_step_is_pytorchs() {
    let golden: Vec<Golden> = serde_json::from_str(include_str!("../oracles/traces.json")).unwrap();
    assert_eq!(golden.len(), 12);
    for golden in &golden {
        let sweep = beside(&spec(golden));
        for engine in ["reference", "burn"] {
            sweep.run(&["run", "x.toml", "-q", "--engine", engine, "-o", engine]).ended_with(0);
            let runs = runs(&sweep, engine);
            let record = &runs[0].record;
            let case = format!("{engine}, {}, {:?}, {}", golden.optimizer, golden.keys, golden.average);
            let near = |a: f64, e: f64, what: &str| assert!(((a - e) / e).abs() < 1e-10, "{case}, {what}: {a} for {e}");
            assert_eq!(record.steps.len(), golden.losses.len(), "{case}");
            assert_eq!(record.traced, [0, 1, 2].map(|layer| format!("gradient_norm.layers.{layer}")), "{case}");
            for (step, point) in record.steps.iter().enumerate() {
                assert_eq!(point.step, step as u64);
                near(point.loss, golden.losses[step], &format!("loss of step {step}"));
                near(point.gradient_norm, golden.norms[step], &format!("norm of step {step}"));
                let layers = point.traced.iter().map(|norm| norm * norm).sum::<f64>().sqrt();
                near(layers, golden.norms[step], &format!("norms of the layers of step {step}"));
            }
            assert_eq!(record.curve.len(), 5, "{case}");
            for (point, &loss) in record.curve[1..].iter().zip(&golden.validation) {
                near(point.validation.loss, loss, "validation loss");
            }
        }
    }
}

/// A small experiment that keeps steps and parameters.
const KEPT: &str = r#"
name = "kept"
engine = "reference"
seeds = 2
optimizer = { kind = "adam", lr = 0.01 }
data.set = "iris"
model = { kind = "mlp", hidden = [4] }
train = { epochs = 2, curve = "step" }
output.parameters = true
[sweep]
precision = ["f32", "f64"]
"#;

/// Runs with other layers share the table of steps, and what `verify` makes again is all of it. θ in the plane is kept too.
#[test]
fn layers_and_theta_are_kept_and_verified() {
    let sweep = Sweep::new(KEPT.replace("[sweep]", "[sweep]\n\"model.hidden\" = [[4], [3, 3]]"));
    sweep.run(&["run", "x.toml", "-q", "-o", "out"]).ended_with(0);
    for run in runs(&sweep, "out") {
        let deep = run.record.settings["model.hidden"].to_string().contains('-');
        assert_eq!(run.record.traced.len(), if deep { 3 } else { 2 });
        assert!(run.record.steps.iter().all(|point| point.traced.len() == run.record.traced.len()));
    }
    let verified = sweep.run(&["verify", "out", "-q"]).ended_with(0);
    assert!(verified.stdout.contains("confirmed"), "{}", verified.stdout);

    let plane = "name = \"x\"\nengine = \"reference\"\nprecision = \"f64\"\nseeds = 1\ndata.set = \"rosenbrock\"\nmodel = { kind = \
                 \"objective\", initial = \"start\" }\ntrain = { epochs = 3, batch = \"full\", curve = \"step\" }\noptimizer = { kind = \
                 \"gradient-descent\", lr = 1e-3 }";
    let sweep = Sweep::new(plane);
    sweep.run(&["run", "x.toml", "-q", "-o", "out"]).ended_with(0);
    let record = &runs(&sweep, "out")[0].record;
    assert_eq!(record.traced, ["gradient_norm.theta", "theta.0", "theta.1"]);
    // f = 100 (b − a²)² + (1 − a)² at (−1.2, 1): its gradient is (−215.6, −88).
    let first = &record.steps[0].traced;
    assert_eq!(first[1..], [-1.2, 1.0]);
    assert!((first[0] - 215.6_f64.hypot(88.0)).abs() < 1e-11);
    let second = &record.steps[1].traced;
    assert!((second[1] - (-1.2 + 0.2156)).abs() < 1e-14 && (second[2] - 1.088).abs() < 1e-14, "{second:?}");
}

#[test]
fn steps_and_parameters_do_not_depend_on_workers() {
    let sweep = Sweep::new(KEPT);
    for jobs in ["1", "2"] {
        sweep.run(&["run", "x.toml", "-q", "-j", jobs, "-o", jobs]).ended_with(0);
    }
    for table in ["runs.parquet", "curves.parquet", "steps.parquet"] {
        assert!(sweep.bytes(&format!("1/{table}")) == sweep.bytes(&format!("2/{table}")), "{table}");
    }
    let runs = runs(&sweep, "1");
    assert_eq!(runs.len(), 4);
    for run in &runs {
        let file = format!("parameters/{}.safetensors", run.record.run);
        assert!(sweep.bytes(&format!("1/{file}")) == sweep.bytes(&format!("2/{file}")), "{file}");
    }
    let left: Vec<_> = fs::read_dir(sweep.path("1/parameters")).unwrap().collect();
    assert_eq!(left.len(), 4, "no temporary file is left");
}

/// What one run ends with is what another starts from, in either precision; wherever the file lies, it is the same run.
#[test]
fn kept_parameters_are_initial_weights() {
    let sweep = Sweep::new(KEPT);
    sweep.run(&["run", "x.toml", "-q", "-o", "first"]).ended_with(0);
    let first = runs(&sweep, "first");
    let run = first.iter().find(|run| run.record.settings["precision"].to_string() == "f64").unwrap();
    let path = sweep.path(&format!("first/parameters/{}.safetensors", run.record.run));
    fs::create_dir_all(sweep.path("specs")).unwrap();
    let on = KEPT.replace("hidden = [4]", "hidden = [4], initial = { kind = \"file\", path = \"w.safetensors\" }");
    fs::write(sweep.path("specs/on.toml"), &on).unwrap();
    fs::copy(&path, sweep.path("specs/w.safetensors")).unwrap();
    sweep.run(&["run", "specs/on.toml", "-q", "-o", "second"]).ended_with(0);
    let second = runs(&sweep, "second");
    for other in second.iter().filter(|other| other.record.settings["precision"].to_string() == "f64") {
        let (end, start) = (run.record.hashes.as_ref().unwrap(), other.record.hashes.as_ref().unwrap());
        assert_eq!(end.final_parameters, start.initial_weights);
        assert!(!other.record.settings.contains_key("model.initial.path"), "a path is no setting");
        assert_eq!(other.record.settings["model.initial.digest"].to_string().len(), 64);
    }
    fs::create_dir_all(sweep.path("moved")).unwrap();
    fs::write(sweep.path("moved/on.toml"), on.replace("w.safetensors", "other.safetensors")).unwrap();
    fs::copy(&path, sweep.path("moved/other.safetensors")).unwrap();
    sweep.run(&["run", "moved/on.toml", "-q", "-o", "third"]).ended_with(0);
    assert!(sweep.bytes("second/runs.parquet") == sweep.bytes("third/runs.parquet"));
}

#[test]
fn parameters_that_are_missing_are_made_again() {
    let sweep = Sweep::new(KEPT.replace("output.parameters = true\n", ""));
    sweep.run(&["run", "x.toml", "-q", "-o", "out"]).ended_with(0);
    assert!(!sweep.path("out/parameters").exists());
    let before = sweep.bytes("out/runs.parquet");
    sweep.run(&["run", "x.toml", "-q", "-o", "out", "--keep-parameters"]).ended_with(0);
    let kept: Vec<_> = fs::read_dir(sweep.path("out/parameters")).unwrap().map(|file| file.unwrap().path()).collect();
    assert_eq!(kept.len(), 4);
    assert!(before == sweep.bytes("out/runs.parquet"), "kept or not, it is the same run");
    fs::remove_file(&kept[0]).unwrap();
    let again = sweep.run(&["run", "x.toml", "-o", "out", "--set", "output.parameters=true"]).ended_with(0);
    assert!(again.stderr.contains("done already: 3 of 4 runs"), "{}", again.stderr);
    assert!(kept[0].exists());
}

/// One clear error with its place in the spec, whatever the file holds; nothing is run.
#[test]
fn files_that_are_not_right_are_refused() {
    let golden: Vec<Golden> = serde_json::from_str(include_str!("../oracles/traces.json")).unwrap();
    let good = spec(&golden[0]);
    let refused = |sweep: &Sweep, says: &str| {
        let result = sweep.run(&["run", "x.toml"]).ended_with(2);
        assert!(result.stderr.contains(says) && result.stderr.contains("x.toml:13:"), "{says}:\n{}", result.stderr);
        assert!(result.stderr.contains("1 mistake found") && !result.stderr.contains("panicked"), "{}", result.stderr);
        assert!(!sweep.path("results").exists());
    };
    let with = |bytes: &[u8]| {
        let sweep = beside(&good);
        fs::write(sweep.path("start-iris.safetensors"), bytes).unwrap();
        sweep
    };
    refused(&with(START_DIABETES), "`layers.0.weight` has the shape [5, 10], expected [5, 4]");
    refused(&with(&START_IRIS[..200]), "no safetensors, or damaged");
    refused(&with(b""), "no safetensors, or damaged");
    let mut huge_header = START_IRIS.to_vec();
    huge_header[..8].copy_from_slice(&u64::MAX.to_le_bytes());
    refused(&with(&huge_header), "no safetensors, or damaged");
    let mut infinite = START_IRIS.to_vec();
    let last = infinite.len() - 8;
    infinite[last..].copy_from_slice(&f64::INFINITY.to_le_bytes());
    refused(&with(&infinite), "holds inf at place");
    let missing = beside(&good.replace("start-iris.safetensors", "start-lost.safetensors"));
    refused(&missing, "cannot read `start-lost.safetensors`");
    let folder = beside(&good.replace("start-iris.safetensors", "."));
    refused(&folder, "is no file of at most");
    let without = beside(&good.replace(", path = \"start-iris.safetensors\"", ""));
    refused(&without, "`file` needs `path`");
    let number = beside(&good.replace("\"start-iris.safetensors\"", "7"));
    refused(&number, "`path` is `7`");
}

#[test]
fn keys_of_the_training_are_checked() {
    let spec = |change: &str| format!("{KEPT}\n").replace("train = { epochs = 2, curve = \"step\" }", change);
    for (change, says) in [
        ("train = { epochs = 2, batch = \"all\" }", "a whole number from 1 to 1000000000 or `full`"),
        ("train = { epochs = 2, batch = 91 }", "expected at most 90, or `full`"),
        ("train = { epochs = 2, clip = -1 }", "`train.clip` is `-1"),
        ("train = { epochs = 2, order = \"sorted\" }", "expected one of `fresh`, `fixed`, `given`"),
        ("train = { epochs = 2, average = { kind = \"ema\", decay = 1.0 } }", "`decay` is `1`"),
        ("train = { epochs = 2, ensemble = 0 }", "`train.ensemble` is `0`"),
        ("train = { epochs = 2, ensemble = 2, curve = \"step\" }", "no curve by steps"),
        ("train = { epochs = 1000000, curve = \"step\" }", "curves by steps of more than 2000000 rows"),
        ("train = { epochs = 2 }\nregularize = { dropconnect = 1.0 }", "`regularize.dropconnect` is `1.0`"),
        ("train = { epochs = 2 }\nregularize = { input_noise = -0.1 }", "`regularize.input_noise` is `-0.1`"),
        ("train = { epochs = 2 }\nregularize = { weight_noise = nan }", "`regularize.weight_noise` is `NaN`"),
        (
            "train = { epochs = 2 }\nregularize = { dropout = 0.5, dropout_at_test = \"exact\" }\nmodel.hidden = [17]",
            "17 units with dropout make 2^17 thinned networks",
        ),
        ("train = { epochs = 2 }\noutput.parameter = true", "did you mean `parameters`?"),
    ] {
        let text = spec(change);
        let text = if change.contains("model.hidden") {
            text.replace("\nmodel.hidden = [17]", "").replace("hidden = [4]", "hidden = [17]")
        } else if change.contains("output") {
            text.replace("output.parameters = true\n", "")
        } else {
            text
        };
        let result = Sweep::new(text).run(&["run", "x.toml"]).ended_with(2);
        assert!(result.stderr.contains(says), "`{says}` is missing in\n{}", result.stderr);
    }
}
