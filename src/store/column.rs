//! A column of a table from its rows.

use polars::prelude::*;

/// A column of one value per row.
pub(super) fn column<T, R>(name: &str, rows: &[R], value: impl Fn(&R) -> Option<T>) -> Column
where
    Series: NamedFrom<Vec<Option<T>>, [Option<T>]>,
{
    Series::new(name.into(), rows.iter().map(value).collect::<Vec<_>>()).into_column()
}
