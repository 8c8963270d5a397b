//! How much of the differences between settings each setting explains, on each data set.
//!
//! The value of a setting is its validation metric at the state that is judged, mean over seeds. A run that diverged, has no solution
//! or ended worse than the floor counts with the floor: the untrained state, or what a constant answer reaches, such as an R² of 0,
//! where this is better. How far below says how soon a training was stopped, and nothing of a setting.

use super::configurations::Configuration;
use super::grid::{GridAxis, SettingGrid};
use super::stats::{Effects, Factor, LEVEL, functional_anova, mean, settings_differ};
use crate::measure::Measure;
use crate::store::Finished;
use std::collections::BTreeMap;

/// What explains the differences on a data set.
#[derive(Clone, Debug)]
pub struct Importance {
    pub data: String,
    pub metric: String,
    /// Settings that were tried, and seeds of each.
    pub settings: usize,
    pub seeds: usize,
    /// Runs that count with the floor, and the floor.
    pub floored: usize,
    pub floor: f64,
    /// Or why this is not known.
    pub shares: Result<VarianceShares, Unexplained>,
}

/// Shares of the variance, 1 together.
#[derive(Clone, Debug)]
pub struct VarianceShares {
    /// Each axis alone, the greatest first.
    pub alone: Vec<(GridAxis, f64)>,
    /// Two axes together, beyond what each does alone, the greatest first.
    pub pairs: Vec<Together>,
    /// Of more than two together.
    pub rest: f64,
}

/// The effect of two axes that neither has alone.
#[derive(Clone, Debug)]
pub struct Together {
    pub of: [GridAxis; 2],
    pub share: f64,
    /// Whether another value of the first is the best one for some values of the second.
    pub best_depends: bool,
}

/// Why shares are not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unexplained {
    /// Fewer than two settings vary.
    OneAxis,
    /// Some combinations were not tried.
    NoGrid,
    /// Some runs are missing or failed.
    Unfinished,
    /// All settings have the same value.
    NoDifference,
    /// The settings differ by no more than their seeds do.
    Chance,
}

/// The importance of all that varies, one for each data set in the order in which they first occur.
#[must_use]
pub fn importance(tried: &[Configuration<'_>]) -> Vec<Importance> {
    let mut blocks: Vec<Vec<&Configuration>> = Vec::new();
    for c in tried {
        match blocks.iter_mut().find(|block| block[0].data == c.data) {
            Some(block) => block.push(c),
            None => blocks.push(vec![c]),
        }
    }
    blocks.iter().map(|block| on_data(block)).collect()
}

fn on_data(block: &[&Configuration<'_>]) -> Importance {
    let (reached, floor) = reached_by(block);
    Importance {
        data: block[0].data.clone(),
        metric: metric(block),
        settings: block.len(),
        seeds: block.iter().map(|c| c.seeds()).max().unwrap_or(0),
        floored: reached.iter().map(|of| of.floored).sum(),
        floor,
        shares: shares(block, &reached),
    }
}

fn metric(block: &[&Configuration<'_>]) -> String {
    let known = block.iter().flat_map(|c| &c.runs).find(|run| !run.record.metric.is_empty());
    known.map(|run| run.record.metric.clone()).unwrap_or_default()
}

fn shares(block: &[&Configuration<'_>], reached: &[ReachedValue]) -> Result<VarianceShares, Unexplained> {
    let grid = SettingGrid::of(block).ok_or(Unexplained::NoGrid)?;
    if grid.axes.len() < 2 {
        return Err(Unexplained::OneAxis);
    }
    let most = block.iter().map(|c| c.runs.len()).max().unwrap_or(0);
    let whole = |c: &&Configuration<'_>| c.runs.len() == most && c.runs.iter().all(|run| run.record.outcome.is_final());
    if !block.iter().all(whole) {
        return Err(Unexplained::Unfinished);
    }
    // Higher is better: the best level has the greatest mean.
    let measure = Measure::of_metric(&metric(block));
    let values: Vec<f64> = reached.iter().map(|of| measure.oriented(of.value)).collect();
    let Effects { main, pairs, rest } = functional_anova(&values, &grid.factors).ok_or(Unexplained::NoDifference)?;
    let of_runs: Vec<Vec<f64>> = reached.iter().map(|of| of.of_runs.clone()).collect();
    if settings_differ(&of_runs).is_some_and(|p| p >= LEVEL) {
        return Err(Unexplained::Chance);
    }
    let mut alone: Vec<(GridAxis, f64)> = grid.axes.iter().cloned().zip(main).collect();
    alone.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    let mut pairs: Vec<Together> = pairs.into_iter().map(|(of, share)| together(&grid, &values, of, share)).collect();
    pairs.sort_by(|a, b| b.share.total_cmp(&a.share));
    Ok(VarianceShares { alone, pairs, rest })
}

fn together(grid: &SettingGrid, values: &[f64], (a, b): (usize, usize), share: f64) -> Together {
    // Numbers are chosen for kinds, and the finer list for the coarser one.
    let order = |place: usize| (grid.axes[place].is_numeric, grid.factors[place].levels.iter().max().copied());
    let [of, by] = if order(a) >= order(b) { [a, b] } else { [b, a] };
    let best_depends = best_depends(values, &grid.factors, of, by);
    Together { of: [of, by].map(|place| grid.axes[place].clone()), share, best_depends }
}

/// Whether the level of one factor with the highest mean differs between levels of another, the owners of both kept fixed.
fn best_depends(values: &[f64], factors: &[Factor], of: usize, by: usize) -> bool {
    let owners: Vec<usize> = factors[of].within.iter().chain(&factors[by].within).copied().collect();
    let level = |factor: usize, point: usize| factors[factor].levels[point];
    let mut cells: BTreeMap<(Vec<usize>, usize, usize), Vec<f64>> = BTreeMap::new();
    for (point, value) in values.iter().enumerate() {
        let own = owners.iter().map(|&owner| level(owner, point)).collect();
        cells.entry((own, level(by, point), level(of, point))).or_default().push(*value);
    }
    // The best level of `of` by the owners' levels and that of `by`, the first of equals.
    let mut best: BTreeMap<(Vec<usize>, usize), (f64, usize)> = BTreeMap::new();
    for ((own, by, of), values) in cells {
        let Some(mean) = mean(&values) else { continue };
        let known = best.entry((own, by)).or_insert((mean, of));
        if mean > known.0 {
            *known = (mean, of);
        }
    }
    let best: Vec<_> = best.into_iter().map(|((own, _), (_, of))| (own, of)).collect();
    best.windows(2).any(|two| two[0].0 == two[1].0 && two[0].1 != two[1].1)
}

/// What a setting reached: its validation metric, mean over runs.
#[derive(Clone, Debug, PartialEq)]
pub struct ReachedValue {
    pub value: f64,
    /// Of each run, in the order of its setting's runs; the value is their mean.
    pub of_runs: Vec<f64>,
    /// Runs that count with the floor: without a result, or with one below it.
    pub floored: usize,
}

/// What each of these settings of one data set reached, and the floor.
#[must_use]
pub fn reached_by(block: &[&Configuration<'_>]) -> (Vec<ReachedValue>, f64) {
    let result = |c: &Configuration<'_>, run: &Finished| {
        run.record.at(c.at).map(|point| point.validation.metric).filter(|metric| metric.is_finite())
    };
    let runs = || block.iter().flat_map(|c| c.runs.iter().map(move |run| (*c, *run)));
    let starts = runs().filter_map(|(_, run)| run.record.curve.first().filter(|point| point.step == 0));
    let starts: Vec<f64> = starts.map(|point| point.validation.metric).filter(|metric| metric.is_finite()).collect();
    let metric = metric(block);
    let measure = Measure::of_metric(&metric);
    let better = |a: f64, b: f64| if measure.oriented(b) > measure.oriented(a) { b } else { a };
    let worse = |a: f64, b: f64| if measure.oriented(b) < measure.oriented(a) { b } else { a };
    // Without an untrained state, as of solvers alone, the worst result stands for none.
    let worst = || runs().filter_map(|(c, run)| result(c, run)).reduce(worse);
    let untrained = mean(&starts).filter(|mean| mean.is_finite()).or_else(worst).unwrap_or(0.0);
    let floor = measure.constant.map_or(untrained, |constant| better(untrained, constant));
    let of = |c: &&Configuration<'_>| {
        let results: Vec<Option<f64>> = c.runs.iter().map(|run| result(c, run)).collect();
        let values: Vec<f64> =
            results.iter().map(|result| result.map_or(floor, |metric| better(floor, metric))).collect();
        let is_worse = |metric: f64| measure.oriented(metric) < measure.oriented(floor);
        let floored = results.iter().filter(|result| result.is_none_or(is_worse)).count();
        ReachedValue { value: mean(&values).unwrap_or(floor), of_runs: values, floored }
    };
    (block.iter().map(of).collect(), floor)
}
