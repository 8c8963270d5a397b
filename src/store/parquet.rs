//! Reading a Parquet file that somebody may have changed: a bounded size, a bounded number of cells, no panic.

use super::error::StoreError;
use super::tables::{SCHEMA_KEY, SCHEMA_VERSION};
use crate::guard::file::{self, Links};
use crate::guard::{ParquetError, check_texts, guarded, note, rewritten};
use polars::prelude::*;
use std::io::Cursor;
use std::path::Path;

/// The largest file of a result folder that is read into memory: 4 GiB.
pub(super) const MOST_BYTES: u64 = 4 << 30;
/// The most cells of one table: 2.4 GB of numbers, or curves of a million runs with 30 points each.
const MOST_CELLS: usize = 300_000_000;

/// The bytes of a regular file of a result folder.
///
/// # Errors
/// Where there is none, or it is too large; the message names it.
pub fn bytes(path: &Path, most: u64) -> Result<Vec<u8>, StoreError> {
    Ok(file::read(path, most, Links::Followed)?)
}

/// The table in a file's bytes; `name` is the file, for messages.
///
/// # Errors
/// Where it is damaged or too large, or a later version of burnmark wrote it.
pub fn table(name: &Path, bytes: &[u8]) -> Result<DataFrame, StoreError> {
    let named = |fault| StoreError::Table { path: name.to_owned(), fault };
    let length = bytes.len();
    if let Some(found) = note(bytes, SCHEMA_KEY).and_then(|version| version.parse().ok())
        && found > SCHEMA_VERSION
    {
        return Err(named(ParquetError::Newer { found, known: SCHEMA_VERSION }));
    }
    let bytes = rewritten(bytes, MOST_CELLS).map_err(named)?;
    let read = guarded(|| {
        // One thread, this one: a panic on damaged bytes then stays here.
        let mut reader = ParquetReader::new(Cursor::new(bytes)).read_parallel(ParallelStrategy::None);
        let rows = reader.num_rows()?;
        let table = reader.finish()?;
        // What a damaged page leaves out would be missed by nobody else.
        if table.height() != rows || table.columns().iter().any(|column| column.len() != rows) {
            polars_bail!(ComputeError: "a column is incomplete");
        }
        Ok(table)
    });
    match read {
        Some(Ok(table)) => check_texts(&table, length).map_err(named).map(|()| table),
        Some(Err(why)) => Err(named(ParquetError::Decoder(why.to_string().chars().take(200).collect()))),
        None => Err(named("it is damaged".into())),
    }
}

/// Both at once.
///
/// # Errors
/// As both.
pub fn read(path: &Path) -> Result<DataFrame, StoreError> {
    table(path, &bytes(path, MOST_BYTES)?)
}
