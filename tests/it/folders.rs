//! Result folders that are not as they should be.

use crate::support::{SMALL, Sweep};
use std::fs;

#[test]
fn two_sweeps_on_one_folder_are_refused() {
    let sweep = Sweep::new(SMALL);
    let _held = burnmark::store::Folder::open(&sweep.path("results/small")).unwrap();
    let result = sweep.run(&["run", "x.toml"]).ended_with(1);
    assert!(result.stderr.contains("another burnmark is writing to `results/small`"), "{}", result.stderr);
}

#[test]
fn runs_of_another_experiment_are_not_written_over() {
    let sweep = Sweep::new(SMALL);
    sweep.run(&["run", "x.toml", "-q"]).ended_with(0);
    let before = sweep.bytes("results/small/runs.parquet");
    let result = sweep.run(&["run", "x.toml", "--epochs", "4"]).ended_with(2);
    assert!(result.stderr.contains("holds 20 runs of another experiment and 0 of this one"), "{}", result.stderr);
    assert!(before == sweep.bytes("results/small/runs.parquet"));
    // More seeds keep what is there.
    let result = sweep.run(&["run", "x.toml", "--seeds", "3"]).ended_with(0);
    assert!(result.stderr.contains("done already: 20 of 30 runs"), "{}", result.stderr);
}

#[test]
fn changed_tables_are_not_believed() {
    let sweep = Sweep::new(SMALL);
    sweep.run(&["run", "x.toml", "-q"]).ended_with(0);
    let path = sweep.path("results/small/curves.parquet");
    let whole = fs::read(&path).unwrap();
    let mut damaged = whole.clone();
    damaged[whole.len() / 2] ^= 1;
    fs::write(&path, &damaged).unwrap();
    let says = "`results/small/curves.parquet` was changed after it was written";
    let result = sweep.run(&["report", "results/small"]).ended_with(2);
    assert!(result.stderr.contains(says), "{}", result.stderr);
    let result = sweep.run(&["run", "x.toml"]).ended_with(0);
    assert!(result.stderr.contains(says) && !result.stderr.contains("done already"), "nor kept: {}", result.stderr);
    assert!(whole == sweep.bytes("results/small/curves.parquet"), "the runs are done again");
    assert!(damaged == sweep.bytes("results/small/damaged/1/curves.parquet"), "nothing is thrown away");
}

#[test]
fn a_folder_without_results_is_named() {
    let sweep = Sweep::new(SMALL);
    let result = sweep.run(&["compare", "a", "b"]).ended_with(2);
    assert!(result.stderr.contains("no results in `a`"), "{}", result.stderr);
}

/// Everything that can be in a record comes back from the tables as it was.
#[test]
fn tables_give_back_what_was_written() {
    let sweep = Sweep::new(SMALL);
    sweep.run(&["run", "x.toml", "-q"]).ended_with(0);
    let (manifest, runs) = burnmark::store::read(&sweep.path("results/small")).unwrap();
    assert_eq!((manifest.runs_planned, manifest.runs_finished, manifest.runs_failed), (20, 20, 0));
    let spec =
        burnmark::plan::Spec::load(&sweep.path("x.toml"), &[], &burnmark::catalogue::Catalogue::standard()).unwrap();
    let mut cache = burnmark::harness::Cache::default();
    for (run, stored) in spec.runs().zip(&runs) {
        let id = spec.identity(&run);
        let answer = burnmark::harness::execute(&run, id, false, &mut cache);
        assert_eq!((id, &run.settings()), (stored.record.run, &stored.record.settings));
        assert_eq!(
            (&answer.results.outcome, &answer.results.curve, &answer.results.hashes),
            (&stored.record.outcome, &stored.record.curve, &stored.record.hashes)
        );
    }
}

/// A link in a result folder may lead anywhere: nothing is written, moved or removed through one.
#[cfg(unix)]
#[test]
fn nothing_goes_through_links() {
    use std::os::unix::fs::symlink;
    let sweep = Sweep::new(SMALL);
    let run = ["run", "x.toml", "-q", "-o", "r", "--engine", "reference", "--keep-parameters"];
    sweep.run(&run).ended_with(0);
    let elsewhere = sweep.path("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    let is_empty = || fs::read_dir(&elsewhere).unwrap().next().is_none();
    // Orphans of a changed spec.
    symlink(&elsewhere, sweep.path("r/orphans")).unwrap();
    let result = sweep.run(&[&run[..], &["--set", "data.set=iris"]].concat()).ended_with(1);
    assert!(result.stderr.contains("`r/orphans` is a link") && is_empty(), "{}", result.stderr);
    // Parameters, before anything is trained.
    fs::create_dir(sweep.path("s")).unwrap();
    fs::write(sweep.path("s/.lock"), "burnmark\n").unwrap(); // a folder of ours
    symlink(&elsewhere, sweep.path("s/parameters")).unwrap();
    let result = sweep.run(&["run", "x.toml", "-q", "-o", "s", "--keep-parameters"]).ended_with(1);
    assert!(result.stderr.contains("`s/parameters` is a link") && is_empty(), "{}", result.stderr);
    // Shards.
    symlink(&elsewhere, sweep.path("s/shards")).unwrap();
    let result = sweep.run(&["run", "x.toml", "-q", "-o", "s", "--shard", "1/2"]).ended_with(1);
    assert!(result.stderr.contains("`s/shards` is a link") && is_empty(), "{}", result.stderr);
    // Figures of a cross-check.
    fs::write(elsewhere.join("gaps.svg"), "mine").unwrap();
    fs::create_dir(sweep.path("c")).unwrap();
    fs::write(sweep.path("c/.lock"), "burnmark\n").unwrap();
    symlink(&elsewhere, sweep.path("c/figures")).unwrap();
    sweep.run(&["crosscheck", "x.toml", "--sample", "1", "-o", "c"]).ended_with(1);
    assert_eq!(fs::read_to_string(elsewhere.join("gaps.svg")).unwrap(), "mine");
}
