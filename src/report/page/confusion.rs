//! Which classes the best setting of each data set takes for which.

use super::contents::Contents;
use super::escape::escaped;
use super::html::table;
use crate::analysis::{Selected, select};
use crate::measure::{Confused, Measure};
use crate::store::Finished;

/// Data sets of which the page shows this.
const MOST_SETS: usize = 16;
/// A table of more classes is not shown.
const MOST_CLASSES: usize = 30;

/// A table for each data set with classes; nothing where no network is available.
pub fn section(contents: &Contents<'_>) -> String {
    let rows = select(contents.view.compared());
    let best = rows.chunk_by(|a, b| a.data == b.data).take(MOST_SETS).filter_map(best);
    let tables: String = best.filter_map(|(row, run)| Some(of_run(row, run, &(contents.confused)(run)?))).collect();
    if tables.is_empty() {
        return String::new();
    }
    format!(
        "<section id=\"confusion\"><h2>Classes</h2><p>How often the network with which the best method's first seed ended takes each class \
         of the test part (rows) for each (columns). Recall: the share of a class that is found.</p>{tables}</section>"
    )
}

/// The best method of a data set, and its run with the first seed.
fn best<'s, 'r>(block: &'s [Selected<'s, 'r>]) -> Option<(&'s Selected<'s, 'r>, &'r Finished)> {
    let worth = |row: &&Selected<'_, '_>| Some(row.outcome.oriented(row.test_metric?.mean));
    let known = block.iter().filter(|row| worth(row).is_some_and(f64::is_finite));
    // The first of equals, as the ranking has it.
    let best = known.reduce(|best, row| if worth(&row) > worth(&best) { row } else { best })?;
    let run = best.chosen()?.runs.iter().min_by_key(|run| run.record.seed())?;
    Measure::of_metric(&run.record.metric).is_of_classes().then_some((best, *run))
}

fn of_run(row: &Selected<'_, '_>, run: &Finished, confused: &Confused) -> String {
    let seed = run.record.seed().map(|seed| format!(", seed {seed}")).unwrap_or_default();
    let title = escaped(&format!("{}: {}{seed}", row.data, row.optimizer));
    if confused.names.len() > MOST_CLASSES {
        return format!("<h4>{title}</h4><p class=\"counts\">{} classes</p>", confused.names.len());
    }
    let (head, rows) = confused.table();
    let head: Vec<&str> = head.iter().map(String::as_str).collect();
    format!("<h4>{title}</h4>{}", table(&head, rows.into_iter()))
}
