//! The choice between two stages of a sweep: which trial is run again and tested.

use super::stats::mean;
use crate::record::{Criterion, Outcome};
use crate::store::Finished;

/// The place of the best of these trials, each with its runs over tuning seeds and over what is averaged: the lowest mean of
/// the criterion, the first of equals. A trial of which a run was not done is the best only where every trial has such a
/// run: then the one with the most runs done is. None for no trials.
#[must_use]
pub fn choose(trials: &[Vec<&Finished>], by: Criterion) -> Option<usize> {
    let cost = |runs: &Vec<&Finished>| {
        let costs: Option<Vec<f64>> = runs.iter().map(|run| Some(by.cost(run.record.at(by.at)?.validation))).collect();
        mean(&costs?).filter(|cost| cost.is_finite())
    };
    let known = trials.iter().enumerate().filter_map(|(place, runs)| Some((place, cost(runs)?)));
    let best = known.min_by(|(_, a), (_, b)| a.total_cmp(b)).map(|(place, _)| place);
    let done = |runs: &Vec<&Finished>| runs.iter().filter(|run| run.record.outcome == Outcome::Done).count();
    best.or_else(|| (0..trials.len()).rev().max_by_key(|&place| done(&trials[place])))
}
