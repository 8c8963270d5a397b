//! What people see of results: tables on the terminal, plots as SVG, the page and its summary. It only formats what
//! `analysis` and `solve` say.

mod bibliography;
pub(crate) mod claims;
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
mod printed;
mod proposal;
mod prospect;
mod protocol;
mod reading;
mod reproduction;
mod rivals;
mod sentences;
mod sooner;
mod sources;
mod tabular;
mod terminal;
mod warned;

pub use bibliography::{bibliography, known as has_reference};
pub use claims::{ClaimDocument, ClaimFolder, ClaimRow, claims_document, claims_markdown, claims_table, explained};
pub use comparison::{comparison, comparison_csv, each_at, standings_table, standings_tabular, state};
pub use document::{ReportDocument, document};
pub use fit::{Fitted, fitted};
pub use latex::{latex, table as latex_table};
pub use markdown::{markdown, tabled as markdown_table};
pub use page::{Contents, claims_page, fragment, page};
pub use proposal::proposal;
pub use prospect::prospect;
pub use protocol::protocol;
pub use reading::readings;
pub use reproduction::{Reproduced, reproduction, reproduction_page, time};
pub use sentences::answers;
pub use tabular::Tabular;
pub use terminal::{aligned, conclusions, indented, overview};
