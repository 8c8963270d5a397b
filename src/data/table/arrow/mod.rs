//! Arrow files, which are Feather of version 2: columns of numbers, flags and texts, plain or packed.
//!
//! `ARROW1`, messages, a footer that says where they lie, its length, `ARROW1`. A message is a `FlatBuffers` table ([`flat`]) and a body of
//! buffers. The footer has the schema; a message has a batch of rows, or a dictionary of texts that columns point into. Every length
//! and place is held against the bytes that are there, and what a packed buffer says of its length is bounded by the file's.
//! Source: Apache Arrow, "Columnar Format" 1.5, with `Schema.fbs`, `Message.fbs` and `File.fbs`.

mod batch;
mod field;
mod flat;
mod packed;

use super::cell::shortened;
use super::column::{Cells, Column};
use super::delimited::check_names;
use super::index;
use super::limits::{MOST_CELLS, MOST_COLUMNS};
use super::texts::Texts;
use crate::data::error::{DataError, DataFault};
use batch::{ArrowBatch, ArrowCells, ArrowCursor, ReadColumn};
use field::{ArrowColumn, ArrowKind};
use flat::FlatTable;
use packed::Unpacking;
use std::collections::HashMap;

const MAGIC: &[u8] = b"ARROW1";
/// The numbers of headers in `Message.fbs`.
const DICTIONARY: u8 = 2;
const RECORDS: u8 = 3;
/// Bytes of a block in a footer.
const BLOCK: usize = 24;
/// The most bytes of all texts: a dictionary may be pointed into from many rows.
const MOST_TEXT: usize = 1 << 28;

/// The kind of a message, its header and its body.
type ArrowMessage<'b> = (u8, FlatTable<'b>, &'b [u8]);
/// The texts of each dictionary, by its number.
type Dictionaries = HashMap<i64, Vec<Option<Box<str>>>>;

fn damaged() -> DataError {
    DataFault::Format.error("this Arrow file is damaged, or of a kind that is not read; save it anew, or as Parquet")
}

/// The columns of a file's bytes.
pub fn parse(bytes: &[u8]) -> Result<Vec<Column>, DataError> {
    if !bytes.starts_with(MAGIC) || !bytes.ends_with(MAGIC) || bytes.len() < 8 + MAGIC.len() + 4 {
        let what = if bytes.starts_with(b"FEA1") {
            "Feather of version 1; save it anew"
        } else {
            "it does not begin and end with `ARROW1`"
        };
        return Err(DataFault::Format.error(format!("this is no Arrow file: {what}")));
    }
    let footer = footer(bytes).ok_or_else(damaged)?;
    let columns = field::columns(footer.table(1).ok_or_else(damaged)?)?;
    let names: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
    if names.is_empty() || names.len() > MOST_COLUMNS {
        let message = format!("{} columns; 1 to {MOST_COLUMNS} are read", names.len());
        return Err(DataFault::Format.error(message));
    }
    check_names(&names)?;
    let mut unpacking = Unpacking::of(bytes.len());
    let dictionaries = dictionaries(bytes, footer, &columns, &mut unpacking)?;
    let mut read: Vec<Option<ArrowCells>> = columns.iter().map(|_| None).collect();
    let mut rows = 0_usize;
    for (kind, header, body) in messages(bytes, footer, 3)? {
        let batch = Some(header)
            .filter(|_| kind == RECORDS)
            .and_then(|header| ArrowBatch::of(header, body))
            .ok_or_else(damaged)?;
        rows = rows.saturating_add(batch.rows);
        if rows.saturating_mul(names.len()) > MOST_CELLS {
            return Err(DataFault::TooLarge.error(format!("more than {MOST_CELLS} cells, which is as much as is read")));
        }
        let mut at = ArrowCursor::default();
        for (column, read) in columns.iter().zip(&mut read) {
            if let ReadColumn::Cells(cells) = batch.next(&mut at, column, &mut unpacking).ok_or_else(damaged)? {
                append(read, cells)?;
            }
        }
    }
    if rows == 0 {
        return Err(DataFault::Format.error(format!("{} columns and no rows; at least one is needed", names.len())));
    }
    let of_pandas = of_pandas(footer);
    let is_index = index::by_name(&names);
    let columns = columns.into_iter().zip(read).zip(is_index);
    let column = |((column, cells), is_index): ((ArrowColumn, Option<ArrowCells>), bool)| {
        let is_index = is_index || of_pandas.contains(&column.name);
        let cells = cells_of(&column, cells, rows, &dictionaries)?;
        Ok(Column { name: column.name, cells, is_index })
    };
    columns.map(column).collect()
}

/// The table behind the messages.
fn footer(bytes: &[u8]) -> Option<FlatTable<'_>> {
    let end = bytes.len() - MAGIC.len() - 4;
    let length = i32::from_le_bytes(bytes.get(end..end + 4)?.try_into().ok()?);
    FlatTable::root(bytes.get(end.checked_sub(usize::try_from(length).ok()?)?..end)?)
}

/// The messages at the places that a list of the footer names: the kind of each, its header and its body.
fn messages<'b>(bytes: &'b [u8], footer: FlatTable<'b>, list: usize) -> Result<Vec<ArrowMessage<'b>>, DataError> {
    let Some(blocks) = footer.list(list, BLOCK) else { return Ok(Vec::new()) };
    let message = |block: usize| {
        let start = usize::try_from(blocks.i64(block, BLOCK, 0)?).ok()?;
        let metadata = usize::try_from(blocks.i32(block, BLOCK, 8)?).ok()?;
        let length = usize::try_from(blocks.i64(block, BLOCK, 16)?).ok()?;
        let whole = bytes.get(start..start.checked_add(metadata)?.checked_add(length)?)?;
        let (metadata, body) = whole.split_at_checked(metadata)?;
        // A mark, which old files lack, and the length of the table.
        let table = if metadata.starts_with(&[0xFF; 4]) { metadata.get(8..)? } else { metadata.get(4..)? };
        let message = FlatTable::root(table)?;
        Some((message.u8(1)?, message.table(2)?, body))
    };
    (0..blocks.count).map(message).collect::<Option<_>>().ok_or_else(damaged)
}

/// The texts of each dictionary, by its number.
fn dictionaries(
    bytes: &[u8],
    footer: FlatTable<'_>,
    columns: &[ArrowColumn],
    unpacking: &mut Unpacking,
) -> Result<Dictionaries, DataError> {
    let mut all = Dictionaries::new();
    for (kind, header, body) in messages(bytes, footer, 2)? {
        let number = header.i64(0).unwrap_or(0);
        let of = |column: &ArrowColumn| column.dictionary.clone().filter(|(of, _)| *of == number);
        let Some((_, texts)) = columns.iter().find_map(of) else { continue };
        if matches!(texts, ArrowKind::Text { .. } | ArrowKind::TextView) {
            let batch = header.table(1).filter(|_| kind == DICTIONARY).and_then(|batch| ArrowBatch::of(batch, body));
            let batch = batch.filter(|batch| batch.rows <= MOST_CELLS).ok_or_else(damaged)?;
            let Some(ArrowCells::Texts(texts)) = batch.of_dictionary(&texts, unpacking) else { return Err(damaged()) };
            let grows = header.u8(2).unwrap_or(0) != 0;
            let known = all.entry(number).or_default();
            if !grows {
                known.clear();
            }
            known.extend(texts);
        }
    }
    Ok(all)
}

/// Adds the cells of a batch to those of the batches before.
fn append(all: &mut Option<ArrowCells>, cells: ArrowCells) -> Result<(), DataError> {
    match (all.as_mut(), cells) {
        (None, cells) => *all = Some(cells),
        (Some(ArrowCells::Integers(all)), ArrowCells::Integers(more)) => all.extend(more),
        (Some(ArrowCells::Numbers(all)), ArrowCells::Numbers(more)) => all.extend(more),
        (Some(ArrowCells::Flags(all)), ArrowCells::Flags(more)) => all.extend(more),
        (Some(ArrowCells::Texts(all)), ArrowCells::Texts(more)) => all.extend(more),
        _ => return Err(damaged()),
    }
    Ok(())
}

/// The cells of a column of a table.
fn cells_of(
    column: &ArrowColumn,
    cells: Option<ArrowCells>,
    rows: usize,
    dictionaries: &Dictionaries,
) -> Result<Cells, DataError> {
    let unsupported = |name: &str| Ok(Cells::Unsupported(name.to_owned()));
    let cells = match (cells, &column.kind) {
        (Some(cells), _) => cells,
        (None, ArrowKind::Other(name)) => return unsupported(name),
        (None, _) => return Err(damaged()),
    };
    Ok(match (cells, &column.dictionary) {
        (ArrowCells::Integers(places), Some((number, ArrowKind::Text { .. } | ArrowKind::TextView))) => {
            let texts = dictionaries.get(number).ok_or_else(damaged)?;
            let text = |place: Option<i128>| match place {
                None => Some(None),
                Some(place) => texts.get(usize::try_from(place).ok()?).map(Option::as_deref),
            };
            let texts: Option<Vec<Option<&str>>> = places.into_iter().map(text).collect();
            let texts = texts.ok_or_else(damaged)?;
            let bytes = texts.iter().flatten().map(|text| text.len()).sum::<usize>();
            if bytes > MOST_TEXT {
                let name = shortened(&column.name);
                return Err(
                    DataFault::TooLarge.error(format!("column `{name}` has more than {} MiB of text", MOST_TEXT >> 20))
                );
            }
            Cells::of_texts(Texts::of_rows(texts))
        }
        (_, Some(_)) => return unsupported("dictionary of another kind than text"),
        (ArrowCells::Integers(cells), None) => integers(cells),
        (ArrowCells::Numbers(cells), None) => numbers(cells),
        (ArrowCells::Flags(cells), None) => Cells::Flags(cells),
        (ArrowCells::Texts(cells), None) => {
            Cells::of_texts(Texts::of_rows(cells.iter().map(Option::as_deref).collect()))
        }
    })
    .and_then(|cells| if cells.rows() == Some(rows) { Ok(cells) } else { Err(damaged()) })
}

/// Up to here, a 64-bit float is every whole number: 2⁵³.
const WIDE: u128 = 1 << 53;

#[allow(clippy::cast_precision_loss)] // those that would lose are kept whole, where none is missing
fn integers(cells: Vec<Option<i128>>) -> Cells {
    let wide = cells.iter().flatten().any(|whole| whole.unsigned_abs() > WIDE);
    match cells.iter().copied().collect::<Option<Vec<i128>>>().filter(|_| wide) {
        Some(whole) => Cells::Whole(whole),
        None => numbers(cells.into_iter().map(|cell| cell.map(|whole| whole as f64)).collect()),
    }
}

/// Numbers, of which those that are missing become NaN.
fn numbers(cells: Vec<Option<f64>>) -> Cells {
    let numbers: Vec<f64> = cells.into_iter().map(|cell| cell.unwrap_or(f64::NAN)).collect();
    if numbers.iter().all(|number| number.is_finite()) { Cells::Numbers(numbers) } else { Cells::Broken(numbers) }
}

/// The columns that pandas says are an index, in the entry `pandas` of the schema.
fn of_pandas(footer: FlatTable<'_>) -> Vec<String> {
    let schema = footer.table(1);
    let entries = schema.map(|schema| schema.tables(2)).unwrap_or_default();
    let of_pandas = entries.into_iter().find(|entry| entry.text(0) == Some("pandas"));
    of_pandas.and_then(|entry| index::in_json(entry.text(1)?.as_bytes())).unwrap_or_default()
}
