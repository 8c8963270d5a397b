//! Cells of text, where their file has them: what is kept for each is a place, whatever its length.

use super::cell::CellKind;
use super::records::Records;
use polars::prelude::StringChunked;
use std::borrow::Cow;
use std::sync::Arc;

/// The cells of a column of text.
#[derive(Clone, Debug)]
pub enum Texts {
    /// Where each begins in a text file.
    InFile { text: Arc<String>, delimiter: u8, starts: Vec<usize> },
    /// A column of a Parquet file, in which equal texts may share their bytes.
    Column(StringChunked),
    /// Those of other files, one after the other: where each ends.
    Rows { text: String, ends: Vec<usize> },
}

/// A cell of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text<'t> {
    pub text: Cow<'t, str>,
    pub kind: CellKind,
}

impl Text<'_> {
    pub fn whole_number(&self) -> Option<i128> {
        if self.kind == CellKind::Number { self.text.parse().ok() } else { None }
    }
}

impl Texts {
    pub fn in_file(text: &Arc<String>, delimiter: u8, starts: Vec<usize>) -> Self {
        Self::InFile { text: Arc::clone(text), delimiter, starts }
    }

    /// Of texts by row, of which some are missing.
    pub fn of_rows(rows: Vec<Option<&str>>) -> Self {
        let (mut text, mut ends) = (String::new(), Vec::with_capacity(rows.len()));
        for row in rows {
            text.push_str(row.unwrap_or_default());
            ends.push(text.len());
        }
        Self::Rows { text, ends }
    }

    pub fn len(&self) -> usize {
        match self {
            Self::Rows { ends, .. } => ends.len(),
            Self::InFile { starts, .. } => starts.len(),
            Self::Column(column) => column.len(),
        }
    }

    /// The cell of a row; of a row that is not there it is missing.
    pub fn get(&self, row: usize) -> Text<'_> {
        match self {
            Self::InFile { text, delimiter, starts } => {
                let cell = Records::cell_at(text, *delimiter, starts.get(row).copied().unwrap_or(text.len()));
                Text { kind: CellKind::of(&cell.text, cell.quoted), text: cell.text }
            }
            Self::Rows { text, ends } => {
                let start = row.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or(0);
                let text = ends.get(row).map_or("", |end| &text[start..*end]).trim();
                Text { kind: CellKind::of_text(text), text: Cow::Borrowed(text) }
            }
            Self::Column(column) => {
                let text = column.get(row).unwrap_or_default().trim();
                Text { kind: CellKind::of_text(text), text: Cow::Borrowed(text) }
            }
        }
    }

    /// All cells, row by row.
    pub fn iter(&self) -> impl Iterator<Item = Text<'_>> {
        (0..self.len()).map(|row| self.get(row))
    }

    /// Whether no cell has a value.
    pub fn are_missing(&self) -> bool {
        self.iter().all(|cell| cell.kind == CellKind::Missing)
    }

    /// Whether the column holds numbers, some of which are broken or missing: a code among them makes it a column of codes.
    pub fn are_meant_as_numbers(&self) -> bool {
        let mut any = false;
        for cell in self.iter() {
            if cell.kind == CellKind::Code {
                return false;
            }
            any = any || cell.kind.is_meant_as_number();
        }
        any
    }
}
