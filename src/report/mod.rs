//! What people see of results: tables on the terminal, plots as SVG. It only formats what `analysis` says.

pub mod plots;
mod terminal;

pub use terminal::{aligned, comparison, indented, overview};
