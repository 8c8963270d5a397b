//! A table of text as it is written: cells that keep the digits of their numbers.

use super::delimited::{check_names, ragged};
use super::dialect;
use super::records::Records;
use crate::data::error::{DataError, DataFault};

/// The names of the columns, and the cells of each row with its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenTable {
    pub names: Vec<String>,
    pub rows: Vec<(u64, Vec<String>)>,
}

/// Reads CSV.
///
/// # Errors
/// Where it is none, with the line.
pub fn as_written(bytes: Vec<u8>) -> Result<WrittenTable, DataError> {
    let (text, start) = dialect::text(bytes)?;
    dialect::check(&text[start..], b',')?;
    let mut records = Records::new(&text, b',').starting_at(start);
    let (mut record, mut rows) = (Vec::new(), Vec::new());
    if records.next(&mut record)?.is_none() {
        return Err(DataFault::Format.error("the file is empty; a header and at least one row are needed"));
    }
    let names: Vec<String> = record.iter().map(|cell| cell.text.clone().into_owned()).collect();
    check_names(&names)?;
    while let Some(line) = records.next(&mut record)? {
        if record.len() != names.len() {
            return Err(ragged(rows.len() + 1, line, &record, names.len()));
        }
        rows.push((line, record.iter().map(|cell| cell.text.clone().into_owned()).collect()));
    }
    Ok(WrittenTable { names, rows })
}
