//! `burnmark merge`: the shards of an experiment made one result.

use super::Failure;
use super::commands::finish;
use crate::harness::{self, Trouble};
use std::path::{Path, PathBuf};

pub fn merge(results: &Path, shards: &[PathBuf]) -> Result<(), Failure> {
    let (folder, summary) = harness::merge(results, shards).map_err(|trouble| match trouble {
        Trouble::Strangers(message) => Failure::Request(message),
        Trouble::Work(message) => Failure::Work(message),
    })?;
    finish(folder.path(), &summary)
}
