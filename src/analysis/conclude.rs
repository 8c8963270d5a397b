//! What a sweep allows to conclude: rankings, verdicts between methods, and what stands in the way.

use super::configurations::{Configuration, varying};
use super::over_data::{OverData, SHARE_OVER_DATA, over_data};
use super::paired::{Paired, Verdict, judge, paired_methods};
use super::select::{RatePoint, Selected, rate_sensitivity, select};
use super::stats::{Interval, LEVEL, Sensitivity, bca, interquartile_mean, mean, sensitivity};
use super::targets::{Reached, targets};
use super::tuning::{Account, account};
use super::view::View;
use super::warnings::{Warning, warnings};
use crate::store::{Finished, Manifest};
use std::collections::BTreeSet;

/// All that the terminal, the page and Markdown say of a folder.
#[derive(Clone, Debug)]
pub struct Conclusions {
    pub data: Vec<OnData>,
    /// None for a single data set or method, and where not every method was tried on every data set.
    pub over_data: Option<OverData>,
    pub warnings: Vec<Warning>,
    /// What was tuned and how, where there is a protocol.
    pub account: Option<Account>,
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
    /// Test metric, mean over seeds; none where every setting, or with a protocol the chosen one, diverged for some seed.
    pub mean: Option<f64>,
    pub sd: Option<f64>,
    /// 95 %, BCa, from 3 seeds on.
    pub interval: Option<Interval>,
    pub interquartile_mean: Option<f64>,
    /// Settings tried; with a protocol, trials.
    pub tried: usize,
    pub diverged_share: f64,
    /// Expected training steps to the data set's target, misses counted, and hits of how many.
    pub steps_to_target: Option<Reached>,
    /// To the learning rate, everything else at its best for each, within [`TOLERANCE`]; none with fewer than 2 rates.
    pub to_rate: Option<Sensitivity>,
}

/// How much of the metric a learning rate may cost and still count as good enough.
pub const TOLERANCE: f64 = 0.01;

/// Draws the conclusions of a folder's runs, as the view reads them.
#[must_use]
pub fn conclude(manifest: &Manifest, runs: &[Finished], view: &View<'_>) -> Conclusions {
    let rows = select(view.compared());
    let names = match &manifest.protocol {
        Some(protocol) => protocol.tuned().into_iter().cloned().collect(),
        None => varying(view.compared()),
    };
    let reached = targets(&rows);
    let mut data: Vec<OnData> = rows.chunk_by(|a, b| a.data == b.data).map(|block| on_data(block, &names)).collect();
    let rates = rate_sensitivity(view.tried());
    for on in &mut data {
        let target = reached.iter().find(|target| target.data == on.data);
        for method in &mut on.methods {
            let found = target.and_then(|t| t.methods.iter().find(|r| r.method == method.method));
            method.steps_to_target = found.cloned();
            method.to_rate = to_rate(&rates, &on.data, &method.method);
        }
    }
    let over_data = over_data(&rows);
    let shared = over_data.as_ref().is_some_and(|over| over.adjusted_p().is_some());
    let weight = if shared { 1.0 / (1.0 - SHARE_OVER_DATA) } else { 1.0 };
    judge(data.iter_mut().flat_map(|on| on.pairs.iter_mut().map(|(_, _, paired)| paired)), weight);
    let warnings = warnings(manifest, runs, view, &rows, &data);
    let account = manifest.protocol.as_ref().map(|protocol| account(protocol, view));
    Conclusions { data, over_data, warnings, account }
}

/// How much a method depends on its learning rate on a data set; a rate at which every setting diverged counts with the worst
/// metric that any method reached there.
fn to_rate(rates: &[RatePoint], data: &str, method: &str) -> Option<Sensitivity> {
    let on_data = || rates.iter().filter(|point| point.data == data);
    let worst = on_data().filter_map(|point| Some(point.test_metric?.mean)).min_by(f64::total_cmp)?;
    let grid = on_data().filter(|point| point.optimizer == method);
    let grid: Vec<_> = grid.map(|point| (point.learning_rate, point.test_metric.map(|metric| metric.mean))).collect();
    if grid.len() < 2 { None } else { sensitivity(&grid, worst, TOLERANCE) }
}

fn on_data(block: &[Selected<'_, '_>], names: &BTreeSet<String>) -> OnData {
    let mut order: Vec<&Selected> = block.iter().collect();
    let score = |row: &Selected| row.test_metric.map_or(f64::NEG_INFINITY, |metric| metric.mean);
    order.sort_by(|a, b| score(b).total_cmp(&score(a)));
    let pairs = (0..order.len()).flat_map(|i| (i + 1..order.len()).map(move |j| (i, j)));
    OnData {
        data: block[0].data.clone(),
        metric: block[0].metric.clone(),
        pairs: pairs.map(|(i, j)| (i, j, paired_methods(order[j], order[i]))).collect(),
        methods: order.iter().map(|row| ranked(row, names)).collect(),
    }
}

fn ranked(row: &Selected<'_, '_>, names: &BTreeSet<String>) -> Ranked {
    let metrics: Vec<f64> = row.best.map(|c| c.test_metrics().into_values().flatten().collect()).unwrap_or_default();
    Ranked {
        method: row.optimizer.clone(),
        setting: row.chosen().map(|c| c.label(names)).unwrap_or_default(),
        seeds: row.compared.map_or(0, Configuration::seeds),
        mean: row.test_metric.map(|metric| metric.mean),
        sd: row.test_metric.and_then(|metric| metric.sd),
        interval: bca(&metrics, |x| mean(x).unwrap_or(0.0), LEVEL),
        interquartile_mean: interquartile_mean(&metrics),
        tried: row.tried,
        diverged_share: row.diverged_share,
        steps_to_target: None,
        to_rate: None,
    }
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
