//! Result folders and files that somebody made to hurt: they take no memory, nothing waits for them, and `verify` confirms
//! nothing that it could not read.

use crate::support::{Result, Sweep};
use polars::prelude::*;
use std::fs::{self, File};
use std::io::Cursor;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const SPEC: &str = r#"
name = "x"
engine = "reference"
seeds = 3
data.set = "iris"
model.kind = "softmax"
train = { epochs = 2, curve = "step" }
optimizer = { kind = "gradient-descent", lr = 0.1 }
output.parameters = true
"#;

/// A folder with results in `r`.
fn results() -> Sweep {
    let sweep = Sweep::new(SPEC);
    sweep.run(&["run", "x.toml", "--quiet", "--out", "r"]).ended_with(0);
    sweep
}

/// A command in 3 GB of address space that is ended after a minute.
fn bounded(sweep: &Sweep, arguments: &[&str]) -> Result {
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -v 3000000; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_burnmark")]).args(arguments);
    command.current_dir(sweep.path("")).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let start = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if start.elapsed() > Duration::from_mins(1) {
            child.kill().unwrap();
            panic!("{arguments:?} waits");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Result::of(child.wait_with_output().unwrap())
}

fn read(bytes: Vec<u8>) -> DataFrame {
    ParquetReader::new(Cursor::new(bytes)).finish().unwrap()
}

fn written(mut table: DataFrame) -> Vec<u8> {
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).with_compression(ParquetCompression::Zstd(None)).finish(&mut table).unwrap();
    bytes
}

/// Puts another table in place of one, with its digest in the manifest, and the manifest's own.
fn forge(sweep: &Sweep, name: &str, bytes: &[u8]) {
    fs::write(sweep.path(&format!("r/{name}")), bytes).unwrap();
    let manifest = String::from_utf8(sweep.bytes("r/manifest.json")).unwrap();
    let key = format!("\"{name}\": \"");
    let (before, after) = manifest.split_once(&key).unwrap();
    let manifest = format!("{before}{key}{}{}", blake3::hash(bytes).to_hex(), &after[64..]);
    let rest = manifest.splitn(3, '\n').nth(2).unwrap();
    let digest = blake3::hash(rest.as_bytes()).to_hex();
    fs::write(sweep.path("r/manifest.json"), format!("{{\n  \"manifest_digest\": \"{digest}\",\n{rest}")).unwrap();
}

/// So many rows of a table, all with this text in a column.
fn repeated(table: &DataFrame, rows: usize, column: &str, text: &str) -> DataFrame {
    let picked: IdxCa = (0..rows)
        .map(|row| u32::try_from(row % table.height()).unwrap())
        .collect::<Vec<_>>()
        .into_iter()
        .map(Some)
        .collect();
    let mut table = table.take(&picked).unwrap();
    // Every row has a view of the one text.
    table.with_column(Series::new(column.into(), [text]).new_from_index(0, rows).into_column()).unwrap();
    table
}

#[test]
fn a_small_table_of_long_texts_is_refused() {
    let long = "a".repeat(8 << 20);
    for (name, column) in [
        ("runs.parquet", "model.kind"),
        ("runs.parquet", "run"),
        ("runs.parquet", "reason"),
        ("curves.parquet", "run"),
        ("steps.parquet", "run"),
        ("measurements.parquet", "run"),
    ] {
        let sweep = results();
        let table = written(repeated(&read(sweep.bytes(&format!("r/{name}"))), 3000, column, &long));
        assert!(table.len() < 300_000, "{name}: {} bytes", table.len());
        forge(&sweep, name, &table);
        for arguments in
            [&["report", "r"][..], &["verify", "r"], &["show", "r"], &["run", "x.toml", "--quiet", "--out", "r"]]
        {
            let said = bounded(&sweep, arguments);
            let refused = said.stderr.contains("its texts have") || said.stdout.contains("its texts have");
            assert!(
                refused || arguments[0] == "show" && said.code == Some(0),
                "{name}, {arguments:?}: {} {}",
                said.stdout,
                said.stderr
            );
        }
    }
}

#[test]
fn a_small_table_of_many_rows_is_refused() {
    let sweep = results();
    let table = read(sweep.bytes("r/runs.parquet")).head(Some(1));
    let table = written(repeated(&table, 1_000_000, "model.kind", "x"));
    forge(&sweep, "runs.parquet", &table);
    for arguments in [&["report", "r"][..], &["verify", "r"]] {
        let said = bounded(&sweep, arguments);
        let (all, bytes) = (said.stdout + &said.stderr, table.len());
        assert!(all.contains(&format!("of a file of {bytes} bytes at most")), "{arguments:?}: {all}");
    }
}

#[test]
fn a_small_data_file_takes_no_memory() {
    let rows = 3000_u32;
    let y: Vec<f64> = (0..rows).map(f64::from).collect();
    let mut table = df!("y" => y).unwrap();
    let text = Series::new("text".into(), ["a".repeat(8 << 20)]).new_from_index(0, rows as usize);
    table.with_column(text.into_column()).unwrap();
    let sweep = Sweep::new("");
    fs::write(sweep.path("x.parquet"), written(table)).unwrap();
    let said = bounded(&sweep, &["fit", "x.parquet", "--target", "y", "--method", "qr"]).ended_with(2);
    assert!(!said.stderr.is_empty() && said.stderr.len() < 1000, "{}", said.stderr);
}

#[cfg(unix)]
fn pipe(path: &std::path::Path) {
    let _ = fs::remove_file(path);
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// Puts something in the place of a file.
#[cfg(unix)]
type Put = fn(&std::path::Path);

/// Whatever stands in the place of a file of a result folder: no command waits, and `verify` does not confirm it.
#[cfg(unix)]
#[test]
fn what_is_no_file_is_refused_at_once() {
    let whole = results();
    let run = fs::read_dir(whole.path("r/parameters")).unwrap().next().unwrap().unwrap().file_name();
    let parameters = format!("parameters/{}", run.to_str().unwrap());
    let names = [
        "manifest.json",
        "runs.parquet",
        "curves.parquet",
        "steps.parquet",
        "measurements.parquet",
        "journal.jsonl",
        ".lock",
        &parameters,
    ];
    let kinds: [(&str, Put); 4] = [
        ("pipe", pipe),
        ("device", |path| {
            let _ = fs::remove_file(path);
            std::os::unix::fs::symlink("/dev/zero", path).unwrap();
        }),
        ("sparse", |path| {
            let _ = fs::remove_file(path);
            File::create(path).unwrap().set_len(3 << 40).unwrap();
        }),
        ("folder", |path| {
            let _ = fs::remove_file(path);
            fs::create_dir(path).unwrap();
        }),
    ];
    for name in names {
        for (kind, put) in kinds {
            if kind == "sparse" && [".lock", "journal.jsonl"].contains(&name) {
                continue; // a lock has no contents, and a journal is read line by line: see below
            }
            let sweep = Sweep::new(SPEC);
            let copied = Command::new("cp").arg("-a").arg(whole.path("r")).arg(sweep.path("r")).status().unwrap();
            assert!(copied.success());
            put(&sweep.path(&format!("r/{name}")));
            let at = format!("{kind} as {name}");
            let verified = bounded(&sweep, &["verify", "r"]);
            if name != ".lock" {
                assert!(verified.code != Some(0), "{at}: {}\n{}", verified.stdout, verified.stderr);
                assert!(
                    verified.stdout.contains("cannot read") || verified.stderr.contains("cannot read"),
                    "{at}: {}\n{}",
                    verified.stdout,
                    verified.stderr
                );
                assert!(
                    !verified.stdout.contains("confirmed, bit for bit  3") || !verified.stdout.ends_with("3\n"),
                    "{at}: {}",
                    verified.stdout
                );
            }
            for arguments in [&["report", "r"][..], &["show", "r"], &["run", "x.toml", "--quiet", "--out", "r"]] {
                let said = bounded(&sweep, arguments);
                assert!(
                    said.code.is_some_and(|code| code <= 2),
                    "{at}, {arguments:?}: {:?} {}",
                    said.code,
                    said.stderr
                );
                if arguments[0] == "run" && (name == ".lock" || name == "journal.jsonl") {
                    let named = said.stderr.contains(if name == ".lock" { "result folder `r`: " } else { name });
                    assert!(said.code == Some(1) && named, "{at}: {}", said.stderr);
                }
            }
        }
    }
}

/// What a spec or a command names may be anything too.
#[cfg(unix)]
#[test]
fn files_that_are_named_are_regular_ones() {
    let sweep = Sweep::new(SPEC);
    pipe(&sweep.path("p.csv"));
    pipe(&sweep.path("p.safetensors"));
    File::create(sweep.path("s.csv")).unwrap().set_len(3 << 40).unwrap();
    for (arguments, says) in [
        (&["fit", "p.csv", "--target", "y", "--method", "qr"][..], "it is a pipe or a device"),
        (&["fit", "s.csv", "--target", "y", "--method", "qr"], "it has 3298534883328 bytes"),
        (&["fit", ".", "--target", "y", "--method", "qr"], "."),
        (&["run", "x.toml", "--set", "data.set={ csv = \"p.csv\", target = \"y\" }"], "it is a pipe or a device"),
        (&["run", "x.toml", "--set", "data.set={ csv = \"/dev/zero\", target = \"y\" }"], "it is a pipe or a device"),
        (
            &["run", "x.toml", "--set", "model.initial={ kind = \"file\", path = \"p.safetensors\" }"],
            "it is a pipe or a device",
        ),
        (
            &["run", "x.toml", "--set", "model.initial={ kind = \"file\", path = \"/dev/zero\" }"],
            "it is a pipe or a device",
        ),
    ] {
        let refused = bounded(&sweep, arguments).ended_with(2);
        assert!(refused.stderr.contains(says), "{arguments:?}: {}", refused.stderr);
    }
}

/// A journal that is one endless line takes neither memory nor time.
#[test]
fn an_endless_journal_is_damaged() {
    let sweep = results();
    File::create(sweep.path("r/journal.jsonl")).unwrap().set_len(3 << 40).unwrap();
    for arguments in [&["report", "r"][..], &["verify", "r"], &["show", "r"]] {
        bounded(&sweep, arguments).ended_with(0);
    }
    let said = bounded(&sweep, &["run", "x.toml", "--out", "r"]).ended_with(0).stderr;
    assert!(said.contains("`r/journal.jsonl`: 1 line is damaged"), "{said}");
}
