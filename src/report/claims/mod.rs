//! Claims and their verdicts: a table, a document for programs, a page for each.

mod chart;
mod explain;
mod page;
mod table;
pub mod words;

pub use explain::{ClaimFolder, explained};
pub use page::{section, section_of_row};
pub use table::{ClaimDocument, ClaimRow, claims_document, claims_markdown, claims_table, counts};
