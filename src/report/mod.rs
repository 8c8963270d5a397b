//! What people see of results: tables on the terminal, plots as SVG, the page and its summary. It only formats what
//! `analysis` and `solve` say.

mod comparison;
mod fit;
mod holds;
mod markdown;
mod over_data;
mod page;
pub mod plots;
mod proposal;
mod prospect;
mod protocol;
mod reading;
mod sentences;
mod sooner;
mod terminal;
mod warned;

pub use comparison::{comparison, comparison_csv, each_at, standings_table, state};
pub use fit::{Fitted, fitted};
pub use markdown::markdown;
pub use page::page;
pub use proposal::proposal;
pub use prospect::prospect;
pub use protocol::protocol;
pub use reading::readings;
pub use terminal::{aligned, conclusions, indented, overview};

use crate::analysis::OnData;

/// What is said of a method of a ranking against its first one.
fn verdict_against_best(on: &OnData, place: usize) -> String {
    let paired = on.pairs.iter().find(|(first, second, _)| *first == 0 && *second == place);
    match paired {
        // The pair's differences are first − second: the first is better where the second is worse.
        Some((_, _, paired)) if paired.verdict == crate::analysis::Verdict::Better => "worse".to_owned(),
        Some((_, _, paired)) if paired.verdict == crate::analysis::Verdict::Worse => "better".to_owned(),
        Some((_, _, paired)) => paired.verdict.words().to_owned(),
        None => format!("the {} mean", sentences::most(&on.metric)),
    }
}
