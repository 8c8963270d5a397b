//! `burnmark verify` of folders: manifests, parameters, files that do not belong there.

use crate::support::{Result, SMALL, Sweep};
use crate::verify::{change, findings, recorded, repair, verify, with_cell};
use burnmark::store;
use serde_json::Value;
use std::fs;

type Change = fn(&mut store::Manifest);

#[test]
fn changed_parameters_are_named() {
    let sweep = recorded(&["--keep-parameters"]);
    verify(&sweep, &[]).ended_with(0);
    let file = fs::read_dir(sweep.path("r/parameters")).unwrap().next().unwrap().unwrap().path();
    let mut bytes = fs::read(&file).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&file, bytes).unwrap();
    let found = findings(&sweep, &[]);
    assert_eq!((found.len(), &found[0]["finding"]), (1, &"parameters".into()), "{found:?}");
    assert!(file.to_string_lossy().contains(found[0]["run"].as_str().unwrap()));
}

#[test]
fn what_is_no_result_is_a_wrong_request() {
    let result = verify(&Sweep::new(SMALL), &[]).ended_with(2);
    assert!(result.stderr.contains("no results in `r`"), "{}", result.stderr);
}

/// Conclusions follow the manifest's protocol, so that has to be the spec's.
#[test]
fn a_manifest_that_says_something_else_than_its_spec() {
    let sweep = Sweep::new(crate::protocols::TUNED);
    sweep.run(&["run", "x.toml", "-q", "-o", "r"]).ended_with(0);
    verify(&sweep, &["--sample", "1"]).ended_with(0);
    let changes: [(&str, Change); 6] = [
        ("manifest", |manifest| manifest.protocol = None),
        ("manifest", |manifest| {
            let protocol = manifest.protocol.as_mut().unwrap();
            std::mem::swap(&mut protocol.tuning_seeds, &mut protocol.report_seeds);
        }),
        ("manifest", |manifest| manifest.question = "Which one do I want?".to_owned()),
        ("manifest", |manifest| manifest.name = "y".to_owned()),
        ("count", |manifest| manifest.runs_finished += 1),
        ("count", |manifest| manifest.runs_diverged += 1),
    ];
    let good = sweep.bytes("r/manifest.json");
    for (kind, change) in changes {
        repair(&sweep, change);
        let found = findings(&sweep, &["--sample", "1"]);
        assert!(found.iter().any(|finding| finding["finding"] == kind), "{found:?}");
        fs::write(sweep.path("r/manifest.json"), &good).unwrap();
    }
}

#[test]
fn a_folder_without_tables_is_not_confirmed() {
    let sweep = recorded(&[]);
    let (manifest, runs) = store::read(&sweep.path("r")).unwrap();
    let mut folder = store::Folder::open(&sweep.path("killed")).unwrap();
    folder.announce(&store::Manifest { table_digests: Default::default(), runs_finished: 0, ..manifest }).unwrap();
    runs.iter().take(3).for_each(|run| folder.append(run).unwrap());
    drop(folder);
    let said = sweep.run(&["verify", "killed", "-q"]).ended_with(2).stderr;
    assert!(said.contains("`killed` has no tables yet: 3 finished runs wait in journal.jsonl"), "{said}");
    let said = sweep.run(&["report", "killed"]).ended_with(0).stderr;
    assert!(said.contains("3 finished runs wait in journal.jsonl"), "{said}");
}

#[test]
fn parameters_of_no_run_are_noted() {
    let sweep = recorded(&["--keep-parameters"]);
    let one = fs::read_dir(sweep.path("r/parameters")).unwrap().next().unwrap().unwrap().path();
    fs::copy(one, sweep.path(&format!("r/parameters/{}.safetensors", "0".repeat(32)))).unwrap();
    let said = verify(&sweep, &["--sample", "2"]).ended_with(0).stdout;
    assert!(said.contains("in `parameters` 1 file belongs to no run here"), "{said}");
    // Nor does what a killed process had begun; the next run removes it.
    let begun = sweep.path(&format!("r/parameters/.{}.safetensors.12345", "0".repeat(32)));
    fs::write(&begun, "half").unwrap();
    let said = verify(&sweep, &["--sample", "2"]).ended_with(0).stdout;
    assert!(said.contains("2 files belong to no run here"), "{said}");
    sweep.run(&["run", "x.toml", "-q", "--engine", "reference", "-o", "r", "--keep-parameters"]).ended_with(0);
    assert!(!begun.exists());
}

/// Nobody knows beforehand which runs a sample has, and the seed that is printed draws them again.
#[test]
fn samples_are_drawn_anew() {
    let sweep = recorded(&[]);
    let drawn = |more: &[&str]| {
        let json: Value = serde_json::from_str(&verify(&sweep, &[&["--json"], more].concat()).stdout).unwrap();
        json
    };
    let seeds: Vec<u64> = (0..4).map(|_| drawn(&["--sample", "2"])["sample"]["seed"].as_u64().unwrap()).collect();
    assert!(seeds.windows(2).any(|two| two[0] != two[1]), "{seeds:?}");
    // One forged run: samples of one find it for some seeds and not for others, each time the same.
    change(&sweep, "curves.parquet", |table| with_cell(table, "test_loss", 0, |loss| loss + 1.0));
    let found = |seed: u32| !drawn(&["--sample", "1", "--sample-seed", &seed.to_string()])["findings"][0].is_null();
    let first: Vec<bool> = (0..40).map(found).collect();
    assert!(first.contains(&true) && first.contains(&false), "{first:?}");
    assert!((0..8).map(found).eq(first.into_iter().take(8)));
    let said = verify(&sweep, &["--sample", "3"]).stdout;
    assert!(said.contains("drawn by                --sample-seed "), "{said}");
    verify(&sweep, &["--sample-seed", "3"]).ended_with(2);
}

#[test]
fn what_the_manifest_does_not_describe_is_found() {
    let sweep = recorded(&[]);
    repair(&sweep, |manifest| {
        manifest.table_digests.remove("steps.parquet");
    });
    let result = verify(&sweep, &[]).ended_with(1);
    assert!(
        result.stdout.contains("`r/steps.parquet` is there, and manifest.json does not describe it"),
        "{}",
        result.stdout
    );
    sweep.run(&["report", "r"]).ended_with(2);
    let sweep = recorded(&[]);
    repair(&sweep, |manifest| {
        manifest.table_digests.insert("../x.toml".to_owned(), String::new());
    });
    let result = verify(&sweep, &[]).ended_with(1);
    assert!(result.stdout.contains("names a table `../x.toml`, which burnmark does not write"), "{}", result.stdout);
    let sweep = recorded(&[]);
    repair(&sweep, |manifest| manifest.plan_digest = "0".repeat(64));
    let result = verify(&sweep, &[]).ended_with(1);
    assert!(result.stdout.contains("digest of the plan: the manifest says 000"), "{}", result.stdout);
}

/// `verify` makes no files, wherever temporary ones lie; and a file of parameters that cannot be read is no confirmation.
#[cfg(unix)]
#[test]
fn parameters_are_compared_without_files() {
    let sweep = recorded(&["--keep-parameters"]);
    fs::create_dir(sweep.path("tmp")).unwrap();
    let mut command = sweep.command(&["verify", "r", "-q"]);
    Result::of(command.env("TMPDIR", sweep.path("tmp")).output().unwrap()).ended_with(0);
    assert_eq!(fs::read_dir(sweep.path("tmp")).unwrap().count(), 0);
    let kept = fs::read_dir(sweep.path("r/parameters")).unwrap().next().unwrap().unwrap().path();
    let pipe = |path: &std::path::Path| {
        assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
    };
    let whole = fs::read(&kept).unwrap();
    fs::remove_file(&kept).unwrap();
    verify(&sweep, &[]).ended_with(0); // the spec does not ask for them
    pipe(&kept);
    let result = verify(&sweep, &[]).ended_with(1);
    assert!(result.stdout.contains("files of parameters that differ"), "{}", result.stdout);
    fs::remove_file(&kept).unwrap();
    fs::write(&kept, [&whole[..], b"\0"].concat()).unwrap();
    let result = verify(&sweep, &[]).ended_with(1);
    assert!(result.stdout.contains("differs from the parameters of the rerun"), "{}", result.stdout);
}
