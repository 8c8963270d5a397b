//! What a sweep allows to conclude: for each question rankings and verdicts between methods, and what limits them.

use super::claim::{estimate, judge_claims};
use super::conclusions::{Conclusions, OnData, Question, Ranked};
use super::conditions::conditions;
use super::contrasts::contrasts;
use super::flat::flat;
use super::importance::importance;
use super::level::{Size, shares};
use super::over_data::{families, over_data};
use super::paired::{judge, paired_methods};
use super::sampled::Sampled;
use super::select::{RatePoint, Selected, rate_sensitivity, select};
use super::sooner::sooner;
use super::sources::sources;
use super::staged::Allowed;
use super::stats::{Sensitivity, interquartile_mean, rounded, sensitivity};
use super::targets::targets;
use super::tuning::account;
use super::view::View;
use super::warnings::warnings;
use crate::record::Judge;
use crate::store::{Finished, Manifest};
use std::collections::BTreeSet;

/// How much of the metric a learning rate may cost and still count as good enough.
pub const TOLERANCE: f64 = 0.01;

/// Draws the conclusions of a folder's runs, one view for each question; the first view is the most important one.
#[must_use]
pub fn conclude(manifest: &Manifest, runs: &[Finished], views: &[View<'_>]) -> Conclusions {
    let judged = Judge { at: views[0].at(), ..manifest.judge.clone() };
    let rows: Vec<Vec<Selected>> = views.iter().map(|view| select(view.compared())).collect();
    let questions: Vec<Question> =
        views.iter().zip(&rows).map(|(view, rows)| question(rows, view, judged.margin)).collect();
    let warnings = warnings(manifest, runs, views, &rows, &questions);
    let accounts = views.iter().filter_map(account).collect();
    let importance = importance(views[0].tried());
    let sources = rows[0].chunk_by(|a, b| a.data == b.data).filter_map(sources).collect();
    let contrasts = contrasts(&judged.contrasts, views, judged.margin);
    let claim = estimate(manifest, runs, Allowed::default()).and_then(|claim| judge_claims(vec![claim]).pop());
    Conclusions { questions, contrasts, claim, judge: judged, warnings, accounts, importance, sources }
}

fn question(rows: &[Selected<'_, '_>], view: &View<'_>, margin: Option<f64>) -> Question {
    let names = view.setting_names();
    let sooner = sooner(targets(rows, view.goal(), view.at()), view.questions(), view.baseline());
    let blocks = rows.chunk_by(|a, b| a.data == b.data);
    let mut data: Vec<OnData> = blocks.map(|block| on_data(block, view, &names)).collect();
    let rates = rate_sensitivity(view.tried());
    for on in &mut data {
        let target = sooner.targets.iter().find(|target| target.data == on.data);
        for method in &mut on.methods {
            let found = target.and_then(|t| t.methods.iter().find(|r| r.method == method.method));
            method.steps_to_target = found.cloned();
            method.to_rate = to_rate(&rates, &on.data, &method.method);
        }
    }
    let over_data = over_data(rows, view.questions(), view.baseline(), margin);
    let families = over_data.as_ref().map_or(1, |_| families(rows));
    let level = shares(Size::of(rows, families, view.questions(), view.baseline())).pairs;
    judge(data.iter_mut().flat_map(|on| on.pairs.iter_mut().map(|(_, _, paired)| paired)), level, margin);
    for (on, block) in data.iter_mut().zip(rows.chunk_by(|a, b| a.data == b.data)) {
        on.flat = match view.keys() {
            [key] => flat(on, block, key),
            _ => None,
        };
    }
    Question { keys: view.keys().to_vec(), data, over_data, sooner }
}

/// How much a method depends on its learning rate on a data set; a rate at which every setting diverged counts with the worst
/// metric that any method reached there.
fn to_rate(rates: &[RatePoint], data: &str, method: &str) -> Option<Sensitivity> {
    let on_data = || rates.iter().filter(|point| point.data == data);
    let score = |point: &RatePoint| point.test_metric.map(|metric| point.outcome.oriented(metric.mean));
    let worst = on_data().filter_map(score).min_by(f64::total_cmp)?;
    let grid = on_data().filter(|point| point.optimizer == method);
    let grid: Vec<_> = grid.map(|point| (point.learning_rate, score(point))).collect();
    if grid.len() < 2 { None } else { sensitivity(&grid, worst, TOLERANCE) }
}

fn on_data(block: &[Selected<'_, '_>], view: &View<'_>, names: &BTreeSet<String>) -> OnData {
    let mut order: Vec<&Selected> = block.iter().collect();
    let score =
        |row: &Selected| row.test_metric.map_or(f64::NEG_INFINITY, |metric| row.outcome.oriented(rounded(metric.mean)));
    order.sort_by(|a, b| score(b).total_cmp(&score(a)));
    let baseline = view.baseline().and_then(|name| order.iter().position(|row| row.optimizer == name));
    let compared =
        |(i, j): &(usize, usize)| view.baseline().is_none() || baseline.is_some_and(|place| place == *i || place == *j);
    let pairs = (0..order.len()).flat_map(|i| (i + 1..order.len()).map(move |j| (i, j))).filter(compared);
    OnData {
        baseline,
        data: block[0].data.clone(),
        metric: block[0].metric.clone(),
        pairs: pairs.map(|(i, j)| (i, j, paired_methods(order[j], order[i]))).collect(),
        methods: order.iter().map(|row| ranked(row, &view.own_names(row, names))).collect(),
        conditions: conditions(block, view),
        sampled: block.iter().map(|row| row.sampled).fold(block[0].sampled, Sampled::widest),
        includes_test_rows: block.iter().all(Selected::includes_test_rows),
        flat: None,
        stops_early: block.iter().flat_map(|row| &row.runs).any(|run| run.record.stops_early()),
    }
}

fn ranked(row: &Selected<'_, '_>, names: &BTreeSet<String>) -> Ranked {
    let metrics: Vec<f64> = row.results.values().copied().collect::<Option<_>>().unwrap_or_default();
    Ranked {
        method: row.optimizer.clone(),
        setting: row.chosen().map(|c| c.label_with_ending(names)).unwrap_or_default(),
        seeds: row.results.len(),
        mean: row.test_metric.map(|metric| metric.mean),
        sd: row.test_metric.and_then(|metric| metric.sd),
        interval: row.interval(),
        interquartile_mean: interquartile_mean(&metrics).filter(|_| row.test_metric.is_some()),
        tried: row.tried,
        diverged_share: row.diverged_share,
        steps_to_target: None,
        to_rate: None,
    }
}
