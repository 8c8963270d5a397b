//! The tar archive of a bundle.

#![no_main]

use libfuzzer_sys::fuzz_target;
use std::path::PathBuf;
use std::sync::LazyLock;

#[path = "../../tests/it/subjects.rs"]
mod subjects;

static PATH: LazyLock<PathBuf> =
    LazyLock::new(|| std::env::temp_dir().join(format!("burnmark-fuzz-bundle-{}.tar.gz", std::process::id())));

fuzz_target!(|bytes: &[u8]| {
    subjects::bundle(&PATH, bytes);
});
