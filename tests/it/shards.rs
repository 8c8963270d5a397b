//! Shards and their merging, and specs that change: the same bytes as one run, nothing mixed, nothing lost.

use crate::support::{Result, SMALL, Sweep};
use burnmark::record::Stage;
use std::fs;

#[track_caller]
fn assert_same_tables(sweep: &Sweep, a: &str, b: &str) {
    for table in ["runs.parquet", "curves.parquet"] {
        assert!(sweep.bytes(&format!("{a}/{table}")) == sweep.bytes(&format!("{b}/{table}")), "{table} of {a} and {b}");
    }
}

fn run_shard(sweep: &Sweep, shard: &str, more: &[&str]) -> Result {
    sweep.run(&[&["run", "x.toml", "-q", "-o", "r", "--shard", shard], more].concat())
}

#[track_caller]
fn refused(sweep: &Sweep, arguments: &[&str], says: &[&str]) {
    let result = sweep.run(arguments).ended_with(2);
    for part in says {
        assert!(result.stderr.contains(part), "`{part}` is missing in\n{}", result.stderr);
    }
}

#[test]
fn merged_shards_are_one_run() {
    for of in [2, 3, 7] {
        let sweep = Sweep::new(SMALL);
        sweep.run(&["run", "x.toml", "-q", "--keep-parameters", "-o", "whole"]).ended_with(0);
        // In any order, some at once.
        for number in (1..=of).rev() {
            run_shard(&sweep, &format!("{number}/{of}"), &["--keep-parameters"]).ended_with(0);
        }
        let merged = sweep.run(&["merge", "r"]).ended_with(0);
        assert_same_tables(&sweep, "whole", "r");
        for file in fs::read_dir(sweep.path("whole/parameters")).unwrap() {
            let name = format!("parameters/{}", file.unwrap().file_name().to_str().unwrap());
            assert!(sweep.bytes(&format!("whole/{name}")) == sweep.bytes(&format!("r/{name}")), "{name}");
        }
        assert!(merged.stdout.contains("iris: each optimizer at its best settings"), "{}", merged.stdout);
        sweep.run(&["verify", "r", "-q", "--sample", "4"]).ended_with(0);
        let shard = format!("r/shards/2-of-{of}");
        let verified = sweep.run(&["verify", &shard, "-q"]).ended_with(0).stdout;
        assert!(verified.starts_with(&format!("runs of the experiment  {}\n", (20 + of - 2) / of)), "{verified}");
        // Once more, and gone on with as one: nothing changes.
        sweep.run(&["merge", "r"]).ended_with(0);
        let again = sweep.run(&["run", "x.toml", "-o", "r", "--keep-parameters"]).ended_with(0);
        assert!(again.stderr.contains("done already: 20 of 20 runs"), "{}", again.stderr);
        assert_same_tables(&sweep, "whole", "r");
    }
}

#[test]
fn shards_that_do_not_fit_are_refused_by_name() {
    let sweep = Sweep::new(SMALL);
    refused(&sweep, &["merge", "r"], &["no shards in `r/shards`", "`r/shards/1-of-16`"]);
    for shard in ["1/3", "3/3"] {
        run_shard(&sweep, shard, &[]).ended_with(0);
    }
    refused(&sweep, &["merge", "r"], &["missing: shard 2/3; expected `r/shards/2-of-3`"]);
    // A manifest of somebody else may say anything.
    let folder = sweep.path("r/shards/1-of-3");
    let mut manifest = burnmark::store::manifest_of(&folder).unwrap();
    let mut shard = |number: usize, of: usize| {
        manifest.shard = Some(burnmark::store::Shard { number, of, stage: Stage::Tuning });
        fs::write(folder.join("manifest.json"), manifest.to_text()).unwrap();
    };
    shard(1, 40_000_000_000);
    refused(&sweep, &["merge", "r", "r/shards/1-of-3"], &["missing: shard 2/40000000000, 3/", "and 39999999979 more"]);
    for (number, of) in [(0, 3), (0, 0), (4, 3)] {
        shard(number, of);
        refused(&sweep, &["merge", "r"], &["which no experiment has"]);
        assert!(!sweep.run(&["verify", "r/shards/1-of-3"]).stderr.contains("panicked"));
    }
    shard(1, 3);
    run_shard(&sweep, "2/3", &[]).ended_with(0);
    // Twice the same, in another place.
    sweep.run(&["run", "x.toml", "-q", "-o", "other", "--shard", "3/3"]).ended_with(0);
    let folders = ["r/shards/1-of-3", "r/shards/2-of-3", "r/shards/3-of-3", "other/shards/3-of-3"];
    let says = "`r/shards/3-of-3` and `other/shards/3-of-3` are both shard 3/3: they overlap";
    refused(&sweep, &[&["merge", "r"], &folders[..]].concat(), &[says]);
    // Of another division.
    run_shard(&sweep, "1/2", &[]).ended_with(0);
    refused(&sweep, &["merge", "r"], &["is shard 1/2 and", "shard 1/3: they overlap"]);
    fs::remove_dir_all(sweep.path("r/shards/1-of-2")).unwrap();
    // Of another experiment.
    let arguments = ["run", "x.toml", "-q", "-o", "foreign", "--shard", "2/3", "--epochs", "4"];
    sweep.run(&arguments).ended_with(0);
    let folders = ["r/shards/1-of-3", "foreign/shards/2-of-3", "r/shards/3-of-3"];
    let says = "`foreign/shards/2-of-3` (`small`) is a shard of another experiment than `r/shards/1-of-3`";
    refused(&sweep, &[&["merge", "r"], &folders[..]].concat(), &[says]);
    // No shard at all.
    sweep.run(&["run", "x.toml", "-q", "-o", "whole"]).ended_with(0);
    refused(&sweep, &["merge", "r", "whole"], &["`whole` is no shard"]);
    // Damaged.
    let path = sweep.path("r/shards/1-of-3/curves.parquet");
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    refused(&sweep, &["merge", "r"], &["`r/shards/1-of-3/curves.parquet` was changed after it was written"]);
    fs::write(&path, &whole).unwrap();
    // Into a folder of something else.
    sweep.run(&["run", "x.toml", "-q", "-o", "else", "--epochs", "4"]).ended_with(0);
    let folders = ["r/shards/1-of-3", "r/shards/2-of-3", "r/shards/3-of-3"];
    refused(&sweep, &[&["merge", "else"], &folders[..]].concat(), &["`else` holds 20 runs of another experiment"]);
    sweep.run(&[&["merge", "new"], &folders[..]].concat()).ended_with(0);
    assert_same_tables(&sweep, "whole", "new");
    for wrong in ["0/3", "4/3", "3", "1/0", "a/b", "1/1000000"] {
        refused(&sweep, &["run", "x.toml", "--shard", wrong], &["expected I/N, such as 3/16"]);
    }
    refused(&sweep, &["run", "x.toml", "--shard", "1/21"], &["21 shards of 20 runs"]);
}

#[cfg(unix)]
#[test]
fn an_unfinished_shard_is_named() {
    let sweep = Sweep::new(SMALL.replace("epochs = 3", "epochs = 300"));
    run_shard(&sweep, "1/2", &[]).ended_with(0);
    let child = sweep.spawn(&["run", "x.toml", "-q", "-j", "1", "-o", "r", "--shard", "2/2"]);
    let journal = sweep.path("r/shards/2-of-2/journal.jsonl");
    while fs::read(&journal).unwrap_or_default().is_empty() {
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    std::process::Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    Result::of(child.wait_with_output().unwrap()).ended_with(1);
    refused(&sweep, &["merge", "r"], &["`r/shards/2-of-2` is unfinished: ", "give its `run --shard 2/2` again"]);
    run_shard(&sweep, "2/2", &[]).ended_with(0);
    sweep.run(&["merge", "r"]).ended_with(0);
}

/// A spec that is changed: what is new, kept and orphaned is said, orphans are kept apart, and taken back.
#[test]
fn a_changed_spec_keeps_what_is_still_part_of_it() {
    let sweep = Sweep::new(SMALL);
    sweep.run(&["run", "x.toml", "-q", "--keep-parameters", "-o", "r"]).ended_with(0);
    sweep.run(&["run", "x.toml", "-q", "-o", "first"]).ended_with(0);
    // One rate leaves, one comes: 4 of 20 runs each.
    fs::write(sweep.path("y.toml"), SMALL.replace("lr = [0.05]", "lr = [0.06]")).unwrap();
    sweep.run(&["run", "y.toml", "-q", "-o", "second"]).ended_with(0);
    let changed = sweep.run(&["run", "y.toml", "--keep-parameters", "-o", "r"]).ended_with(0);
    let says = "the experiment has changed: 4 runs new, 16 kept, 4 moved to `r/orphans/1`";
    assert!(changed.stderr.contains(says), "{}", changed.stderr);
    assert_same_tables(&sweep, "second", "r");
    sweep.run(&["verify", "r", "-q", "--sample", "5"]).ended_with(0);
    // The orphans are a result of their own.
    let (manifest, orphans) = burnmark::store::read(&sweep.path("r/orphans/1")).unwrap();
    assert_eq!((orphans.len(), manifest.runs_finished, manifest.runs_planned), (4, 4, 20));
    let rate = |run: &burnmark::store::Finished| run.record.settings["optimizer.lr"].to_string();
    assert!(orphans.iter().all(|run| rate(run) == "0.05"));
    let verified = sweep.run(&["verify", "r/orphans/1", "-q"]).ended_with(0).stdout;
    assert!(verified.contains("confirmed, bit for bit  4\n"), "{verified}");
    let kept = fs::read_dir(sweep.path("r/orphans/1/parameters")).unwrap().count();
    assert_eq!(kept, orphans.iter().filter(|run| run.record.outcome.name() == "done").count());
    // Back again: nothing is trained.
    let back = sweep.run(&["run", "x.toml", "--keep-parameters", "-o", "r"]).ended_with(0);
    let says = "0 runs new, 20 kept, of which 4 had been orphans, 4 moved to `r/orphans/2`";
    assert!(back.stderr.contains(says) && back.stderr.contains("done already: 20 of 20 runs"), "{}", back.stderr);
    assert_same_tables(&sweep, "first", "r");
    sweep.run(&["verify", "r", "-q"]).ended_with(0);
    // And so on: what is kept already is not kept once more, and every file of parameters has its place.
    for (spec, tables) in [("y.toml", "second"), ("x.toml", "first"), ("y.toml", "second")] {
        sweep.run(&["run", spec, "-q", "--keep-parameters", "-o", "r"]).ended_with(0);
        assert_same_tables(&sweep, tables, "r");
        assert_eq!(fs::read_dir(sweep.path("r/orphans")).unwrap().count(), 2);
        let verified = sweep.run(&["verify", "r", "-q"]).ended_with(0).stdout;
        assert!(!verified.contains("to no run here"), "{verified}");
    }
}

/// A folder of orphans that a killed process had begun is taken for the next ones.
#[test]
fn half_a_folder_of_orphans_is_finished_by_the_next() {
    let sweep = Sweep::new(SMALL);
    sweep.run(&["run", "x.toml", "-q", "-o", "r"]).ended_with(0);
    fs::create_dir_all(sweep.path("r/orphans/1")).unwrap();
    fs::write(sweep.path("r/orphans/1/.lock"), "").unwrap();
    fs::write(sweep.path("r/orphans/1/.runs.parquet.new"), "half").unwrap();
    fs::write(sweep.path("y.toml"), SMALL.replace("lr = [0.05]", "lr = [0.06]")).unwrap();
    sweep.run(&["run", "y.toml", "-q", "-o", "r"]).ended_with(0);
    assert_eq!(burnmark::store::read(&sweep.path("r/orphans/1")).unwrap().1.len(), 4);
    assert_eq!(fs::read_dir(sweep.path("r/orphans")).unwrap().count(), 1);
}

/// Killed in the first sweep, before any table: it is known what the runs of the journal were.
#[test]
fn a_spec_that_changes_after_a_kill_loses_nothing() {
    let sweep = Sweep::new(SMALL);
    sweep.run(&["run", "x.toml", "-q", "-o", "whole"]).ended_with(0);
    let (manifest, runs) = burnmark::store::read(&sweep.path("whole")).unwrap();
    let mut folder = burnmark::store::Folder::open(&sweep.path("r")).unwrap();
    folder.announce(&burnmark::store::Manifest { table_digests: Default::default(), ..manifest }).unwrap();
    runs.iter().for_each(|run| folder.append(run).unwrap());
    drop(folder);
    fs::write(sweep.path("y.toml"), SMALL.replace("lr = [0.05]", "lr = [0.06]")).unwrap();
    let changed = sweep.run(&["run", "y.toml", "-o", "r"]).ended_with(0);
    assert!(changed.stderr.contains("4 runs new, 16 kept, 4 moved to"), "{}", changed.stderr);
    assert_eq!(burnmark::store::read(&sweep.path("r/orphans/1")).unwrap().1.len(), 4);
}

/// Killed after the others became orphans: what the manifest counts is there, and verify has nothing to complain of.
#[test]
fn a_kill_after_orphans_leaves_a_sound_folder() {
    let wild = SMALL.replace("lr = [0.05]", "lr = [0.05, 1e30]");
    assert_ne!(wild, SMALL);
    let sweep = Sweep::new(&wild);
    sweep.run(&["run", "x.toml", "-q", "-o", "r"]).ended_with(0);
    let (manifest, _) = burnmark::store::read(&sweep.path("r")).unwrap();
    assert!(manifest.runs_diverged > 0);
    fs::write(sweep.path("y.toml"), wild.replace("lr = [0.05, 1e30]", "lr = [0.06, 1e30]")).unwrap();
    let mut child = sweep.spawn(&["run", "y.toml", "-j", "1", "-o", "r"]);
    while !sweep.path("r/orphans/1/manifest.json").exists() {
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    std::thread::sleep(std::time::Duration::from_millis(20));
    child.kill().unwrap();
    Result::of(child.wait_with_output().unwrap());
    // The main tables are those of before or those without orphans; either way they are what the manifest says.
    sweep.run(&["verify", "r", "-q", "--sample", "1"]).ended_with(0);
    sweep.run(&["run", "y.toml", "-q", "-o", "r"]).ended_with(0);
    sweep.run(&["verify", "r", "-q", "--sample", "1"]).ended_with(0);
}

/// A shard of somebody else cannot make `merge` write elsewhere, or copy what lies elsewhere.
#[cfg(unix)]
#[test]
fn merge_writes_in_its_folder_only() {
    use polars::prelude::*;
    let sweep = Sweep::new(SMALL);
    for shard in ["1/2", "2/2"] {
        run_shard(&sweep, shard, &["--keep-parameters"]).ended_with(0);
    }
    let folder = sweep.path("r/shards/1-of-2");
    let kept = fs::read_dir(folder.join("parameters")).unwrap().next().unwrap().unwrap().path();
    let whole = fs::read(&kept).unwrap();
    fs::write(sweep.path("secret"), "secret").unwrap();
    // A link, a file of another kind, and one that is none of burnmark's.
    fs::remove_file(&kept).unwrap();
    std::os::unix::fs::symlink(sweep.path("secret"), &kept).unwrap();
    refused(&sweep, &["merge", "r"], &["it is a link; a regular file is needed"]);
    fs::remove_file(&kept).unwrap();
    fs::write(&kept, "secret").unwrap();
    refused(&sweep, &["merge", "r"], &["does not hold the parameters that a run wrote"]);
    fs::remove_file(&kept).unwrap();
    fs::create_dir(&kept).unwrap();
    refused(&sweep, &["merge", "r"], &[kept.file_name().unwrap().to_str().unwrap()]);
    fs::remove_dir(&kept).unwrap();
    fs::write(&kept, &whole).unwrap();
    // A run whose name leads out of the folder.
    fs::write(sweep.path("victim.safetensors"), "precious").unwrap();
    let mut manifest = burnmark::store::manifest_of(&folder).unwrap();
    for table in ["runs.parquet", "curves.parquet", "measurements.parquet"] {
        let path = folder.join(table);
        let mut read = ParquetReader::new(fs::File::open(&path).unwrap()).finish().unwrap();
        let own = kept.file_stem().unwrap().to_str().unwrap();
        let named =
            |id: Option<&str>| id.map(|id| if id == own { "../../../victim".to_owned() } else { id.to_owned() });
        let ids: Vec<Option<String>> = read.column("run").unwrap().str().unwrap().iter().map(named).collect();
        read.with_column(Series::new("run".into(), ids).into_column()).unwrap();
        ParquetWriter::new(fs::File::create(&path).unwrap()).finish(&mut read).unwrap();
        manifest.table_digests.insert(table.to_owned(), blake3::hash(&fs::read(&path).unwrap()).to_hex().to_string());
    }
    fs::write(folder.join("manifest.json"), manifest.to_text()).unwrap();
    refused(&sweep, &["merge", "r"], &["does not name a run by its 32 digits"]);
    assert!(!sweep.path("r/runs.parquet").exists());
    assert_eq!(sweep.bytes("victim.safetensors"), b"precious");
}

/// A protocol's second stage on several machines: the bytes of one run, also where it has fewer runs than shards.
#[test]
fn both_stages_of_a_protocol_in_shards_are_one_run() {
    let sweep = Sweep::new(super::protocols::TUNED);
    sweep.run(&["run", "x.toml", "-q", "--keep-parameters", "-o", "whole"]).ended_with(0);
    let report = |shard: &str| run_shard(&sweep, shard, &["--stage", "report", "--keep-parameters"]);
    for shard in ["2/3", "1/3", "3/3"] {
        let early = report(shard).ended_with(2);
        assert!(early.stderr.contains("does not hold the whole first stage"), "{}", early.stderr);
        run_shard(&sweep, shard, &["--keep-parameters"]).ended_with(0);
    }
    sweep.run(&["merge", "r"]).ended_with(0);
    let (tuned, _) = burnmark::store::read(&sweep.path("r")).unwrap();
    let second = usize::try_from(tuned.runs_planned - tuned.runs_finished).unwrap();
    // One more than there are runs.
    let of = second + 1;
    let first = report(&format!("1/{of}")).ended_with(0).stdout;
    assert!(first.starts_with(&format!("shard 1/{of}: 1 run, 0 diverged")), "{first}");
    refused(&sweep, &["merge", "r"], &["missing: shard 2/", " of the second stage; expected `r/shards/report-2-of-"]);
    for number in 2..=of {
        let said = report(&format!("{number}/{of}")).ended_with(0).stdout;
        assert_eq!(said.contains("no runs: fewer are chosen"), number == of, "{said}");
    }
    let shard = format!("r/shards/report-2-of-{of}");
    let verified = sweep.run(&["verify", &shard, "-q"]).ended_with(0).stdout;
    assert!(verified.contains("confirmed, bit for bit  1\n"), "{verified}");
    let mixed = ["merge", "r", "r/shards/1-of-3", &shard];
    refused(&sweep, &mixed, &["are shards of different stages"]);
    // Twice, and gone on with as one: nothing changes.
    for _ in 0..2 {
        sweep.run(&["merge", "r"]).ended_with(0);
        assert_same_tables(&sweep, "whole", "r");
    }
    let count = |folder: &str| fs::read_dir(sweep.path(folder).join("parameters")).unwrap().count();
    assert_eq!(count("whole"), count("r"));
    sweep.run(&["verify", "r", "-q", "--sample", "4"]).ended_with(0);
    let again = sweep.run(&["run", "x.toml", "-o", "r", "--keep-parameters"]).ended_with(0);
    assert!(again.stderr.contains("done already: "), "{}", again.stderr);
    assert_same_tables(&sweep, "whole", "r");
}

#[test]
fn a_second_stage_needs_a_protocol() {
    let sweep = Sweep::new(SMALL);
    refused(&sweep, &["run", "x.toml", "--shard", "1/2", "--stage", "report"], &["no `[protocol]`"]);
    refused(&sweep, &["run", "x.toml", "--stage", "report"], &["--shard"]);
    refused(&sweep, &["run", "x.toml", "--shard", "1/2", "--stage", "last"], &["expected `tuning` or `report`"]);
}
