//! What can be wrong with a result folder.

use super::names::{JOURNAL, MANIFEST, MEASUREMENTS, RUNS};
use crate::guard::ParquetError;
use crate::guard::file::FileError;
use crate::record::RunId;
use polars::prelude::PolarsError;
use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};

/// Why a result folder cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The system does not do something with a file or folder; `doing` is the verb: `write`, `make the folder`.
    #[error("cannot {doing} `{}`: {why}", path.display())]
    Io { doing: &'static str, path: PathBuf, why: Box<dyn Error + Send + Sync> },
    #[error(transparent)]
    File(#[from] FileError),
    /// A path inside a result folder is a link.
    #[error("`{}` is a link; burnmark follows no links inside a result folder", .0.display())]
    Link(PathBuf),
    /// A result folder is a link that leads nowhere.
    #[error("`{}` is a link to a folder that does not exist; make that folder, or remove the link", .0.display())]
    DanglingLink(PathBuf),

    /// There is no result folder.
    #[error("no results in `{}`: expected a folder with `{RUNS}` and `{MANIFEST}`", .0.display())]
    NoResults(PathBuf),
    /// No run has finished, or none is in the tables yet.
    #[error("{}", nothing_yet(folder, *waiting))]
    NothingYet { folder: PathBuf, waiting: usize },
    /// Somebody else's file has the name of a file of results.
    #[error(
        "`{}` holds `{name}`, and no manifest of burnmark says that burnmark wrote it; give another folder by `--out`, or move \
         `{name}` away",
        folder.display()
    )]
    Foreign { folder: PathBuf, name: &'static str },
    /// Another process holds the folder; `way_on` says what to do if it has ended.
    #[error(
        "{by} is writing to `{}`; wait for it, or give this one its own folder with `--out`{way_on}", folder.display()
    )]
    Held { folder: PathBuf, by: String, way_on: String },
    /// The folder was taken away while this process held it.
    #[error("`{}` was removed or replaced while it was written to", .0.display())]
    Replaced(PathBuf),

    /// A table cannot be decoded.
    #[error("`{}` cannot be read: {fault}", path.display())]
    Table { path: PathBuf, fault: ParquetError },
    /// The tables do not hold runs as burnmark writes them; `folder` where it is known.
    #[error("{}the tables are not burnmark's: {why}", in_folder(folder.as_deref()))]
    NotOurs { folder: Option<PathBuf>, why: PolarsError },
    #[error("`{}`: run {run} has no row in {MEASUREMENTS}", folder.display())]
    NoMeasurement { folder: PathBuf, run: RunId },
    /// The rows that the tables should have cannot be put side by side with them.
    #[error("{0}")]
    Incomparable(String),
    #[error("`{}` is damaged: {fault}", path.display())]
    Damaged { path: PathBuf, fault: Damage },
    /// A table that the manifest describes is missing.
    #[error("`{}` is missing", .0.display())]
    MissingTable(PathBuf),
    /// A table is not the one that the manifest describes.
    #[error("`{}` was changed after it was written: its digest is {found}, and {}", path.display(), says(expected.as_deref()))]
    ChangedTable { path: PathBuf, found: String, expected: Option<String> },
    #[error("`{}` is there, and {MANIFEST} does not describe it", .0.display())]
    UndescribedTable(PathBuf),
    #[error("{MANIFEST} names a table `{0}`, which burnmark does not write")]
    UnknownTable(String),
    /// The first of the tables that are not those of the manifest.
    #[error("{0}; `burnmark verify` tells what is wrong, `burnmark run` makes damaged runs again")]
    Changed(Box<Self>),
    /// A process was killed while it put new tables in place.
    #[error("a process was ended while it put new tables of `{}` in place; `burnmark run` finishes that", .0.display())]
    Interrupted(PathBuf),
    #[error("the new tables of `{}` cannot be read back; its runs are kept in `{JOURNAL}`", .0.display())]
    NotReadBack(PathBuf),
}

/// What is wrong with a manifest or a file of parameters.
#[derive(Debug, thiserror::Error)]
pub enum Damage {
    #[error("it is no text")]
    NoText,
    #[error("it does not begin with its digest")]
    NoDigest,
    #[error("it was changed after it was written: its digest is {found}, and it says {said}")]
    Digest { found: String, said: String },
    #[error("{0}")]
    Json(#[from] serde_json::Error),
    #[error("{0}")]
    Tensors(#[from] safetensors::SafeTensorError),
    #[error("`{name}` is of {kind:?}")]
    TensorType { name: String, kind: safetensors::Dtype },
}

/// A number of a shard that no experiment has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("shard {number}/{of}, which no experiment has")]
pub struct NoShard {
    pub number: usize,
    pub of: usize,
}

impl StoreError {
    /// An error of the system with a file or folder; `doing` is the verb.
    pub(super) fn io(doing: &'static str, path: &Path, why: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Io { doing, path: path.to_owned(), why: why.into() }
    }

    pub(super) fn unreadable(path: &Path, why: io::Error) -> Self {
        Self::io("read", path, why)
    }

    pub(super) fn unwritable(path: &Path, why: io::Error) -> Self {
        Self::io("write", path, why)
    }
}

/// What to say of runs that are finished and not in the tables.
#[must_use]
pub fn waiting_in_words(runs: usize) -> String {
    let runs = if runs == 1 { "1 finished run waits".to_owned() } else { format!("{runs} finished runs wait") };
    format!("{runs} in {JOURNAL}; `burnmark run` takes what waits into the tables")
}

fn nothing_yet(folder: &Path, waiting: usize) -> String {
    let out = folder.display();
    match waiting {
        0 => format!("`{out}` has no finished runs"),
        runs => format!("`{out}` has no tables yet: {}", waiting_in_words(runs)),
    }
}

fn in_folder(folder: Option<&Path>) -> String {
    folder.map(|folder| format!("`{}`: ", folder.display())).unwrap_or_default()
}

fn says(expected: Option<&str>) -> String {
    expected.map_or(format!("no {MANIFEST} describes it"), |digest| format!("{MANIFEST} says {digest}"))
}
