//! Runs that are trained together have the bytes that each has alone; what happens to their worker costs none of them anything.

use crate::support::Sweep;
use burnmark::num::gang::gang_size;
use std::fs;

/// 2 × 24 runs of a small network: gangs of 8 and more; two of them diverge, and some stop early.
const SPEC: &str = r#"
name = "gangs"
engine = "reference"
seeds = 2

[data]
set = "iris"

[model]
kind = "mlp"
hidden = [8]

[train]
epochs = 12
batch = 16
early_stopping = true
patience = 2

[regularize]
dropout = 0.2

[sweep]
optimizer = [
    { kind = "adam", lr = [0.003, 0.01, 0.1] },
    { kind = "rprop", lr = [0.01, 0.1] },
    { kind = "gradient-descent", lr = [0.1, 0.3, 1e30] },
]
"regularize.weight_decay" = [0.0, 1e-3, 1e-2]
"#;

#[track_caller]
fn assert_same(sweep: &Sweep, a: &str, b: &str) {
    for table in ["runs.parquet", "curves.parquet"] {
        assert!(sweep.bytes(&format!("{a}/{table}")) == sweep.bytes(&format!("{b}/{table}")), "{table} of {a} and {b}");
    }
}

#[test]
fn gangs_change_no_byte() {
    for spec in [SPEC.to_owned(), SPEC.replace("engine", "precision = \"f64\"\nengine")] {
        let sweep = Sweep::new(spec);
        sweep.run(&["run", "x.toml", "-q", "--keep-parameters", "-o", "together"]).ended_with(0);
        sweep.run(&["run", "x.toml", "-q", "--keep-parameters", "--gangs", "off", "-o", "alone"]).ended_with(0);
        assert_same(&sweep, "together", "alone");
        let kept = fs::read_dir(sweep.path("alone/parameters")).unwrap();
        let names: Vec<String> = kept.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        assert!(names.len() > 30, "runs that are done keep their parameters");
        for name in names {
            assert!(
                sweep.bytes(&format!("together/parameters/{name}")) == sweep.bytes(&format!("alone/parameters/{name}"))
            );
        }
        // Runs were together, where this CPU has vectors.
        let together = |results: &str| {
            let (_, runs) = burnmark::store::read(&sweep.path(results)).unwrap();
            runs.iter().map(|run| run.measurement.runs_together).max()
        };
        assert_eq!(together("alone"), Some(1));
        assert!(together("together") > Some(1) || gang_size::<f64>() == 1);
        // Each run is repeated by itself.
        sweep.run(&["verify", "together"]).ended_with(0);
    }
}

#[test]
fn shards_of_gangs_merge_to_the_same_bytes() {
    let sweep = Sweep::new(SPEC);
    sweep.run(&["run", "x.toml", "-q", "--gangs", "off", "-o", "alone"]).ended_with(0);
    for shard in ["1/3", "2/3", "3/3"] {
        sweep.run(&["run", "x.toml", "-q", "--shard", shard, "-o", "parts"]).ended_with(0);
    }
    sweep.run(&["merge", "parts"]).ended_with(0);
    assert_same(&sweep, "parts", "alone");
}

/// A worker that dies while it has several runs costs none of them: each is given to a worker again, by itself. The bytes are those of runs alone.
#[cfg(target_os = "linux")]
#[test]
fn a_worker_that_dies_costs_no_run_of_its_gang() {
    use crate::faults::{children, signal, wait_until, whole_lines};
    let sweep = Sweep::new(SPEC.replace("seeds = 2", "seeds = 12").replace("epochs = 12", "epochs = 60"));
    let child = sweep.spawn(&["run", "x.toml", "-j", "1", "-o", "killed"]);
    let journal = sweep.path("killed/journal.jsonl");
    let before = whole_lines(&journal);
    wait_until("a run", || whole_lines(&journal) > before && !children(child.id()).is_empty());
    let workers = children(child.id());
    signal(workers[0], "-KILL");
    wait_until("another worker", || children(child.id()).iter().any(|worker| !workers.contains(worker)));
    // A run that was trained by itself just then has failed, as it would without gangs; the same command tries it again.
    child.wait_with_output().unwrap();
    sweep.run(&["run", "x.toml", "-q", "-j", "1", "-o", "killed"]).ended_with(0);
    sweep.run(&["run", "x.toml", "-q", "--gangs", "off", "-o", "alone"]).ended_with(0);
    assert_same(&sweep, "killed", "alone");
}

/// A limit is for one run, and so is a time that a claim asks for.
#[test]
fn where_a_run_is_limited_or_timed_each_is_trained_by_itself() {
    let timed = SPEC.replace(
        "\n[data]",
        "\n[claim]\nrow = \"X1\"\nwords = \"Adam takes longer.\"\nformula = \"t\"\nexperiment = \"Steps.\"\nnext = \"More.\"\nquantity = \"step-seconds\"\nscale = \"ratio\"\n\
         compare = \"optimizer.kind\"\nfirst = \"adam\"\nsecond = \"gradient-descent\"\neffect = { least = 1.0 }\nover = \"seeds\"\n\n[data]",
    );
    for (spec, arguments) in [(SPEC, ["--limit-seconds", "600"].as_slice()), (&timed, &[])] {
        let sweep = Sweep::new(spec);
        let arguments = [&["run", "x.toml", "-q", "--gangs", "on", "-o", "r"], arguments].concat();
        sweep.run(&arguments).ended_with(0);
        let (_, runs) = burnmark::store::read(&sweep.path("r")).unwrap();
        assert!(runs.iter().all(|run| run.measurement.runs_together == 1), "{arguments:?}");
    }
}
