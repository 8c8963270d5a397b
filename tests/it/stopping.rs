//! Stopping rules in the training loop, held against the curve of the same run without them.

use crate::support::Sweep;
use burnmark::record::CurvePoint;
use burnmark::store::{self, Finished};

/// Full batches, so that the training loss of an epoch is that of the state before it; evaluated as `every` says.
fn run(every: u64, rules: &str) -> Finished {
    let sweep = Sweep::new(format!(
        r#"name = "x"
engine = "reference"
precision = "f64"
data.set = "diabetes"
model = {{ kind = "mlp", hidden = [12], activation = "tanh" }}
train = {{ epochs = 300, batch = "full", evaluate_every = {every}, {rules} }}
optimizer = {{ kind = "rprop", lr = 0.01 }}
"#
    ));
    sweep.run(&["run", "x.toml", "-q", "-o", "r"]).ended_with(0);
    store::read(&sweep.path("r")).unwrap().1.remove(0)
}

/// The first epoch, a multiple of 5, at which a rule holds; its course is written out here once more.
fn first(curve: &[CurvePoint], rule: impl Fn(&[CurvePoint]) -> bool) -> u64 {
    (5..curve.len()).step_by(5).find(|epoch| rule(&curve[..=*epoch])).unwrap_or(300) as u64
}

fn validation(point: &CurvePoint) -> f64 {
    point.validation.loss
}

fn generalization_loss(so_far: &[CurvePoint]) -> f64 {
    // Evaluated every 5 epochs, the untrained state left out.
    let seen: Vec<f64> = so_far.iter().skip(5).step_by(5).map(validation).collect();
    100.0 * (seen.last().unwrap() / seen.iter().copied().fold(f64::INFINITY, f64::min) - 1.0)
}

fn progress(so_far: &[CurvePoint]) -> f64 {
    let epoch = so_far.len() - 1;
    let losses: Vec<f64> = so_far[epoch - 5..epoch].iter().map(|point| point.train.unwrap().loss).collect();
    1000.0 * (losses.iter().sum::<f64>() / (5.0 * losses.iter().copied().fold(f64::INFINITY, f64::min)) - 1.0)
}

#[test]
fn rules_end_a_training_where_its_curve_says() {
    let whole = run(1, "curve = \"epoch\"").record.curve.clone();
    assert_eq!(whole.len(), 301);
    let rose = |so_far: &[CurvePoint], strips: usize| {
        let ends: Vec<f64> = so_far.iter().skip(5).step_by(5).map(validation).collect();
        ends.len() > strips && ends.windows(2).rev().take(strips).all(|pair| pair[1] > pair[0])
    };
    let ended = [
        ("stop = { kind = \"generalization-loss\", alpha = 5 }", first(&whole, |c| generalization_loss(c) > 5.0)),
        ("stop = { kind = \"quotient\", alpha = 0.5 }", first(&whole, |c| generalization_loss(c) > 0.5 * progress(c))),
        ("stop = { kind = \"up\", strips = 2 }", first(&whole, |c| rose(c, 2))),
        ("least_progress = 20", first(&whole, |c| progress(c) < 20.0)),
        (
            "stop = \"generalization-loss\", least_progress = 20",
            first(&whole, |c| generalization_loss(c) > 5.0 || progress(c) < 20.0),
        ),
    ];
    for (rules, epoch) in ended {
        assert!((10..300).contains(&epoch), "{rules}: {epoch} is a test of it");
        let run = run(5, rules);
        let run = &run.record;
        let last = run.curve.last().unwrap();
        assert_eq!(last.epoch, epoch, "{rules}");
        // What is kept and reported is the best of the evaluated epochs.
        let best = run.curve[1..].iter().min_by(|a, b| validation(a).total_cmp(&validation(b))).unwrap();
        assert_eq!(run.at(burnmark::record::At::Final).unwrap().epoch, best.epoch, "{rules}");
        assert_eq!(best.validation, whole[best.epoch as usize].validation, "{rules}: the same path");
    }
}

#[test]
fn a_solver_has_no_stopping_rule() {
    let spec =
        "name = \"x\"\ndata.set = \"diabetes\"\nmodel = { kind = \"linear\" }\noptimizer = \"normal-equations\"\n";
    let sweep = Sweep::new(format!("{spec}train = {{ epochs = 1, batch = \"full\", stop = \"up\" }}\n"));
    let said = sweep.run(&["plan", "x.toml"]).ended_with(2).stderr;
    assert!(said.contains("`normal-equations` is a solver and has no `stop`"), "{said}");
    let sweep =
        Sweep::new(super::support::SMALL.replace("epochs = 3", "epochs = 3\nstop = { kind = \"up\", strip = 3 }"));
    let said = sweep.run(&["plan", "x.toml"]).ended_with(2).stderr;
    assert!(said.contains("unknown parameter of `up`"), "{said}");
}

/// Figures of `tests/oracles/stopping.py`: epochs are whole numbers, so they are the same; the generalization loss is a quotient of sums
/// over 111 rows in another order.
#[test]
fn trainings_end_where_numpy_ends_them() {
    let oracle: serde_json::Value = serde_json::from_str(include_str!("../oracles/stopping.json")).unwrap();
    let rules = [
        ("generalization-loss 2", "stop = { kind = \"generalization-loss\", alpha = 2 }"),
        ("quotient 0.02", "stop = { kind = \"quotient\", alpha = 0.02 }"),
        ("up 2", "stop = { kind = \"up\", strips = 2 }"),
        ("least_progress 1", "least_progress = 1"),
    ];
    for (name, rule) in rules {
        let sweep = Sweep::new(format!(
            r#"name = "x"
engine = "reference"
precision = "f64"
data = {{ set = "diabetes", standardize = false, split = {{ train = 221, validation = 111, test = 110, order = "given" }} }}
model = {{ kind = "linear" }}
train = {{ epochs = 300, batch = "full", evaluate_every = 5, {rule} }}
optimizer = {{ kind = "rprop", lr = 0.01 }}
"#
        ));
        sweep.run(&["run", "x.toml", "-q", "-o", "r"]).ended_with(0);
        let run = store::read(&sweep.path("r")).unwrap().1.remove(0);
        let (last, best) = (run.record.curve.last().unwrap(), run.record.at(burnmark::record::At::Best).unwrap());
        assert_eq!(
            (last.epoch, best.epoch),
            (oracle[name][0].as_u64().unwrap(), oracle[name][1].as_u64().unwrap()),
            "{name}"
        );
        let (found, right) = (100.0 * (validation(last) / validation(best) - 1.0), oracle[name][2].as_f64().unwrap());
        assert!((found - right).abs() < 1e-9, "{name}: {found} and {right}");
    }
}
