//! Parquet files, by Polars.

use super::cell::shortened;
use super::column::{Cells, Column};
use super::delimited::check_names;
use super::limits::{MOST_CELLS, MOST_COLUMNS};
use super::texts::Texts;
use super::{dialect, index};
use crate::data::error::{DataError, DataFault};
use crate::guard::{guarded, rewritten};
use polars::prelude::{
    ArrowDataType, ArrowField, ChunkedArray, DataType, ParallelStrategy, ParquetReader, PolarsError, PolarsNumericType,
    PolarsResult, SerReader, Series,
};
use std::io::Cursor;

/// The columns of a file's bytes. They are read into memory first: a file that is mapped and then cut short by another
/// process would end this one.
pub fn parse(bytes: Vec<u8>) -> Result<Vec<Column>, DataError> {
    if !bytes.starts_with(b"PAR1") || !bytes.ends_with(b"PAR1") {
        let what = dialect::kind(&bytes)
            .map_or("it does not begin and end with `PAR1`".to_owned(), |what| format!("it is {what}"));
        return Err(DataFault::Format.error(format!("this is no Parquet file: {what}")));
    }
    let checked = rewritten(&bytes, MOST_CELLS)
        .map_err(|why| DataFault::Format.error(format!("this Parquet file cannot be read: {why}")))?;
    let of_pandas = index::of_pandas(&bytes);
    drop(bytes);
    let mut columns =
        guarded(|| read(checked)).unwrap_or_else(|| Err(DataFault::Format.error("this Parquet file is damaged")))?;
    for column in &mut columns {
        column.is_index = column.is_index || of_pandas.contains(&column.name);
    }
    Ok(columns)
}

fn damaged<T>(result: PolarsResult<T>) -> Result<T, DataError> {
    result.map_err(|why| match why {
        // `column with name 'a' has more than one occurrence`
        PolarsError::Duplicate(why) => {
            let name = why.split('\'').nth(1).unwrap_or("?");
            DataFault::Header
                .error(format!("several columns are named `{}`; give each a name of its own", shortened(name)))
        }
        _ => DataFault::Format.error("this Parquet file is damaged, or of a kind that is not read; save it anew"),
    })
}

fn read(bytes: Vec<u8>) -> Result<Vec<Column>, DataError> {
    // One thread, this one: a panic then stays here, and workers keep to their core.
    let mut reader = ParquetReader::new(Cursor::new(bytes)).read_parallel(ParallelStrategy::None);
    let schema = damaged(reader.schema())?;
    let rows = damaged(reader.num_rows())?;
    let fields: Vec<String> = schema.iter_names().map(ToString::to_string).collect();
    let names: Vec<String> = fields.iter().map(|name| name.trim().to_owned()).collect();
    if names.is_empty() || rows == 0 {
        return Err(
            DataFault::Format.error(format!("{} columns and {rows} rows; at least one of each is needed", names.len()))
        );
    }
    if names.len() > MOST_COLUMNS {
        return Err(DataFault::Format.error(format!("{} columns; at most {MOST_COLUMNS} are read", names.len())));
    }
    check_names(&names)?;
    let types: Vec<&ArrowDataType> = schema.iter_values().map(ArrowField::dtype).collect();
    let wanted: Vec<usize> = (0..names.len()).filter(|&index| is_supported(types[index])).collect();
    let mut cells: Vec<Cells> = types.iter().map(|kind| Cells::Unsupported(described(kind))).collect();
    if !wanted.is_empty() {
        let table = damaged(reader.with_projection(Some(wanted.clone())).finish())?;
        // One column after the other, so that each is given back once it is ours.
        for (column, index) in table.into_columns().into_iter().zip(wanted) {
            let series = column.take_materialized_series();
            if series.len() != rows || series.name().as_str() != fields[index] {
                return Err(DataFault::Format.error(format!(
                    "this Parquet file is damaged: column `{}` is incomplete",
                    shortened(&names[index])
                )));
            }
            cells[index] = damaged(values(&series))?;
        }
    }
    let is_index = index::by_name(&names);
    let columns = names.into_iter().zip(cells).zip(is_index);
    Ok(columns.map(|((name, cells), is_index)| Column { name, cells, is_index }).collect())
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

/// The name of a type that is not supported.
fn described(kind: &ArrowDataType) -> String {
    use ArrowDataType as A;
    let what = match kind {
        A::Int8 | A::Int16 | A::UInt8 | A::UInt16 => "integer of 8 or 16 bits",
        A::Float16 => "float of 16 bits",
        A::Date32 | A::Date64 => "date",
        A::Timestamp(..) => "point in time",
        A::Time32(_) | A::Time64(_) => "time of day",
        A::Duration(_) | A::Interval(_) => "length of time",
        A::Decimal(..) | A::Decimal32(..) | A::Decimal64(..) | A::Decimal256(..) => "decimal number",
        A::Binary | A::LargeBinary | A::BinaryView | A::FixedSizeBinary(_) => "bytes",
        A::List(_) | A::LargeList(_) | A::FixedSizeList(..) => "list",
        A::Struct(_) | A::Map(..) | A::Union(_) => "struct",
        A::Null => "null",
        _ => "another kind",
    };
    what.to_owned()
}

fn values(series: &Series) -> PolarsResult<Cells> {
    match series.dtype() {
        DataType::Boolean => Ok(Cells::Flags(series.bool()?.iter().collect())),
        DataType::String => Ok(Cells::of_texts(Texts::Column(series.str()?.clone()))),
        DataType::Int64 if series.i64()?.iter().flatten().any(|whole| whole.unsigned_abs() > WIDE) => {
            whole(series.i64()?).map_or_else(|| numbers(series), Ok)
        }
        DataType::UInt64 if series.u64()?.iter().flatten().any(|whole| whole > WIDE) => {
            whole(series.u64()?).map_or_else(|| numbers(series), Ok)
        }
        kind if kind.is_primitive_numeric() => numbers(series),
        _ => Ok(Cells::of_texts(Texts::Column(series.cast(&DataType::String)?.str()?.clone()))),
    }
}

/// Numbers, of which those that are missing become NaN.
fn numbers(series: &Series) -> PolarsResult<Cells> {
    let numbers = series.cast(&DataType::Float64)?;
    let numbers: Vec<f64> = numbers.f64()?.iter().map(|cell| cell.unwrap_or(f64::NAN)).collect();
    let finite = numbers.iter().all(|number| number.is_finite());
    Ok(if finite { Cells::Numbers(numbers) } else { Cells::Broken(numbers) })
}

/// Up to here, a 64-bit float is every whole number: 2⁵³.
const WIDE: u64 = 1 << 53;

/// Whole numbers beyond that, if none is missing.
fn whole<T: PolarsNumericType>(cells: &ChunkedArray<T>) -> Option<Cells>
where
    T::Native: Into<i128>,
{
    cells.iter().map(|cell| cell.map(Into::into)).collect::<Option<Vec<i128>>>().map(Cells::Whole)
}
