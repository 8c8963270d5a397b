//! Text with a header and one line per row: CSV as RFC 4180 has it, or the same with tabs.

use super::cell::{finite, is_wide, shortened};
use super::{Cells, Column, MOST_CELLS, MOST_COLUMNS};
use csv::{Reader, ReaderBuilder, StringRecord};
use std::collections::HashMap;

/// Columns, and the line of each row. Blank lines are passed over; a cell may be quoted and hold line breaks.
pub fn parse(bytes: &[u8], delimiter: u8) -> Result<(Vec<Column>, Vec<u64>), String> {
    let text = utf8(bytes)?;
    check_quotes(text.as_bytes(), delimiter)?;
    let mut rows = Rows::new(text, delimiter);
    let mut record = StringRecord::new();
    if rows.next(&mut record)?.is_none() {
        return Err("the file is empty; a header with column names and at least one row are needed".to_owned());
    }
    let names = header(&record, delimiter)?;
    let (mut numbers, mut is_text) = (vec![Vec::new(); names.len()], vec![false; names.len()]);
    let mut lines = Vec::new();
    while let Some(line) = rows.next(&mut record)? {
        lines.push(line);
        if record.len() != names.len() {
            let (row, cells, expected) = (lines.len(), record.len(), names.len());
            let noun = if cells == 1 { "cell" } else { "cells" };
            return Err(format!("row {row} (line {line}) has {cells} {noun} where the header has {expected}"));
        }
        if lines.len().saturating_mul(names.len()) > MOST_CELLS {
            return Err(format!("more than {MOST_CELLS} cells, which is as much as is read"));
        }
        for (index, cell) in record.iter().enumerate() {
            if is_text[index] {
                continue;
            }
            match finite(cell.trim()) {
                Some(number) if !is_wide(cell.trim(), number) => numbers[index].push(number),
                _ => {
                    is_text[index] = true;
                    numbers[index] = Vec::new();
                }
            }
        }
    }
    if lines.is_empty() {
        return Err("a header and no row".to_owned());
    }
    let mut cells: Vec<Cells> = numbers.into_iter().map(Cells::Numbers).collect();
    if is_text.contains(&true) {
        // Read again: only now is it known which cells to keep as they stand.
        let mut rows = Rows::new(text, delimiter);
        rows.next(&mut record)?;
        let text_columns: Vec<usize> = (0..names.len()).filter(|&index| is_text[index]).collect();
        let mut texts = vec![Vec::with_capacity(lines.len()); text_columns.len()];
        while rows.next(&mut record)?.is_some() {
            for (text, &index) in texts.iter_mut().zip(&text_columns) {
                text.push(record[index].trim().to_owned());
            }
        }
        for (text, index) in texts.into_iter().zip(text_columns) {
            let whole: Option<Vec<i128>> = text.iter().map(|cell| cell.parse().ok()).collect();
            cells[index] = whole.map_or(Cells::Text(text), Cells::Whole);
        }
    }
    let columns = names.into_iter().zip(cells).map(|(name, cells)| Column { name, cells });
    Ok((columns.collect(), lines))
}

/// The text without a byte order mark.
fn utf8(bytes: &[u8]) -> Result<&str, String> {
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err("UTF-16 text; save it as UTF-8".to_owned());
    }
    let line = |before: &[u8]| before.split(|&byte| byte == b'\n').count();
    if let Some(at) = bytes.iter().position(|&byte| byte == 0) {
        return Err(format!("a zero byte in line {}: this is no text", line(&bytes[..at])));
    }
    let text = std::str::from_utf8(bytes).map_err(|why| {
        let at = line(&bytes[..why.valid_up_to()]);
        format!("line {at} is not UTF-8 text; save the file as UTF-8")
    })?;
    Ok(text.strip_prefix('\u{FEFF}').unwrap_or(text))
}

/// Whether every quoted cell ends where its quotes do: the reader of cells glues what follows them to it. Inside a cell that does
/// not begin with a quote, quotes are letters like others.
fn check_quotes(text: &[u8], delimiter: u8) -> Result<(), String> {
    enum Place {
        Start,
        Plain,
        Quoted { since: u64 },
        Behind,
    }
    const TWICE: &str = "inside a quoted cell a quote is written twice";
    let (mut place, mut line, mut at) = (Place::Start, 1_u64, 0);
    while let Some(&byte) = text.get(at) {
        let end_of_line = byte == b'\n' || (byte == b'\r' && text.get(at + 1) != Some(&b'\n'));
        place = match (place, byte) {
            (Place::Quoted { since }, b'"') if text.get(at + 1) == Some(&b'"') => {
                at += 1;
                Place::Quoted { since }
            }
            (Place::Quoted { .. }, b'"') => Place::Behind,
            (Place::Quoted { since }, _) => Place::Quoted { since },
            (_, b'\n' | b'\r') => Place::Start,
            (_, byte) if byte == delimiter => Place::Start,
            (Place::Start, b'"') => Place::Quoted { since: line },
            (Place::Behind, b' ' | b'\t') => Place::Behind,
            (Place::Behind, _) => {
                return Err(format!("in line {line} a quoted cell goes on behind its quotes; {TWICE}"));
            }
            (Place::Start | Place::Plain, _) => Place::Plain,
        };
        line += u64::from(end_of_line);
        at += 1;
    }
    match place {
        Place::Quoted { since } => Err(format!("a quote is opened in line {since} and never closed; {TWICE}")),
        _ => Ok(()),
    }
}

/// The columns' names.
fn header(record: &StringRecord, delimiter: u8) -> Result<Vec<String>, String> {
    let names: Vec<String> = record.iter().map(|name| name.trim().to_owned()).collect();
    if names.len() > MOST_COLUMNS {
        return Err(format!("{} columns; at most {MOST_COLUMNS} are read", names.len()));
    }
    if names.iter().all(|name| finite(name).is_some()) {
        return Err("the first line holds numbers only; a header with column names is needed".to_owned());
    }
    let mut seen = HashMap::new();
    for (index, name) in names.iter().enumerate() {
        if name.is_empty() {
            let pandas = if index == 0 { " (pandas writes its index so; `index=False` leaves it out)" } else { "" };
            return Err(format!("column {} has no name in the header{pandas}", index + 1));
        }
        if let Some(first) = seen.insert(name, index) {
            let (first, second, name) = (first + 1, index + 1, shortened(name));
            return Err(format!("columns {first} and {second} are both named `{name}`"));
        }
    }
    if let [only] = names.as_slice()
        && delimiter == b','
        && let Some(other) = only.chars().find(|c| ";\t".contains(*c))
    {
        let (with, instead) = if other == ';' { ("semicolons", "") } else { ("tabs", ", or name the file `.tsv`") };
        return Err(format!("the header has {with} where commas are needed; save the file with commas{instead}"));
    }
    Ok(names)
}

/// The records of a text, each with the line that it begins in.
struct Rows<'t> {
    reader: Reader<&'t [u8]>,
    bytes: &'t [u8],
    /// Up to which byte lines are counted, and the line there.
    counted: (usize, u64),
}

impl<'t> Rows<'t> {
    fn new(text: &'t str, delimiter: u8) -> Self {
        // Flexible: rows of another length are reported by us, with their line.
        let mut builder = ReaderBuilder::new();
        builder.delimiter(delimiter).has_headers(false).flexible(true);
        Self { reader: builder.from_reader(text.as_bytes()), bytes: text.as_bytes(), counted: (0, 1) }
    }

    fn next(&mut self, record: &mut StringRecord) -> Result<Option<u64>, String> {
        if !self.reader.read_record(record).map_err(|why| why.to_string())? {
            return Ok(None);
        }
        // The reader's position may lie before blank lines, or between `\r` and `\n`.
        let start = record.position().map_or(0, csv::Position::byte);
        let start = usize::try_from(start).unwrap_or(usize::MAX).min(self.bytes.len());
        let blank = self.bytes[start..].iter().take_while(|byte| b"\r\n".contains(byte)).count();
        let (from, line) = self.counted;
        // `\r\n` is one end of a line, `\r` alone another.
        let ends = |at: &usize| match self.bytes[*at] {
            b'\n' => true,
            b'\r' => self.bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        };
        let passed = (from..start + blank).filter(ends).count();
        self.counted = (start + blank, line + passed as u64);
        Ok(Some(self.counted.1))
    }
}
