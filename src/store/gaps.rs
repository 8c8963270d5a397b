//! The tables of a cross-check: gaps at the same parameters, and how two trainings parted.

use super::FIGURES;
use super::files::{create, refuse_link};
use super::tables::{column, write};
use crate::record::{DriftRow, GapRow};
use polars::prelude::*;
use std::fs;
use std::path::{Path, PathBuf};

const GAPS: &str = "gaps.parquet";
const DRIFT: &str = "drift.parquet";
/// The figures of both.
pub const GAPS_FIGURE: &str = "gaps.svg";
pub const DRIFT_FIGURE: &str = "drift.svg";

/// Writes the gaps of a cross-check to `gaps.parquet` of its folder and returns its path.
///
/// # Errors
/// Where it cannot be written.
pub fn write_gaps(folder: &Path, rows: &[GapRow]) -> Result<PathBuf, String> {
    let columns = vec![
        column("run", rows, |r| Some(r.run.clone())),
        column("leading", rows, |r| Some(r.leading.clone())),
        column("other", rows, |r| Some(r.other.clone())),
        column("precision", rows, |r| Some(r.precision.clone())),
        column("step", rows, |r| Some(r.step)),
        column("quantity", rows, |r| Some(r.quantity.clone())),
        column("gap", rows, |r| Some(r.gap)),
    ];
    whole(folder, GAPS, DataFrame::new(rows.len(), columns))
}

/// Removes what an earlier cross-check left in the folder: the next one may have less to write.
///
/// # Errors
/// Where a file cannot be removed.
pub fn forget_gaps(folder: &Path) -> Result<(), String> {
    let figures = folder.join(FIGURES);
    refuse_link(&figures).map_err(|why| why.to_string())?;
    let figures = [GAPS_FIGURE, DRIFT_FIGURE].map(|name| figures.join(name));
    for path in [GAPS, DRIFT].map(|name| folder.join(name)).into_iter().chain(figures) {
        match fs::remove_file(&path) {
            Err(why) if why.kind() != std::io::ErrorKind::NotFound => {
                return Err(format!("cannot remove `{}`: {why}", path.display()));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Writes how trainings parted to `drift.parquet` of the folder and returns its path.
///
/// # Errors
/// Where it cannot be written.
pub fn write_drift(folder: &Path, rows: &[DriftRow]) -> Result<PathBuf, String> {
    let columns = vec![
        column("run", rows, |r| Some(r.run.clone())),
        column("leading", rows, |r| Some(r.leading.clone())),
        column("other", rows, |r| Some(r.other.clone())),
        column("precision", rows, |r| Some(r.precision.clone())),
        column("step", rows, |r| Some(r.step)),
        column("parameters", rows, |r| Some(r.parameters)),
        column("loss", rows, |r| Some(r.loss)),
    ];
    whole(folder, DRIFT, DataFrame::new(rows.len(), columns))
}

fn whole(folder: &Path, name: &str, table: PolarsResult<DataFrame>) -> Result<PathBuf, String> {
    let path = folder.join(name);
    let temporary = folder.join(format!(".{name}.{}", std::process::id()));
    let make = || -> Result<(), Box<dyn std::error::Error>> {
        refuse_link(folder)?;
        fs::create_dir_all(folder)?;
        write(create(&temporary)?, table?)?;
        fs::rename(&temporary, &path)?;
        Ok(())
    };
    make().map_err(|why| format!("cannot write `{}`: {why}", path.display()))?;
    Ok(path)
}
