//! Which data sets and methods a figure with a panel for each shows, where there are many.

use super::design::FigureDesign;
use crate::analysis::Selected;
use std::fmt::Write;

/// The most methods of a data set, and the most panels of a figure.
const MOST_METHODS: usize = 8;
const MOST_PANELS: usize = 48;

/// The rows to show, one group for each data set, and what is left out, in words.
pub fn few<'s, 'a, 'r>(
    (design, selected): (&FigureDesign, &'s [Selected<'a, 'r>]),
    is_shown: impl Fn(&Selected<'_, '_>) -> bool,
) -> (Vec<Vec<&'s Selected<'a, 'r>>>, String) {
    let blocks = selected.chunk_by(|a, b| a.data == b.data);
    let all: Vec<Vec<&Selected>> = blocks
        .map(|block| block.iter().filter(|row| design.shows(&row.optimizer) && is_shown(row)).collect())
        .collect();
    let mut groups: Vec<Vec<&Selected>> = all.into_iter().filter(|group| !group.is_empty()).collect();
    let methods = groups.iter().map(Vec::len).max().unwrap_or(0);
    for group in &mut groups {
        best(group);
    }
    let (mut panels, sets) = (0, groups.len());
    groups.retain(|group| {
        panels += group.len();
        panels <= MOST_PANELS
    });
    let mut said = String::new();
    if methods > MOST_METHODS {
        let _ = write!(said, " Of {methods} methods those {MOST_METHODS} with the lowest validation loss.");
    }
    if groups.len() < sets {
        let _ = write!(said, " The first {} of {sets} data sets.", groups.len());
    }
    (groups, said)
}

/// Keeps those with the lowest validation loss, in their order.
fn best(group: &mut Vec<&Selected<'_, '_>>) {
    let loss = |row: &Selected<'_, '_>| row.validation_loss.map_or(f64::INFINITY, |loss| loss.mean);
    let mut losses: Vec<f64> = group.iter().map(|row| loss(row)).collect();
    losses.sort_by(f64::total_cmp);
    if let Some(&most) = losses.get(MOST_METHODS.wrapping_sub(1)) {
        group.retain(|row| loss(row).total_cmp(&most).is_le());
        group.truncate(MOST_METHODS); // of equals the first
    }
}
