//! Why nothing was exported.

use crate::store::StoreError;
use std::io;
use std::path::PathBuf;

/// Why nothing was exported; what had been written is removed.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The results cannot be read.
    #[error(transparent)]
    Results(#[from] StoreError),
    #[error("`{}` is not empty; give `--out` a folder that is new or empty", .0.display())]
    NotEmpty(PathBuf),
    #[error("cannot write to the folder `{}`: {why}", folder.display())]
    Folder { folder: PathBuf, why: io::Error },
    /// A file or folder inside the export; `doing` is the verb.
    #[error("cannot {doing} `{path}` of the export: {why}")]
    Inside { doing: &'static str, path: String, why: io::Error },
    /// A file that is no bundle, or holds more than results.
    #[error("`{}` is no bundle of results: {why}", path.display())]
    NoBundle { path: PathBuf, why: String },
    #[error("cannot finish `{}`: {why}", folder.display())]
    Unfinished { folder: PathBuf, why: io::Error },
}
