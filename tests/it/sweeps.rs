//! Sweeps: the same bytes whatever the workers, an interruption or the time of day; nothing finished is lost.

use crate::support::{Result, SMALL, Sweep};
use std::fs;

const TABLES: [&str; 2] = ["runs.parquet", "curves.parquet"];

#[track_caller]
fn assert_same_tables(sweep: &Sweep, a: &str, b: &str) {
    for table in TABLES {
        assert!(sweep.bytes(&format!("{a}/{table}")) == sweep.bytes(&format!("{b}/{table}")), "{table} of {a} and {b}");
    }
}

#[test]
fn tables_do_not_depend_on_the_number_of_workers() {
    for engine in ["burn", "burn-ndarray", "reference"] {
        let sweep = Sweep::new(SMALL);
        for jobs in ["1", "2", "3"] {
            sweep.run(&["run", "x.toml", "-q", "--engine", engine, "-j", jobs, "-o", jobs]).ended_with(0);
        }
        assert_same_tables(&sweep, "1", "2");
        assert_same_tables(&sweep, "1", "3");
    }
}

/// The order of the runs in the file changes the order of the rows and nothing in them.
#[test]
fn results_do_not_depend_on_the_order_of_runs() {
    let sweep = Sweep::new(SMALL);
    let turned = SMALL.replace("lr = [0.01, 0.1]", "lr = [0.1, 0.01]").replace("seeds = 2", "seeds = [1, 0]");
    fs::write(sweep.path("turned.toml"), turned).unwrap();
    sweep.run(&["run", "x.toml", "-q", "-o", "a"]).ended_with(0);
    sweep.run(&["run", "turned.toml", "-q", "-o", "b"]).ended_with(0);
    let compared = sweep.run(&["compare", "a", "b"]).ended_with(0).stdout;
    assert!(compared.contains("     20  identical bit for bit"), "{compared}");
    assert!(compared.contains("\n        0  in a\n        0  in b\n"), "{compared}");
}

#[test]
fn a_second_run_does_nothing_and_changes_nothing() {
    let sweep = Sweep::new(SMALL);
    let first = sweep.run(&["run", "x.toml"]).ended_with(0);
    for table in TABLES {
        fs::copy(sweep.path(&format!("results/small/{table}")), sweep.path(table)).unwrap();
    }
    let second = sweep.run(&["run", "x.toml"]).ended_with(0);
    assert!(second.stderr.contains("done already: 20 of 20 runs"), "{}", second.stderr);
    assert_eq!(first.stdout, second.stdout);
    assert_same_tables(&sweep, "results/small", ".");
}

/// Long enough to be stopped in the middle by two workers: 64 runs of some 20 ms.
fn long() -> String {
    SMALL.replace("seeds = 2", "seeds = 8").replace("epochs = 3", "epochs = 60").replace(", 1e30", "")
}

#[cfg(unix)]
fn signal(child: &std::process::Child, name: &str) {
    let id = child.id().to_string();
    assert!(std::process::Command::new("kill").args([name, &id]).status().unwrap().success());
}

/// Waits until some runs are on disk.
fn wait_for_journal(sweep: &Sweep, folder: &str) {
    let path = sweep.path(&format!("{folder}/journal.jsonl"));
    for _ in 0..2000 {
        if fs::read_to_string(&path).is_ok_and(|text| text.lines().count() >= 5) {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    panic!("no run was finished within ten seconds");
}

#[cfg(unix)]
#[test]
fn a_stopped_sweep_goes_on_to_the_same_bytes() {
    let sweep = Sweep::new(long());
    sweep.run(&["run", "x.toml", "-q", "-o", "whole"]).ended_with(0);

    let child = sweep.spawn(&["run", "x.toml", "-j", "2", "-o", "stopped"]);
    wait_for_journal(&sweep, "stopped");
    signal(&child, "-TERM");
    let result = Result::of(child.wait_with_output().unwrap()).ended_with(1);
    assert!(result.stderr.contains("the runs in flight are finished first"), "{}", result.stderr);
    assert!(result.stderr.contains("to go on, give the same command again:\n"), "{}", result.stderr);
    assert!(result.stderr.trim_end().ends_with("run x.toml -j 2 -o stopped"), "{}", result.stderr);
    assert!(!sweep.path("stopped/journal.jsonl").exists(), "what was done stands in the tables");

    let result = sweep.run(&["run", "x.toml", "-o", "stopped"]).ended_with(0);
    assert!(result.stderr.contains("done already: "), "{}", result.stderr);
    assert_same_tables(&sweep, "whole", "stopped");
}

#[cfg(unix)]
#[test]
fn a_killed_sweep_loses_no_finished_run() {
    let sweep = Sweep::new(long());
    sweep.run(&["run", "x.toml", "-q", "-o", "whole"]).ended_with(0);
    let child = sweep.spawn(&["run", "x.toml", "-j", "2", "-o", "killed"]);
    wait_for_journal(&sweep, "killed");
    signal(&child, "-KILL");
    child.wait_with_output().unwrap();
    // As if the last line had been torn by the kill.
    let journal = sweep.path("killed/journal.jsonl");
    let mut text = fs::read_to_string(&journal).unwrap();
    text.truncate(text.len() - 20);
    fs::write(&journal, &text).unwrap();

    let result = sweep.run(&["run", "x.toml", "-o", "killed"]).ended_with(0);
    let kept = text.lines().count() - 1;
    assert!(result.stderr.contains(&format!("done already: {kept} of 64 runs")), "{}", result.stderr);
    assert!(result.stderr.contains("journal.jsonl`: 1 line is damaged"), "{}", result.stderr);
    assert_same_tables(&sweep, "whole", "killed");
}

/// The processes whose parent is this one.
#[cfg(target_os = "linux")]
fn children(parent: u32) -> Vec<u32> {
    let processes =
        fs::read_dir("/proc").unwrap().filter_map(|entry| entry.unwrap().file_name().to_str()?.parse().ok());
    let is_child = |process: &u32| {
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
        // After the name in parentheses: the state, then the parent.
        stat.rsplit(')')
            .next()
            .and_then(|rest| rest.split_whitespace().nth(1))
            .is_some_and(|id| id == parent.to_string())
    };
    processes.filter(is_child).collect()
}

#[cfg(target_os = "linux")]
#[test]
fn a_worker_that_dies_costs_its_run_only() {
    let sweep = Sweep::new(long());
    let child = sweep.spawn(&["run", "x.toml", "-j", "1", "-o", "out"]);
    wait_for_journal(&sweep, "out");
    for worker in children(child.id()) {
        std::process::Command::new("kill").args(["-KILL", &worker.to_string()]).status().unwrap();
    }
    let result = Result::of(child.wait_with_output().unwrap()).ended_with(1);
    assert!(result.stderr.contains("1 run failed; the next `run` tries again"), "{}", result.stderr);
    assert!(result.stderr.contains("; signal: 9"), "how it ended: {}", result.stderr);
    let result = sweep.run(&["run", "x.toml", "-o", "out"]).ended_with(0);
    assert!(result.stderr.contains("done already: 63 of 64 runs"), "{}", result.stderr);
}

#[test]
fn divergence_is_a_result() {
    let sweep = Sweep::new(SMALL);
    let result = sweep.run(&["run", "x.toml"]).ended_with(0);
    let line = result.stdout.lines().find(|line| line.contains("gradient-descent")).unwrap();
    assert!(line.contains("50.0 %"), "half the rates are absurd: {line}");
    let compared = sweep.run(&["compare", "results/small", "results/small"]).ended_with(0).stdout;
    assert!(compared.contains("20  identical bit for bit"), "{compared}");
}

#[test]
fn the_check_runs_and_passes_and_can_be_left_out() {
    let sweep = Sweep::new(SMALL);
    for (folder, flag) in [("with", "-q"), ("without", "--no-check")] {
        sweep.run(&["run", "x.toml", flag, "-o", folder]).ended_with(0);
    }
    assert_same_tables(&sweep, "with", "without");
    let checks = |folder: &str| {
        let (_, runs) = burnmark::store::read(&sweep.path(folder)).unwrap();
        runs.iter().map(|run| run.measurement.check).collect::<Vec<_>>()
    };
    assert!(checks("with").iter().all(|check| check.unwrap().passed()));
    assert!(checks("with").iter().any(|check| check.unwrap().gradient_gap > 0.0), "two engines, two roundings");
    assert!(checks("without").iter().all(Option::is_none));
}

#[test]
fn what_one_sees_after_a_run() {
    let sweep = Sweep::new(SMALL);
    let result = sweep.run(&["run", "x.toml"]).ended_with(0);
    for part in ["iris: each optimizer at its best settings, 2 seeds", "test accuracy", "test R²", " ± "] {
        assert!(result.stdout.contains(part), "`{part}` is missing in\n{}", result.stdout);
    }
    for line in result.stdout.lines().skip_while(|line| *line != "files").skip(1) {
        assert!(sweep.path(line.trim()).exists(), "{line}");
    }
    for figure in ["learning-curves", "learning-rate"] {
        let svg = String::from_utf8(sweep.bytes(&format!("results/small/figures/{figure}.svg"))).unwrap();
        assert!(
            svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>") && svg.contains(">nesterov<")
                || svg.contains("nesterov")
        );
    }
    let again = sweep.run(&["report", "results/small"]).ended_with(0);
    assert_eq!(again.stdout, result.stdout);
}

/// A run that leaves the numbers in one step diverges by every engine, and neither its check nor its answer breaks.
#[test]
fn wild_runs_diverge_and_do_not_fail() {
    let spec = r#"
        name = "wild"
        data = { set = "iris" }
        model = { kind = "mlp", hidden = [8, 8] }
        train = { epochs = 3 }
        seeds = 5
        [sweep]
        engine = ["burn", "burn-ndarray", "reference"]
        "model.activation" = ["relu", "leaky-relu", "identity", "tanh"]
        optimizer = [{ kind = "gradient-descent", lr = [1e2, 1e20, 1e38] }, { kind = "adam", lr = 1e38 }]
    "#;
    let sweep = Sweep::new(spec);
    sweep.run(&["run", "x.toml", "-q"]); // the check may well mark such runs
    let (manifest, runs) = burnmark::store::read(&sweep.path("results/wild")).unwrap();
    assert_eq!((manifest.runs_failed, runs.len()), (0, 240));
    assert!(manifest.runs_diverged > 0);
    for run in &runs {
        assert_eq!(run.record.curve.first().unwrap().epoch, 0, "{:?}", run.record.settings);
    }
}

/// A kill between two renames leaves some tables new, some missing, and the journal: the sweep goes on.
#[test]
fn a_kill_between_two_renames_is_survived() {
    let sweep = Sweep::new(SMALL);
    sweep.run(&["run", "x.toml", "-q", "-o", "whole"]).ended_with(0);
    let (_, runs) = burnmark::store::read(&sweep.path("whole")).unwrap();
    for present in [
        &[][..],
        &["measurements.parquet"],
        &["measurements.parquet", "curves.parquet"],
        &["measurements.parquet", "curves.parquet", "runs.parquet"],
    ] {
        let torn = sweep.path("torn");
        let mut folder = burnmark::store::Folder::open(&torn).unwrap();
        runs.iter().for_each(|run| folder.append(run).unwrap());
        drop(folder);
        for table in present {
            fs::copy(sweep.path("whole").join(table), torn.join(table)).unwrap();
        }
        let result = sweep.run(&["run", "x.toml", "-o", "torn"]).ended_with(0);
        assert!(result.stderr.contains("done already: 20 of 20 runs"), "{}", result.stderr);
        assert_same_tables(&sweep, "whole", "torn");
        assert!(!torn.join("journal.jsonl").exists());
        fs::remove_dir_all(&torn).unwrap();
    }
}

/// What stands as it should is left alone, with who made it; a new question is a new question.
#[test]
fn the_manifest_tells_who_carried_the_runs_out() {
    let sweep = Sweep::new(SMALL);
    let sessions = || burnmark::store::read(&sweep.path("results/small")).unwrap().0.sessions;
    sweep.run(&["run", "x.toml", "-q", "-j", "2"]).ended_with(0);
    let first = sessions();
    assert_eq!((first.len(), first[0].workers, first[0].runs_carried_out), (1, 2, 20));
    sweep.run(&["run", "x.toml", "-q", "-j", "1"]).ended_with(0);
    assert_eq!(sessions(), first);
    sweep.run(&["run", "x.toml", "-q", "-j", "1", "--seeds", "3"]).ended_with(0);
    let both = sessions();
    assert_eq!((both.len(), both[1].workers, both[1].runs_carried_out), (2, 1, 10));

    // A journal that a process killed at its very end left behind is taken in, and gone.
    let (_, runs) = burnmark::store::read(&sweep.path("results/small")).unwrap();
    burnmark::store::Folder::open(&sweep.path("results/small")).unwrap().append(&runs[0]).unwrap();
    fs::write(sweep.path("asked.toml"), SMALL.replace("Does everything", "Does it all")).unwrap();
    sweep.run(&["run", "asked.toml", "-q", "--seeds", "3"]).ended_with(0);
    assert!(!sweep.path("results/small/journal.jsonl").exists());
    let (manifest, _) = burnmark::store::read(&sweep.path("results/small")).unwrap();
    assert_eq!((manifest.question.as_str(), manifest.sessions), ("Does it all work together?", both));
}

/// The training part is the largest: where it is left out, all that is looked at stays as it is, and every command copes.
#[test]
fn the_training_part_is_evaluated_as_seldom_as_the_spec_says() {
    let sweep = Sweep::new(SMALL.replace("epochs = 3", "epochs = 5"));
    let seldom = SMALL.replace("epochs = 3", "epochs = 5\nevaluate_train_every = 2");
    fs::write(sweep.path("seldom.toml"), seldom).unwrap();
    sweep.run(&["run", "x.toml", "-q", "-o", "always"]).ended_with(0);
    sweep.run(&["run", "seldom.toml", "-q", "-o", "seldom"]).ended_with(0);
    let read = |folder: &str| burnmark::store::read(&sweep.path(folder)).unwrap().1;
    let mut missing_at_best = false;
    for (always, seldom) in read("always").iter().zip(read("seldom")) {
        let epochs: Vec<u64> = seldom.record.curve.iter().filter(|p| p.train.is_some()).map(|p| p.epoch).collect();
        if always.record.outcome == burnmark::record::Outcome::Done {
            assert_eq!(epochs, [0, 2, 4, 5]);
        }
        missing_at_best |= seldom.record.at(burnmark::record::At::Best).is_some_and(|point| point.train.is_none());
        assert_eq!(always.record.hashes, seldom.record.hashes);
        for (all, some) in always.record.curve.iter().zip(&seldom.record.curve) {
            assert_eq!((all.validation, all.test), (some.validation, some.test));
            assert!(some.train.is_none() || some.train == all.train);
        }
    }
    assert!(missing_at_best, "a run is best after 1 or 3 epochs, or this tests too little");
    fs::write(sweep.path("both.toml"), SMALL.to_owned() + "\"train.evaluate_train_every\" = [1, 2]\n").unwrap();
    sweep.run(&["run", "both.toml", "-q", "-o", "both"]).ended_with(0);
    for command in [
        &["verify", "seldom", "-q"][..],
        &["verify", "seldom", "-q", "--engine", "burn"],
        &["compare", "seldom", "--baseline", "optimizer.kind=nesterov"],
        &["compare", "both", "--baseline", "train.evaluate_train_every=1"],
        &["report", "seldom"],
        &["export", "seldom", "--format", "mlflow", "--out", "m"],
        &["export", "seldom", "--format", "tensorboard", "--out", "t"],
    ] {
        let result = sweep.run(command);
        assert!(result.code == Some(0), "{command:?}: {}", result.stderr);
    }
    let shown = sweep.run(&["show", "seldom"]).ended_with(0);
    assert!(shown.stdout.contains("evaluate_train_every"), "{}", shown.stdout);
}
