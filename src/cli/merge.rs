//! `burnmark merge`: the shards of an experiment made one result.

use super::Failure;
use super::commands::finish;
use crate::analysis::Allowed;
use crate::harness::{self, Trouble};
use std::path::{Path, PathBuf};

pub fn merge(results: &Path, shards: &[PathBuf]) -> Result<(), Failure> {
    let (folder, summary) = harness::merge(results, shards).map_err(|trouble| match trouble {
        Trouble::Strangers(message) => Failure::Request(message),
        Trouble::Work(message) => Failure::Work(message),
    })?;
    finish(folder.path(), &summary, Allowed::default())?;
    if summary.left > 0 {
        let (left, out) = (summary.left, folder.path().display());
        eprintln!(
            "tuning is merged; `burnmark run` with the same spec, to `{out}`, does the {left} runs of what it chooses"
        );
    }
    Ok(())
}
