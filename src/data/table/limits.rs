//! How large a table may be.

/// The most cells of a table: 800 MB as numbers.
pub const MOST_CELLS: usize = 100_000_000;
/// The most columns.
pub const MOST_COLUMNS: usize = 100_000;
