//! `burnmark merge`: the shards of an experiment made one result.

use super::Failure;
use super::commands::finish;
use crate::analysis::Allowed;
use crate::catalogue::Catalogue;
use crate::console;
use crate::harness::{self, Trouble};
use crate::record::counted;
use std::path::{Path, PathBuf};

pub fn merge(results: &Path, shards: &[PathBuf], catalogue: &Catalogue) -> Result<(), Failure> {
    let (folder, summary) = harness::merge(results, shards).map_err(|trouble| match trouble {
        Trouble::Strangers(message) => Failure::Request(message),
        Trouble::Work(message) => Failure::Work(message),
    })?;
    finish(folder.path(), &summary, Allowed::default(), false, catalogue)?;
    if summary.left > 0 {
        let (left, out) = (summary.left, folder.path().display());
        console::message(&format!(
            "tuning is merged; `burnmark run` with the same spec, to `{out}`, does the {} of what it chooses",
            counted(left, "run")
        ));
    }
    Ok(())
}
