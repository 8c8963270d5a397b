//! The choice between two stages of a sweep: which trial is run again and tested.

use super::stats::mean;
use crate::record::{Criterion, Outcome};
use crate::store::Finished;

/// What counts of a run of the first stage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tried {
    done: bool,
    /// Lower is better; none if the run has no figure of the criterion.
    cost: Option<f64>,
}

impl Tried {
    #[must_use]
    pub fn of(run: &Finished, by: Criterion) -> Self {
        let point = run.record.at(by.at);
        Self { done: run.record.outcome == Outcome::Done, cost: point.map(|point| by.quantity.cost(point.validation)) }
    }
}

/// The place of the best of these trials, each with its runs over tuning seeds and over what is averaged: the lowest mean of
/// the criterion, the first of equals. A trial of which a run was not done is the best only where every trial has such a
/// run: then the one with the most runs done is. None for no trials.
#[must_use]
pub fn choose(trials: &[Vec<Tried>]) -> Option<usize> {
    let cost = |runs: &Vec<Tried>| {
        let costs: Option<Vec<f64>> = runs.iter().map(|run| run.cost).collect();
        mean(&costs?).filter(|cost| cost.is_finite())
    };
    let known = trials.iter().enumerate().filter_map(|(place, runs)| Some((place, cost(runs)?)));
    let best = known.min_by(|(_, a), (_, b)| a.total_cmp(b)).map(|(place, _)| place);
    let done = |runs: &Vec<Tried>| runs.iter().filter(|run| run.done).count();
    best.or_else(|| (0..trials.len()).rev().max_by_key(|&place| done(&trials[place])))
}
