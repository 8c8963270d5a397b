//! Why data cannot be used.

use crate::guard::file::FileError;
use std::fmt;

/// Why data cannot be used: of what kind the fault is, where it lies, and in words what is wrong and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataError {
    pub fault: DataFault,
    pub place: DataPlace,
    message: String,
}

/// The kinds of faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DataFault {
    /// No data set has this name.
    UnknownSet,
    /// Parameters of a data set that do not go together.
    Parameters,
    /// More numbers than are read or generated.
    TooLarge,
    /// A file that is missing or cannot be read.
    Unreadable,
    /// Bytes that are not in the file's format.
    Format,
    /// A header without a usable name for each column.
    Header,
    /// A column that is missing, or of a type that is not read.
    Column,
    /// Cells that are missing, or that are no values of the kind that is needed.
    Cells,
    /// Values that are well formed and cannot be used, such as a target that is constant.
    Values,
    /// Parts into which the set cannot be split.
    Split,
    /// No folder is known for fetched data.
    NoFolder,
    /// A set that has not been fetched yet.
    NotFetched,
    /// A file that is not the pinned one.
    NotPinned,
    /// An address from which nothing can be fetched.
    Address,
    /// A server or a network that fails, or an answer that is not the pinned file.
    Fetch,
    /// A file or folder that cannot be written.
    Unwritable,
}

/// Where a fault lies, as far as it is known; lines and rows count from 1, and a header is no row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DataPlace {
    pub file: Option<String>,
    pub line: Option<u64>,
    pub row: Option<u64>,
    pub column: Option<String>,
}

impl DataFault {
    /// An error of this kind.
    pub fn error(self, message: impl Into<String>) -> DataError {
        DataError { fault: self, place: DataPlace::default(), message: message.into() }
    }
}

impl DataError {
    /// The same in a line of a file, which the message names already.
    pub(super) fn at_line(mut self, line: u64) -> Self {
        self.place.line = Some(line);
        self
    }

    /// The same in a row, counted from 1, which the message names already.
    pub(super) fn at_row(mut self, row: usize) -> Self {
        self.place.row = Some(row as u64);
        self
    }

    /// The same in a column, which the message names already.
    pub(super) fn in_column(mut self, column: &str) -> Self {
        self.place.column = Some(column.to_owned());
        self
    }

    /// The same in a file, which the message does not name yet.
    pub(super) fn in_file(mut self, file: &str) -> Self {
        self.message = format!("`{file}`: {}", self.message);
        self.place.file = Some(file.to_owned());
        self
    }

    /// The same with what helps behind the message.
    #[must_use]
    pub fn with_help(mut self, help: &str) -> Self {
        self.message += help;
        self
    }

    /// Both, in the place of this one.
    pub(super) fn and(mut self, other: &Self) -> Self {
        self.message = format!("{}\n  {}", self.message, other.message);
        self
    }

    /// The same with other words for it.
    pub(super) fn reworded(mut self, words: impl FnOnce(&str) -> String) -> Self {
        self.message = words(&self.message);
        self
    }
}

impl fmt::Display for DataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for DataError {}

impl From<FileError> for DataError {
    fn from(why: FileError) -> Self {
        let file = Some(why.path().display().to_string());
        let place = DataPlace { file, ..DataPlace::default() };
        Self { fault: DataFault::Unreadable, place, message: why.to_string() }
    }
}
