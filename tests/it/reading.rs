//! What of a file is data, and what is said of it: the same table means the same in every format.

use crate::support::Sweep;
use burnmark::catalogue::Catalogue;
use burnmark::data::{self, DataSet, Target};
use burnmark::registry::Chosen;
use burnmark::store::Manifest;
use burnmark::value::Value;
use polars::prelude::*;
use std::fmt::Write;
use std::fs;

/// A spec of a small regression or classification on some data.
fn spec(data: &str) -> String {
    format!(
        r#"
name = "own"
seeds = 2
engine = "reference"
optimizer = {{ kind = "adam", lr = 0.05 }}
data = {{ {data} }}
model = {{ kind = "mlp", hidden = [3] }}
train = {{ epochs = 1, batch = 4 }}
"#
    )
}

/// Thirty rows of two features that depend on the row's number.
fn rows(header: &str, row: impl Fn(u32) -> String) -> String {
    let mut text = format!("{header}\n");
    (0..30).for_each(|number| writeln!(text, "{}", row(number)).unwrap());
    text
}

fn feature(number: u32) -> f64 {
    f64::from(number * 7 % 11) / 10.0
}

fn load(sweep: &Sweep, name: &str, more: &[(&str, &str)]) -> std::result::Result<DataSet, data::DataError> {
    let kind = name.rsplit('.').next().unwrap();
    let entry = Catalogue::standard().data_sets.find(kind).unwrap();
    let path = sweep.path(name);
    let text = |value: &str| Value::text(value);
    let choice = Chosen::of(entry).with("path", text(path.to_str().unwrap())).with("target", text("y"));
    data::load(&more.iter().fold(choice, |choice, (name, value)| choice.with(name, text(value))))
}

fn write_parquet(sweep: &Sweep, name: &str, columns: Vec<Column>) {
    let mut table = DataFrame::new(columns[0].len(), columns).unwrap();
    ParquetWriter::new(fs::File::create(sweep.path(name)).unwrap()).finish(&mut table).unwrap();
}

/// What pandas and R write beside the data is left out, and said to be.
#[test]
fn a_row_index_is_no_feature() {
    let sweep = Sweep::new(spec(r#"set = { csv = "t.csv", target = "y" }"#));
    for (header, named) in [
        ("Unnamed: 0,a,y", "`Unnamed: 0` (a row index"),
        (",a,y", "a column without a name (a row index"),
        ("...1,a,y", "`...1` (a row index"),
        ("a,y,__index_level_0__", "`__index_level_0__` (a row index"),
        (",Unnamed: 0,a,y", "a column without a name, `Unnamed: 0` (row indexes"),
    ] {
        let names: Vec<&str> = header.split(',').collect();
        let cell = |name: &&str, number: u32| match *name {
            "a" => feature(number).to_string(),
            "y" => (2.0 * feature(number) + f64::from(number % 3)).to_string(),
            _ => (29 - number).to_string(),
        };
        let row = |number| names.iter().map(|name| cell(name, number)).collect::<Vec<_>>().join(",");
        fs::write(sweep.path("t.csv"), rows(header, row)).unwrap();
        assert_eq!(load(&sweep, "t.csv", &[]).unwrap().features.cols(), 1, "{header}");
        let planned = sweep.run(&["plan", "x.toml"]).ended_with(0).stdout;
        assert!(planned.contains(&format!("left out: {named}")) && planned.contains("1 feature\n"), "{planned}");
        assert!(!planned.contains("warning"), "{planned}");
        let fitted = sweep.run(&["fit", "t.csv", "--target", "y", "--method", "qr"]).ended_with(0).stdout;
        assert!(fitted.contains(&format!("left out: {named}")) && !fitted.contains("Unnamed: 0  "), "{fitted}");
    }
}

/// A file of pandas says itself which columns are an index, whatever their names: `tests/oracles/pandas_files.py`.
#[test]
fn pandas_is_believed_about_its_index() {
    let sweep = Sweep::new("");
    fs::write(sweep.path("t.parquet"), include_bytes!("../oracles/pandas-index.parquet")).unwrap();
    let set = load(&sweep, "t.parquet", &[]).unwrap();
    assert_eq!(set.about.features, ["a"]);
    let left_out: Vec<&str> = set.about.left_out.iter().map(|column| column.column.as_str()).collect();
    assert_eq!(left_out, ["visit", "__index_level_1__"]);
    let json = sweep.run(&["fit", "t.parquet", "--target", "y", "--method", "qr", "--json"]).ended_with(0).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["left_out"], serde_json::json!(["visit", "__index_level_1__"]));
    assert_eq!(json["coefficients"].as_array().unwrap().len(), 2, "the intercept and `a`");
    // Who asks for it gets it.
    let target = load(&sweep, "t.parquet", &[("target", "visit")]).unwrap();
    assert_eq!(target.about.features, ["a", "y"]);
}

/// Said by `plan`, by `run` before it starts, by `show` and on the page, without the file by the latter two.
#[test]
fn what_was_read_is_said_everywhere() {
    let sweep = Sweep::new(spec(r#"set = { csv = "t.csv", target = "y", drop = "note" }"#));
    let row = |number: u32| format!("{},{},n{number},{}", feature(number), (number * 11 + 4) % 30 + 1, number % 2);
    fs::write(sweep.path("t.csv"), rows("a,id,note,y", row)).unwrap();
    let expected = "\
t.csv: regression of `y`, 30 samples (18 train, 6 validation, 6 test), 2 features
  features: `a`, `id`
  left out: `note`
  note: the target has 2 different whole numbers, which are predicted as numbers; for classes say task = \"binary\"
  warning: feature `id` numbers the rows, 1 to 30; if it is no measurement, leave it out: drop = \"id\"
";
    let planned = sweep.run(&["plan", "x.toml"]).ended_with(0).stdout;
    assert!(planned.contains(expected), "{planned}");
    let said = sweep.run(&["run", "x.toml", "-o", "out"]).ended_with(0);
    assert!(said.stderr.starts_with(expected), "{}", said.stderr);
    assert!(
        said.stdout.replace("\n    ", " ").contains("numbers the rows, 1 to 30"),
        "among the warnings: {}",
        said.stdout
    );
    let quiet = sweep.run(&["run", "x.toml", "-q", "-o", "out"]).ended_with(0).stderr;
    assert!(!quiet.contains("samples"), "{quiet}");
    fs::remove_file(sweep.path("t.csv")).unwrap();
    let shown = sweep.run(&["show", "out"]).ended_with(0).stdout;
    expected
        .lines()
        .for_each(|line| assert!(shown.contains(&format!("\n  {line}\n")), "`{line}` is missing in\n{shown}"));
    sweep.run(&["report", "out"]).ended_with(0);
    let page = String::from_utf8(sweep.bytes("out/report.html")).unwrap();
    let line = "t.csv: regression of `y`, 30 samples (18 train, 6 validation, 6 test), 2 features";
    assert!(page.contains(line) && page.contains("feature <code>id</code> numbers the rows"), "{line}");

    let fitted = sweep.run(&["fit", "t.csv", "--target", "y", "--method", "qr"]);
    assert!(fitted.ended_with(2).stderr.contains("cannot read `t.csv`"));
}

/// The page and `show` say what the manifest says, and `verify` whether that is so.
#[test]
fn what_a_manifest_says_of_the_data_is_verified() {
    let sweep = Sweep::new(spec(r#"set = { csv = "t.csv", target = "y" }"#));
    fs::write(sweep.path("t.csv"), rows("a,y", |n| format!("{},{}", feature(n), n % 2))).unwrap();
    sweep.run(&["run", "x.toml", "-q", "-o", "out"]).ended_with(0);
    assert!(sweep.run(&["verify", "out"]).ended_with(0).stdout.contains("confirmed"));
    let text = String::from_utf8(sweep.bytes("out/manifest.json")).unwrap();
    let mut manifest = Manifest::of_text(&text).unwrap();
    manifest.data.values_mut().for_each(|reading| reading.notes.clear());
    fs::write(sweep.path("out/manifest.json"), manifest.to_text()).unwrap();
    let found = sweep.run(&["verify", "out"]).ended_with(1).stdout;
    assert!(found.contains("what was read of the data: the manifest says"), "{found}");
    // Results of earlier programs have nothing of it.
    manifest.data.clear();
    fs::write(sweep.path("out/manifest.json"), manifest.to_text()).unwrap();
    sweep.run(&["verify", "out"]).ended_with(0);
    assert!(!sweep.run(&["show", "out"]).ended_with(0).stdout.contains("\ndata\n"));
}

#[test]
fn classes_are_named_with_their_counts() {
    let sweep = Sweep::new(spec(r#"set = { csv = "t.csv", target = "y" }"#));
    let words = ["True", "TRUE", "False", "FALSE", "true"];
    fs::write(sweep.path("t.csv"), rows("a,y", |n| format!("{},{}", feature(n), words[n as usize % 5]))).unwrap();
    let planned = sweep.run(&["plan", "x.toml"]).ended_with(0).stdout;
    assert!(planned.contains("t.csv: 2 classes of `y`, 30 samples"), "{planned}");
    assert!(planned.contains("classes: `false` 12, `true` 18\n"), "{planned}");
    let fitted = sweep.run(&["fit", "t.csv", "--target", "y", "--method", "logistic-newton"]).ended_with(0).stdout;
    assert!(fitted.contains("classes: `false` 12, `true` 18\n"), "{fitted}");
}

/// Many sets have a line each.
#[test]
fn a_sweep_over_many_sets_stays_short() {
    let sets = r#"set = "iris" }
sweep = { "data.set" = ["iris", "wine", "breast-cancer", { kind = "linear", samples = [40, 50] }]"#;
    let planned = Sweep::new(spec(sets)).run(&["plan", "x.toml"]).ended_with(0).stdout;
    let lines: Vec<&str> = planned.lines().filter(|line| line.contains(" samples (")).collect();
    assert_eq!(lines.len(), 5, "{planned}");
    assert!(
        lines.contains(&"iris: 3 classes, 150 samples (90 train, 30 validation, 30 test), 4 features"),
        "{planned}"
    );
    assert!(!planned.contains("classes:"), "{planned}");
}

/// The same cells as CSV and as Parquet: one target, whatever they look like.
#[test]
fn one_table_means_one_thing_in_both_formats() {
    let sweep = Sweep::new("");
    let a: Vec<f64> = (0..30).map(feature).collect();
    let texts = |words: &[&'static str]| (0..30).map(|n| words[n % words.len()]).collect::<Vec<_>>();
    let both = |words: &[&'static str], quotes: &str, column: Column| {
        let cells = texts(words);
        let row = |n: u32| format!("{},{quotes}{}{quotes}", feature(n), cells[n as usize]);
        fs::write(sweep.path("t.csv"), rows("a,y", row)).unwrap();
        write_parquet(&sweep, "t.parquet", vec![Column::new("a".into(), &a), column]);
        let [csv, parquet] = ["t.csv", "t.parquet"].map(|name| load(&sweep, name, &[]).unwrap());
        assert_eq!(csv.digest(), parquet.digest(), "{words:?}");
        (csv.target, csv.about.classes)
    };
    let named = |words: &[&'static str]| Column::new("y".into(), texts(words));
    let mixed: &[&str] = &["True", "TRUE", "false"];
    let (target, names) = both(mixed, "", named(mixed));
    assert_eq!(names, ["false", "true"]);
    assert!(matches!(target, Target::Classes { count: 2, .. }));
    let flags: Vec<bool> = texts(mixed).iter().map(|word| word.eq_ignore_ascii_case("true")).collect();
    assert_eq!(both(mixed, "", Column::new("y".into(), flags)).0, target);
    let codes: &[&str] = &["007", "7", "12"];
    assert_eq!(both(codes, "", named(codes)).1, ["007", "12", "7"]);
    let countries: &[&str] = &["NA", "ZA", "null"];
    assert_eq!(both(countries, "\"", named(countries)).1, ["NA", "ZA", "null"]);
    let numbers: Vec<i64> = texts(&["0", "1"]).iter().map(|cell| cell.parse().unwrap()).collect();
    assert!(matches!(both(&["0", "1"], "", Column::new("y".into(), numbers)).0, Target::Values(_)));

    // Text that looks like numbers: a Parquet file says that it is text, and CSV has no types.
    let digits: &[&str] = &["0", "1"];
    write_parquet(&sweep, "t.parquet", vec![Column::new("a".into(), &a), named(digits)]);
    let set = load(&sweep, "t.parquet", &[]).unwrap();
    assert_eq!(
        (&set.target, set.about.classes),
        (&classes(digits, &texts(digits)), vec!["0".to_owned(), "1".to_owned()])
    );
    write_parquet(&sweep, "t.parquet", vec![Column::new("y".into(), &a), Column::new("b".into(), texts(digits))]);
    let why = load(&sweep, "t.parquet", &[]).unwrap_err().to_string();
    assert!(why.contains("row 1, column `b`: `0` is text in this file, where a number is needed"), "{why}");
    assert!(why.ends_with("leave it out: drop = \"b\""), "{why}");
}

fn classes(names: &[&str], cells: &[&str]) -> Target {
    let label = |cell: &&str| names.iter().position(|name| name == cell).unwrap() as u32;
    Target::Classes { labels: cells.iter().map(label).collect(), count: names.len() }
}

#[test]
fn a_name_with_a_comma_can_be_dropped() {
    let sweep = Sweep::new("");
    let header = "a,\"city, state\",y z,y";
    fs::write(sweep.path("t.csv"), rows(header, |n| format!("{},\"X, {n}\",w,{}", feature(n), n % 7))).unwrap();
    for drop in ["city, state,y z", "y z, city, state", "  y z  ,city, state,"] {
        assert_eq!(load(&sweep, "t.csv", &[("drop", drop)]).unwrap().about.features, ["a"], "{drop}");
        sweep.run(&["fit", "t.csv", "--target", "y", "--method", "qr", "--drop", drop]).ended_with(0);
    }
    // All columns that cannot be used are named at once, and the advice can be followed.
    let why = load(&sweep, "t.csv", &[]).unwrap_err().to_string();
    assert!(why.contains("column `city, state`: `X, 0` is text") && why.contains("column `y z`: `w` is text"), "{why}");
    assert!(why.ends_with("give numbers for their values, or leave them out: drop = \"city, state, y z\""), "{why}");
    let why = sweep.run(&["fit", "t.csv", "--target", "y", "--method", "qr"]).ended_with(2).stderr;
    assert!(why.ends_with("leave them out: --drop 'city, state,y z'\n"), "{why}");
    let why = load(&sweep, "t.csv", &[("drop", "city, stat")]).unwrap_err().to_string();
    assert!(why.contains("has no column `city`, did you mean `city, state`?"), "{why}");

    // Blanks around a name count in no format.
    let numbers: Vec<f64> = (0..30).map(feature).collect();
    let text = vec!["w"; 30];
    let column = |name: &str| Column::new(name.into(), &numbers);
    write_parquet(&sweep, "t.parquet", vec![column("a"), Column::new(" b".into(), &text), column("y ")]);
    assert_eq!(load(&sweep, "t.parquet", &[("drop", "b")]).unwrap().about.features, ["a"]);
    assert_eq!(load(&sweep, "t.parquet", &[("drop", " b")]).unwrap().about.features, ["a"]);
}

#[test]
fn two_sets_with_the_same_data_are_named() {
    let sets = r#"set = "iris" }
sweep = { "data.set" = [{ csv = ["a.csv", "b.csv"], target = "y" }]"#;
    let sweep = Sweep::new(spec(sets));
    let text = rows("a,y", |n| format!("{},{}", feature(n), n % 7));
    fs::write(sweep.path("a.csv"), &text).unwrap();
    fs::write(sweep.path("b.csv"), text.replace('\n', "\r\n")).unwrap();
    let why = sweep.run(&["plan", "x.toml"]).ended_with(2).stderr;
    assert!(
        why.contains(
            "(path a.csv, target y, task auto)` and `csv (path b.csv, target y, task auto)` hold the same data"
        ),
        "{why}"
    );
    assert!(why.contains("x.toml:7:") && why.contains("1 mistake found"), "{why}");
}

/// Neighbours of 1.7 · 10¹² in f32 are 131,072 apart.
#[test]
fn milliseconds_in_f32_are_warned_of() {
    let sweep = Sweep::new(spec(r#"set = { csv = "t.csv", target = "y" }, standardize = false"#));
    let time = |n: u32| 1_700_000_000_000_u64 + 1000 * u64::from(n);
    fs::write(sweep.path("t.csv"), rows("time,y", |n| format!("{},{}", time(n), n % 7))).unwrap();
    let warning = "warning: feature `time` has 30 different values, and 1 in f32; take `standardize = true` or";
    assert!(sweep.run(&["plan", "x.toml"]).ended_with(0).stdout.contains(warning));
    for set in ["data.standardize=true", "precision=f64"] {
        assert!(!sweep.run(&["plan", "x.toml", "--set", set]).ended_with(0).stdout.contains("warning"), "{set}");
    }
}

/// Whatever was saved under the name of a table, the message says what it is and what to do.
#[test]
fn files_of_other_kinds_are_named() {
    let sweep = Sweep::new("");
    let semicolons = "the header has semicolons where commas are needed; save the file with commas";
    for (name, bytes, says) in [
        ("t.csv.gz", &b"\x1f\x8b\x08\0\0\0\0\0"[..], "`t.csv.gz`: the packed file ends too early"),
        ("t.csv", b"\x1f\x8b\x08\0\0\0\0\0", "`t.csv`: this is no table of text: it is packed by gzip"),
        ("t.parquet", b"\x28\xb5\x2f\xfd\0\0\0\0", "this is no Parquet file: it is packed by Zstandard"),
        ("t.xlsx", b"PK\x03\x04\0\0\0\0", "an Excel workbook; unpack it, or save the sheet as CSV"),
        (
            "t.txt",
            b"a,y\n1,2\n",
            "the name says what a table is in: expected `.csv`, `.tsv`, `.csv.gz`, `.parquet` or `.arrow`",
        ),
        ("t.csv", b"\"a\";\"y\"\n\"1\";\"2\"\n", semicolons),
        ("t.csv", b"a;y\n\"M\";1\n", semicolons),
        ("t.csv", b"a;y\n1,5;2,5\n", "save the file with commas and with decimal points (1.5, not 1,5)"),
        ("t.tsv", b"a\ty\n1,5\t2\n2,5\t3\n", "`1,5` is no number: a decimal comma is written as a point, `1.5`"),
        ("t.csv", b"sep=,\na,y\n1,2\n", "the first line, `sep=,`, is a note for Excel and no header; remove it"),
        (
            "t.csv",
            b"a,y\n1,2\n3,\n",
            "row 2 (line 3), column `y`: missing value; fix or fill the cell, or leave the row out",
        ),
    ] {
        fs::write(sweep.path(name), bytes).unwrap();
        let why = sweep.run(&["fit", name, "--target", "y", "--method", "qr"]).ended_with(2).stderr;
        assert!(why.contains(says), "`{says}` is missing in\n{why}");
    }
    write_parquet(&sweep, "t.parquet", {
        let lists = Series::new("l".into(), [Series::new("".into(), [1, 2]), Series::new("".into(), [3])]);
        vec![Column::new("y".into(), [1.0, 2.0]), lists.into_column()]
    });
    let why = sweep.run(&["fit", "t.parquet", "--target", "y", "--method", "qr"]).ended_with(2).stderr;
    assert!(why.contains("column `l` is of type list;") && why.ends_with("leave it out: --drop l\n"), "{why}");
}

/// A feature may be called as the fit calls its own constant.
#[test]
fn the_intercept_has_a_name_of_its_own() {
    let sweep = Sweep::new("");
    fs::write(sweep.path("t.csv"), rows("intercept,y", |n| format!("{},{}", feature(n), n % 7))).unwrap();
    let json = sweep.run(&["fit", "t.csv", "--target", "y", "--method", "qr", "--json"]).ended_with(0).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let names: Vec<&str> =
        json["coefficients"].as_array().unwrap().iter().map(|c| c["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["(intercept)", "intercept"]);
}

/// A dictionary with one text of 8 MiB, in 3,000 rows: 24 GB, if each row had its own (`tests/oracles/pandas_files.py`).
#[cfg(target_os = "linux")]
#[test]
fn a_small_file_takes_little_memory() {
    let sweep = Sweep::new("");
    fs::write(sweep.path("t.parquet"), include_bytes!("../oracles/long-texts.parquet")).unwrap();
    let fit = |more: &str| {
        let fit = format!("ulimit -v 4000000; exec {} fit t.parquet {more}", env!("CARGO_BIN_EXE_burnmark"));
        let mut shell = std::process::Command::new("sh");
        crate::support::Result::of(shell.args(["-c", &fit]).current_dir(sweep.path("")).output().unwrap())
    };
    let why = fit("--target y --method qr").ended_with(2).stderr;
    assert!(
        why.contains(&format!("column `t`: `{}…` is text where a number is needed", "z".repeat(40))),
        "{}",
        why.len()
    );
    let why = fit("--target t --method softmax-newton").ended_with(2).stderr;
    assert!(why.contains("column `t` has one label only") && why.len() < 1000, "{}", why.len());
    assert!(fit("--target y --method qr --drop t").ended_with(0).stdout.contains("3000 samples, 1 feature"));
}
