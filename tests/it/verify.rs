//! `burnmark verify`: what was changed is named for what it is, down to one unit in the last place, and what was not is
//! confirmed.

use crate::support::{Result, SMALL, Sweep};
use burnmark::digest::Digest;
use burnmark::num::NUMERICS_VERSION;
use burnmark::plan::{RunSpec, Spec, revision};
use burnmark::spec::Override;
use burnmark::store;
use polars::prelude::*;
use serde_json::Value;
use std::collections::HashMap;
use std::fs;

/// A sweep by the reference engine, run into `r`, with curves by steps.
pub fn recorded(more: &[&str]) -> Sweep {
    let sweep = Sweep::new(SMALL.replace("batch = 16", "batch = 16\ncurve = \"step\""));
    sweep.run(&[&["run", "x.toml", "-q", "--engine", "reference", "-o", "r"], more].concat()).ended_with(0);
    sweep
}

pub fn verify(sweep: &Sweep, more: &[&str]) -> Result {
    sweep.run(&[&["verify", "r", "-q"], more].concat())
}

/// The findings as JSON.
pub fn findings(sweep: &Sweep, more: &[&str]) -> Vec<Value> {
    let result = verify(sweep, &[&["--json"], more].concat()).ended_with(1);
    let json: Value = serde_json::from_str(&result.stdout).unwrap();
    json["findings"].as_array().unwrap().clone()
}

/// Changes a table and makes the manifest say that it should be so.
pub fn change(sweep: &Sweep, table: &str, change: impl FnOnce(DataFrame) -> DataFrame) {
    let path = sweep.path(&format!("r/{table}"));
    let read = ParquetReader::new(fs::File::open(&path).unwrap()).finish().unwrap();
    ParquetWriter::new(fs::File::create(&path).unwrap()).finish(&mut change(read)).unwrap();
    repair(sweep, |_| {});
}

#[test]
fn measurements_of_earlier_programs_are_confirmed_without_the_columns_that_came_later() {
    let sweep = recorded(&["--seeds", "1"]);
    change(&sweep, "measurements.parquet", |table| table.drop_many(["threads", "runs_together"]));
    verify(&sweep, &[]).ended_with(0);
    change(&sweep, "measurements.parquet", |table| table.drop("steps").unwrap());
    assert_eq!(verify(&sweep, &[]).ended_with(1).stderr.matches("finding").count(), 1);
}

/// Writes the manifest with the digests that the tables have, and another change.
pub fn repair(sweep: &Sweep, change: impl FnOnce(&mut store::Manifest)) {
    let mut manifest = store::manifest_of(&sweep.path("r")).unwrap();
    for (name, digest) in &mut manifest.table_digests {
        if let Ok(bytes) = fs::read(sweep.path(&format!("r/{name}"))) {
            *digest = blake3::hash(&bytes).to_hex().to_string();
        }
    }
    change(&mut manifest);
    fs::write(sweep.path("r/manifest.json"), manifest.to_text()).unwrap();
}

/// Another value in one cell of a column of numbers.
pub fn with_cell(mut table: DataFrame, column: &str, row: usize, change: fn(f64) -> f64) -> DataFrame {
    let mut values: Vec<Option<f64>> = table.column(column).unwrap().f64().unwrap().iter().collect();
    values[row] = values[row].map(change);
    table.with_column(Series::new(column.into(), values).into_column()).unwrap();
    table
}

#[test]
fn a_clean_result_is_confirmed() {
    for engine in ["reference", "burn"] {
        let sweep = Sweep::new(SMALL);
        sweep.run(&["run", "x.toml", "-q", "--engine", engine, "--keep-parameters", "-o", "r"]).ended_with(0);
        let result = verify(&sweep, &["-j", "2"]).ended_with(0);
        assert!(result.stdout.contains("confirmed, bit for bit  20\n"), "{}", result.stdout);
        assert_eq!(result.stderr, "");
        let result = verify(&sweep, &["--sample", "3"]).ended_with(0);
        assert!(result.stdout.contains("rerun                   3\n"), "{}", result.stdout);
        let json: Value = serde_json::from_str(&verify(&sweep, &["--json"]).ended_with(0).stdout).unwrap();
        assert_eq!((&json["planned"], &json["confirmed"]), (&20.into(), &20.into()));
        assert_eq!(json["findings"], Value::Array(Vec::new()));
    }
}

/// One unit in the last place of one cell, in each table and each kind of column, with every digest made right again.
#[test]
fn one_unit_in_the_last_place_is_found() {
    type Place = (&'static str, &'static str, usize);
    let places: [Place; 7] = [
        ("curves.parquet", "validation_loss", 7),
        ("curves.parquet", "test_metric", 3),
        ("curves.parquet", "learning_rate", 5),
        ("runs.parquet", "best_test_metric", 4),
        ("runs.parquet", "optimizer.lr", 0),
        ("steps.parquet", "loss", 11),
        ("steps.parquet", "gradient_norm", 2),
    ];
    for (table, column, row) in places {
        let sweep = recorded(&[]);
        let runs = |sweep: &Sweep| {
            let read = ParquetReader::new(fs::File::open(sweep.path(&format!("r/{table}"))).unwrap()).finish().unwrap();
            read.column("run").unwrap().str().unwrap().get(row).unwrap().to_owned()
        };
        let run = runs(&sweep);
        change(&sweep, table, |read| with_cell(read, column, row, f64::next_up));
        let found = findings(&sweep, &[]);
        let cell = |finding: &&Value| finding["table"] == table && finding["quantity"] == column;
        let found_here = found.iter().find(cell).unwrap_or_else(|| panic!("{table}, {column}: {found:?}"));
        assert_eq!((&found_here["run"], &found_here["what"]), (&run.clone().into(), &"differs".into()));
        let again = found_here["again"].as_str().unwrap();
        assert!(again.ends_with("(1 unit in the last place apart)"), "{again}");
        let recorded: f64 = found_here["recorded"].as_str().unwrap().parse().unwrap();
        assert_eq!(recorded.next_down(), again.split(' ').next().unwrap().parse::<f64>().unwrap());
        let told = verify(&sweep, &[]).ended_with(1);
        assert!(told.stdout.contains(&format!("{table}: run {run}")), "{}", told.stdout);
        if table != "runs.parquet" {
            let place = if table == "steps.parquet" { "step " } else { "epoch " };
            assert!(found_here["place"].as_str().unwrap().starts_with(place));
        }
        // What follows from the cell is named too, and nothing else.
        assert!(found.iter().all(|finding| finding["run"] == run), "{found:?}");
    }
}

#[test]
fn changed_hashes_and_outcomes_are_named() {
    for column in ["initial_weights", "batch_order", "final_parameters", "data_digest"] {
        let sweep = recorded(&[]);
        change(&sweep, "runs.parquet", |mut table| {
            let mut values: Vec<Option<String>> =
                table.column(column).unwrap().str().unwrap().iter().map(|v| v.map(str::to_owned)).collect();
            values[6] = Some("0".repeat(64));
            table.with_column(Series::new(column.into(), values).into_column()).unwrap();
            table
        });
        let found = findings(&sweep, &[]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0]["quantity"], column);
        assert_eq!(found[0]["recorded"], "0".repeat(64));
    }
}

#[test]
fn a_table_changed_by_hand_is_named() {
    for table in ["runs.parquet", "curves.parquet", "steps.parquet", "measurements.parquet"] {
        let sweep = recorded(&[]);
        let path = sweep.path(&format!("r/{table}"));
        let mut read = ParquetReader::new(fs::File::open(&path).unwrap()).finish().unwrap();
        let writer = ParquetWriter::new(fs::File::create(&path).unwrap());
        writer.with_compression(ParquetCompression::Uncompressed).finish(&mut read).unwrap();
        let result = verify(&sweep, &["--sample", "1"]).ended_with(1);
        let says = format!("`r/{table}` was changed after it was written: its digest is ");
        assert!(result.stdout.contains(&says) && result.stdout.contains("manifest.json says"), "{}", result.stdout);
        fs::remove_file(&path).unwrap();
        let found = findings(&sweep, &["--sample", "1"]);
        assert!(found.iter().any(|finding| finding.to_string().contains(table)), "{table}: {found:?}");
        fs::write(&path, b"PAR1 no table PAR1").unwrap();
        let found = findings(&sweep, &["--sample", "1"]);
        assert!(found.iter().any(|finding| finding.to_string().contains("cannot be read")), "{table}: {found:?}");
    }
}

#[test]
fn missing_rows_are_named() {
    for (table, row, what) in [
        ("runs.parquet", 8, "missing-run"),
        ("curves.parquet", 9, "missing-row"),
        ("steps.parquet", 9, "missing-row"),
        ("measurements.parquet", 9, "missing-row"),
    ] {
        let sweep = recorded(&[]);
        let mut lost = String::new();
        change(&sweep, table, |read| {
            lost = read.column("run").unwrap().str().unwrap().get(row).unwrap().to_owned();
            let rows: Vec<u32> = (0..read.height() as u32).filter(|&r| r as usize != row).collect();
            read.take(&IdxCa::from_vec("rows".into(), rows)).unwrap()
        });
        let found = findings(&sweep, &[]);
        let names = |finding: &&Value| finding.to_string().contains(what) && finding["run"] == lost;
        assert!(found.iter().any(|finding| names(&finding)), "{table}: {found:?}");
    }
}

#[test]
fn other_orders_rows_and_columns_are_named() {
    let sweep = recorded(&[]);
    change(&sweep, "runs.parquet", |read| read.reverse());
    assert_eq!(findings(&sweep, &["--sample", "1"])[0]["what"], "order");
    let sweep = recorded(&[]);
    change(&sweep, "curves.parquet", |read| read.vstack(&read.slice(0, 1)).unwrap());
    // Whether its run is rerun or not.
    for seed in 0..8 {
        let found = findings(&sweep, &["--sample", "1", "--sample-seed", &seed.to_string()]);
        assert!(found.iter().any(|finding| finding["what"] == "foreign-row"), "{seed}: {found:?}");
    }
    let sweep = recorded(&[]);
    change(&sweep, "measurements.parquet", |read| read.drop("steps").unwrap());
    assert!(findings(&sweep, &["--sample", "1"])[0].to_string().contains("are not burnmark's"));
    let sweep = recorded(&[]);
    change(&sweep, "curves.parquet", |mut read| {
        let more = Series::new("more".into(), vec![1.0; read.height()]).into_column();
        read.with_column(more).unwrap();
        read
    });
    assert_eq!(findings(&sweep, &["--sample", "1"])[0]["what"], "foreign-column");
}

#[test]
fn another_numerics_version_is_named() {
    let sweep = recorded(&[]);
    repair(&sweep, |manifest| manifest.numerics_version += 1);
    let result = verify(&sweep, &[]).ended_with(1);
    let says =
        format!("of numerics version {}, and this burnmark computes version {NUMERICS_VERSION}", NUMERICS_VERSION + 1);
    assert!(result.stdout.contains(&says), "{}", result.stdout);
    assert!(result.stdout.contains("rerun                   0\n"), "nothing is run for nothing");
}

/// Results of an older revision of one method: it is named, its runs are not rerun, and the others are confirmed.
#[test]
fn another_revision_is_named() {
    let sweep = recorded(&[]);
    let engine = Override { path: "engine".to_owned(), value: "\"reference\"".to_owned() };
    let spec = Spec::load(&sweep.path("x.toml"), &[engine], &burnmark::catalogue::Catalogue::standard())
        .map_err(|problems| problems.render(false))
        .unwrap();
    // As a program would have recorded it in which `adam` has another revision.
    let revision_of = |setting: &str, name: &str| {
        Some(revision(spec.catalogue(), setting, name)? + u32::from((setting, name) == ("optimizer.kind", "adam")))
    };
    let renamed = |run: &RunSpec| {
        let digest = spec.data_digest(run);
        (run.identity(digest).to_string(), run.identity_by(digest, &revision_of).to_string())
    };
    let renamed: Vec<(String, String)> = spec.runs().map(|run| renamed(&run)).collect();
    let mut plan = Digest::of("burnmark plan 1");
    renamed.iter().for_each(|(_, then)| plan.field("run", then.as_bytes()));
    let renamed: HashMap<String, String> = renamed.into_iter().collect();
    assert_eq!(renamed.iter().filter(|(here, then)| here != then).count(), 8);
    for table in ["runs.parquet", "curves.parquet", "steps.parquet", "measurements.parquet"] {
        change(&sweep, table, |mut read| {
            let ids = read.column("run").unwrap().str().unwrap();
            let ids: Vec<String> = ids.iter().map(|id| renamed[id.unwrap()].clone()).collect();
            read.with_column(Series::new("run".into(), ids).into_column()).unwrap();
            read
        });
    }
    repair(&sweep, |manifest| {
        manifest.revisions.get_mut("optimizer.kind").unwrap().insert("adam".to_owned(), 2);
        manifest.plan_digest = plan.hex();
    });
    let result = verify(&sweep, &[]).ended_with(1);
    let says = "`optimizer.kind` = `adam`: the results name revision 2 of it, and this burnmark has revision 1";
    assert!(result.stdout.contains(says), "{}", result.stdout);
    let found = findings(&sweep, &[]);
    assert_eq!((found.len(), &found[0]["finding"]), (1, &Value::from("revision")), "{found:?}");
    assert!(result.stdout.contains("rerun                   12\n"), "{}", result.stdout);
}

#[test]
fn a_changed_manifest_is_named() {
    let sweep = recorded(&[]);
    let path = sweep.path("r/manifest.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("\"runs_planned\": 20", "\"runs_planned\": 21")).unwrap();
    let result = verify(&sweep, &[]).ended_with(1);
    assert!(result.stderr.contains("`r/manifest.json` is damaged: it was changed after"), "{}", result.stderr);
    fs::write(&path, &text).unwrap();
    repair(&sweep, |manifest| manifest.runs_planned = 21);
    assert_eq!(findings(&sweep, &["--sample", "1"])[0]["what"], "runs of the experiment");
    fs::write(&path, &text).unwrap();
    // Another spec than the one that was run: its runs are missing.
    repair(&sweep, |manifest| manifest.spec[0].text = manifest.spec[0].text.replace("lr = [0.05]", "lr = [0.06]"));
    let found = findings(&sweep, &["--sample", "1"]);
    assert!(found.iter().any(|finding| finding["finding"] == "missing-run"), "{found:?}");
}

#[test]
fn a_data_set_with_another_digest_is_named() {
    let table = |last: &str| {
        let row = |i: i32| format!("{},{},{}\n", i, (i * 7) % 11, (i * i) % 13);
        format!("a,b,y\n{}{last}", (0..40).map(row).collect::<Vec<_>>().concat())
    };
    let spec = r#"
        name = "own"
        engine = "reference"
        optimizer = { kind = "adam", lr = 0.01 }
        model = { kind = "linear" }
        train = { epochs = 2, batch = 8 }
        [sweep]
        "data.set" = [{ csv = "own.csv", target = "y" }, "diabetes"]
    "#;
    let sweep = Sweep::new(spec);
    fs::write(sweep.path("own.csv"), table("50,3,4\n")).unwrap();
    sweep.run(&["run", "x.toml", "-q", "-o", "r"]).ended_with(0);
    verify(&sweep, &[]).ended_with(0);
    fs::write(sweep.path("own.csv"), table("50,3,5\n")).unwrap();
    let found = findings(&sweep, &[]);
    assert_eq!((found.len(), &found[0]["finding"]), (1, &"data".into()), "{found:?}");
    assert!(found[0]["set"].as_str().unwrap().contains("own.csv"));
    let result = verify(&sweep, &[]).ended_with(1);
    assert!(result.stdout.contains("confirmed, bit for bit  1\n"), "the other set is verified: {}", result.stdout);
    // The file in another place.
    fs::create_dir(sweep.path("there")).unwrap();
    fs::write(sweep.path("there/own.csv"), table("50,3,4\n")).unwrap();
    verify(&sweep, &["--folder", "there"]).ended_with(0);
    fs::remove_file(sweep.path("own.csv")).unwrap();
    let result = verify(&sweep, &[]).ended_with(1);
    assert!(result.stderr.contains("cannot be run here") && result.stderr.contains("own.csv"), "{}", result.stderr);
}

#[test]
fn another_engine_confirms_within_the_bound() {
    let sweep = recorded(&["--precision", "f64"]);
    let result = verify(&sweep, &["--engine", "burn"]).ended_with(0);
    assert!(result.stdout.contains("confirmed by `burn` within the bound  20\n"), "{}", result.stdout);
    // Past the bound, and the engines agree wherever they are asked the same: roundings.
    let result = verify(&sweep, &["--engine", "burn", "--bound", "0", "--json"]).ended_with(0);
    let json: Value = serde_json::from_str(&result.stdout).unwrap();
    let drifted = json["drifted"].as_array().unwrap().len();
    assert!(drifted > 10, "two engines have not the same roundings: {json}");
    assert_eq!(json["confirmed"], 20 - drifted);
    // What does not depend on the engine.
    change(&sweep, "runs.parquet", |mut table| {
        let zeros = vec!["0".repeat(64); table.height()];
        table.with_column(Series::new("initial_weights".into(), zeros).into_column()).unwrap();
        table
    });
    let found = findings(&sweep, &["--engine", "burn", "--sample", "3"]);
    assert!(found.iter().any(|finding| finding["finding"] == "apart" && finding["quantity"] == "initial weights"));
    let result = verify(&sweep, &["--engine", "bern"]).ended_with(2);
    assert!(result.stderr.contains("unknown engine `bern`"), "{}", result.stderr);
}

/// What both engines would agree on at each step is no proof of what was recorded.
#[test]
fn forged_numbers_are_no_drift() {
    type Forge = fn(DataFrame) -> DataFrame;
    let forgeries: [(&str, Forge); 3] = [
        ("test_metric", |table| with_cell(table, "test_metric", 7, |_| 1.0)),
        ("test_loss", |table| with_cell(table, "test_loss", 7, |_| f64::NAN)),
        ("validation_loss", |table| with_cell(table, "validation_loss", 7, |loss| loss / 10.0)),
    ];
    for (column, forge) in forgeries {
        let sweep = recorded(&["--precision", "f64"]);
        change(&sweep, "curves.parquet", forge);
        let found = findings(&sweep, &["--engine", "burn"]);
        let apart = |finding: &Value| finding["finding"] == "apart" && finding["quantity"] == column;
        assert!(found.iter().any(apart), "{column}: {found:?}");
    }
    // What no engine has a part in.
    let sweep = recorded(&["--precision", "f64"]);
    change(&sweep, "curves.parquet", |table| with_cell(table, "learning_rate", 7, |rate| 5.0 * rate));
    assert!(findings(&sweep, &["--engine", "burn"]).iter().any(|finding| finding["quantity"] == "place"));
    let sweep = recorded(&["--precision", "f64"]);
    change(&sweep, "steps.parquet", |table| with_cell(table, "loss", 7, |loss| 5.0 * loss));
    assert!(findings(&sweep, &["--engine", "burn"]).iter().any(|finding| finding["place"] == "step 7"));
    // A curve that ends too early.
    let sweep = recorded(&["--precision", "f64"]);
    change(&sweep, "curves.parquet", |table| table.slice(0, table.height() - 1));
    let found = findings(&sweep, &["--engine", "burn"]);
    assert!(found.iter().any(|finding| finding["quantity"] == "curve"), "{found:?}");
}
