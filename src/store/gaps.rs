//! The tables of a cross-check: gaps at the same parameters, and how two trainings parted.

use super::column::column;
use super::error::StoreError;
use super::files::{create, refuse_link};
use super::lock::Lock;
use super::names::FIGURES;
use super::settle::temporary;
use super::tables::write;
use crate::record::{DriftRow, GapRow};
use polars::prelude::*;
use std::fs;
use std::path::{Path, PathBuf};

pub(super) const GAPS: &str = "gaps.parquet";
pub(super) const DRIFT: &str = "drift.parquet";
/// The figures of both.
pub const GAPS_FIGURE: &str = "gaps.svg";
pub const DRIFT_FIGURE: &str = "drift.svg";

/// The folder of a cross-check, held by this process alone.
pub struct Gaps {
    folder: PathBuf,
    lock: Lock,
}

impl Gaps {
    /// Opens the folder of a cross-check, making it if need be, and removes what an earlier one left there: this one may have
    /// less to write.
    ///
    /// # Errors
    /// Where the folder cannot be written, or another process holds it.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let made = refuse_link(folder).and_then(|()| fs::create_dir_all(folder));
        made.map_err(|why| StoreError::io("make the folder", folder, why))?;
        let lock = Lock::take(folder)?;
        let figures = folder.join(FIGURES);
        refuse_link(&figures).map_err(|_| StoreError::Link(figures.clone()))?;
        let figures = [GAPS_FIGURE, DRIFT_FIGURE].map(|name| figures.join(name));
        for path in [GAPS, DRIFT].map(|name| folder.join(name)).into_iter().chain(figures) {
            match fs::remove_file(&path) {
                Err(why) if why.kind() != std::io::ErrorKind::NotFound => {
                    return Err(StoreError::io("remove", &path, why));
                }
                _ => {}
            }
        }
        Ok(Self { folder: folder.to_owned(), lock })
    }

    /// What the user should know of the way in which the folder is kept to this process.
    #[must_use]
    pub fn notice(&self) -> Option<String> {
        self.lock.notice()
    }

    /// Writes the gaps to `gaps.parquet` and returns its path.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn write_gaps(&self, rows: &[GapRow]) -> Result<PathBuf, StoreError> {
        let columns = vec![
            column("run", rows, |r| Some(r.run.clone())),
            column("leading", rows, |r| Some(r.leading.clone())),
            column("other", rows, |r| Some(r.other.clone())),
            column("precision", rows, |r| Some(r.precision.clone())),
            column("step", rows, |r| Some(r.step)),
            column("quantity", rows, |r| Some(r.quantity.clone())),
            column("gap", rows, |r| Some(r.gap)),
        ];
        self.whole(GAPS, DataFrame::new(rows.len(), columns))
    }

    /// Writes how trainings parted to `drift.parquet` and returns its path.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn write_drift(&self, rows: &[DriftRow]) -> Result<PathBuf, StoreError> {
        let columns = vec![
            column("run", rows, |r| Some(r.run.clone())),
            column("leading", rows, |r| Some(r.leading.clone())),
            column("other", rows, |r| Some(r.other.clone())),
            column("precision", rows, |r| Some(r.precision.clone())),
            column("step", rows, |r| Some(r.step)),
            column("parameters", rows, |r| Some(r.parameters)),
            column("loss", rows, |r| Some(r.loss)),
        ];
        self.whole(DRIFT, DataFrame::new(rows.len(), columns))
    }

    fn whole(&self, name: &str, table: PolarsResult<DataFrame>) -> Result<PathBuf, StoreError> {
        let (path, temporary) = (self.folder.join(name), temporary(&self.folder, name));
        let make = || {
            write(create(&temporary)?, table?)?;
            fs::rename(&temporary, &path)?;
            PolarsResult::Ok(())
        };
        make().map_err(|why| {
            let _ = fs::remove_file(&temporary);
            StoreError::io("write", &path, why)
        })?;
        Ok(path)
    }
}
