//! `burnmark export`: a result folder in the format of another program.

use super::failure::Failure;
use super::print::print;
use crate::export::{ENTRIES, Exporter, export as export_results};
use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser};
use std::path::PathBuf;

/// What may be typed.
#[derive(Args)]
pub struct ExportArguments {
    /// A result folder, such as results/sweep
    results: PathBuf,
    /// The format to write
    #[arg(long, value_parser = formats())]
    format: String,
    /// Where to: a folder that is new or empty
    #[arg(short, long, value_name = "FOLDER")]
    out: PathBuf,
}

fn formats() -> PossibleValuesParser {
    let value = |exporter: &&Exporter| PossibleValue::new(exporter.name).help(exporter.description);
    ENTRIES.iter().map(value).collect::<Vec<_>>().into()
}

pub fn export(arguments: &ExportArguments) -> Result<(), Failure> {
    let exporter = ENTRIES.iter().find(|exporter| exporter.name == arguments.format);
    let exporter = exporter.ok_or_else(|| Failure::Request(format!("unknown format `{}`", arguments.format)))?;
    let said = export_results(&arguments.results, exporter, &arguments.out)?;
    print(&format!("{said}\n"))
}
