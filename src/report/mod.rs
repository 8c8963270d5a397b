//! What people see of results: tables on the terminal, plots as SVG, the page and its summary. It only formats what
//! `analysis` and `solve` say.

mod comparison;
mod contrasts;
mod fit;
mod flat;
mod holds;
mod importance;
mod markdown;
mod over_data;
mod page;
mod phrases;
pub mod plots;
mod proposal;
mod prospect;
mod protocol;
mod reading;
mod sentences;
mod sooner;
mod sources;
mod terminal;
mod warned;

pub use comparison::{comparison, comparison_csv, each_at, standings_table, state};
pub use fit::{Fitted, fitted};
pub use markdown::markdown;
pub use page::{Contents, page};
pub use proposal::proposal;
pub use prospect::prospect;
pub use protocol::protocol;
pub use reading::readings;
pub use sentences::answers;
pub use terminal::{aligned, conclusions, indented, overview};
