//! Parquet files, by Polars.

use super::cell::shortened;
use super::{Cells, Column, MOST_CELLS, MOST_COLUMNS};
use crate::guard::{guarded, rewritten};
use polars::prelude::{
    ArrowDataType, ArrowField, DataType, ParallelStrategy, ParquetReader, PolarsError, PolarsResult, SerReader, Series,
};
use std::io::Cursor;

/// The columns of a file's bytes. They are read into memory first: a file that is mapped and then cut short by another
/// process would end this one.
pub fn parse(bytes: Vec<u8>) -> Result<Vec<Column>, String> {
    if !bytes.starts_with(b"PAR1") || !bytes.ends_with(b"PAR1") {
        return Err("this is no Parquet file: it does not begin and end with `PAR1`".to_owned());
    }
    let checked = rewritten(&bytes, MOST_CELLS).map_err(|why| format!("this Parquet file cannot be read: {why}"))?;
    drop(bytes);
    guarded(|| read(checked)).unwrap_or_else(|| Err("this Parquet file is damaged".to_owned()))
}

fn damaged(why: &PolarsError) -> String {
    format!("this Parquet file cannot be read: {}", shortened(&why.to_string()))
}

fn read(bytes: Vec<u8>) -> Result<Vec<Column>, String> {
    // One thread, this one: a panic then stays here, and workers keep to their core.
    let mut reader = ParquetReader::new(Cursor::new(bytes)).read_parallel(ParallelStrategy::None);
    let schema = reader.schema().map_err(|why| damaged(&why))?;
    let rows = reader.num_rows().map_err(|why| damaged(&why))?;
    let names: Vec<String> = schema.iter_names().map(ToString::to_string).collect();
    if names.is_empty() || rows == 0 {
        return Err(format!("{} columns and {rows} rows; at least one of each is needed", names.len()));
    }
    if names.len() > MOST_COLUMNS {
        return Err(format!("{} columns; at most {MOST_COLUMNS} are read", names.len()));
    }
    if let Some(index) = names.iter().position(|name| name.trim().is_empty()) {
        return Err(format!("column {} has no name", index + 1));
    }
    let types: Vec<&ArrowDataType> = schema.iter_values().map(ArrowField::dtype).collect();
    let wanted: Vec<usize> = (0..names.len()).filter(|&index| is_supported(types[index])).collect();
    let unsupported = |kind: &&ArrowDataType| Cells::Unsupported(shortened(&format!("{kind:?}")));
    let mut cells: Vec<Cells> = types.iter().map(unsupported).collect();
    if !wanted.is_empty() {
        let table = reader.with_projection(Some(wanted.clone())).finish().map_err(|why| damaged(&why))?;
        for (column, index) in table.columns().iter().zip(wanted) {
            let series = column.as_materialized_series();
            if series.len() != rows || series.name().as_str() != names[index] {
                return Err(format!(
                    "this Parquet file is damaged: column `{}` is incomplete",
                    shortened(&names[index])
                ));
            }
            cells[index] = values(series).map_err(|why| damaged(&why))?;
        }
    }
    Ok(names.into_iter().zip(cells).map(|(name, cells)| Column { name, cells }).collect())
}

/// Polars is built without its types for 8 and 16 bits, dates, decimals and nested values.
fn is_supported(kind: &ArrowDataType) -> bool {
    use ArrowDataType as A;
    let is_text = |kind: &A| matches!(kind, A::Utf8 | A::LargeUtf8 | A::Utf8View);
    match kind {
        A::Dictionary(_, values, _) => is_text(values),
        A::Boolean | A::Int32 | A::Int64 | A::UInt32 | A::UInt64 | A::Float32 | A::Float64 => true,
        _ => is_text(kind),
    }
}

fn values(series: &Series) -> PolarsResult<Cells> {
    let text = |cell: Option<&str>| cell.unwrap_or_default().trim().to_owned();
    match series.dtype() {
        DataType::Boolean => {
            let flag = |cell: Option<bool>| cell.map(|flag| flag.to_string()).unwrap_or_default();
            Ok(Cells::Text(series.bool()?.iter().map(flag).collect()))
        }
        DataType::String => Ok(Cells::Text(series.str()?.iter().map(text).collect())),
        DataType::Int64 if series.i64()?.iter().flatten().any(|whole| whole.unsigned_abs() > WIDE) => {
            Ok(whole(series.i64()?.iter().map(|cell| cell.map(i128::from))))
        }
        DataType::UInt64 if series.u64()?.iter().flatten().any(|whole| whole > WIDE) => {
            Ok(whole(series.u64()?.iter().map(|cell| cell.map(i128::from))))
        }
        kind if kind.is_primitive_numeric() => {
            let numbers = series.cast(&DataType::Float64)?;
            let numbers: Vec<Option<f64>> = numbers.f64()?.iter().collect();
            let finite: Option<Vec<f64>> =
                numbers.iter().map(|cell| cell.filter(|number| number.is_finite())).collect();
            let cell = |cell: &Option<f64>| cell.map(|number| number.to_string()).unwrap_or_default();
            Ok(finite.map_or_else(|| Cells::Text(numbers.iter().map(cell).collect()), Cells::Numbers))
        }
        _ => Ok(Cells::Text(series.cast(&DataType::String)?.str()?.iter().map(text).collect())),
    }
}

/// Up to here, a 64-bit float is every whole number: 2⁵³.
const WIDE: u64 = 1 << 53;

/// Whole numbers beyond that, or text where some are missing.
fn whole(cells: impl Iterator<Item = Option<i128>>) -> Cells {
    let cells: Vec<Option<i128>> = cells.collect();
    match cells.iter().copied().collect() {
        Some(whole) => Cells::Whole(whole),
        None => Cells::Text(cells.iter().map(|cell| cell.map(|w| w.to_string()).unwrap_or_default()).collect()),
    }
}
