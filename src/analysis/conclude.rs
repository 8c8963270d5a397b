//! What a sweep allows to conclude: rankings, verdicts between methods, and what stands in the way.

use super::configurations::{Configuration, configurations_by};
use super::paired::{Paired, Verdict, judge, paired};
use super::select::{Selected, select};
use super::stats::{
    Friedman, Interval, LEVEL, average_ranks, bca, cliques, critical_difference, friedman, interquartile_mean, mean,
};
use super::targets::{Reached, targets};
use crate::record::Outcome;
use crate::store::{Finished, Manifest};
use std::collections::BTreeSet;

/// All that the terminal, the page and Markdown say of a folder.
#[derive(Clone, Debug)]
pub struct Conclusions {
    /// The setting whose values are compared.
    pub key: String,
    pub data: Vec<OnData>,
    /// None for a single data set or method, and where not every method was tried on every data set.
    pub over_data: Option<OverData>,
    pub warnings: Vec<Warning>,
}

/// The methods on one data set, best first.
#[derive(Clone, Debug)]
pub struct OnData {
    pub data: String,
    pub metric: String,
    pub methods: Vec<Ranked>,
    /// Every pair of methods, positions in `methods`, the first ranked higher; differences are first − second.
    pub pairs: Vec<(usize, usize, Paired)>,
}

/// A method on one data set at its best setting.
#[derive(Clone, Debug)]
pub struct Ranked {
    pub method: String,
    /// The setting in words.
    pub setting: String,
    pub seeds: usize,
    /// Test metric, mean over seeds; none where every setting diverged for some seed.
    pub mean: Option<f64>,
    pub sd: Option<f64>,
    /// 95 %, BCa, from 3 seeds on.
    pub interval: Option<Interval>,
    pub interquartile_mean: Option<f64>,
    pub tried: usize,
    pub diverged_share: f64,
    /// Expected training steps to the data set's target, misses counted, and hits of how many.
    pub steps_to_target: Option<Reached>,
}

/// The methods over data sets.
#[derive(Clone, Debug)]
pub struct OverData {
    /// Ascending: the best first.
    pub ranks: Vec<(String, f64)>,
    pub data_sets: usize,
    /// From 3 methods on.
    pub friedman: Option<Friedman>,
    pub critical_difference: f64,
    /// Groups not told apart, as (first, last) in `ranks`.
    pub cliques: Vec<(usize, usize)>,
}

/// Of the level, the part that the test over data sets has; the pairs on single data sets have the other four fifths. So
/// the chance of any wrong verdict in a whole report is at most [`LEVEL`].
const SHARE_OVER_DATA: f64 = 0.2;

impl OverData {
    /// p of the permutation test over data sets, corrected for its share of the level; none for two methods.
    #[must_use]
    pub fn adjusted_p(&self) -> Option<f64> {
        self.friedman.as_ref().map(|test| (test.p / SHARE_OVER_DATA).min(1.0))
    }

    /// Whether the test over all methods found any difference; without it no pair is to be told apart.
    #[must_use]
    pub fn found(&self) -> bool {
        self.adjusted_p().is_some_and(|p| p < LEVEL)
    }
}

/// What stands in the way of a conclusion.
#[derive(Clone, Debug, PartialEq)]
pub enum Warning {
    Unfinished {
        planned: u64,
        finished: u64,
    },
    Failed {
        runs: usize,
    },
    Suspect {
        runs: usize,
    },
    TooFewSeeds {
        seeds: usize,
        needed: usize,
    },
    /// The best learning rate stands on the edge of its grid.
    NotTuned {
        data: String,
        method: String,
        rate: f64,
        next: Vec<f64>,
    },
    /// Every setting diverged for some seed.
    NothingTrained {
        data: String,
        method: String,
    },
    Diverged {
        method: String,
        share: f64,
    },
    UnequalBudgets {
        data: String,
        tried: Vec<(String, usize)>,
    },
    Unpaired {
        data: String,
        seeds: usize,
    },
}

/// Draws the conclusions of a folder's runs.
#[must_use]
pub fn conclude(manifest: &Manifest, runs: &[Finished], key: &str) -> Conclusions {
    let all = configurations_by(runs, key);
    let rows = select(&all);
    let names = super::varying(&all);
    let reached = targets(&rows);
    let mut data: Vec<OnData> = rows.chunk_by(|a, b| a.data == b.data).map(|block| on_data(block, &names)).collect();
    for (on, method) in data.iter_mut().flat_map(|on| {
        let data = on.data.clone();
        on.methods.iter_mut().map(move |m| (data.clone(), m))
    }) {
        let target = reached.iter().find(|target| target.data == on);
        method.steps_to_target = target.and_then(|t| t.methods.iter().find(|r| r.method == method.method).cloned());
    }
    let over_data = over_data(&rows);
    let shared = over_data.as_ref().is_some_and(|over| over.friedman.is_some());
    let weight = if shared { 1.0 / (1.0 - SHARE_OVER_DATA) } else { 1.0 };
    judge(data.iter_mut().flat_map(|on| on.pairs.iter_mut().map(|(_, _, paired)| paired)), weight);
    let warnings = warnings(manifest, runs, &all, &rows, &data);
    Conclusions { key: key.to_owned(), data, over_data, warnings }
}

fn on_data(block: &[Selected<'_, '_>], names: &BTreeSet<String>) -> OnData {
    let mut order: Vec<&Selected> = block.iter().collect();
    let score = |row: &Selected| row.test_metric.map_or(f64::NEG_INFINITY, |metric| metric.mean);
    order.sort_by(|a, b| score(b).total_cmp(&score(a)));
    let metrics: Vec<_> =
        order.iter().map(|row| row.compared.map(Configuration::test_metrics).unwrap_or_default()).collect();
    let pairs = (0..order.len()).flat_map(|i| (i + 1..order.len()).map(move |j| (i, j)));
    OnData {
        data: block[0].data.clone(),
        metric: block[0].metric.clone(),
        pairs: pairs.map(|(i, j)| (i, j, paired(&metrics[j], &metrics[i]))).collect(),
        methods: order.iter().map(|row| ranked(row, names)).collect(),
    }
}

fn ranked(row: &Selected<'_, '_>, names: &BTreeSet<String>) -> Ranked {
    let metrics: Vec<f64> = row.best.map(|c| c.test_metrics().into_values().flatten().collect()).unwrap_or_default();
    Ranked {
        method: row.optimizer.clone(),
        setting: row.best.map(|c| c.label(names)).unwrap_or_default(),
        seeds: row.compared.map_or(0, |c| c.runs.len()),
        mean: row.test_metric.map(|metric| metric.mean),
        sd: row.test_metric.and_then(|metric| metric.sd),
        interval: bca(&metrics, |x| mean(x).unwrap_or(0.0), LEVEL),
        interquartile_mean: interquartile_mean(&metrics),
        tried: row.tried,
        diverged_share: row.diverged_share,
        steps_to_target: None,
    }
}

/// Ranks the methods over data sets by test metric at their best settings; `None` for a single data set or method, and
/// where not every method was tried on every data set.
#[must_use]
pub fn over_data(rows: &[Selected<'_, '_>]) -> Option<OverData> {
    let data: Vec<&[Selected]> = rows.chunk_by(|a, b| a.data == b.data).collect();
    let methods: Vec<String> = data.first()?.iter().map(|row| row.optimizer.clone()).collect();
    let complete =
        |on: &&[Selected]| on.len() == methods.len() && on.iter().all(|row| methods.contains(&row.optimizer));
    if data.len() < 2 || methods.len() < 2 || !data.iter().all(complete) {
        return None;
    }
    let score =
        |on: &[Selected], method: &String| on.iter().find(|row| row.optimizer == *method)?.test_metric.map(|m| m.mean);
    let scores: Vec<Vec<Option<f64>>> = data.iter().map(|on| methods.iter().map(|m| score(on, m)).collect()).collect();
    let mut ranks: Vec<(String, f64)> = methods.iter().cloned().zip(average_ranks(&scores)).collect();
    ranks.sort_by(|a, b| a.1.total_cmp(&b.1));
    let critical_difference = critical_difference(methods.len(), data.len())?;
    let ascending: Vec<f64> = ranks.iter().map(|(_, rank)| *rank).collect();
    Some(OverData {
        cliques: cliques(&ascending, critical_difference),
        ranks,
        data_sets: data.len(),
        friedman: friedman(&scores),
        critical_difference,
    })
}

fn warnings(
    manifest: &Manifest,
    runs: &[Finished],
    all: &[Configuration<'_>],
    rows: &[Selected<'_, '_>],
    data: &[OnData],
) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let count = |of: &dyn Fn(&Finished) -> bool| runs.iter().filter(|run| of(run)).count();
    if (runs.len() as u64) < manifest.runs_planned {
        warnings.push(Warning::Unfinished { planned: manifest.runs_planned, finished: runs.len() as u64 });
    }
    let failed = count(&|run| matches!(run.record.outcome, Outcome::Failed { .. }));
    let suspect = count(&|run| run.measurement.check.is_some_and(|check| !check.passed()));
    warnings.extend((failed > 0).then_some(Warning::Failed { runs: failed }));
    warnings.extend((suspect > 0).then_some(Warning::Suspect { runs: suspect }));
    let pairs = data.iter().flat_map(|on| &on.pairs).map(|(_, _, paired)| (paired.pairs, paired.seeds_at_least));
    let few = pairs.min().filter(|(seeds, needed)| seeds < needed);
    warnings.extend(few.map(|(seeds, needed)| Warning::TooFewSeeds { seeds, needed }));
    for block in rows.chunk_by(|a, b| a.data == b.data) {
        let tried: Vec<(String, usize)> = block.iter().map(|row| (row.optimizer.clone(), row.tried)).collect();
        if tried.iter().any(|(_, count)| *count != tried[0].1) {
            warnings.push(Warning::UnequalBudgets { data: block[0].data.clone(), tried });
        }
        for row in block {
            let (data, method) = (row.data.clone(), row.optimizer.clone());
            match row.best {
                None => warnings.push(Warning::NothingTrained { data, method }),
                Some(best) => {
                    warnings.extend(edge(best, all).map(|(rate, next)| Warning::NotTuned { data, method, rate, next }));
                }
            }
        }
    }
    for on in data {
        let unpaired = on.pairs.iter().map(|(_, _, paired)| paired.unpaired).max().unwrap_or(0);
        warnings.extend((unpaired > 0).then(|| Warning::Unpaired { data: on.data.clone(), seeds: unpaired }));
    }
    warnings.extend(diverged(rows, all));
    warnings
}

/// The share of each method's runs that diverged, over all data sets, where there are any.
#[allow(clippy::cast_precision_loss)]
fn diverged(rows: &[Selected<'_, '_>], all: &[Configuration<'_>]) -> Vec<Warning> {
    let mut methods: Vec<&String> = Vec::new();
    rows.iter().for_each(|row| {
        if !methods.contains(&&row.optimizer) {
            methods.push(&row.optimizer);
        }
    });
    let share = |method: &String| {
        let of = || all.iter().filter(|c| c.optimizer == *method);
        of().map(Configuration::diverged).sum::<usize>() as f64 / of().map(|c| c.runs.len()).sum::<usize>() as f64
    };
    let shares = methods.into_iter().map(|method| Warning::Diverged { method: method.clone(), share: share(method) });
    shares.filter(|warning| matches!(warning, Warning::Diverged { share, .. } if *share > 0.0)).collect()
}

/// Whether a setting's learning rate is the least or the greatest of those tried for its method and data set, and the
/// two that would come next on the grid.
fn edge(best: &Configuration<'_>, all: &[Configuration<'_>]) -> Option<(f64, Vec<f64>)> {
    let rate = best.learning_rate()?;
    let same = |c: &&Configuration| c.data == best.data && c.optimizer == best.optimizer;
    let mut rates: Vec<f64> = all.iter().filter(same).filter_map(Configuration::learning_rate).collect();
    rates.sort_by(f64::total_cmp);
    rates.dedup();
    let (first, last) = (*rates.first()?, *rates.last()?);
    if rates.len() < 2 || (rate != first && rate != last) {
        return None;
    }
    let factor = if rate == first { first / rates[1] } else { last / rates[rates.len() - 2] };
    Some((rate, vec![rate * factor, rate * factor * factor]))
}

impl OnData {
    /// Those that are judged worse than the best, and those that are not told apart from it.
    #[must_use]
    pub fn against_best(&self) -> (Vec<&str>, Vec<&str>) {
        let of = |worse: bool| {
            let pairs = self.pairs.iter().filter(move |(i, _, p)| *i == 0 && (p.verdict == Verdict::Better) == worse);
            pairs.map(|(_, j, _)| self.methods[*j].method.as_str()).collect()
        };
        (of(true), of(false))
    }
}
