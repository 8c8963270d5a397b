//! The methods of two sides, each with its own best setting, on the same seeds.

use super::configurations::{Configuration, configurations, configurations_by};
use super::paired::{Paired, judge, paired};
use super::select::{Selected, select};
use super::stats::Spread;
use crate::store::Finished;
use serde::Serialize;

/// A method's test metric on a data set, on both sides.
#[derive(Clone, Debug, Serialize)]
pub struct Standing {
    pub data: String,
    /// The method; against a baseline of the same folder, the second's.
    pub method: String,
    pub metric: String,
    /// Of the side's own best setting; none where every setting diverged for some seed, or the side has none.
    pub first: Option<Spread>,
    pub second: Option<Spread>,
    /// None where one side lacks the method.
    pub paired: Option<Paired>,
}

/// One standing per data set and method of either side. Not judged yet.
#[must_use]
pub fn standings(first: &[Finished], second: &[Finished]) -> Vec<Standing> {
    let (a, b) = (configurations(first), configurations(second));
    let (a, b) = (select(&a), select(&b));
    let mut all: Vec<Standing> = Vec::new();
    for row in a.iter().chain(&b) {
        let same = |other: &&Selected| other.data == row.data && other.optimizer == row.optimizer;
        if !all.iter().any(|known| known.data == row.data && known.method == row.optimizer) {
            all.push(standing(row, a.iter().find(same), b.iter().find(same)));
        }
    }
    all
}

fn standing(row: &Selected<'_, '_>, first: Option<&Selected<'_, '_>>, second: Option<&Selected<'_, '_>>) -> Standing {
    let compared = |side: Option<&Selected>| side.and_then(|row| row.compared).map(Configuration::test_metrics);
    Standing {
        data: row.data.clone(),
        method: row.optimizer.clone(),
        metric: row.metric.clone(),
        first: first.and_then(|row| row.test_metric),
        second: second.and_then(|row| row.test_metric),
        paired: compared(first).zip(compared(second)).map(|(a, b)| paired(&a, &b)),
    }
}

/// Every other value of a setting against this one, within one folder; judged.
///
/// # Errors
/// Where no run has that setting or that value, or all have.
pub fn against(runs: &[Finished], key: &str, value: &str) -> Result<Vec<Standing>, String> {
    let mut values: Vec<String> =
        runs.iter().filter_map(|run| run.record.settings.get(key)).map(ToString::to_string).collect();
    values.sort();
    values.dedup();
    if values.is_empty() {
        return Err(format!(
            "no run has a setting `{key}`; settings are the columns of runs.parquet, such as `optimizer.kind`"
        ));
    }
    if !values.iter().any(|known| known == value) {
        return Err(format!("no run has `{key}` = `{value}`; there are `{}`", values.join("`, `")));
    }
    if values.len() == 1 {
        return Err(format!("every run has `{key}` = `{value}`; nothing to compare it with"));
    }
    let all = configurations_by(runs, key);
    let rows = select(&all);
    let is_baseline = |row: &&Selected| {
        row.compared.and_then(|c| c.settings.get(key)).is_some_and(|setting| setting.to_string() == value)
    };
    let mut standings: Vec<Standing> = Vec::new();
    for block in rows.chunk_by(|a, b| a.data == b.data) {
        let baseline = block.iter().find(is_baseline);
        standings.extend(block.iter().filter(|row| !is_baseline(row)).map(|row| standing(row, baseline, Some(row))));
    }
    judge(standings.iter_mut().filter_map(|standing| standing.paired.as_mut()), 1.0);
    Ok(standings)
}
