//! Results in other programs' formats, by what their files hold. The programs themselves read them in `tests/outside/`.

use crate::fakes::Fake;
use crate::support::{SMALL, Sweep};
use burnmark::store::{Finished, read};
use std::fs;
use std::path::{Path, PathBuf};

/// A small sweep that was run, as `out`.
fn small() -> Sweep {
    let sweep = Sweep::new(SMALL.replace("[train]", "[train]\ncurve = \"step\""));
    sweep.run(&["run", "x.toml", "-q", "-o", "out"]).ended_with(0);
    sweep
}

fn runs(sweep: &Sweep) -> Vec<Finished> {
    read(&sweep.path("out")).unwrap().1
}

fn export(sweep: &Sweep, format: &str, to: &str) -> String {
    sweep.run(&["export", "out", "--format", format, "--out", to]).ended_with(0).stdout
}

/// Every file below a folder, by its path from there.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

#[test]
fn csv_and_json_lines_have_every_number_exactly() {
    let sweep = small();
    let runs = runs(&sweep);
    export(&sweep, "csv", "csv");
    export(&sweep, "jsonl", "new/jsonl");
    for table in ["runs", "curves", "steps", "measurements"] {
        assert!(
            sweep.path(&format!("csv/{table}.csv")).exists()
                && sweep.path(&format!("new/jsonl/{table}.jsonl")).exists()
        );
    }
    let losses: Vec<f64> = runs.iter().flat_map(|run| &run.record.curve).map(|point| point.validation.loss).collect();
    let mut reader = csv::Reader::from_path(sweep.path("csv/curves.csv")).unwrap();
    let place = reader.headers().unwrap().iter().position(|name| name == "validation_loss").unwrap();
    let read: Vec<f64> = reader.records().map(|row| row.unwrap()[place].parse().unwrap()).collect();
    assert!(read.iter().map(|x| x.to_bits()).eq(losses.iter().map(|x| x.to_bits())));
    let lines = String::from_utf8(sweep.bytes("new/jsonl/curves.jsonl")).unwrap();
    let row = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap();
    let read: Vec<f64> = lines.lines().map(|line| row(line)["validation_loss"].as_f64().unwrap()).collect();
    assert!(read.iter().map(|x| x.to_bits()).eq(losses.iter().map(|x| x.to_bits())));
    let first = row(String::from_utf8(sweep.bytes("new/jsonl/runs.jsonl")).unwrap().lines().next().unwrap());
    assert_eq!(first["run"], runs[0].record.run.to_string());
    assert!(first["reason"].is_null() && first["numerics_version"].is_u64());
}

/// The same results give the same bytes, whenever and wherever to.
#[test]
fn exports_are_reproducible() {
    let sweep = small();
    for format in ["csv", "jsonl", "tensorboard"] {
        let [a, b] = ["a", "b"].map(|name| format!("{name}-{format}"));
        export(&sweep, format, &a);
        export(&sweep, format, &b);
        let (first, second) = (files(&sweep.path(&a)), files(&sweep.path(&b)));
        assert_eq!(first.len(), second.len());
        assert!(first.iter().zip(&second).all(|(a, b)| fs::read(a).unwrap() == fs::read(b).unwrap()), "{format}");
    }
}

/// The records of an event file, without their frames.
fn records(mut bytes: &[u8]) -> Vec<&[u8]> {
    let mut records = Vec::new();
    while let Some(length) = bytes.first_chunk::<8>() {
        let length = u64::from_le_bytes(*length) as usize;
        records.push(&bytes[12..12 + length]);
        bytes = &bytes[12 + length + 4..];
    }
    records
}

#[test]
fn tensorboard_has_a_folder_per_run_with_an_event_per_point() {
    let sweep = small();
    let said = export(&sweep, "tensorboard", "tb");
    assert!(said.contains("20 runs") && said.contains("tensorboard --logdir"), "{said}");
    let files = files(&sweep.path("tb"));
    let runs = runs(&sweep);
    assert_eq!((files.len(), runs.len()), (20, 20));
    for run in &runs {
        let id = &run.record.run.to_string();
        let file = files.iter().find(|file| file.to_string_lossy().contains(id)).unwrap();
        let bytes = fs::read(file).unwrap();
        // Version, settings, end; a point of either curve each; the best one, where there is one.
        let best = usize::from(run.record.outcome.name() == "done");
        let records = records(&bytes);
        assert_eq!(records.len(), 3 + run.record.curve.len() + run.record.steps.len() + best, "{id}");
        let metric = format!("{}/validation", run.record.metric);
        let has = |words: &str| records.iter().any(|record| record.windows(words.len()).any(|w| w == words.as_bytes()));
        assert!(has("brain.Event:2") && has("optimizer.lr") && has(&metric) && has("loss/test"));
        let last = run.record.curve.last().unwrap().test.loss as f32;
        assert!(records.iter().any(|record| record.windows(4).any(|w| w == last.to_le_bytes())));
        assert_eq!(has("step/gradient_norm.layers.1"), !run.record.steps.is_empty());
    }
}

#[test]
fn mlflow_has_parameters_metrics_and_tags() {
    let sweep = small();
    let said = export(&sweep, "mlflow", "m");
    assert!(said.contains("mlflow ui --backend-store-uri") && said.contains("20 runs"), "{said}");
    let run = runs(&sweep).into_iter().find(|run| run.record.outcome.name() == "done").unwrap().record;
    let files = files(&sweep.path("m"));
    let text = |end: &str| {
        let end = format!("{}/{end}", run.run);
        let file = files.iter().find(|file| file.ends_with(&end)).unwrap_or_else(|| panic!("{end}"));
        fs::read_to_string(file).unwrap()
    };
    assert_eq!(text("params/optimizer.lr"), run.settings["optimizer.lr"].to_string());
    assert_eq!(text("tags/burnmark.outcome"), "done");
    let lines = text("metrics/validation_loss");
    let lines: Vec<&str> = lines.lines().collect();
    assert_eq!(lines.len(), run.curve.len());
    for (line, point) in lines.iter().zip(&run.curve) {
        let mut words = line.split(' ').skip(1);
        assert_eq!(words.next().unwrap().parse::<f64>().unwrap().to_bits(), point.validation.loss.to_bits());
        assert_eq!(words.next().unwrap(), point.step.to_string());
    }
    assert!(text("meta.yaml").contains(&format!("run_id: \"{}\"\n", run.run)));
    assert!(text("metrics/best_test_metric").lines().count() == 1);
}

#[test]
fn a_folder_that_holds_something_is_left_alone() {
    let sweep = Sweep::new("");
    Fake::new(&[("a", 0.0)], 2).write(&sweep.path("out"), |_| {});
    fs::create_dir(sweep.path("full")).unwrap();
    fs::write(sweep.path("full/mine"), "mine").unwrap();
    for to in ["full", "full/mine", "out"] {
        let refused = sweep.run(&["export", "out", "--format", "csv", "--out", to]).ended_with(2);
        assert!(refused.stderr.contains(to) && refused.stdout.is_empty(), "{}", refused.stderr);
    }
    assert_eq!(fs::read_dir(sweep.path("full")).unwrap().count(), 1);
    let nothing = sweep.run(&["export", "full", "--format", "csv", "--out", "new"]).ended_with(2);
    assert!(nothing.stderr.contains("no results in `full`"), "{}", nothing.stderr);
    let unknown = sweep.run(&["export", "out", "--format", "xlsx", "--out", "new"]).ended_with(2);
    assert!(unknown.stderr.contains("jsonl"), "{}", unknown.stderr);
    assert!(!sweep.path("new").exists());
}

/// Names of data sets, methods and experiments come from whoever wrote the files: none leads out of the folder.
#[test]
fn wild_names_stay_in_the_folder() {
    let sweep = Sweep::new("");
    let wild = "../../../wild\n\"<b>/\\:*";
    let fake = Fake { data: vec![wild], ..Fake::new(&[("../up", 0.0), ("a,b", 0.1)], 2) };
    fake.write(&sweep.path("out"), |manifest| wild.clone_into(&mut manifest.name));
    let before = files(&sweep.path("")).len();
    for (format, most) in [("csv", 3), ("jsonl", 3), ("tensorboard", 12), ("mlflow", 1000)] {
        let to = format!("deep/er/{format}");
        export(&sweep, format, &to);
        let inside = files(&sweep.path(&to));
        assert!(!inside.is_empty() && inside.len() <= most, "{} files of {format}", inside.len());
        for file in inside {
            let name = file.strip_prefix(sweep.path(&to)).unwrap().to_string_lossy().into_owned();
            assert!(name.chars().all(|c| c.is_ascii_alphanumeric() || "._-/".contains(c)), "{name}");
        }
    }
    let outside = files(&sweep.path("")).into_iter().filter(|file| !file.starts_with(sweep.path("deep"))).count();
    assert_eq!(outside, before, "nothing was written elsewhere");
    let mut reader = csv::Reader::from_path(sweep.path("deep/er/csv/runs.csv")).unwrap();
    let place = reader.headers().unwrap().iter().position(|name| name == "data.set.kind").unwrap();
    assert!(reader.records().all(|row| &row.unwrap()[place] == wild), "in the table it is what it was");
}

/// Damaged results are named, and nothing is written.
#[test]
fn damaged_results_are_refused() {
    let sweep = Sweep::new("");
    Fake::new(&[("a", 0.0)], 2).write(&sweep.path("out"), |_| {});
    let mut bytes = sweep.bytes("out/curves.parquet");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(sweep.path("out/curves.parquet"), bytes).unwrap();
    let refused = sweep.run(&["export", "out", "--format", "jsonl", "--out", "new"]).ended_with(2);
    assert!(refused.stderr.contains("curves.parquet") && !sweep.path("new").exists(), "{}", refused.stderr);
}
