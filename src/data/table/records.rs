//! The records of a text file: CSV as RFC 4180 has it, or the same with another separator.
//!
//! A cell that begins with a quote ends with one and may hold separators, line breaks and doubled quotes. Lines end as any
//! system ends them. A line of nothing but blanks is no record.

use super::limits::MOST_COLUMNS;
use crate::data::error::{DataError, DataFault};
use std::borrow::Cow;

/// A cell of a text file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field<'t> {
    /// Where it begins in the text, its quote included.
    pub start: usize,
    /// Without quotes and without the blanks around it.
    pub text: Cow<'t, str>,
    pub quoted: bool,
}

/// Reads one record after the other.
pub struct Records<'t> {
    text: &'t str,
    delimiter: u8,
    at: usize,
    /// Of `at`, from 1 on.
    line: u64,
}

impl<'t> Records<'t> {
    pub fn new(text: &'t str, delimiter: u8) -> Self {
        Self { text, delimiter, at: 0, line: 1 }
    }

    /// The same from this byte on, with which line 1 begins.
    pub fn starting_at(self, at: usize) -> Self {
        Self { at, ..self }
    }

    /// Reads the next record into `cells`, and returns the line that it begins in; `None` at the end of the text.
    pub fn next(&mut self, cells: &mut Vec<Field<'t>>) -> Result<Option<u64>, DataError> {
        while self.at < self.text.len() {
            let line = self.line;
            cells.clear();
            loop {
                cells.push(self.cell()?);
                if cells.len() > MOST_COLUMNS {
                    return Err(DataFault::Format.error(format!(
                        "line {line} has more than {MOST_COLUMNS} cells; so many columns are read at most"
                    )));
                }
                if !self.pass_end() {
                    break;
                }
            }
            let is_blank = matches!(cells.as_slice(), [only] if only.text.is_empty() && !only.quoted);
            if !is_blank {
                return Ok(Some(line));
            }
        }
        Ok(None)
    }

    /// The cell that begins at this byte of a text; it was read before.
    pub fn cell_at(text: &'t str, delimiter: u8, start: usize) -> Field<'t> {
        let mut records = Self::new(text, delimiter).starting_at(start);
        records.cell().unwrap_or(Field { start, text: Cow::Borrowed(""), quoted: false })
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn cell(&mut self) -> Result<Field<'t>, DataError> {
        let start = self.at;
        if self.byte(start) == Some(b'"') {
            return Ok(Field { start, text: self.quoted()?, quoted: true });
        }
        while self.byte(self.at).is_some_and(|byte| byte != self.delimiter && !b"\r\n".contains(&byte)) {
            self.at += 1;
        }
        Ok(Field { start, text: Cow::Borrowed(self.text[start..self.at].trim()), quoted: false })
    }

    /// A cell in quotes, up to the separator or the end of the line behind it.
    fn quoted(&mut self) -> Result<Cow<'t, str>, DataError> {
        const TWICE: &str = "inside a quoted cell a quote is written twice";
        let (since, mut doubled) = (self.line, false);
        let start = self.at + 1;
        self.at = start;
        loop {
            match (self.byte(self.at), self.byte(self.at + 1)) {
                (None, _) => {
                    let message = format!("a quote is opened in line {since} and never closed; {TWICE}");
                    return Err(DataFault::Format.error(message).at_line(since));
                }
                (Some(b'"'), Some(b'"')) => {
                    doubled = true;
                    self.at += 2;
                }
                (Some(b'"'), _) => break,
                (Some(b'\n'), _) => self.pass_line(1),
                (Some(b'\r'), next) if next != Some(b'\n') => self.pass_line(1),
                _ => self.at += 1,
            }
        }
        let inside = self.text[start..self.at].trim();
        self.at += 1;
        while self.byte(self.at).is_some_and(|byte| byte != self.delimiter && b" \t".contains(&byte)) {
            self.at += 1;
        }
        if self.byte(self.at).is_some_and(|byte| byte != self.delimiter && !b"\r\n".contains(&byte)) {
            let message = format!("in line {} a quoted cell goes on behind its quotes; {TWICE}", self.line);
            return Err(DataFault::Format.error(message).at_line(self.line));
        }
        Ok(if doubled { Cow::Owned(inside.replace("\"\"", "\"")) } else { Cow::Borrowed(inside) })
    }

    /// Passes the separator or the end of the line behind a cell; whether it was a separator.
    fn pass_end(&mut self) -> bool {
        match (self.byte(self.at), self.byte(self.at + 1)) {
            (Some(byte), _) if byte == self.delimiter => {
                self.at += 1;
                return true;
            }
            (Some(b'\r'), Some(b'\n')) => self.pass_line(2),
            (Some(_), _) => self.pass_line(1),
            (None, _) => {}
        }
        false
    }

    fn pass_line(&mut self, bytes: usize) {
        self.at += bytes;
        self.line += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(text: &str, delimiter: u8) -> Result<Vec<(u64, Vec<String>)>, DataError> {
        let (mut records, mut cells, mut found) = (Records::new(text, delimiter), Vec::new(), Vec::new());
        while let Some(line) = records.next(&mut cells)? {
            for cell in &cells {
                assert_eq!(*cell, Records::cell_at(text, delimiter, cell.start));
            }
            found.push((line, cells.iter().map(|cell| cell.text.to_string()).collect()));
        }
        Ok(found)
    }

    #[test]
    fn every_form_of_a_cell_is_read() {
        let text = "a, b \r\n\n\"x, \"\"y\"\"\r\nz\" ,2\r  \n,\n\"\"\n1\"2,3";
        let expected: [(u64, &[&str]); 5] =
            [(1, &["a", "b"]), (3, &["x, \"y\"\r\nz", "2"]), (6, &["", ""]), (7, &[""]), (8, &["1\"2", "3"])];
        let owned = |(line, cells): (u64, &[&str])| (line, cells.iter().map(|&cell| cell.to_owned()).collect());
        assert_eq!(records(text, b',').unwrap(), expected.map(owned));
        assert_eq!(records("\t\n", b'\t').unwrap(), [(1, vec![String::new(); 2])], "two missing cells");
        assert_eq!(records("a,", b',').unwrap(), [(1, vec!["a".to_owned(), String::new()])]);
    }

    #[test]
    fn a_quoted_cell_ends_with_its_quotes() {
        assert_eq!(
            records("a\n\"b\nc", b',').unwrap_err().to_string(),
            "a quote is opened in line 2 and never closed; inside a quoted cell a quote is written twice"
        );
        assert!(records("\"a\rb\"c", b',').unwrap_err().to_string().starts_with("in line 2 a quoted cell goes on"));
    }

    #[test]
    fn a_line_without_end_takes_no_memory() {
        assert!(
            records(&",".repeat(MOST_COLUMNS), b',')
                .unwrap_err()
                .to_string()
                .contains("line 1 has more than 100000 cells")
        );
    }
}
