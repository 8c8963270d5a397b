//! Selection: the best setting of each optimizer on each data set by the validation part, its loss unless a protocol says
//! otherwise, never by the test part.

use super::configurations::Configuration;
use super::stats::{Spread, mean};
use super::view::Staged;
use crate::record::Outcome;

/// What an optimizer reached on a data set.
#[derive(Clone, Debug)]
pub struct Selected<'a, 'r> {
    pub data: String,
    pub optimizer: String,
    /// The configuration with the lowest validation loss (mean over seeds, each at its best epoch); `None` where every
    /// configuration diverged for some seed.
    pub best: Option<&'a Configuration<'r>>,
    /// What stands for the optimizer in comparisons: the best one, or where every one diverged for some seed the one
    /// that diverged for the fewest, with the diverged seeds as the worst.
    pub compared: Option<&'a Configuration<'r>>,
    /// Of the best.
    pub validation_loss: Option<Spread>,
    pub test_metric: Option<Spread>,
    /// Epochs to the lowest validation loss.
    pub epochs: Option<Spread>,
    /// Configurations tried; with a protocol, trials.
    pub tried: usize,
    /// What the best one is to the protocol, where there is one.
    pub staged: Option<Staged>,
    /// Share of the runs of all configurations that diverged.
    pub diverged_share: f64,
    /// Where a solver found that there is no solution: the first one's problem.
    pub unsolved: Option<String>,
    /// `accuracy` or `r2`.
    pub metric: String,
}

impl<'a, 'r> Selected<'a, 'r> {
    /// The setting to name: the best one, or the one that a protocol has chosen, whatever became of it.
    #[must_use]
    pub fn chosen(&self) -> Option<&'a Configuration<'r>> {
        self.best.or(self.compared.filter(|_| self.staged.is_some()))
    }
}

/// One row per data set and optimizer, in the order of the configurations; optimizers as they first occur.
#[must_use]
#[allow(clippy::cast_precision_loss)] // counts of runs
pub fn select<'a, 'r>(configurations: &'a [Configuration<'r>]) -> Vec<Selected<'a, 'r>> {
    let mut rows = Vec::new();
    for (data, optimizer) in pairs(configurations) {
        let of = |c: &&Configuration| c.data == data && c.optimizer == optimizer;
        let tried: Vec<&Configuration> = configurations.iter().filter(of).collect();
        let best = best(&tried);
        let runs: usize = tried.iter().map(|c| c.runs.len()).sum();
        let diverged: usize = tried.iter().map(|c| c.diverged()).sum();
        let known = tried.iter().flat_map(|c| &c.runs).find(|run| !run.record.metric.is_empty());
        rows.push(Selected {
            validation_loss: best.and_then(|c| c.over_seeds(|p| p.validation.loss)),
            test_metric: best.and_then(|c| c.over_seeds(|p| p.test.metric)),
            epochs: best.and_then(|c| c.over_seeds(|p| p.epoch as f64)),
            tried: tried[0].staged.map_or(tried.len(), |staged| staged.trials),
            staged: tried[0].staged,
            diverged_share: diverged as f64 / runs as f64,
            unsolved: tried.iter().flat_map(|c| &c.runs).find_map(|run| match &run.record.outcome {
                Outcome::Unsolved { problem } => Some(problem.clone()),
                _ => None,
            }),
            metric: known.map(|run| run.record.metric.clone()).unwrap_or_default(),
            compared: best.or_else(|| fewest_diverged(&tried)),
            best,
            data,
            optimizer,
        });
    }
    rows
}

/// The configuration to choose by the validation part, the first of equals.
#[must_use]
pub fn best<'a, 'r>(tried: &[&'a Configuration<'r>]) -> Option<&'a Configuration<'r>> {
    // In a stopped sweep, a configuration with fewer seeds than others has not shown yet what it does.
    let seeds = tried.iter().map(|c| c.runs.len()).max().unwrap_or(0);
    let known = tried.iter().filter(|c| c.runs.len() == seeds).filter_map(|c| Some((*c, c.cost()?)));
    known.min_by(|(_, a), (_, b)| a.total_cmp(b)).map(|(c, _)| c)
}

/// The configuration with the most seeds done, of equals that with the lower cost where these are done, then the first.
fn fewest_diverged<'a, 'r>(tried: &[&'a Configuration<'r>]) -> Option<&'a Configuration<'r>> {
    let done = |c: &Configuration| c.test_metrics().values().flatten().count();
    let cost = |c: &Configuration| {
        let known = c.runs.iter().filter_map(|run| Some(c.by().cost(run.record.at(c.at)?.validation)));
        mean(&known.collect::<Vec<_>>()).unwrap_or(f64::INFINITY)
    };
    let ahead = |a: &&Configuration, b: &&Configuration| done(a).cmp(&done(b)).then(cost(b).total_cmp(&cost(a)));
    tried.iter().copied().rev().max_by(ahead)
}

/// Data sets and optimizers that occur together, in order.
fn pairs(configurations: &[Configuration<'_>]) -> Vec<(String, String)> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for c in configurations {
        if !pairs.iter().any(|(data, optimizer)| *data == c.data && *optimizer == c.optimizer) {
            pairs.push((c.data.clone(), c.optimizer.clone()));
        }
    }
    // One data set after the other, each in the order in which it first occurs.
    let order: Vec<String> = pairs.iter().map(|(data, _)| data.clone()).collect();
    pairs.sort_by_key(|(data, _)| order.iter().position(|known| known == data));
    pairs
}

/// How well an optimizer does at one learning rate.
#[derive(Clone, Debug)]
pub struct RatePoint {
    pub data: String,
    pub optimizer: String,
    pub learning_rate: f64,
    /// Of the configuration with the lowest validation loss at this rate; `None` where all diverged for some seed. With a
    /// protocol it is the metric of the validation part.
    pub test_metric: Option<Spread>,
    pub metric: String,
}

/// One point per data set, optimizer and learning rate, rates ascending: everything else is chosen by validation loss
/// at each rate.
#[must_use]
pub fn rate_sensitivity(configurations: &[Configuration<'_>]) -> Vec<RatePoint> {
    let mut points = Vec::new();
    for (data, optimizer) in pairs(configurations) {
        let of = |c: &&Configuration| c.data == data && c.optimizer == optimizer;
        let mut rates: Vec<f64> = configurations.iter().filter(of).filter_map(Configuration::learning_rate).collect();
        rates.sort_by(f64::total_cmp);
        rates.dedup();
        for rate in rates {
            let at: Vec<&Configuration> =
                configurations.iter().filter(of).filter(|c| c.learning_rate() == Some(rate)).collect();
            let known = at.iter().flat_map(|c| &c.runs).find(|run| !run.record.metric.is_empty());
            points.push(RatePoint {
                data: data.clone(),
                optimizer: optimizer.clone(),
                learning_rate: rate,
                test_metric: best(&at).and_then(|c| c.over_seeds(|p| c.shown(p))),
                metric: known.map(|run| run.record.metric.clone()).unwrap_or_default(),
            });
        }
    }
    points
}
