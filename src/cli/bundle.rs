//! `burnmark bundle`: a result folder as one file.

use super::failure::CommandResult;
use super::print::print;
use crate::export::{bundle as pack, shell_word};
use clap::Args;
use std::path::PathBuf;

#[derive(Args)]
pub struct BundleArguments {
    /// A result folder, such as results/sweep
    pub results: PathBuf,
    /// The file to write [default: the folder's name with .tar.gz, in the working folder]
    #[arg(short, long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// Packs it, and says how anyone verifies it.
pub fn bundle(arguments: &BundleArguments) -> CommandResult {
    let name = || {
        let name = arguments.results.file_name().map_or_else(|| "results".into(), |name| name.to_string_lossy());
        PathBuf::from(format!("{name}.tar.gz"))
    };
    let out = arguments.out.clone().unwrap_or_else(name);
    pack(&arguments.results, &out)?;
    let file = out.display().to_string();
    print(&format!("{file}\nto rerun it and compare every bit\n  burnmark verify {}\n", shell_word(&file)))
}
