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
pub use terminal::{aligned, conclusions, indented, overview};

use crate::analysis::{OnData, Verdict};

/// What is said of a method of a ranking against the baseline, or else against the first one.
fn verdict_against_best(on: &OnData, place: usize) -> String {
    let other = on.baseline.unwrap_or(0);
    let paired = on.pairs.iter().find(|(i, j, _)| [*i, *j] == [other.min(place), other.max(place)]);
    // The pair's differences are first − second: the first is better where the second is worse.
    match paired.map(|(i, _, paired)| (*i == place, paired.verdict)) {
        Some((true, Verdict::Better) | (false, Verdict::Worse)) => "better".to_owned(),
        Some((false, Verdict::Better) | (true, Verdict::Worse)) => "worse".to_owned(),
        Some((_, verdict)) => verdict.words().to_owned(),
        None if on.baseline.is_some() => "the baseline".to_owned(),
        None => format!("the {} mean", sentences::most(&on.metric)),
    }
}
