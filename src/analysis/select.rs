//! Selection: the best setting of each optimizer on each data set by the validation part, its loss unless a protocol or a judge
//! says otherwise, never by the test part.
//!
//! What is best on some seeds is best there partly by luck. So a method is not tested on the seeds that chose its setting: with a
//! protocol these are other seeds, and without one each seed is tested at the setting that the other seeds choose.

use super::configurations::{Configuration, learning_rates};
use super::held_out::{FREEDOM, WithoutRows, variance_of_sum};
use super::sampled::Sampled;
use super::staged::Staged;
use super::stats::{CorrectedT, Interval, LEVEL, Spread, mean};
use crate::measure::Measure;
use crate::record::{Compared, GROUPS, Outcome, Quantity};
use crate::store::Finished;
use std::collections::{BTreeMap, BTreeSet};

/// What an optimizer reached on a data set.
#[derive(Clone, Debug)]
pub struct Selected<'a, 'r> {
    pub data: String,
    pub optimizer: String,
    /// The configuration with the lowest cost (mean over all seeds); `None` if every configuration diverged, or blew
    /// up, for some seed.
    pub best: Option<&'a Configuration<'r>>,
    /// What is shown of the optimizer: the best one, or where every one diverged for some seed the one that diverged for the
    /// fewest.
    pub compared: Option<&'a Configuration<'r>>,
    /// The outcome of each seed on the test part, in its own units, at the setting that was chosen without it; `None` if that run diverged or has no solution.
    pub results: BTreeMap<u64, Option<f64>>,
    /// The runs of these results.
    pub runs: Vec<&'r Finished>,
    /// Whether each seed has its own choice: several settings, several seeds, no protocol.
    pub nested: bool,
    /// Whether the very same training was done for each of several seeds.
    pub copies: bool,
    /// What its seeds are a sample of.
    pub sampled: Sampled,
    /// Of each seed what is compared without each group of held-out rows; empty where some run did not measure that.
    pub without_rows: WithoutRows,
    /// Of what is shown.
    pub validation_loss: Option<Spread>,
    /// Of the results; `None` if a seed has none.
    pub test_metric: Option<Spread>,
    /// Epochs to the state that counts, of what is shown.
    pub epochs: Option<Spread>,
    /// Configurations tried; with a protocol, trials.
    pub tried: usize,
    /// What the best one is to the protocol, where there is one.
    pub staged: Option<Staged>,
    /// Share of the runs of all configurations that diverged.
    pub diverged_share: f64,
    /// Where a solver found that there is no solution: the first one's problem.
    pub unsolved: Option<String>,
    /// The measure that is compared, by name: `accuracy`, `loss`, `f1`.
    pub metric: String,
    /// What of the test part is compared.
    pub outcome: Compared,
    /// What of the validation part its setting was chosen by.
    pub by: Quantity,
}

impl<'a, 'r> Selected<'a, 'r> {
    /// The setting to name: the best one, or the one that a protocol has chosen, whatever became of it, or where every one blew up the
    /// least bad.
    #[must_use]
    pub fn chosen(&self) -> Option<&'a Configuration<'r>> {
        self.best.or(self.compared.filter(|_| self.staged.is_some() || self.test_metric.is_some()))
    }

    /// 95 % of the mean of the results, by the corrected t distribution, as far as the metric can go; `None` for fewer than 3 seeds, of
    /// which two span hardly less than all there is, and if one has no result.
    #[must_use]
    pub fn interval(&self) -> Option<Interval> {
        let metrics: Vec<f64> = self.results.values().copied().collect::<Option<_>>()?;
        let (variance, freedom) = self.rows_error(mean(&metrics));
        let test = CorrectedT::of(&metrics, self.sampled.overlap()).filter(|_| metrics.len() > 2)?;
        let [least, most] = Measure::of_metric(&self.metric).bounds;
        let mut interval = test.with_shared(variance, freedom).interval(LEVEL)?;
        if let Some(bound) = self.bound(&metrics) {
            interval = interval.skewed(test.mean, bound);
        }
        Some(Interval { low: interval.low.max(least), high: interval.high.min(most) })
    }

    /// The one bound of the measure that is compared; a loss that is positive for every seed has the bound 0. None for splits of the
    /// same rows, of which the interval is wide enough: what they share is estimated from above.
    fn bound(&self, values: &[f64]) -> Option<f64> {
        let measure = Measure::of_metric(&self.metric);
        match measure.bounds {
            _ if self.sampled.overlap() > 0.0 => None,
            _ if self.outcome == Compared::Loss => values.iter().all(|loss| *loss > 0.0).then_some(0.0),
            [least, most] if least.is_finite() != most.is_finite() => {
                Some(if least.is_finite() { least } else { most })
            }
            _ => None,
        }
    }

    /// The variance of a mean over seeds that held-out rows make, which all seeds share, and its degrees of freedom.
    fn rows_error(&self, mean: Option<f64>) -> (f64, f64) {
        let of_share = self.sampled.variance(&self.metric, mean);
        match variance_of_sum(&[(&self.without_rows, 1.0)]) {
            Some(variance) if variance > of_share => (variance, FREEDOM),
            _ => (of_share, f64::INFINITY),
        }
    }

    /// The same of the difference between two methods.
    #[must_use]
    pub fn rows_error_of_difference(&self, other: &Self) -> (f64, f64) {
        if let Some(variance) = variance_of_sum(&[(&self.without_rows, 1.0), (&other.without_rows, -1.0)]) {
            return (variance, FREEDOM);
        }
        let means = self.test_metric.zip(other.test_metric).map(|(a, b)| (a.mean, b.mean));
        let sampled = self.sampled.widest(other.sampled);
        (sampled.variance_of_difference(&self.metric, means), f64::INFINITY)
    }

    /// Whether the sampling error of the test rows is known, where seeds do not show it.
    #[must_use]
    pub fn includes_test_rows(&self) -> bool {
        !self.without_rows.is_empty() || self.sampled.includes_test_rows(&self.metric)
    }

    /// The results as they are compared, higher for better: digits of a solution count as far as the precision has them.
    #[must_use]
    pub fn to_compare(&self) -> BTreeMap<u64, Option<f64>> {
        let precision = self.compared.and_then(|c| c.settings.get("precision")).map(ToString::to_string);
        let [of_f32, of_f64] = Measure::of_metric(&self.metric).precise_to;
        let most = if precision.as_deref() == Some("f32") { of_f32 } else { of_f64 };
        self.results
            .iter()
            .map(|(seed, metric)| (*seed, metric.map(|metric| self.outcome.oriented(metric).min(most))))
            .collect()
    }
}

/// One row per data set and optimizer, in the order of the configurations; optimizers as they first occur.
#[must_use]
pub fn select<'a, 'r>(configurations: &'a [Configuration<'r>]) -> Vec<Selected<'a, 'r>> {
    grouped(configurations).into_iter().map(|(data, optimizer, tried)| selected(data, optimizer, &tried)).collect()
}

#[allow(clippy::cast_precision_loss)] // counts of runs
fn selected<'a, 'r>(data: String, optimizer: String, tried: &[&'a Configuration<'r>]) -> Selected<'a, 'r> {
    let best = best(tried);
    let compared = best.or_else(|| fewest_diverged(tried));
    let runs: usize = tried.iter().map(|c| c.runs.len()).sum();
    let diverged: usize = tried.iter().map(|c| c.diverged()).sum();
    let nested = tried[0].staged.is_none() && tried.len() > 1 && tried.iter().any(|c| c.seeds() > 1);
    let (results, results_of) = if nested {
        without_own_seed(tried)
    } else {
        (
            compared.map(Configuration::test_metrics).unwrap_or_default(),
            compared.map(|c| c.runs.clone()).unwrap_or_default(),
        )
    };
    let whole: Option<Vec<f64>> = results.values().copied().collect();
    Selected {
        validation_loss: compared.and_then(|c| c.over_seeds(|p| p.validation.loss)),
        test_metric: whole.and_then(|metrics| Spread::of(&metrics)),
        epochs: compared.and_then(|c| c.over_seeds(|p| p.epoch as f64)),
        tried: tried[0].staged.map_or(tried.len(), |staged| staged.trials),
        staged: tried[0].staged,
        copies: compared.is_some_and(Configuration::is_the_same_for_every_seed) && is_one(&results),
        sampled: tried.iter().map(|c| c.sampled()).fold(tried[0].sampled(), Sampled::widest),
        diverged_share: diverged as f64 / runs as f64,
        unsolved: tried.iter().flat_map(|c| &c.runs).find_map(|run| match &run.record.outcome {
            Outcome::Unsolved { problem } => Some(problem.clone()),
            _ => None,
        }),
        metric: tried.iter().find_map(|c| c.outcome_name()).unwrap_or_default().to_owned(),
        outcome: tried[0].outcome,
        by: tried[0].by,
        compared,
        best,
        without_rows: without_rows(tried[0], &results_of),
        results,
        runs: results_of,
        nested,
        data,
        optimizer,
    }
}

/// Of each seed of these runs what is compared without each group of held-out rows, mean over its runs; nothing where one of them did
/// not measure that.
fn without_rows(of: &Configuration<'_>, runs: &[&Finished]) -> WithoutRows {
    let mut seeds: BTreeMap<u64, Vec<Vec<f64>>> = BTreeMap::new();
    for run in runs {
        let Some((seed, values)) = run.record.seed().zip(run.record.without_rows(of.at, of.outcome)) else {
            return WithoutRows::new();
        };
        seeds.entry(seed).or_default().push(values);
    }
    let group = |runs: &[Vec<f64>], group: usize| mean(&runs.iter().map(|run| run[group]).collect::<Vec<_>>());
    let means = |runs: &Vec<Vec<f64>>| (0..GROUPS).filter_map(|place| group(runs, place)).collect();
    seeds.iter().map(|(seed, runs)| (*seed, means(runs))).collect()
}

/// Whether all seeds have one result.
fn is_one(results: &BTreeMap<u64, Option<f64>>) -> bool {
    let mut bits = results.values().map(|metric| metric.map(f64::to_bits));
    let first = bits.next();
    bits.all(|other| Some(other) == first)
}

/// Each seed's test metric at the setting that the other seeds choose, and the runs there.
fn without_own_seed<'r>(tried: &[&Configuration<'r>]) -> (BTreeMap<u64, Option<f64>>, Vec<&'r Finished>) {
    let costs: Vec<BTreeMap<u64, Option<f64>>> = tried.iter().map(|c| c.costs()).collect();
    let metrics: Vec<BTreeMap<u64, Option<f64>>> = tried.iter().map(|c| c.test_metrics()).collect();
    // In a stopped sweep, a setting with fewer seeds than others has not shown yet what it does.
    let most = costs.iter().map(BTreeMap::len).max().unwrap_or(0);
    let whole: Vec<usize> = (0..tried.len()).filter(|&place| costs[place].len() == most).collect();
    let seeds: BTreeSet<u64> = whole.iter().flat_map(|&place| costs[place].keys().copied()).collect();
    let chosen = |seed: u64| {
        let others =
            |place: usize| costs[place].iter().filter(move |(other, _)| **other != seed).map(|(_, cost)| *cost);
        let cost = |place: usize| mean(&others(place).collect::<Option<Vec<f64>>>()?);
        let known = whole.iter().filter_map(|&place| Some((place, cost(place)?)));
        let best = known.min_by(|(_, a), (_, b)| a.total_cmp(b)).map(|(place, _)| place);
        best.or_else(|| whole.iter().copied().rev().max_by_key(|&place| others(place).flatten().count()))
    };
    let places: Vec<(u64, usize)> = seeds.into_iter().filter_map(|seed| Some((seed, chosen(seed)?))).collect();
    let results = places.iter().filter_map(|&(seed, place)| Some((seed, *metrics[place].get(&seed)?))).collect();
    let of_seed = |&(seed, place): &(u64, usize)| {
        tried[place].runs.iter().copied().filter(move |run| run.record.seed() == Some(seed))
    };
    (results, places.iter().flat_map(of_seed).collect())
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
        let known = c.runs.iter().filter_map(|run| run.record.cost(c.criterion()));
        mean(&known.collect::<Vec<_>>()).unwrap_or(f64::INFINITY)
    };
    let ahead = |a: &&Configuration, b: &&Configuration| done(a).cmp(&done(b)).then(cost(b).total_cmp(&cost(a)));
    tried.iter().copied().rev().max_by(ahead)
}

/// The configurations of each optimizer on each data set, one data set after the other, in the order in which they first occur.
fn grouped<'a, 'r>(configurations: &'a [Configuration<'r>]) -> Vec<(String, String, Vec<&'a Configuration<'r>>)> {
    let mut places: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut groups: Vec<(String, String, Vec<&Configuration>)> = Vec::new();
    for c in configurations {
        let place = *places.entry((&c.data, &c.optimizer)).or_insert(groups.len());
        if place == groups.len() {
            groups.push((c.data.clone(), c.optimizer.clone(), Vec::new()));
        }
        groups[place].2.push(c);
    }
    let mut order: Vec<String> = Vec::new();
    groups.iter().for_each(|(data, _, _)| {
        if !order.contains(data) {
            order.push(data.clone());
        }
    });
    groups.sort_by_key(|(data, _, _)| order.iter().position(|known| known == data));
    groups
}

/// How well an optimizer does at one learning rate.
#[derive(Clone, Debug)]
pub struct RatePoint {
    pub data: String,
    pub optimizer: String,
    pub learning_rate: f64,
    /// Of the configuration with the lowest cost at this rate; `None` if all diverged for some seed. With a
    /// protocol it is the metric of the validation part.
    pub test_metric: Option<Spread>,
    pub metric: String,
    pub outcome: Compared,
}

/// One point per data set, optimizer and learning rate, rates ascending: everything else is chosen by the validation
/// part at each rate.
#[must_use]
pub fn rate_sensitivity(configurations: &[Configuration<'_>]) -> Vec<RatePoint> {
    let mut points = Vec::new();
    for (data, optimizer, tried) in grouped(configurations) {
        for rate in learning_rates(tried.iter().copied()) {
            let at: Vec<&Configuration> = tried.iter().copied().filter(|c| c.learning_rate() == Some(rate)).collect();
            points.push(RatePoint {
                data: data.clone(),
                optimizer: optimizer.clone(),
                learning_rate: rate,
                test_metric: best(&at).and_then(|c| c.over_seeds(|p| c.shown(p))),
                metric: at.iter().find_map(|c| c.outcome_name()).unwrap_or_default().to_owned(),
                outcome: at[0].outcome,
            });
        }
    }
    points
}
