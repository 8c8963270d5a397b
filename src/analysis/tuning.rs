//! What a protocol has done: what was tuned, over how many trials, and whether the choice was run again.

use super::configurations::Configuration;
use super::view::View;
use crate::record::Protocol;
use serde::Serialize;

/// What was tuned and how.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Account {
    pub protocol: Protocol,
    /// The least and the greatest number of trials of a compared value.
    pub trials: (usize, usize),
    /// Share of the tuning runs that diverged.
    pub diverged_share: f64,
    /// Whether runs of the first stage are missing.
    pub untuned: bool,
    /// Whether there is no run of the second stage to be compared.
    pub pending: bool,
}

#[allow(clippy::cast_precision_loss)] // counts of runs
pub(super) fn account(view: &View<'_>) -> Option<Account> {
    let trials = || view.all().filter_map(|c| Some(c.staged?.trials));
    let runs: usize = view.tried().iter().map(|c| c.runs.len()).sum();
    let diverged: usize = view.tried().iter().map(Configuration::diverged).sum();
    Some(Account {
        protocol: view.protocol()?.clone(),
        trials: (trials().min().unwrap_or(0), trials().max().unwrap_or(0)),
        diverged_share: diverged as f64 / runs.max(1) as f64,
        untuned: view.untuned(),
        pending: view.compared().is_empty(),
    })
}
