//! A claim for a lesson: the formula, the experiment, the figure, the verdict, what to try next.

use super::chart::chart;
use super::table::ClaimRow;
use super::words::{answer, contrast, effect, would_change};
use crate::report::terminal::folded;
use std::fmt::Write;

/// Where a claim's results and its spec are.
#[derive(Clone, Debug)]
pub struct ClaimFolder {
    /// `None` if no figure was written.
    pub figure: Option<String>,
    pub page: Option<String>,
    pub command: String,
}

/// The whole text of a claim that was judged among so many, itself one of them.
#[must_use]
pub fn explained(row: &ClaimRow, folder: &ClaimFolder, among: usize) -> String {
    let claim = &row.first.estimated.claim;
    let mut text = folded(&format!("{}: {}", claim.row, claim.words), "", "");
    if !claim.formula.is_empty() {
        let _ = write!(text, "formula\n{}\n", indented(&claim.formula));
    }
    let experiment = if claim.experiment.is_empty() {
        "(the spec does not say; `experiment` in `[claim]` would)"
    } else {
        &claim.experiment
    };
    let _ = write!(text, "experiment\n{}\n", lines(experiment));
    let measured = format!("the {}; expected: {}", contrast(&claim.quantity, &claim.contrast), effect(claim.effect));
    let _ = write!(text, "measured\n{}\n", lines(&measured));
    let _ = writeln!(text, "verdict: {}", row.verdict_in_words());
    if row.again.is_some() {
        text += "  With the seeds of the spec:\n";
    }
    let _ = writeln!(text, "{}", lines(&answer(&row.first)));
    if let Some(again) = &row.again {
        let _ = write!(text, "  With other seeds:\n{}\n", lines(&answer(again)));
    }
    let judged = match among {
        1 => "Judged alone".to_owned(),
        _ => format!("Judged as one of {among} claims"),
    };
    let more =
        "among more claims, which share the 5 % for a false verdict, its interval is wider and it may be undecided.";
    let _ = writeln!(text, "{}", lines(&format!("{judged}: {more}")));
    let _ = write!(text, "what would change it\n{}\n", lines(&would_change(&row.first)));
    if !claim.next.is_empty() {
        let _ = write!(text, "what to try next\n{}\n", lines(&claim.next));
    }
    let drawn = chart(&row.first);
    if !drawn.is_empty() {
        let scale = if claim.contrast.is_factor() { ", on a logarithmic scale" } else { "" };
        let _ = write!(
            text,
            "figure: mean o and interval - of each problem{scale}; | the edge of what is expected\n{drawn}"
        );
    }
    for (what, file) in [("figure", &folder.figure), ("page", &folder.page)] {
        if let Some(file) = file {
            let _ = write!(text, "{what}\n  {file}\n");
        }
    }
    let _ = write!(text, "repeat\n  {}\n", folder.command);
    text
}

/// A text in lines.
fn lines(text: &str) -> String {
    folded(text, "  ", "  ")
}

/// Lines as they are, with two spaces before each.
fn indented(text: &str) -> String {
    text.trim().lines().fold(String::new(), |all, line| format!("{all}  {}\n", line.trim_end()))
}
