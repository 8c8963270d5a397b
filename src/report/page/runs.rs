//! The table of all runs as compact JSON for the page's script: columns with their values, words as places in a list.

use crate::analysis::{Configuration, View, select, varying};
use crate::record::{CurvePoint, Outcome, Protocol, Randomness, RunId, problem_in_words};
use crate::store::{Finished, Manifest};
use crate::value::Value;
use serde::Serialize;
use std::collections::{BTreeSet, HashMap, HashSet};

/// One column.
#[derive(Serialize)]
#[serde(untagged)]
enum RunColumn {
    Words { name: String, words: Vec<String>, places: Vec<usize> },
    Numbers { name: String, numbers: Vec<Option<f64>> },
}

/// The runs with whether they are of the best setting of their method on their data set; these come first.
pub fn best_first<'r>(runs: &'r [Finished], view: &View<'_>) -> Vec<(&'r Finished, bool)> {
    let selected = select(view.compared());
    let best: HashSet<RunId> =
        selected.iter().filter_map(|row| row.best).flat_map(|best| &best.runs).map(|run| run.record.run).collect();
    let (first, others): (Vec<&Finished>, Vec<&Finished>) = runs.iter().partition(|run| best.contains(&run.record.run));
    let mark = |is_best: bool| move |run| (run, is_best);
    first.into_iter().map(mark(true)).chain(others.into_iter().map(mark(false))).collect()
}

/// All columns, results before settings, safe inside a `<script>` element.
pub fn json(manifest: &Manifest, rows: &[(&Finished, bool)], view: &View<'_>) -> String {
    let of: HashMap<RunId, &Configuration> =
        view.all().flat_map(|c| c.runs.iter().map(move |run| (run.record.run, c))).collect();
    let at = view.at();
    let runs: Vec<&Finished> = rows.iter().map(|(run, _)| *run).collect();
    let points: Vec<Option<&CurvePoint>> = runs.iter().map(|run| run.record.at(at)).collect();
    let point =
        |name: &str, of: &dyn Fn(&CurvePoint) -> Option<f64>| numbers(name, points.iter().map(|p| p.and_then(of)));
    let known = |run: &Finished, word: &dyn Fn(&Configuration<'_>) -> String| {
        of.get(&run.record.run).map(|c| word(c)).unwrap_or_default()
    };
    let mut columns = vec![
        words("data set", runs.iter().map(|run| known(run, &|c| c.data.clone()))),
        words("method", runs.iter().map(|run| known(run, &|c| c.optimizer.clone()))),
        words("setting", rows.iter().map(|(_, is_best)| if *is_best { "best" } else { "" }.to_owned())),
        point("test metric", &|p| Some(p.test.metric)),
        point("validation loss", &|p| Some(p.validation.loss)),
        point("train loss", &|p| p.train.map(|train| train.loss)),
    ];
    columns.extend(outcome(&runs));
    if let Some(protocol) = &manifest.protocol {
        let stage = |run: &&Finished| run.record.seed().map(|seed| protocol.stage(seed).name());
        columns.push(words("stage", runs.iter().map(|run| stage(run).unwrap_or_default().to_owned())));
    }
    let questions = manifest.protocol.iter().flat_map(Protocol::questions);
    let averaged = questions.flat_map(|question| question.average);
    let names: BTreeSet<String> = varying(view.tried()).into_iter().chain(averaged).collect();
    columns.extend(names.into_iter().map(|name| setting(&name, &runs)));
    let has = |source: &Randomness| runs.iter().any(|run| run.record.settings.contains_key(source.setting()));
    columns.extend(Randomness::ALL.iter().filter(|source| has(source)).map(|source| setting(source.setting(), &runs)));
    #[allow(clippy::cast_precision_loss)] // counts of epochs
    columns.extend([
        point(&format!("{} epoch", at.name()), &|p| Some(p.epoch as f64)),
        numbers("wall seconds", runs.iter().map(|run| Some(run.measurement.wall_seconds))),
        words("run", runs.iter().map(|run| run.record.run.to_string())),
    ]);
    within_script(&columns)
}

/// JSON that cannot end its script element: in strings `<` may be written otherwise, and elsewhere it does not occur.
pub fn within_script(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("plain data").replace('<', "\\u003c")
}

/// What became of each run in a word; and where runs diverged, have no solution or none yet, at which step and why.
#[allow(clippy::cast_precision_loss)] // counts of steps
fn outcome(runs: &[&Finished]) -> Vec<RunColumn> {
    let outcomes = || runs.iter().map(|run| &run.record.outcome);
    let step = |outcome: &Outcome| match outcome {
        Outcome::Diverged { step } => Some(*step as f64),
        _ => None,
    };
    let problem = |run: &Finished| match (&run.record.outcome, &run.record.no_minimum) {
        (Outcome::Unsolved { problem }, _) | (_, Some(problem)) => Some(problem_in_words(problem).to_owned()),
        _ if run.record.at_rest == Some(false) => Some("not at rest: more epochs change the answer".to_owned()),
        _ => None,
    };
    // A word that is no `done` where there is nothing to be done with.
    let word = |run: &&Finished| match run.record.no_minimum {
        Some(_) => "no maximum".to_owned(),
        None => run.record.outcome.name().to_owned(),
    };
    let mut columns = vec![words("outcome", runs.iter().map(word))];
    if outcomes().any(|outcome| step(outcome).is_some()) {
        columns.push(numbers("diverged at step", outcomes().map(step)));
    }
    if runs.iter().any(|run| problem(run).is_some()) {
        columns.push(words("problem", runs.iter().map(|run| problem(run).unwrap_or_default())));
    }
    columns
}

/// A setting of all runs: numbers where every run that has it has one that the page can hold exactly, as no seed beyond
/// 2⁵³ is.
fn setting(name: &str, runs: &[&Finished]) -> RunColumn {
    let values = || runs.iter().map(|run| run.record.settings.get(name));
    let numeric = |value: &Value| match value {
        Value::Number(_) => true,
        other => other.as_number().is_some_and(|number| number < EXACT),
    };
    if values().flatten().all(numeric) {
        numbers(name, values().map(|value| value?.as_number()))
    } else {
        words(name, values().map(|value| value.map(ToString::to_string).unwrap_or_default()))
    }
}

fn words(name: &str, values: impl Iterator<Item = String>) -> RunColumn {
    let (mut words, mut known) = (Vec::new(), HashMap::new());
    let mut place = |value: String| {
        *known.entry(value.clone()).or_insert_with(|| {
            words.push(value);
            words.len() - 1
        })
    };
    let places = values.map(&mut place).collect();
    RunColumn::Words { name: name.to_owned(), words, places }
}

/// Whole numbers below this are exact in 64-bit floating point, the only numbers that a page's script has.
const EXACT: f64 = 9_007_199_254_740_992.0; // 2⁵³

/// Whole numbers as they are, others with six significant digits.
fn numbers(name: &str, values: impl Iterator<Item = Option<f64>>) -> RunColumn {
    RunColumn::Numbers { name: name.to_owned(), numbers: values.map(|value| value.and_then(shown)).collect() }
}

#[allow(clippy::cast_precision_loss)] // 2⁵³ is a power of two
fn shown(value: f64) -> Option<f64> {
    if value.fract() == 0.0 && value.abs() < EXACT {
        return Some(value);
    }
    format!("{value:.5e}").parse().ok().filter(|value: &f64| value.is_finite())
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn seeds_stay_what_they_are() {
        assert_eq!(shown(12_345_678.0), Some(12_345_678.0));
        assert_eq!(shown(0.009_486_832_98), Some(0.009_486_83));
        assert_eq!(shown(f64::NAN), None);
    }
}
