//! `burnmark merge`: the shards of an experiment made one result.

use super::Failure;
use super::commands::finish;
use crate::analysis::Allowed;
use crate::console;
use crate::harness;
use crate::record::counted;
use std::path::{Path, PathBuf};

pub fn merge(results: &Path, shards: &[PathBuf]) -> Result<(), Failure> {
    let (folder, summary) = harness::merge(results, shards)?;
    finish(folder.path(), &summary, Allowed::default(), false)?;
    if summary.left > 0 {
        let (left, out) = (summary.left, folder.path().display());
        console::message(&format!(
            "tuning is merged; `burnmark run` with the same spec, to `{out}`, does the {} of what it chooses",
            counted(left, "run")
        ));
    }
    Ok(())
}
