//! What stands in the way of a conclusion.

use super::conclusions::{Question, Warning};
use super::configurations::Configuration;
use super::edges::{Edge, edges, edges_of_best};
use super::select::Selected;
use super::verdict::Verdict;
use super::view::{TunedChoice, View, choices};
use crate::record::{Compared, Outcome, data_label};
use crate::store::{Finished, Manifest};
use std::collections::BTreeSet;

/// The data sets with runs for which the measure that is compared is undefined.
fn undefined(manifest: &Manifest, runs: &[Finished]) -> Vec<Warning> {
    let Compared::Measure(measure) = manifest.judge.outcome else { return Vec::new() };
    let at = manifest.protocol.as_ref().map_or(manifest.judge.at, |protocol| protocol.select.at);
    let mut sets: Vec<(String, usize, usize)> = Vec::new();
    for run in runs {
        let data = data_label(&run.record.settings);
        let place = sets.iter().position(|(known, ..)| *known == data).unwrap_or_else(|| {
            sets.push((data, 0, 0));
            sets.len() - 1
        });
        sets[place].1 += usize::from(run.record.is_undefined(at, manifest.judge.outcome));
        sets[place].2 += 1;
    }
    let warning = |(data, runs, of)| Warning::Undefined { measure: measure.words.sentence, data, runs, of };
    sets.into_iter().filter(|(_, runs, _)| *runs > 0).map(warning).collect()
}

/// All warnings of a folder, the most important first; `rows` and `questions` as the views have them, the first the most important.
pub(super) fn warnings(
    manifest: &Manifest,
    runs: &[Finished],
    views: &[View<'_>],
    rows: &[Vec<Selected<'_, '_>>],
    questions: &[Question],
) -> Vec<Warning> {
    let (mut warnings, view) = (Vec::new(), &views[0]);
    let count = |of: &dyn Fn(&Finished) -> bool| runs.iter().filter(|run| of(run)).count();
    warnings.extend(manifest.shard.map(|shard| Warning::Shard { number: shard.number, of: shard.of }));
    if (runs.len() as u64) < manifest.runs_planned {
        warnings.push(Warning::Unfinished { planned: manifest.runs_planned, finished: runs.len() as u64 });
    }
    let failed = count(&|run| run.record.outcome.failure().is_some());
    let suspect = count(&|run| run.measurement.check.is_some_and(|check| !check.passed()));
    warnings.extend((failed > 0).then_some(Warning::Failed { runs: failed }));
    warnings.extend((suspect > 0).then_some(Warning::Suspect { runs: suspect }));
    warnings.extend(undefined(manifest, runs));
    for reading in manifest.data.values() {
        let of_data = |warning: &String| Warning::Data { data: reading.name.clone(), warning: warning.clone() };
        warnings.extend(reading.warnings.iter().map(of_data));
    }
    let unknown = |name: &&String| !rows.iter().flatten().any(|row| row.optimizer == **name);
    let unknown = manifest.judge.baseline.as_ref().filter(unknown);
    warnings.extend(unknown.map(|name| Warning::NoBaseline { name: name.clone() }));
    warnings.extend(too_few_seeds(questions));
    for block in rows[0].chunk_by(|a, b| a.data == b.data) {
        warnings.extend(unequal_budgets(block));
        if manifest.protocol.is_none() {
            warnings.extend(block.iter().flat_map(|row| of_best(row, view.tried())));
        }
    }
    for (view, protocol) in
        views.iter().filter_map(|view| Some((view, view.protocol()?))).filter(|(view, _)| !view.untuned())
    {
        let choices = choices(view.tried(), protocol);
        warnings.extend(choices.into_iter().flat_map(|choice| of_choice(&choice, edges(&choice, protocol))));
    }
    together(&mut warnings);
    for on in &questions[0].data {
        let unpaired = on.pairs.iter().map(|(_, _, paired)| paired.unpaired).max().unwrap_or(0);
        let blocks = on.pairs.iter().any(|(_, _, paired)| paired.obstacle == Some(Verdict::UnpairedSeeds));
        let (data, seeds) = (on.data.clone(), unpaired);
        warnings.extend((unpaired > 0).then_some(Warning::Unpaired { data, seeds, blocks }));
    }
    warnings.extend(without_result(&rows[0], view));
    warnings
}

/// Makes one warning of those that say the same of a method on several data sets.
fn together(warnings: &mut Vec<Warning>) {
    let mut kept: Vec<Warning> = Vec::new();
    for warning in warnings.drain(..) {
        if let Warning::NotTuned { data, method, edge } = &warning {
            let same = kept.iter_mut().find_map(|known| match known {
                Warning::NotTuned { data, method: of, edge: at } if of == method && at == edge => Some(data),
                _ => None,
            });
            if let Some(known) = same {
                known.extend(data.iter().cloned());
                continue;
            }
        }
        kept.push(warning);
    }
    *warnings = kept;
}

/// Where pairs have too few seeds, and no test over data sets answers instead.
fn too_few_seeds(questions: &[Question]) -> Option<Warning> {
    let open = questions.iter().filter(|question| question.over_data.as_ref().is_none_or(|over| over.level == 0.0));
    let pairs: Vec<(usize, usize)> = open
        .flat_map(|question| question.data.iter().flat_map(|on| &on.pairs))
        .map(|(_, _, paired)| (paired.pairs, paired.seeds_at_least))
        .collect();
    let few = || pairs.iter().copied().filter(|(seeds, needed)| seeds < needed);
    few().min().map(|(seeds, needed)| {
        let (comparisons, of) = (few().count(), pairs.len());
        Warning::TooFewSeeds { seeds, needed, comparisons, of }
    })
}

/// On one data set, where not every method was tried as often.
fn unequal_budgets(block: &[Selected<'_, '_>]) -> Option<Warning> {
    let tried: Vec<(String, usize)> = block.iter().map(|row| (row.optimizer.clone(), row.tried)).collect();
    let unequal = tried.iter().any(|(_, count)| *count != tried[0].1);
    let blocks = block[0].staged.is_some_and(|staged| !staged.allowed.unequal_budgets);
    (unequal && blocks).then(|| Warning::UnequalBudgets { data: block[0].data.clone(), tried })
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
    let one = |edge| Warning::NotTuned { data: vec![data.to_owned()], method: method.to_owned(), edge };
    edges.into_iter().map(one).collect()
}

/// What is to be said of the choice of a protocol.
fn of_choice(choice: &TunedChoice<'_, '_>, edges: Vec<Edge>) -> Vec<Warning> {
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
fn without_result(rows: &[Selected<'_, '_>], view: &View<'_>) -> Vec<Warning> {
    let all = view.compared();
    let mut methods: Vec<&String> = Vec::new();
    rows.iter().for_each(|row| {
        if !methods.contains(&&row.optimizer) {
            methods.push(&row.optimizer);
        }
    });
    let is_moving = |run: &&&Finished| run.record.at_rest == Some(false) && run.record.no_minimum.is_none();
    let not_at_rest = |c: &Configuration| c.runs.iter().filter(is_moving).count();
    let (mut warnings, mut not_chosen) = (Vec::new(), Vec::new());
    for method in methods {
        let of_all = |method: &str| {
            let method = method.to_owned();
            view.all().filter(move |c| c.optimizer == method)
        };
        let of = || all.iter().filter(|c| c.optimizer == *method);
        let runs = of().map(|c| c.runs.len()).sum::<usize>() as f64;
        let diverged = of().map(Configuration::diverged).sum::<usize>() as f64;
        let unsolved: Vec<&str> = of().flat_map(Configuration::unsolved).collect();
        let (method, share) = (method.clone(), unsolved.len() as f64 / runs);
        let problems: BTreeSet<&str> = unsolved.into_iter().collect();
        let problems: Vec<String> = problems.into_iter().map(str::to_owned).collect();
        let compared = rows
            .iter()
            .any(|row| row.optimizer == method && (row.best.is_none() || row.results.values().any(Option::is_none)));
        let blown = of().map(Configuration::blown_up).sum::<usize>() as f64;
        if diverged > 0.0 && compared {
            warnings.push(Warning::Diverged { method: method.clone(), share: diverged / runs });
        } else if diverged + blown > 0.0 && !compared {
            not_chosen.push((method.clone(), (diverged + blown) / runs));
        }
        let moving: usize = of_all(&method).map(not_at_rest).sum();
        if moving > 0 {
            warnings.push(Warning::NotAtRest { method: method.clone(), runs: moving });
        }
        let ended: Vec<&str> =
            of_all(&method).flat_map(|c| &c.runs).filter_map(|run| run.record.no_minimum.as_deref()).collect();
        if !ended.is_empty() {
            let problems: BTreeSet<&str> = ended.iter().copied().collect();
            let (runs, problems) = (ended.len(), problems.into_iter().map(str::to_owned).collect());
            warnings.push(Warning::NoMinimum { method: method.clone(), runs, problems });
        }
        if share > 0.0 {
            warnings.push(Warning::Unsolved { method, share, problems });
        }
    }
    warnings.extend((!not_chosen.is_empty()).then_some(Warning::NotChosen { methods: not_chosen }));
    warnings
}
