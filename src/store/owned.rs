//! Whether a folder may be taken for results.

use super::gaps::{DRIFT, GAPS};
use super::lock::is_marked;
use super::manifest::HEAD;
use super::{CURVES, FIGURES, JOURNAL, MANIFEST, MEASUREMENTS, PARAMETERS, REPORT, RUNS, STEPS};
use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

/// What a sweep or a cross-check writes over or removes in its folder.
const WRITTEN: [&str; 11] =
    [RUNS, CURVES, STEPS, MEASUREMENTS, MANIFEST, JOURNAL, REPORT, FIGURES, PARAMETERS, GAPS, DRIFT];

/// Refuses a folder that holds something under the name of a file of results, and that burnmark did not make.
///
/// # Errors
/// What it holds.
pub fn refuse_foreign(folder: &Path) -> Result<(), String> {
    let there = |name: &&&str| fs::symlink_metadata(folder.join(name)).is_ok();
    match WRITTEN.iter().find(there) {
        Some(name) if !is_marked(folder) && !has_manifest(folder) => Err(format!(
            "`{}` holds `{name}`, and no manifest of burnmark says that burnmark wrote it; give another folder by `--out`, or \
             move `{name}` away",
            folder.display()
        )),
        _ => Ok(()),
    }
}

/// Whether the folder's manifest begins as ours do; it may be damaged further on.
fn has_manifest(folder: &Path) -> bool {
    let path = folder.join(MANIFEST);
    let regular = fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_file());
    let mut head = Vec::new();
    let read = regular.then(|| File::open(&path).and_then(|file| file.take(HEAD.len() as u64).read_to_end(&mut head)));
    read.is_some_and(|read| read.is_ok()) && head == HEAD.as_bytes()
}
