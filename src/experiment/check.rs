//! The last check of a spec: every combination is finished once, every data set loaded once, and they go together.

use super::combinations::Combinations;
use super::draft::Draft;
use super::problem::{Place, Problem};
use super::run_spec::{RunSpec, network};
use crate::data::{self, DataSet, split};
use crate::registry::Choice;
use std::collections::{BTreeMap, BTreeSet};

/// The most runs of one experiment.
const MOST_RUNS: u64 = 10_000_000;

/// Checks all combinations; returns the digests of their data sets by [`canonical`] settings.
pub fn check(combinations: &Combinations, seeds: &[u64], problems: &mut Vec<Problem>) -> BTreeMap<String, String> {
    let end = &combinations.end;
    if combinations.len().saturating_mul(seeds.len() as u64) > MOST_RUNS {
        let message = format!("more than {MOST_RUNS} runs");
        let expected = "expected fewer values, or several experiments";
        problems.push(Problem { place: end.clone(), message, expected: expected.to_owned(), help: None });
        return BTreeMap::new();
    }
    let mut sets: BTreeMap<String, Option<DataSet>> = BTreeMap::new();
    let mut fitting = BTreeSet::new(); // what of a run has to do with its data, each checked once
    for index in 0..combinations.len() {
        let draft = combinations.draft(index);
        let found = match draft.finish(seeds[0], end) {
            Err(found) => found,
            Ok(run) => {
                let name = canonical(&run.data.set);
                let loaded = sets.entry(name).or_insert_with(|| match data::load(&run.data.set) {
                    Ok(set) => Some(set),
                    Err(why) => {
                        let place = draft.place("data.set").unwrap_or(end).clone();
                        let expected = "expected a set that can be made".to_owned();
                        problems.push(Problem { place, message: why, expected, help: None });
                        None
                    }
                });
                let relevant = serde_json::to_string(&(&run.data, &run.model, run.train.batch)).unwrap_or_default();
                match loaded {
                    Some(set) if fitting.insert(relevant) => check_against_data(&draft, &run, set, end),
                    _ => Vec::new(),
                }
            }
        };
        for problem in found {
            if !problems.contains(&problem) {
                problems.push(problem);
            }
        }
    }
    let digests = sets.into_iter().filter_map(|(name, set)| Some((name, set?.digest())));
    digests.collect()
}

fn check_against_data(draft: &Draft, run: &RunSpec, set: &DataSet, end: &Place) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut report = |path: &str, message: String, expected: &str| {
        let place = draft.place(path).unwrap_or(end).clone();
        problems.push(Problem { place, message, expected: expected.to_owned(), help: None });
    };
    let name = &run.data.set.kind;
    if let Err(why) = network(&run.model, set) {
        report(
            "model.kind",
            format!("`{}` on `{name}`: {why}", run.model.kind.name()),
            "expected a model that suits the data",
        );
    }
    match split(set, run.data.split, run.seed) {
        Err(why) => report("data.split", format!("`{name}` cannot be split so: {why}"), "expected other shares"),
        Ok(parts) if run.train.batch > parts.train.len() => report(
            "train.batch",
            format!("a batch of {} is larger than the training part of `{name}`", run.train.batch),
            &format!("expected at most {}", parts.train.len()),
        ),
        Ok(_) => {}
    }
    problems
}

/// A data set's settings as the key of its digest.
pub fn canonical(set: &Choice) -> String {
    serde_json::to_string(set).expect("a choice is plain data")
}
