//! What to say of the parts into which a run splits its set.

use super::run_spec::RunSpec;
use crate::data::{DataSet, Indices, Split, class_weights, divided_group, lacking};
use crate::record::{MOST_NAMED, counted};

/// What to know of the parts.
pub fn split_notes(run: &RunSpec, set: &DataSet, parts: &Indices) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(groups) = &set.rows.groups {
        let count = groups.iter().max().map_or(0, |last| u64::from(*last) + 1);
        notes.push(format!("{} stay together: none is in two parts", counted(count, "group")));
    }
    if let Split::InOrder(_) = run.data.split {
        let by = if set.rows.in_time.is_some() { "in order of time" } else { "as the file has them" };
        notes.push(format!("rows are split {by}: the first train, the next validate, the last test"));
    }
    if let Split::Folds(folds) = run.data.split {
        notes.push(format!(
            "{folds} folds: each seed tests one and validates on the next; {folds} seeds in a row test every row once"
        ));
    }
    if run.data.split.is_held_out() {
        let rows = counted(parts.test.len(), "test row");
        notes.push(format!("the {rows} are held out: the same for every seed"));
    }
    if let Some(weights) = &set.rows.weights {
        let of_train = || parts.train.iter().map(|row| weights[*row]);
        let (least, most) = (of_train().fold(f64::INFINITY, f64::min), of_train().fold(0.0, f64::max));
        notes.push(format!(
            "training rows count by their weights, from {least} to {most}; reported losses and measures count each row once"
        ));
    }
    if let Ok(weights) = class_weights(set, parts, &run.train.class_weights)
        && !weights.is_empty()
    {
        let of_class = |(class, weight): (usize, &f64)| format!("{} {weight:.4}", set.about.class(class));
        let listed: Vec<String> = weights.iter().enumerate().take(MOST_NAMED).map(of_class).collect();
        let (listed, more) = (listed.join(", "), if weights.len() > MOST_NAMED { ", …" } else { "" });
        notes.push(format!(
            "weights of the classes in training, by the training part of seed {}: {listed}{more}; reported losses and measures count each \
             answer once",
            run.seed
        ));
    }
    let used = [&parts.train, &parts.validation, &parts.test].iter().map(|part| part.len()).sum::<usize>();
    let unused = set.samples().saturating_sub(used);
    // Each point of an objective is in every part.
    if unused > 0 {
        notes.push(format!(
            "{} in no part",
            if unused == 1 { "1 row is".to_owned() } else { format!("{unused} rows are") }
        ));
    }
    notes
}

/// What is hardly meant so.
pub fn split_warnings(run: &RunSpec, set: &DataSet, parts: &Indices) -> Vec<String> {
    let mut warnings = Vec::new();
    if divided_group(set, parts).is_some() {
        warnings.push("groups have rows in two parts, since the file itself says the parts".to_owned());
    }
    let ignores_own = !matches!(run.data.split, Split::Own) && !run.data.split.is_held_out();
    if set.rows.own.is_some() && ignores_own && run.data.set.parameters.contains_key("part") {
        warnings.push("the split draws the test rows, and not those that column `part` names; `split = { holdout = \"own\" }` takes them".to_owned());
    }
    if matches!(run.data.split, Split::Drawn(_)) && set.rows.groups.is_none() {
        return warnings;
    }
    for (name, part) in parts.named() {
        if let Some(class) = lacking(set, part).first() {
            warnings.push(format!("the {name} part has no sample of {}", set.about.class(*class)));
        }
    }
    warnings
}
