//! The columns of a text file: a header, and one record per row.

use super::cell::{finite, is_wide, shortened};
use super::column::{Cells, Column};
use super::dialect;
use super::index;
use super::limits::MOST_CELLS;
use super::records::{Field, Records};
use super::texts::Texts;
use crate::data::error::{DataError, DataFault};
use std::collections::HashMap;
use std::sync::Arc;

/// Columns, and the line of each row.
pub fn parse(bytes: Vec<u8>, delimiter: u8) -> Result<(Vec<Column>, Vec<u64>), DataError> {
    let (text, start) = dialect::text(bytes)?;
    dialect::check(&text[start..], delimiter)?;
    let file = File { text: Arc::new(text), start, delimiter };
    let mut records = file.records();
    let mut record = Vec::new();
    if records.next(&mut record)?.is_none() {
        return Err(
            DataFault::Format.error("the file is empty; a header with column names and at least one row are needed")
        );
    }
    let names = header(&record)?;
    let (numbers, lines) = numbers(&mut records, &mut record, names.len())?;
    if lines.is_empty() {
        return Err(DataFault::Format.error("a header and no row"));
    }
    let texts = file.texts(&numbers, lines.len())?;
    let is_index = index::by_name(&names);
    let cells = numbers.into_iter().zip(texts).map(|(numbers, texts)| match (numbers, texts) {
        (Some(numbers), _) => Cells::Numbers(numbers),
        (None, texts) => texts.map_or(Cells::Whole(Vec::new()), Cells::of_texts),
    });
    let columns = names.into_iter().zip(cells).zip(is_index);
    Ok((columns.map(|((name, cells), is_index)| Column { name, cells, is_index }).collect(), lines))
}

struct File {
    text: Arc<String>,
    /// Behind a byte order mark.
    start: usize,
    delimiter: u8,
}

impl File {
    fn records(&self) -> Records<'_> {
        Records::new(&self.text, self.delimiter).starting_at(self.start)
    }

    /// The columns that are no numbers, read again: only now is it known which they are.
    fn texts(&self, numbers: &[Option<Vec<f64>>], rows: usize) -> Result<Vec<Option<Texts>>, DataError> {
        let mut starts: Vec<Option<Vec<usize>>> =
            numbers.iter().map(|numbers| numbers.is_none().then(|| Vec::with_capacity(rows))).collect();
        if starts.iter().any(Option::is_some) {
            let (mut records, mut record) = (self.records(), Vec::new());
            records.next(&mut record)?;
            while records.next(&mut record)?.is_some() {
                for (starts, cell) in starts.iter_mut().zip(&record) {
                    starts.iter_mut().for_each(|starts| starts.push(cell.start));
                }
            }
        }
        let texts = |starts| Texts::in_file(&self.text, self.delimiter, starts);
        Ok(starts.into_iter().map(|starts| starts.map(texts)).collect())
    }
}

/// The numbers of each column up to the end, if all of its cells are numbers, and the line of each row.
#[allow(clippy::type_complexity)] // a name for this one place would say less
fn numbers<'t>(
    records: &mut Records<'t>,
    record: &mut Vec<Field<'t>>,
    width: usize,
) -> Result<(Vec<Option<Vec<f64>>>, Vec<u64>), DataError> {
    let (mut numbers, mut lines) = (vec![Some(Vec::new()); width], Vec::new());
    while let Some(line) = records.next(record)? {
        lines.push(line);
        if record.len() != width {
            return Err(ragged(lines.len(), line, record, width));
        }
        if width > 1 && record.iter().all(|cell| cell.text.is_empty()) {
            let message = format!("row {} (line {line}) holds nothing but separators; remove such lines", lines.len());
            return Err(DataFault::Format.error(message).at_row(lines.len()).at_line(line));
        }
        if lines.len().saturating_mul(width) > MOST_CELLS {
            return Err(DataFault::TooLarge.error(format!("more than {MOST_CELLS} cells, which is as much as is read")));
        }
        for (column, cell) in numbers.iter_mut().zip(&*record) {
            let Some(numbers) = column else { continue };
            match finite(&cell.text).filter(|number| !is_wide(&cell.text, *number)) {
                Some(number) => numbers.push(number),
                None => *column = None,
            }
        }
    }
    Ok((numbers, lines))
}

/// What to say of a row that has not as many cells as the header.
pub(super) fn ragged(row: usize, line: u64, record: &[Field<'_>], width: usize) -> DataError {
    let cells = record.len();
    let noun = if cells == 1 { "cell" } else { "cells" };
    let perhaps = match record.last() {
        Some(last) if cells == width + 1 && last.text.is_empty() => "; is there a separator at the end of the line?",
        _ if width == 1 => "; if the first line is a title or a remark and no header, remove it",
        _ if cells == width + 1 => {
            "; if the first one names the row, as R's `write.table` has it, name it in the header too"
        }
        _ if cells == 2 * width => "; numbers are written with a decimal point, not a comma",
        _ => "",
    };
    let message = format!("row {row} (line {line}) has {cells} {noun} where the header has {width}{perhaps}");
    DataFault::Format.error(message).at_row(row).at_line(line)
}

/// The columns' names; those of an index may be empty.
fn header(record: &[Field<'_>]) -> Result<Vec<String>, DataError> {
    let names: Vec<String> = record.iter().map(|name| name.text.clone().into_owned()).collect();
    if names.iter().all(|name| name.parse::<f64>().is_ok_and(f64::is_finite)) {
        return Err(DataFault::Header.error("the first line holds numbers only; a header with column names is needed"));
    }
    check_names(&names)?;
    Ok(names)
}

/// Whether each column that is no index has a name of its own.
pub fn check_names(names: &[String]) -> Result<(), DataError> {
    let mut seen = HashMap::new();
    for (place, (name, is_index)) in names.iter().zip(index::by_name(names)).enumerate() {
        if name.is_empty() {
            if is_index {
                continue;
            }
            let last = if place + 1 == names.len() { "; is there a separator at the end of the line?" } else { "" };
            return Err(DataFault::Header.error(format!("column {} has no name in the header{last}", place + 1)));
        }
        if let Some(first) = seen.insert(name, place) {
            let (first, second, name) = (first + 1, place + 1, shortened(name));
            return Err(DataFault::Header
                .error(format!("columns {first} and {second} are both named `{name}`; give each a name of its own")));
        }
    }
    Ok(())
}
