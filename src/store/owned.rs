//! Whether a folder may be taken for results.

use super::error::StoreError;
use super::gaps::{DRIFT, GAPS};
use super::lock::is_marked;
use super::manifest::HEAD;
use super::names::{CURVES, FIGURES, JOURNAL, MANIFEST, MEASUREMENTS, PARAMETERS, REPORT, RUNS, STEPS};
use crate::guard::file::{self, Links};
use std::fs;
use std::io::Read;
use std::path::Path;

/// What a sweep or a cross-check writes over or removes in its folder.
const WRITTEN: [&str; 11] =
    [RUNS, CURVES, STEPS, MEASUREMENTS, MANIFEST, JOURNAL, REPORT, FIGURES, PARAMETERS, GAPS, DRIFT];

/// Refuses a folder that holds something under the name of a file of results, and that burnmark did not make.
///
/// # Errors
/// What it holds.
pub fn refuse_foreign(folder: &Path) -> Result<(), StoreError> {
    let there = |name: &&&str| fs::symlink_metadata(folder.join(name)).is_ok();
    match WRITTEN.iter().find(there) {
        Some(name) if !is_marked(folder) && !has_manifest(folder) => {
            Err(StoreError::Foreign { folder: folder.to_owned(), name })
        }
        _ => Ok(()),
    }
}

/// Whether the folder's manifest begins as ours do; it may be damaged further on.
fn has_manifest(folder: &Path) -> bool {
    let mut head = Vec::new();
    let read = file::open(&folder.join(MANIFEST), u64::MAX, Links::Followed)
        .is_ok_and(|file| file.take(HEAD.len() as u64).read_to_end(&mut head).is_ok());
    read && head == HEAD.as_bytes()
}
