//! Files of users: tables, Parquet, IDX. What is right is read; what is wrong is named; no bytes panic.

use crate::support::Sweep;
use burnmark::catalogue::Catalogue;
use burnmark::data::ChosenSet;
use burnmark::data::{self, DataError, DataSet, Table, Target};
use burnmark::harness::{Cache, ExpectedData, execute};
use burnmark::num::{Image, Shape};
use burnmark::plan::Spec;
use burnmark::record::Outcome;
use burnmark::value::Value;
use flate2::{Compression, write::GzEncoder};
use polars::prelude::*;
use std::fmt::Write as _;
use std::fs;
use std::io::Write;
use std::path::Path;

/// A spec whose data are to be filled in.
fn spec(set: &str) -> String {
    format!(
        r#"
name = "own"
seeds = 2
engine = "reference"
optimizer = {{ kind = "adam", lr = 0.05 }}
data = {{ set = {set} }}
model = {{ kind = "mlp", hidden = [4] }}
train = {{ epochs = 5, batch = 8 }}
"#
    )
}

/// Three clouds of ten flowers each: two features, a name, a size.
fn flowers() -> String {
    let mut text = "petal,sepal,size,name\n".to_owned();
    for row in 0..30_u32 {
        let (class, wobble) = (row % 3, f64::from(row * 7 % 11) / 10.0);
        let name = ["rose", "aster", "lily"][class as usize];
        let (petal, sepal) = (f64::from(class) * 3.0 + wobble, f64::from(class * class) - wobble);
        writeln!(text, "{petal},{sepal},{},{name}", petal - 2.0 * sepal).unwrap();
    }
    text
}

fn choice(kind: &str, parameters: &[(&str, &str)]) -> ChosenSet {
    let entry = Catalogue::standard().data_sets.find(kind).unwrap();
    let text = |value: &str| Value::text(value);
    parameters.iter().fold(ChosenSet::of(entry), |choice, (name, value)| choice.with(name, text(value)))
}

fn load_csv(sweep: &Sweep, text: &[u8], parameters: &[(&str, &str)]) -> std::result::Result<DataSet, DataError> {
    fs::write(sweep.path("t.csv"), text).unwrap();
    let path = sweep.path("t.csv");
    data::load(&choice("csv", &[parameters, &[("path", path.to_str().unwrap())]].concat()))
}

pub fn idx(kind: u8, dimensions: &[u32], data: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, kind, dimensions.len() as u8];
    bytes.extend(dimensions.iter().flat_map(|dimension| dimension.to_be_bytes()));
    bytes.extend(data);
    bytes
}

pub fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn write_parquet(path: &Path, columns: Vec<Column>) {
    let mut table = DataFrame::new(columns[0].len(), columns).unwrap();
    ParquetWriter::new(fs::File::create(path).unwrap()).finish(&mut table).unwrap();
}

/// The flowers' CSV as a Parquet file.
fn flowers_as_parquet(path: &Path) {
    let text = flowers();
    let cells: Vec<Vec<&str>> = text.lines().skip(1).map(|line| line.split(',').collect()).collect();
    let numbers = |index: usize| cells.iter().map(|row| row[index].parse::<f64>().unwrap()).collect::<Vec<_>>();
    let names: Vec<&str> = cells.iter().map(|row| row[3]).collect();
    let columns = vec![
        Column::new("petal".into(), numbers(0)),
        Column::new("sepal".into(), numbers(1)),
        Column::new("size".into(), numbers(2)),
        Column::new("name".into(), names),
    ];
    write_parquet(path, columns);
}

#[test]
fn a_csv_file_is_trained_on_from_any_folder_to_the_same_bytes() {
    let sweep = Sweep::new("");
    fs::create_dir(sweep.path("inner")).unwrap();
    fs::write(sweep.path("inner/mine.csv"), flowers()).unwrap();
    fs::write(sweep.path("inner/x.toml"), spec(r#"{ csv = "mine.csv", target = "name", drop = "size" }"#)).unwrap();
    let result = sweep.run(&["run", "inner/x.toml", "-q", "-o", "a"]).ended_with(0);
    assert!(result.stdout.contains("test accuracy"), "{}", result.stdout);
    let mut inside = sweep.command(&["run", "x.toml", "-q", "-o", "../b", "-j", "1"]);
    crate::support::Result::of(inside.current_dir(sweep.path("inner")).output().unwrap()).ended_with(0);
    for table in ["runs.parquet", "curves.parquet"] {
        assert!(sweep.bytes(&format!("a/{table}")) == sweep.bytes(&format!("b/{table}")), "{table}");
    }
    // Another place and another name of the same file: the same runs, so nothing is left to do.
    fs::create_dir(sweep.path("other")).unwrap();
    fs::rename(sweep.path("inner/mine.csv"), sweep.path("other/yours.csv")).unwrap();
    let moved = spec(r#"{ kind = "csv", path = "../other/yours.csv", target = "name", drop = "size" }"#);
    fs::write(sweep.path("inner/x.toml"), moved).unwrap();
    let again = sweep.run(&["run", "inner/x.toml", "-o", "a"]).ended_with(0);
    assert!(again.stderr.contains("done already: 2 of 2 runs"), "{}", again.stderr);
    // Another number in it: other runs, which do not go into this folder.
    fs::write(sweep.path("other/yours.csv"), flowers().replacen("0,0,0,rose", "0.001,0,0,rose", 1)).unwrap();
    let changed = sweep.run(&["run", "inner/x.toml", "-q", "-o", "a"]).ended_with(2);
    assert!(changed.stderr.contains("2 runs of another experiment"), "{}", changed.stderr);
}

#[test]
fn csv_parquet_and_idx_give_the_same_data() {
    let sweep = Sweep::new("");
    fs::write(sweep.path("f.csv"), flowers()).unwrap();
    fs::write(sweep.path("f.tsv"), flowers().replace(',', "\t")).unwrap();
    flowers_as_parquet(&sweep.path("f.parquet"));
    let path = |name: &str| sweep.path(name).to_str().unwrap().to_owned();
    let from = |kind: &str, file: &str, more: &[(&str, &str)]| {
        data::load(&choice(kind, &[more, &[("path", path(file).as_str())]].concat())).unwrap()
    };
    for more in [&[("target", "name")][..], &[("target", "size"), ("drop", "name")]] {
        let digest = from("csv", "f.csv", more).digest();
        assert_eq!(digest, from("csv", "f.tsv", more).digest());
        assert_eq!(digest, from("parquet", "f.parquet", more).digest());
    }
    let set = from("csv", "f.csv", &[("target", "name")]);
    // aster 0, lily 1, rose 2
    let Target::Classes { labels, count: 3 } = &set.target else { panic!("{:?}", set.target) };
    assert_eq!(labels[..4], [2, 0, 1, 2]);
    assert_eq!((set.samples(), set.features.cols(), set.features.row(1)[0]), (30, 3, 3.7));

    fs::write(sweep.path("pixels"), idx(8, &[4, 1, 2], &[0, 255, 3, 4, 5, 6, 7, 8])).unwrap();
    fs::write(sweep.path("labels.gz"), packed(&idx(8, &[4], &[9, 7, 7, 9]))).unwrap();
    fs::write(sweep.path("t.csv"), "a,b,y\n0,255,9\n3,4,7\n5,6,7\n7,8,9\n").unwrap();
    let images = from("idx", "pixels", &[("labels", path("labels.gz").as_str())]);
    assert_eq!(images.shape, Shape::Image(Image { height: 1, width: 2, channels: 1 }));
    let table = from("csv", "t.csv", &[("target", "y"), ("task", "binary")]);
    assert_eq!(DataSet { shape: Shape::Flat, ..images }.digest(), table.digest());
}

#[test]
fn parquet_and_idx_files_are_trained_on() {
    let sweep = Sweep::new(spec(r#"{ parquet = "f.parquet", target = "size", drop = "name" }"#));
    flowers_as_parquet(&sweep.path("f.parquet"));
    let result = sweep.run(&["run", "x.toml", "-q"]).ended_with(0);
    assert!(result.stdout.contains("test R²"), "{}", result.stdout);

    let pixels: Vec<u8> = (0..40 * 4_u32).map(|i| (i * 37 % 251) as u8 / if i / 4 % 2 == 0 { 1 } else { 4 }).collect();
    let labels: Vec<u8> = (0..40).map(|i| i % 2 + 5).collect();
    fs::write(sweep.path("images.gz"), packed(&idx(8, &[40, 2, 2], &pixels))).unwrap();
    fs::write(sweep.path("labels"), idx(8, &[40], &labels)).unwrap();
    fs::write(sweep.path("x.toml"), spec(r#"{ idx = "images.gz", labels = "labels" }"#)).unwrap();
    let result = sweep.run(&["run", "x.toml", "-q", "-o", "idx"]).ended_with(0);
    assert!(result.stdout.contains("test accuracy"), "{}", result.stdout);
}

/// A file that changes after the experiment was checked fails the run, and mixes nothing.
#[test]
fn data_that_change_after_the_check_are_noticed() {
    let sweep = Sweep::new(spec(r#"{ csv = "mine.csv", target = "name" }"#));
    fs::write(sweep.path("mine.csv"), flowers()).unwrap();
    let spec = Spec::load(&sweep.path("x.toml"), &[], &Catalogue::standard())
        .map_err(|problems| problems.render(false))
        .unwrap();
    let run = spec.run(0);
    let once = || {
        let mut cache = Cache::default();
        cache.expect(&spec.folder, &run, ExpectedData::of(&spec, &run));
        execute(&run, spec.identity(&run), false, &mut cache).results.outcome
    };
    assert_eq!(once(), Outcome::Done);
    fs::write(sweep.path("mine.csv"), flowers().replace("0.7,-0.7", "0.71,-0.7")).unwrap();
    let Outcome::Failed { reason } = once() else { panic!("not noticed") };
    assert!(reason.contains("`csv (path mine.csv, target name, task auto)` have changed since"), "{reason}");
    fs::remove_file(sweep.path("mine.csv")).unwrap();
    let Outcome::Failed { reason } = once() else { panic!("not noticed") };
    assert!(reason.contains("cannot read `") && reason.contains("mine.csv"), "{reason}");
}

/// The same of numbers that are kept narrow, which workers compare by their mark: one pixel, one label, and a wider type.
#[test]
fn narrow_data_that_change_after_the_check_are_noticed() {
    let sweep = Sweep::new(spec(r#"{ idx = "images", labels = "labels" }"#));
    let pixels: Vec<u8> = (0..40 * 4_u32).map(|i| (i * 37 % 251) as u8).collect();
    let labels: Vec<u8> = (0..40).map(|i| i % 2).collect();
    let write = |pixels: &[u8], labels: &[u8]| {
        fs::write(sweep.path("images"), idx(8, &[40, 4], pixels)).unwrap();
        fs::write(sweep.path("labels"), idx(8, &[40], labels)).unwrap();
    };
    write(&pixels, &labels);
    let spec = Spec::load(&sweep.path("x.toml"), &[], &Catalogue::standard()).map_err(|why| why.render(false)).unwrap();
    let run = spec.run(0);
    let expected = ExpectedData::of(&spec, &run);
    assert!(expected.mark.is_some());
    let once = |expected: &ExpectedData| {
        let mut cache = Cache::default();
        cache.expect(&spec.folder, &run, expected.clone());
        execute(&run, spec.identity(&run), false, &mut cache).results.outcome
    };
    assert_eq!(once(&expected), Outcome::Done);
    let without = ExpectedData { mark: None, ..expected.clone() };
    assert_eq!(once(&without), Outcome::Done, "the digest alone says so, too");
    // The same numbers in a wider type are the same data.
    let wider: Vec<u8> = pixels.iter().flat_map(|pixel| i16::from(*pixel).to_be_bytes()).collect();
    fs::write(sweep.path("images"), idx(11, &[40, 4], &wider)).unwrap();
    assert_eq!(once(&expected), Outcome::Done);
    let (mut other_pixels, mut other_labels) = (pixels.clone(), labels.clone());
    other_pixels[159] ^= 1;
    other_labels.swap(38, 39);
    for (pixels, labels) in [(&other_pixels, &labels), (&pixels, &other_labels)] {
        write(pixels, labels);
        let Outcome::Failed { reason } = once(&expected) else { panic!("not noticed") };
        assert!(reason.contains("have changed since"), "{reason}");
    }
}

#[test]
fn what_is_wrong_in_a_spec_or_its_file_is_named_with_row_and_column() {
    let bad_target = "`f.csv` has no column `nmae`, did you mean `name`? it has `petal`, `sepal`, `size`, `name`";
    let rare =
        "class `rose` of column `name` has too few samples in `csv`: 2 samples, and the validation part gets none";
    let text = "row 1 (line 2), column `name`: `rose` is text where a number is needed; for words say text = \"one-hot\"; give numbers \
                for its values, or leave it out: drop = \"name\"";
    let all = flowers();
    let few = all
        .lines()
        .filter(|line| !line.ends_with("rose") || line.starts_with("0.9") || line.starts_with("0.8"))
        .collect::<Vec<_>>();
    let few = few.join("\n");
    for (set, file, says) in [
        (r#"{ csv = "f.csv", target = "nmae" }"#, flowers(), bad_target),
        (r#"{ csv = "g.csv", target = "name" }"#, flowers(), "cannot read `g.csv`: No such file"),
        (r#"{ csv = ".", target = "name" }"#, flowers(), "cannot read `.`: it is a folder; a file is needed"),
        (r#"{ csv = "f.csv", target = "size" }"#, flowers(), text),
        (
            r#"{ csv = "f.csv", target = "name" }"#,
            flowers().replace("0.7,-0.7", ",-0.7"),
            "column `petal`: missing value",
        ),
        (
            r#"{ csv = "f.csv", target = "name" }"#,
            flowers().replace(",lily", ","),
            "row 3 (line 4), column `name`: missing",
        ),
        (r#"{ csv = "f.csv", target = "name" }"#, flowers().replace("size", "petal"), "columns 1 and 3 are both named"),
        (r#"{ csv = "f.csv", target = "name" }"#, few, rare),
        (
            r#"{ csv = "f.csv", target = "name", task = "binary" }"#,
            flowers(),
            "has 3 labels, `aster`, `lily`, `rose`; `binary`",
        ),
        (r#"{ csv = "f.csv", target = "name", drop = "nmae" }"#, flowers(), "has no column `nmae`"),
        (r#"{ csv = "f.csv", target = "name", drop = "name" }"#, flowers(), "the target `name` cannot be dropped"),
        (r#"{ csv = "f.csv", target = "name", drop = "petal,size,sepal" }"#, flowers(), "no column beside the target"),
        (r#"{ csv = "f.csv" }"#, flowers(), "`csv` needs `target`: the column to predict"),
        (r#"{ csv = "f.csv", target = 3 }"#, flowers(), "expected a column's name in quotes, or several"),
        (r#"{ csv = "", target = "name" }"#, flowers(), "expected a file's path in quotes"),
        (r#"{ csv = "f.csv", path = "f.csv", target = "name" }"#, flowers(), "unknown parameter of `csv` `path`"),
        (r#"{ csv = "f.csv", goal = "name" }"#, flowers(), "unknown parameter of `csv` `goal`"),
        (r#"{ csv = "f.csv", target = "name", task = "guess" }"#, flowers(), "expected one of `auto`, `regression`"),
        (r#"{ parquet = "f.csv", target = "name" }"#, flowers(), "this is no Parquet file"),
        (r#"{ idx = "f.csv", labels = "f.csv" }"#, flowers(), "this is no IDX file"),
        (r#""mnist""#, flowers(), "run `burnmark data fetch mnist`"),
    ] {
        let sweep = Sweep::new(spec(set));
        fs::write(sweep.path("f.csv"), file).unwrap();
        let result = crate::support::Result::of(
            sweep.command(&["plan", "x.toml"]).env("BURNMARK_DATA", sweep.path("data")).output().unwrap(),
        );
        let result = result.ended_with(2);
        assert!(result.stderr.contains(says), "`{says}` is missing in\n{}", result.stderr);
        assert!(result.stderr.contains("x.toml:6:"), "{}", result.stderr);
    }
}

#[test]
fn tables_that_cannot_be_learned_from_are_named() {
    let sweep = Sweep::new("");
    for (text, parameters, says) in [
        (
            "a,b,y\n1,2,3\n1,3,4\n",
            &[("target", "y")][..],
            "rows 1 to 2, column `a`: always 1, a constant tells nothing",
        ),
        ("a,y\n1,3\n2,3\n", &[("target", "y")], "rows 1 to 2, column `y`: always 3, so there is nothing to predict"),
        ("a,y\n1,x\n2,x\n", &[("target", "y")], "column `y` has one class only, `x`"),
        ("a,y\n1,3\n2,x\n", &[("target", "y")], "row 2 (line 3), column `y`: `x` is no number; for classes say task"),
        ("a,y\n1,3\n2,?\n", &[("target", "y"), ("task", "classes")], "row 2 (line 3), column `y`: missing value"),
        ("a,y\n1,3\n2,4\n3,5\n", &[("target", "y"), ("task", "binary")], "has 3 labels, `3`, `4`, `5`; `binary` needs"),
        ("a,y\n1,p\n2,q\n", &[("target", "y"), ("task", "regression")], "row 1 (line 2), column `y`: `p` is text"),
    ] {
        let why = load_csv(&sweep, text.as_bytes(), parameters).unwrap_err().to_string();
        assert!(why.contains(says), "{why}");
    }
    let whole = load_csv(&sweep, b"a,y\n1,3\n2,4\n", &[("target", "y")]).unwrap();
    assert_eq!(whole.target, Target::Values(vec![3.0, 4.0]), "numbers are a regression unless the spec says otherwise");
    let flags = load_csv(&sweep, b"a,y\n1,true\n2,false\n", &[("target", "y")]).unwrap();
    assert_eq!(flags.target, Target::Classes { labels: vec![1, 0], count: 2 });
}

#[test]
fn parquet_columns_are_read_by_type() {
    let sweep = Sweep::new("");
    let path = sweep.path("t.parquet");
    write_parquet(
        &path,
        vec![
            Column::new("int".into(), [i64::MIN, -3]),
            Column::new("large".into(), [i64::MAX, i64::MAX - 1]),
            Column::new("larger".into(), [u64::MAX - 1, u64::MAX]),
            Column::new("unsigned".into(), [1_u32, 2]),
            Column::new("single".into(), [0.1_f32, 2.0]),
            Column::new("flag".into(), [true, false]),
            Column::new("text".into(), ["x", " y "]),
            Column::new("hole".into(), [Some(1_i32), None]),
            Column::new("nan".into(), [1.0, f64::NAN]),
            Column::new("infinite".into(), [f64::NEG_INFINITY, 1.0]),
            Series::new("nested".into(), [Series::new("".into(), [1, 2]), Series::new("".into(), [3])]).into_column(),
        ],
    );
    let table = Table::read(&path).unwrap();
    let numbers = |name: &str| table.numbers(table.column(name)?).map(std::borrow::Cow::into_owned);
    assert_eq!(numbers("int").unwrap(), [-9_223_372_036_854_775_808_f64, -3.0]);
    assert_eq!(numbers("unsigned").unwrap(), [1.0, 2.0]);
    assert_eq!(numbers("single").unwrap(), [f64::from(0.1_f32), 2.0]);
    assert_eq!(numbers("flag").unwrap(), [1.0, 0.0]);
    assert_eq!(table.labels(table.column("text").unwrap()).unwrap().names, ["x", "y"]);
    for (column, classes) in [("large", [1, 0]), ("larger", [0, 1])] {
        assert_eq!(table.labels(table.column(column).unwrap()).unwrap().classes, classes, "{column}");
    }
    for (column, says) in [
        ("large", "row 1, column `large`: `9223372036854775807` is a whole number beyond 2^53"),
        ("larger", "row 1, column `larger`: `18446744073709551614` is a whole number beyond 2^53"),
        ("text", "row 1, column `text`: `x` is text where a number is needed"),
        ("hole", "row 2, column `hole`: missing value"),
        ("nan", "row 2, column `nan`: missing value"),
        ("infinite", "row 1, column `infinite`: `-inf` is not finite"),
        ("nested", "column `nested` is of type "),
    ] {
        let why = numbers(column).unwrap_err().to_string();
        assert!(why.contains(says), "{why}");
    }
}

#[test]
fn idx_pairs_that_do_not_go_together_are_named() {
    let sweep = Sweep::new("");
    let path = |name: &str| sweep.path(name).to_str().unwrap().to_owned();
    fs::write(sweep.path("images"), idx(8, &[3, 2], &[1, 2, 3, 4, 5, 6])).unwrap();
    for (labels, task, says) in [
        (idx(8, &[2], &[0, 1]), "auto", "has 2 labels, but `"),
        (idx(8, &[3, 2], &[0, 1, 1, 0, 1, 0]), "auto", "has 2 dimensions; labels have one"),
        (idx(8, &[3], &[1, 1, 1]), "auto", "has one class only, `1`"),
        (idx(8, &[3], &[1, 2, 3]), "binary", "has 3 labels"),
    ] {
        fs::write(sweep.path("labels"), labels).unwrap();
        let set = choice("idx", &[("path", &path("images")), ("labels", &path("labels")), ("task", task)]);
        let why = data::load(&set).unwrap_err().to_string();
        assert!(why.contains(says) && why.contains("labels"), "{why}");
    }
    let floats: Vec<u8> = [0.5_f32, 1.5, 2.0].iter().flat_map(|x| x.to_be_bytes()).collect();
    fs::write(sweep.path("labels"), idx(0x0D, &[3], &floats)).unwrap();
    let set = data::load(&choice("idx", &[("path", &path("images")), ("labels", &path("labels"))])).unwrap();
    assert_eq!(set.target, Target::Values(vec![0.5, 1.5, 2.0]));
}

/// Refused when the spec is checked, by row and column; in f64 it is a run.
#[test]
fn numbers_beyond_the_precision_are_named_before_anything_runs() {
    let mut text = "a,b,y\n".to_owned();
    (0..20).for_each(|row| writeln!(text, "{row},{}e37,{}", row * 3, row % 7).unwrap());
    let raw = spec(r#"{ csv = "t.csv", target = "y" }, standardize = false"#);
    let sweep = Sweep::new(&raw);
    fs::write(sweep.path("t.csv"), &text).unwrap();
    let stderr = sweep.run(&["run", "x.toml", "-q"]).ended_with(2).stderr;
    let says = "`t.csv`: row 13 (line 14), column `b`: `3.6e38` is no finite number in f32";
    assert!(stderr.contains(says), "{stderr}");
    sweep.run(&["plan", "x.toml", "--precision", "f64"]).ended_with(0);
    sweep.run(&["plan", "x.toml", "--set", "data.standardize=true"]).ended_with(0);
}

#[test]
fn hints_help() {
    let sweep = Sweep::new("");
    let says = |text: &str, parameters: &[(&str, &str)]| {
        load_csv(&sweep, text.as_bytes(), parameters).unwrap_err().to_string()
    };
    let missing = says("a,y\n1,0\n2,\n3,1\n", &[("target", "y")]);
    let fill = "row 2 (line 3), column `y`: missing value; fix or fill the cell, or leave the row out";
    assert!(missing.ends_with(fill), "{missing}");
    let mixed = says("a,y\n1,0\n2,x\n3,1\n", &[("target", "y")]);
    assert!(mixed.ends_with("`x` is no number; for classes say task = \"classes\""), "{mixed}");
    let long = says("a,y\n1,1152921504606846977\n2,1\n", &[("target", "y")]);
    assert!(long.ends_with("that no 64-bit float is; for classes say task = \"classes\""), "{long}");
    let infinite = says("a,b,y\n1,2,0\n2,inf,1\n", &[("target", "y")]);
    let fix = "`inf` is not finite; fix or fill the cell, or leave the column out: drop = \"b\"";
    assert!(infinite.ends_with(fix), "{infinite}");
    let words = says("a,b,y\n1,u,0\n2,v,1\n", &[("target", "y")]);
    assert!(words.contains("give numbers for its values, or leave it out: drop = \"b\""), "{words}");

    fs::write(sweep.path("images"), idx(8, &[3, 1], &[1, 2, 3])).unwrap();
    let floats: Vec<u8> = [0.5_f32; 3].iter().flat_map(|x| x.to_be_bytes()).collect();
    fs::write(sweep.path("labels"), idx(0x0D, &[3], &floats)).unwrap();
    let path = |name: &str| sweep.path(name).to_str().unwrap().to_owned();
    let why =
        data::load(&choice("idx", &[("path", &path("images")), ("labels", &path("labels"))])).unwrap_err().to_string();
    assert!(why.contains("labels`: all 3 labels are 0.5, so there is nothing to predict"), "{why}");
}

/// Numbers that are meant as labels: the model cannot know, so the message tells both ways.
#[test]
fn a_classifier_on_numbers_tells_how_they_become_labels() {
    let text = spec(r#"{ csv = "t.csv", target = "y" }"#)
        .replace("{ kind = \"mlp\", hidden = [4] }", "{ kind = \"logistic\" }");
    let sweep = Sweep::new(&text);
    let mut rows = String::new();
    (0..30).for_each(|row| writeln!(rows, "{row},{}", row % 2).unwrap());
    fs::write(sweep.path("t.csv"), format!("a,y\n{rows}")).unwrap();
    let stderr = sweep.run(&["plan", "x.toml"]).ended_with(2).stderr;
    assert!(stderr.contains("numbers are labels with `task = \"binary\"` or `\"classes\"`"), "{stderr}");
    fs::write(sweep.path("y.toml"), text.replace("target = \"y\"", "target = \"y\", task = \"binary\"")).unwrap();
    sweep.run(&["plan", "y.toml"]).ended_with(0);
}

/// Numbers that look random: splitmix64.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    /// Cut short, or with a few bytes replaced; the last ones more often, where Parquet keeps its footer.
    fn spoil(&mut self, good: &[u8]) -> Vec<u8> {
        let mut bytes = good.to_vec();
        if self.below(4) == 0 {
            bytes.truncate(self.below(good.len()));
            return bytes;
        }
        for _ in 0..=self.below(6) {
            let end = if self.below(2) == 0 { bytes.len() } else { bytes.len().min(400) };
            let at = bytes.len() - 1 - self.below(end);
            bytes[at] = self.next() as u8;
        }
        bytes
    }
}

/// Whatever the bytes, a reader answers; what it takes for data is of one length and finite.
#[test]
fn no_bytes_make_a_reader_panic() {
    let sweep = Sweep::new("");
    flowers_as_parquet(&sweep.path("good.parquet"));
    let parquet = sweep.bytes("good.parquet");
    let csv = format!("{}\"a \"\"b\"\"\",1e5\r\n,,\n", flowers()).into_bytes();
    let plain = idx(0x0D, &[4, 2], &[7; 32]);
    let gz = packed(&plain);
    let labels = idx(8, &[4], &[0, 1, 0, 1]);
    fs::write(sweep.path("labels"), labels).unwrap();
    let mut noise = Noise(1);
    let (mut read, mut refused) = (0, 0);
    for round in 0..3000 {
        for (name, good) in [("t.csv", &csv), ("t.parquet", &parquet), ("t.idx", &plain), ("t.gz", &gz)] {
            let bytes = match round % 10 {
                0 => (0..noise.below(200)).map(|_| noise.next() as u8).collect(),
                _ => noise.spoil(good),
            };
            let path = sweep.path(name);
            fs::write(&path, bytes).unwrap();
            let answer = if name == "t.csv" || name == "t.parquet" {
                Table::read(&path).map(|table| {
                    for column in &table.columns {
                        let numbers = table.numbers(column).is_ok_and(|numbers| numbers.len() == table.rows());
                        assert!(numbers || table.numbers(column).is_err());
                        let _ = table.labels(column);
                    }
                })
            } else {
                let (path, labels) = (path.to_str().unwrap(), sweep.path("labels"));
                let set = choice("idx", &[("path", path), ("labels", labels.to_str().unwrap())]);
                data::load(&set).map(|set| assert!(set.features.data().iter().all(|x| x.is_finite())))
            };
            match answer {
                Ok(()) => read += 1,
                Err(why) => {
                    refused += 1;
                    let why = why.to_string();
                    assert!(why.contains("t.") && why.len() < 1000, "{why}");
                }
            }
        }
    }
    // Both happen, so the damage was neither harmless nor total.
    assert!(read > 100 && refused > 1000, "{read} read, {refused} refused");
}
