//! A data file. The first byte says which: CSV, TSV, IDX, Parquet, packed CSV, NumPy, PNG or weights.

#![no_main]

use libfuzzer_sys::fuzz_target;
use std::path::PathBuf;
use std::sync::LazyLock;
use subjects::DataFile;

#[path = "../../tests/it/subjects.rs"]
mod subjects;

/// One of each kind, in a folder of this process.
static FILES: LazyLock<[DataFile; 8]> = LazyLock::new(|| {
    let folder: PathBuf = std::env::temp_dir().join(format!("burnmark-fuzz-data-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("pictures/a")).expect("a folder for temporary files");
    ["x.csv", "x.tsv", "images", "x.parquet", "x.csv.gz", "x.npy", "x.npz", "pictures/a/1.png"]
        .map(|name| DataFile::new(&folder, name))
});

fuzz_target!(|bytes: &[u8]| {
    let Some((kind, bytes)) = bytes.split_first() else { return };
    match FILES.get(usize::from(*kind % 9)) {
        Some(file) => drop(file.read(bytes)),
        None => {
            let (network, good) = subjects::weights_network();
            let _ = subjects::is_weights(&network, &good, bytes);
        }
    }
});
