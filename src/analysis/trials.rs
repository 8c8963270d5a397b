//! Every setting that was tried, as the trials of a search.

use super::configurations::Configuration;
use super::select::select;

/// What the settings of an optimizer reached on a data set.
#[derive(Clone, Debug)]
pub struct Trials {
    pub data: String,
    pub optimizer: String,
    pub metric: String,
    /// Test metric (with a protocol that of the validation part), mean over seeds, the setting to choose by the validation part
    /// last. Settings that diverged for a seed come first, with the worst metric that any setting reached on the data set.
    pub metrics: Vec<f64>,
}

/// One row per data set and optimizer that has a setting which trains on a data set where one does.
#[must_use]
pub fn trials(configurations: &[Configuration<'_>]) -> Vec<Trials> {
    let metric = |c: &Configuration<'_>| Some(c.over_seeds(|point| c.shown(point))?.mean);
    let worse =
        |a: &f64, b: &f64| configurations[0].outcome.oriented(*a).total_cmp(&configurations[0].outcome.oriented(*b));
    let cost = |c: &Configuration<'_>| c.cost().unwrap_or(f64::INFINITY);
    let rows = select(configurations).into_iter().filter_map(|row| {
        let on_data = || configurations.iter().filter(|c| c.data == row.data);
        let worst = on_data().filter_map(metric).min_by(worse)?;
        let mut tried: Vec<&Configuration> = on_data().filter(|c| c.optimizer == row.optimizer).collect();
        tried.sort_by(|a, b| cost(b).total_cmp(&cost(a)));
        Some(Trials {
            metrics: tried.into_iter().map(|c| metric(c).unwrap_or(worst)).collect(),
            data: row.data,
            optimizer: row.optimizer,
            metric: row.metric,
        })
    });
    rows.collect()
}
