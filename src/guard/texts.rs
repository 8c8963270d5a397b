//! Texts of a table that are about to be copied cell by cell.
//!
//! A column of a Parquet file has each of its texts once, and Polars keeps it so: three thousand rows of one text of 8 MiB
//! are 30 kB in the file and 8 MiB in Polars, but 24 GB once each row has its own. So their lengths are added up before.

use super::error::ParquetError;
use super::parquet::Growth;
use polars::prelude::{DataFrame, PolarsResult};

/// The most bytes of the texts of a table: the words of a run's settings are some twelve times longer than what its row takes in a
/// file.
const MOST_TEXT: Growth = Growth { any: 64 << 20, per_byte: 1000, most: 8 << 30 };

/// Whether the texts of a table from a file of so many bytes, and its columns' names beside each row, can be copied.
///
/// # Errors
/// Where they are too long; without the file's name.
pub fn check_texts(table: &DataFrame, file_bytes: usize) -> Result<(), ParquetError> {
    let most = MOST_TEXT.of(file_bytes);
    let length = length(table).map_err(|why| ParquetError::Decoder(why.to_string()))?;
    if length > most {
        return Err(ParquetError::TooMuchText { length, bytes: file_bytes, most });
    }
    Ok(())
}

fn length(table: &DataFrame) -> PolarsResult<u64> {
    let mut all = 0_u64;
    for column in table.columns() {
        if column.dtype().is_string() {
            let texts = column.str()?.iter().flatten().map(|text| text.len() as u64);
            all = texts.fold(all, u64::saturating_add);
        }
        all = all.saturating_add((column.name().len() as u64).saturating_mul(column.len() as u64));
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use polars::prelude::*;

    #[test]
    fn texts_count_as_often_as_they_occur() {
        let text = "a".repeat(1 << 20);
        let table = |rows| {
            let column = Series::new("text".into(), [text.as_str()]).new_from_index(0, rows).into_column();
            DataFrame::new(rows, vec![column, Column::new("number".into(), vec![0.5; rows])]).unwrap()
        };
        // 64 MiB of any file, 1,000 bytes more for each of its own.
        assert!(check_texts(&table(63), 0).is_ok() && check_texts(&table(70), 10_000).is_ok());
        let why = check_texts(&table(65), 100).unwrap_err().to_string();
        let length = 65 * ((1 << 20) + "text".len() + "number".len());
        assert_eq!(why, format!("its texts have {length} bytes; of a file of 100 bytes at most 67208864 are read"));
    }

    #[test]
    fn a_long_name_counts_beside_each_row() {
        let name = "n".repeat(1 << 20);
        let table =
            |rows: usize| DataFrame::new(rows, vec![Column::new(name.as_str().into(), vec![0.5; rows])]).unwrap();
        assert!(check_texts(&table(60), 0).is_ok());
        assert!(check_texts(&table(100), 0).unwrap_err().to_string().contains("its texts have"));
    }
}
