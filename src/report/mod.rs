//! What people see of results: tables on the terminal, plots as SVG. It only formats what `analysis` says.

mod comparison;
pub mod plots;
mod terminal;

pub use comparison::{comparison, comparison_csv, standings_table};
pub use terminal::{aligned, indented, overview};
