//! What stands in the way of a conclusion.

use super::conclude::OnData;
use super::configurations::Configuration;
use super::edges::{Edge, edges, edges_of_best};
use super::paired::Verdict;
use super::select::Selected;
use super::view::{Choice, View, choices};
use crate::record::Outcome;
use crate::store::{Finished, Manifest};
use std::collections::BTreeSet;

/// What stands in the way of a conclusion.
#[derive(Clone, Debug, PartialEq)]
pub enum Warning {
    /// These are the runs of one shard.
    Shard {
        number: usize,
        of: usize,
    },
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
    /// What is hardly meant so in the data.
    Data {
        data: String,
        warning: String,
    },
    /// In so many of all comparisons.
    TooFewSeeds {
        seeds: usize,
        needed: usize,
        comparisons: usize,
        of: usize,
    },
    /// The best learning rate or penalty, or with a protocol any tuned number, stands on the edge of its grid.
    NotTuned {
        data: String,
        method: String,
        edge: Edge,
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
    /// Some of a method's runs found that there is no solution.
    Unsolved {
        method: String,
        share: f64,
        /// What they found, each once.
        problems: Vec<String>,
    },
    /// On a data set, methods of which each trains the same for every seed.
    SeedsChangeNothing {
        data: String,
        seeds: usize,
    },
    UnequalBudgets {
        data: String,
        tried: Vec<(String, usize)>,
        /// Whether there is no verdict for that.
        blocks: bool,
    },
    Unpaired {
        data: String,
        seeds: usize,
        blocks: bool,
    },
}

/// All warnings of a folder, the most important first.
pub(super) fn warnings(
    manifest: &Manifest,
    runs: &[Finished],
    view: &View<'_>,
    rows: &[Selected<'_, '_>],
    data: &[OnData],
) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let count = |of: &dyn Fn(&Finished) -> bool| runs.iter().filter(|run| of(run)).count();
    warnings.extend(manifest.shard.map(|shard| Warning::Shard { number: shard.number, of: shard.of }));
    if (runs.len() as u64) < manifest.runs_planned {
        warnings.push(Warning::Unfinished { planned: manifest.runs_planned, finished: runs.len() as u64 });
    }
    let failed = count(&|run| run.record.outcome.failure().is_some());
    let suspect = count(&|run| run.measurement.check.is_some_and(|check| !check.passed()));
    warnings.extend((failed > 0).then_some(Warning::Failed { runs: failed }));
    warnings.extend((suspect > 0).then_some(Warning::Suspect { runs: suspect }));
    for reading in manifest.data.values() {
        let of_data = |warning: &String| Warning::Data { data: reading.name.clone(), warning: warning.clone() };
        warnings.extend(reading.warnings.iter().map(of_data));
    }
    let pairs = || data.iter().flat_map(|on| &on.pairs).map(|(_, _, paired)| (paired.pairs, paired.seeds_at_least));
    let few = || pairs().filter(|(seeds, needed)| seeds < needed);
    warnings.extend(few().min().map(|(seeds, needed)| {
        let (comparisons, of) = (few().count(), pairs().count());
        Warning::TooFewSeeds { seeds, needed, comparisons, of }
    }));
    for block in rows.chunk_by(|a, b| a.data == b.data) {
        warnings.extend(unequal_budgets(block));
        if manifest.protocol.is_none() {
            warnings.extend(block.iter().flat_map(|row| of_best(row, view.tried())));
        }
    }
    let protocol = manifest.protocol.iter().filter(|_| !view.untuned());
    warnings.extend(protocol.flat_map(|protocol| {
        let choices = choices(view.tried(), protocol);
        choices.into_iter().flat_map(move |choice| of_choice(&choice, edges(&choice, protocol)))
    }));
    for on in data {
        let unpaired = on.pairs.iter().map(|(_, _, paired)| paired.unpaired).max().unwrap_or(0);
        let blocks = on.pairs.iter().any(|(_, _, paired)| paired.obstacle == Some(Verdict::UnpairedSeeds));
        let (data, seeds) = (on.data.clone(), unpaired);
        warnings.extend((unpaired > 0).then_some(Warning::Unpaired { data, seeds, blocks }));
    }
    for on in data {
        let alike = on.pairs.iter().filter(|(_, _, paired)| paired.obstacle == Some(Verdict::SeedsChangeNothing));
        let seeds = alike.map(|(_, _, paired)| paired.pairs).max();
        warnings.extend(seeds.map(|seeds| Warning::SeedsChangeNothing { data: on.data.clone(), seeds }));
    }
    warnings.extend(without_result(rows, view.compared()));
    warnings
}

/// On one data set, where not every method was tried as often.
fn unequal_budgets(block: &[Selected<'_, '_>]) -> Option<Warning> {
    let tried: Vec<(String, usize)> = block.iter().map(|row| (row.optimizer.clone(), row.tried)).collect();
    let unequal = tried.iter().any(|(_, count)| *count != tried[0].1);
    let blocks = block[0].staged.is_some_and(|staged| !staged.allowed.unequal_budgets);
    unequal.then(|| Warning::UnequalBudgets { data: block[0].data.clone(), tried, blocks })
}

/// What is to be said of a method's best setting.
fn of_best(row: &Selected<'_, '_>, all: &[Configuration<'_>]) -> Vec<Warning> {
    let (data, method) = (row.data.clone(), row.optimizer.clone());
    match row.best {
        None => vec![Warning::NothingTrained { data, method, unsolved: row.unsolved.clone() }],
        Some(best) => not_tuned(&data, &method, edges_of_best(best, all)),
    }
}

fn not_tuned(data: &str, method: &str, edges: Vec<Edge>) -> Vec<Warning> {
    edges.into_iter().map(|edge| Warning::NotTuned { data: data.to_owned(), method: method.to_owned(), edge }).collect()
}

/// What is to be said of the choice of a protocol.
fn of_choice(choice: &Choice<'_, '_>, edges: Vec<Edge>) -> Vec<Warning> {
    let chosen = choice.trials[choice.chosen];
    let (data, method) = (chosen.data.clone(), chosen.optimizer.clone());
    if chosen.points().is_none() {
        let problem = chosen.runs.iter().find_map(|run| match &run.record.outcome {
            Outcome::Unsolved { problem } => Some(problem.clone()),
            _ => None,
        });
        return vec![Warning::NothingTrained { data, method, unsolved: problem }];
    }
    not_tuned(&data, &method, edges)
}

/// The share of each method's runs that diverged, or found no solution, over all data sets, where there are any.
#[allow(clippy::cast_precision_loss)] // counts
fn without_result(rows: &[Selected<'_, '_>], all: &[Configuration<'_>]) -> Vec<Warning> {
    let mut methods: Vec<&String> = Vec::new();
    rows.iter().for_each(|row| {
        if !methods.contains(&&row.optimizer) {
            methods.push(&row.optimizer);
        }
    });
    let mut warnings = Vec::new();
    for method in methods {
        let of = || all.iter().filter(|c| c.optimizer == *method);
        let runs = of().map(|c| c.runs.len()).sum::<usize>() as f64;
        let diverged = of().map(Configuration::diverged).sum::<usize>() as f64;
        let unsolved: Vec<&str> = of().flat_map(Configuration::unsolved).collect();
        let (method, share) = (method.clone(), unsolved.len() as f64 / runs);
        let problems: BTreeSet<&str> = unsolved.into_iter().collect();
        let problems: Vec<String> = problems.into_iter().map(str::to_owned).collect();
        if diverged > 0.0 {
            warnings.push(Warning::Diverged { method: method.clone(), share: diverged / runs });
        }
        if share > 0.0 {
            warnings.push(Warning::Unsolved { method, share, problems });
        }
    }
    warnings
}
