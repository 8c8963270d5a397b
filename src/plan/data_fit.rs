//! What of a data set does not go with a run: constant parts, thin classes, numbers beyond its precision.

use super::run_spec::RunSpec;
use crate::data::{self, DataSet, Merged, PartName, Split, Target, TestPart, class_parts, split};
use crate::num::Precision;
use crate::value::Value;
use std::path::Path;

/// What to say besides where a file's numbers may be meant as labels.
pub fn labels_hint(run: &RunSpec, set: &DataSet) -> &'static str {
    let task = run.data.set.parameters.get("task");
    let automatic = task.is_some_and(|task| *task == Value::word("auto"));
    let takes_classes_only = ["logistic", "softmax", "adaline"].contains(&run.model.kind.as_str());
    if automatic && takes_classes_only && matches!(set.target, Target::Values(_)) {
        "; numbers are labels with `task = \"binary\"` or `\"classes\"` in the data set"
    } else {
        ""
    }
}

/// The first seed and part in which a regression has nothing to explain.
pub fn constant_part(run: &RunSpec, set: &DataSet, seeds: &[u64]) -> Option<(u64, &'static str)> {
    let (numbers, width) = (set.target.numbers(), set.target.columns());
    if numbers.is_empty() {
        return None;
    }
    let is_constant = |part: &[usize], column: usize| {
        let mut values = part.iter().map(|&sample| numbers[sample * width + column]);
        let first = values.next();
        values.all(|value| Some(value) == first)
    };
    let constant = |part: &[usize]| (0..width).all(|column| is_constant(part, column));
    seeds.iter().find_map(|&seed| {
        let parts = split(set, run.data.split, seed).ok()?;
        let parts = [("training", parts.train), ("validation", parts.validation), ("test", parts.test)];
        parts.into_iter().find(|(_, part)| constant(part)).map(|(name, _)| (seed, name))
    })
}

/// The first number that is not finite where a run would take it.
pub fn beyond_precision(run: &RunSpec, set: &DataSet, seeds: &[u64], folder: &Path) -> Option<String> {
    let standardize = run.data.standardize;
    let of = match run.precision {
        Precision::F32 => data::beyond::<f32>,
        Precision::F64 => data::beyond::<f64>,
    };
    // Without scaling, the split makes no difference.
    let seeds = if standardize { seeds } else { &seeds[..1] };
    let (seed, found) = seeds.iter().find_map(|&seed| {
        let parts = split(set, run.data.split, seed).ok()?;
        Some((seed, of(set, &parts, standardize)?))
    })?;
    let scaled = if standardize { format!(" once it is scaled for seed {seed}") } else { String::new() };
    let message = format!("`{:e}` is no finite number in {}{scaled}", found.value, run.precision);
    let choice = run.set_in(folder).ok()?.choice;
    // Polynomial features are no columns of the file.
    let is_column = (run.data.degree == 1 && set.about.features_are_columns) || found.column.is_none();
    let in_file = is_column.then(|| data::at(&choice, found.row, found.column, &message)).flatten();
    Some(in_file.unwrap_or_else(|| {
        let what = found.column.map_or("its target".to_owned(), |column| format!("feature {}", column + 1));
        format!("`{}`: sample {}, {what}: {message}", choice.kind, found.row + 1)
    }))
}

/// The first class of a set from outside of which some drawn part gets no sample. Sets of our own are known to be large enough, or are
/// made small on purpose.
pub fn thin_class(run: &RunSpec, set: &DataSet) -> Option<String> {
    let (Target::Classes { labels, count }, Split::Drawn(shares)) = (&set.target, run.data.split) else { return None };
    let choice = &run.data.set;
    if !data::OUTSIDE.iter().any(|outside| outside.entry.name == choice.kind) || set.rows.groups.is_some() {
        return None;
    }
    let mut counts = vec![0; *count];
    // A set's own test rows are in no share.
    let takes_own = shares.test == TestPart::Own;
    let is_own = |row: usize| takes_own && set.rows.own_part(row) == Some(PartName::Test);
    labels.iter().enumerate().filter(|(row, _)| !is_own(*row)).for_each(|(_, &label)| counts[label as usize] += 1);
    let drawn = if takes_own { 2 } else { 3 };
    counts.into_iter().enumerate().find_map(|(class, count)| {
        let parts = class_parts(count, shares);
        let parts = ["training", "validation", "test"].into_iter().zip(parts).take(drawn);
        let (part, _) = parts.into_iter().find(|(_, samples)| *samples == 0)?;
        let name = set.about.class(class);
        let samples = if count == 1 { "1 sample".to_owned() } else { format!("{count} samples") };
        Some(format!("{name} has too few samples in `{}`: {samples}, and the {part} part gets none", choice.kind))
    })
}

/// What to say of each feature, and of the target, of which different numbers become equal in a run's precision.
pub fn merged_numbers(run: &RunSpec, set: &DataSet) -> Vec<String> {
    let Ok(parts) = split(set, run.data.split, run.seed) else { return Vec::new() };
    let of = match run.precision {
        Precision::F32 => data::merged::<f32>,
        Precision::F64 => data::merged::<f64>,
    };
    let standardize = run.data.standardize;
    let message = |merged: data::Merged| {
        let Merged { column, before, after } = merged;
        let named = |column: usize| set.about.features.get(column).map(|name| format!("feature `{name}`"));
        let what = column.map_or("the target".to_owned(), |column| {
            named(column).unwrap_or_else(|| format!("feature {}", column + 1))
        });
        let precision = run.precision;
        let scale = if standardize { "" } else { " `standardize = true` or" };
        format!(
            "{what} has {before} different values, and {after} in {precision}; take{scale} `precision = \"f64\"`, or subtract \
             what all values share"
        )
    };
    of(set, &parts, standardize).into_iter().map(message).collect()
}
