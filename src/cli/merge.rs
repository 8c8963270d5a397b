//! `burnmark merge`: the shards of an experiment made one result.

use super::failure::Failure;
use super::finish::finish;
use crate::analysis::Allowed;
use crate::catalogue::Catalogue;
use crate::console;
use crate::harness;
use crate::record::counted;
use clap::Args;
use std::path::PathBuf;

#[derive(Args)]
pub struct MergeArguments {
    /// The result folder, such as results/sweep
    results: PathBuf,
    /// The shards' folders [default: those in shards/ of the result folder]
    shards: Vec<PathBuf>,
}

pub fn merge(arguments: &MergeArguments, catalogue: &Catalogue) -> Result<(), Failure> {
    let (folder, summary) = harness::merge(&arguments.results, &arguments.shards)?;
    finish(folder.path(), &summary, Allowed::default(), false, catalogue)?;
    if summary.left > 0 {
        let (left, out) = (summary.left, folder.path().display());
        console::message(&format!(
            "tuning is merged; `burnmark run` with the same spec, to `{out}`, does the {} of what it chooses, or \
             `burnmark run --shard I/N --stage report` on several machines",
            counted(left, "run")
        ));
    }
    Ok(())
}
