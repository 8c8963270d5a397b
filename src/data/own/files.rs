//! The files of a set: a table, and a second one with the test rows.

use super::super::error::{DataError, DataFault};
use super::super::table::{Column, Labels, Table, ending};
use super::parameters::{TEST, given};
use crate::registry::Choice;
use std::path::Path;

/// The tables of a set: one, or one and a second one with the test rows, which come behind.
pub struct SetFiles {
    pub first: Table,
    pub second: Option<Table>,
}

impl SetFiles {
    /// Reads them.
    pub fn read(choice: &Choice) -> Result<Self, DataError> {
        let read = |path: &str| {
            let path = Path::new(path);
            match choice.kind.as_str() {
                "parquet" => return Table::read_parquet(path),
                "arrow" => return Table::read_arrow(path),
                _ => {}
            }
            Table::read_csv(path, if ending(path).starts_with("tsv") { b'\t' } else { b',' })
        };
        let second = given(choice, &TEST).map(read).transpose()?;
        Ok(Self { first: read(choice.text("path"))?, second })
    }

    /// One after the other.
    pub fn all(&self) -> impl Iterator<Item = &Table> {
        std::iter::once(&self.first).chain(&self.second)
    }

    /// The numbers of the column of this name, in all files.
    pub fn numbers(&self, name: &str) -> Result<Vec<f64>, DataError> {
        let mut all = Vec::new();
        for table in self.all() {
            all.extend_from_slice(&table.numbers(table.column(name)?)?);
        }
        Ok(all)
    }

    /// The labels of the column of this name, in all files.
    pub fn labels(&self, name: &str) -> Result<Labels, DataError> {
        let column = self.first.column(name)?;
        let labels = self.first.labels(column)?;
        let Some(table) = &self.second else { return Ok(labels) };
        let other = table.column(name)?;
        if column.has_numbers() != other.has_numbers() {
            let what = |column: &Column| if column.has_numbers() { "numbers" } else { "words" };
            let (name, here, there) = (column.shown(), what(column), what(other));
            let message =
                format!("column `{name}` holds {here} in `{}` and {there} in `{}`", self.first.path, table.path);
            return Err(DataFault::Column.error(message).in_column(&column.name));
        }
        Ok(labels.joined(&table.labels(other)?, column.has_numbers()))
    }
}
