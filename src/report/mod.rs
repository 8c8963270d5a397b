//! What people see of results: tables on the terminal, plots as SVG, the page and its summary. It only formats what
//! `analysis` and `solve` say.

mod bibliography;
mod comparison;
mod contrasts;
mod document;
mod fit;
mod flat;
mod holds;
mod importance;
mod latex;
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
mod tabular;
mod terminal;
mod warned;

#[doc(hidden)]
pub use bibliography::{bibliography, known as has_reference};
#[doc(hidden)]
pub use comparison::{comparison, comparison_csv, each_at, standings_table, standings_tabular, state};
#[doc(hidden)]
pub use document::{ReportDocument, document};
#[doc(hidden)]
pub use fit::{Fitted, fitted};
#[doc(hidden)]
pub use latex::{latex, table as latex_table};
#[doc(hidden)]
pub use markdown::{markdown, tabled as markdown_table};
#[doc(hidden)]
pub use page::{Contents, fragment, page};
#[doc(hidden)]
pub use proposal::proposal;
#[doc(hidden)]
pub use prospect::prospect;
#[doc(hidden)]
pub use protocol::protocol;
#[doc(hidden)]
pub use reading::readings;
#[doc(hidden)]
pub use sentences::answers;
#[doc(hidden)]
pub use tabular::Tabular;
#[doc(hidden)]
pub use terminal::{aligned, conclusions, indented, overview};
