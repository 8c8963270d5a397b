//! The choice between two stages of a sweep: which trial is run again and tested.

use super::stats::mean;
use crate::record::{Criterion, Outcome, Quantity};
use crate::store::Finished;

/// What counts of a run of the first stage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tried {
    done: bool,
    /// Lower is better; none if the run has no figure of the criterion.
    cost: Option<f64>,
    /// Whether the criterion is undefined for the run's validation part, whatever is predicted there: such a run says nothing.
    undefined: bool,
}

impl Tried {
    #[must_use]
    pub fn of(run: &Finished, by: Criterion) -> Self {
        let cost = run.record.cost(by);
        let undefined = matches!(by.quantity, Quantity::Measure(_)) && cost.is_some_and(f64::is_nan);
        Self { done: run.record.outcome == Outcome::Done, cost, undefined }
    }
}

/// The place of the best of these trials, each with its runs over tuning seeds and over what is averaged: the lowest mean of
/// the criterion, the first of equals. A trial of which a run was not done is the best only where every trial has such a
/// run: then the one with the most runs done is. Runs for which the criterion is undefined are left out, as they are of all trials
/// alike. None for no trials.
#[must_use]
pub fn choose(trials: &[Vec<Tried>]) -> Option<usize> {
    let cost = |runs: &Vec<Tried>| {
        let defined = runs.iter().filter(|run| !run.undefined);
        let costs: Option<Vec<f64>> = defined.map(|run| run.cost).collect();
        mean(&costs?).filter(|cost| cost.is_finite())
    };
    let known = trials.iter().enumerate().filter_map(|(place, runs)| Some((place, cost(runs)?)));
    let best = known.min_by(|(_, a), (_, b)| a.total_cmp(b)).map(|(place, _)| place);
    let done = |runs: &Vec<Tried>| runs.iter().filter(|run| run.done).count();
    best.or_else(|| (0..trials.len()).rev().max_by_key(|&place| done(&trials[place])))
}
