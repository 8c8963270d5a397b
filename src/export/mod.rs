//! Results in the formats of other programs. Each format is one file that renders what `store` has read, and computes
//! nothing of its own. Add one: a file with its `EXPORTER` and one line in [`ENTRIES`].
//!
//! Numbers are written as the shortest decimals that give the same 64 bits again, wherever the format has decimals. The
//! same results give the same bytes.

mod bundle;
mod csv;
mod draft;
mod error;
mod exporter;
mod json_lines;
mod mlflow;
mod picture;
mod protobuf;
mod records;
mod results;
mod sheet;
mod shell;
mod tar;
mod tensorboard;

pub use bundle::{Unbundled, bundle};
pub use error::ExportError;
pub use exporter::Exporter;
pub use picture::{FigureFile, FigureFormat, FigureScale, PictureError, picture};
pub use shell::shell_word;

use crate::store;
use draft::ExportFolder;
use results::StoredResults;
use std::path::Path;

/// Every format, in the order in which the help shows them.
pub const ENTRIES: &[&Exporter] = &[&csv::EXPORTER, &json_lines::EXPORTER, &tensorboard::EXPORTER, &mlflow::EXPORTER];

/// Writes the results of one folder to another in this format, and returns what to say of it. The folder `out` appears
/// with everything in it, or not at all.
///
/// # Errors
/// Where there are no results, or damaged ones; where `out` is there and not empty; where it cannot be written.
pub fn export(results: &Path, exporter: &Exporter, out: &Path) -> Result<String, ExportError> {
    let (manifest, tables) = store::read_tables(results)?;
    let runs = tables.whole_runs(results)?;
    let draft = ExportFolder::begin(out)?;
    let said = (exporter.write)(&StoredResults { manifest, tables, runs }, &draft)?;
    draft.finish()?;
    Ok(said)
}
