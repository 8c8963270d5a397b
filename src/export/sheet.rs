//! A table's rows, cell by cell, in the few types that burnmark's tables have.

use super::results::StoredResults;
use crate::store::{CURVES, MEASUREMENTS, RUNS, STEPS};
use polars::prelude::*;

/// One cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SheetCell<'t> {
    Missing,
    Flag(bool),
    Whole(u64),
    Number(f64),
    Text(&'t str),
}

type SheetCells<'t> = Box<dyn Iterator<Item = SheetCell<'t>> + 't>;

/// The tables that results have, by the names of their files without the ending.
pub fn sheets(results: &StoredResults) -> Vec<(&'static str, &DataFrame)> {
    let tables = &results.tables;
    let all = [
        (RUNS, Some(&tables.runs)),
        (CURVES, Some(&tables.curves)),
        (STEPS, tables.steps.as_ref()),
        (MEASUREMENTS, Some(&tables.measurements)),
    ];
    all.into_iter().filter_map(|(name, table)| Some((name.trim_end_matches(".parquet"), table?))).collect()
}

/// The names of a table's columns.
pub fn names(table: &DataFrame) -> Vec<&str> {
    table.columns().iter().map(|column| column.name().as_str()).collect()
}

/// Calls back with the cells of each row, in the order of the columns.
///
/// # Errors
/// Where a column has a type that burnmark's tables do not have, or `each` fails.
pub fn rows<'t>(
    table: &'t DataFrame,
    mut each: impl FnMut(&[SheetCell<'t>]) -> std::io::Result<()>,
) -> std::io::Result<()> {
    let columns: PolarsResult<Vec<SheetCells<'t>>> = table.columns().iter().map(cells).collect();
    let mut columns = columns.map_err(std::io::Error::other)?;
    let mut row = Vec::new();
    for _ in 0..table.height() {
        row.clear();
        row.extend(columns.iter_mut().map(|column| column.next().unwrap_or(SheetCell::Missing)));
        each(&row)?;
    }
    Ok(())
}

fn cells(column: &Column) -> PolarsResult<SheetCells<'_>> {
    fn or_missing<'t, T>(value: Option<T>, cell: impl FnOnce(T) -> SheetCell<'t>) -> SheetCell<'t> {
        value.map_or(SheetCell::Missing, cell)
    }
    Ok(match column.dtype() {
        DataType::Boolean => Box::new(column.bool()?.iter().map(|v| or_missing(v, SheetCell::Flag))),
        DataType::UInt32 => Box::new(column.u32()?.iter().map(|v| or_missing(v, |v| SheetCell::Whole(v.into())))),
        DataType::UInt64 => Box::new(column.u64()?.iter().map(|v| or_missing(v, SheetCell::Whole))),
        DataType::Float64 => Box::new(column.f64()?.iter().map(|v| or_missing(v, SheetCell::Number))),
        DataType::String => Box::new(column.str()?.iter().map(|v| or_missing(v, SheetCell::Text))),
        other => polars_bail!(ComputeError: "`{}` is a column of type {}", column.name(), other),
    })
}
