//! A file of a result folder, its digests made right. The first byte says which: a table, a line of the journal or the
//! manifest.

#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use subjects::Results;

#[path = "../../tests/it/subjects.rs"]
mod subjects;

const SPEC: &str = r#"
name = "fuzz"
engine = "reference"
[data]
set = "iris"
[model]
kind = "softmax"
[train]
epochs = 2
batch = 32
curve = "step"
[sweep]
optimizer = [{ kind = "adam", lr = [0.01, 0.1] }, { kind = "gradient-descent", lr = 1e30 }]
"#;

static RESULTS: LazyLock<Results> = LazyLock::new(|| {
    let folder = std::env::temp_dir().join(format!("burnmark-fuzz-results-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for temporary files");
    Results::new(&folder, SPEC)
});

fuzz_target!(|bytes: &[u8]| {
    let Some((kind, bytes)) = bytes.split_first() else { return };
    match RESULTS.tables.get(usize::from(*kind % 6)) {
        Some((name, _)) => drop(RESULTS.with_table(name, bytes)),
        None if *kind % 6 == 4 => drop(RESULTS.with_line(bytes, true)),
        None => drop(subjects::manifest(bytes, true)),
    }
});
