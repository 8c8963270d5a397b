//! Why a decoder does not get to see a file.

use thiserror::Error;

/// What is wrong with the bytes of a Parquet file; the messages do not name the file.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ParquetError {
    /// It contradicts itself or the format.
    #[error("{0}")]
    Malformed(&'static str),
    #[error("{rows} rows of {columns} columns; of a file of {bytes} bytes at most {most} cells are read")]
    TooManyCells { rows: usize, columns: usize, bytes: usize, most: u64 },
    #[error("there are {found} columns where the schema has {expected}")]
    Columns { found: usize, expected: usize },
    #[error(
        "its pages have too many bytes once unpacked: at most {most_of_page} are read of a page, and of a file of {bytes} bytes \
         {most} in all"
    )]
    TooManyBytes { most_of_page: u64, bytes: usize, most: u64 },
    #[error("its texts have {length} bytes; of a file of {bytes} bytes at most {most} are read")]
    TooMuchText { length: u64, bytes: usize, most: u64 },
    /// A known encoding whose lengths cannot be checked.
    #[error("its encoding {0} is not read; save the file with plain or dictionary encoding")]
    RefusedEncoding(&'static str),
    #[error("its encoding {0} is not known")]
    UnknownEncoding(i64),
    /// A fault of one row group, counted from 1.
    #[error("in its row group {group}, {fault}")]
    InGroup { group: usize, fault: Box<Self> },
    /// A fault of one column, counted from 1.
    #[error("column {column}: {fault}")]
    InColumn { column: usize, fault: Box<Self> },
    /// A table of a later version of burnmark.
    #[error("its schema is version {found} and this burnmark reads up to {known}; use a newer burnmark")]
    Newer { found: u64, known: u64 },
    /// What the decoder says of it.
    #[error("{0}")]
    Decoder(String),
}

impl From<&'static str> for ParquetError {
    fn from(fault: &'static str) -> Self {
        Self::Malformed(fault)
    }
}
