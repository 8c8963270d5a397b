//! What stands in the way of a conclusion.

use super::conclude::OnData;
use super::configurations::Configuration;
use super::select::Selected;
use crate::store::{Finished, Manifest};

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
        /// What a solver found: why there is no solution.
        unsolved: Option<String>,
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

/// All warnings of a folder, the most important first.
pub(super) fn warnings(
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
    let failed = count(&|run| run.record.outcome.failure().is_some());
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
                None => {
                    warnings.push(Warning::NothingTrained { data, method, unsolved: row.unsolved.clone() });
                }
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
#[allow(clippy::cast_precision_loss)] // counts
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
