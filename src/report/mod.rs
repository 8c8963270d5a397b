//! What people see of results: tables on the terminal, plots as SVG. It only formats what `analysis` and
//! `solve` say.

mod fit;
pub mod plots;
mod terminal;

pub use fit::{Fitted, fitted};
pub use terminal::{aligned, comparison, indented, overview};
