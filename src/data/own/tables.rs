//! Sets from tables: CSV and Parquet files with a named target. All other columns are the features, in the file's order.

use super::super::about::About;
use super::super::error::{DataError, DataFault};
use super::super::recipe::{Encoding, Recipe};
use super::super::set::{DataSet, Target};
use super::super::table::{Column, Features, Table, Unusable, shortened, toml_text};
use super::columns::{self, RawColumn};
use super::files::SetFiles;
use super::parameters::{SEQUENCE, given};
use super::roles;
use super::sequences;
use super::target::{target_columns, target_values, targets_of};
use super::treatment::{TextRule, Treatment};
use crate::num::Matrix;
use crate::record::Why;
use crate::registry::Choice;
use std::borrow::Cow;

/// Loads a set from a table, or two.
pub fn load(choice: &Choice) -> Result<DataSet, DataError> {
    let files = SetFiles::read(choice)?;
    let (table, task) = (&files.first, choice.text("task"));
    let targets = targets_of(table, choice.text("target"))?;
    let treatment = Treatment::of(choice, &files)?;
    let features = features_of(table, &targets, choice, &treatment)?;
    let names: Vec<&str> = targets.iter().map(|target| target.name.as_str()).collect();
    let mut about = About { target: Some(names.join(", ")), ..About::default() };
    let values = match names[..] {
        [name] => target_values(&files, name, task, &mut about),
        _ => target_columns(&files, &names, task),
    };
    let rows = roles::rows(&files, choice);
    let drop = |names: &[String]| format!("drop = {}", toml_text(&names.join(", ")));
    let raw = features.read(|column| columns::raw(&files, column, &treatment), RawColumn::constant);
    let raw = raw.map_err(|why| why.with_advice(&advice(&why, &treatment), &drop(&why.columns)));
    // What is wrong with the target and what with the features are said at once.
    let (values, rows, raw) = match (values, rows, raw) {
        (Ok(values), Ok(rows), Ok(raw)) => (values, rows, raw),
        (values, rows, raw) => {
            let all = [values.err(), rows.err(), raw.err()].into_iter().flatten().reduce(|all, next| all.and(&next));
            return Err(all.expect("one of them failed"));
        }
    };
    let raw: Vec<(&Column, RawColumn)> = features.columns.iter().copied().zip(raw).collect();
    columns::tell(&raw, &treatment, &mut about);
    let (numbers, encodings): (Vec<Cow<'_, [f64]>>, Vec<Encoding>) =
        raw.into_iter().map(|(_, raw)| (Cow::Owned(raw.numbers), raw.encoding)).unzip();
    let set = data_set(&features, &numbers, values, about, drop);
    let set = DataSet { rows, recipe: Recipe::of(encodings), ..set };
    match given(choice, &SEQUENCE) {
        Some(name) => {
            let ids = files.labels(name)?;
            sequences::of_steps(set, &ids).map_err(|why| why.in_file(&table.path))
        }
        None => Ok(set),
    }
}

/// What a spec can say about words and gaps.
fn advice(why: &Unusable, treatment: &Treatment) -> String {
    let words = why.words && treatment.text == TextRule::Refuse;
    let gaps = why.gaps && treatment.missing.is_none();
    let said = [(words, "for words say text = \"one-hot\"; "), (gaps, "to fill gaps say missing = \"mean\"; ")];
    said.into_iter().filter_map(|(is_said, advice)| is_said.then_some(advice)).collect()
}

fn features_of<'t>(
    table: &'t Table,
    targets: &[&Column],
    choice: &Choice,
    treatment: &Treatment,
) -> Result<Features<'t>, DataError> {
    let mut features = Features::of(table, targets, &[choice.text("drop")])?.without(&roles::columns(choice))?;
    let (words, kept) = features.columns.iter().partition(|column| treatment.drops(column));
    (features.columns, features.dropped) = (kept, [features.dropped, words].concat());
    if let Some((parameter, name)) = treatment.foreign(&features.columns) {
        let message = format!("`{}`: `{parameter}` names `{}`, which is no feature", table.path, shortened(name));
        return Err(DataFault::Parameters.error(message).in_column(name));
    }
    if features.columns.is_empty() {
        let (path, target) = (&table.path, targets.iter().map(|target| target.shown()).collect::<Vec<_>>().join(", "));
        return Err(
            DataFault::Column.error(format!("`{path}` has no column beside the target `{target}` to learn from"))
        );
    }
    Ok(features)
}

/// The features of a table with these numbers and a target; `drop` says how columns are left out.
pub fn data_set(
    features: &Features<'_>,
    numbers: &[Cow<'_, [f64]>],
    target: Target,
    about: About,
    drop: impl Fn(&[String]) -> String,
) -> DataSet {
    let names = |columns: &[&Column]| columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>();
    let mut about = About { features: names(&features.columns), features_are_columns: true, ..about };
    about.leave_out(&names(&features.dropped), Why::Asked);
    about.leave_out(&names(&features.indexes), Why::Index);
    about.leave_out(&names(&features.roles), Why::Role);
    for (column, first) in features.numbering(numbers) {
        let last = features.table.rows() - 1 + usize::from(first);
        about.warnings.push(format!(
            "feature `{}` numbers the rows, {first} to {last}; if it is no measurement, leave it out: {}",
            column.shown(),
            drop(&[column.typed()])
        ));
    }
    let rows = numbers.first().map_or(features.table.rows(), |column| column.len());
    let data = (0..rows).flat_map(|row| numbers.iter().map(move |column| column[row])).collect();
    DataSet { about, ..DataSet::flat(Matrix::new(rows, features.columns.len(), data), target) }
}

/// A message about one number of a set from a table: by file, row and column, both counted from 0; without a column it is the
/// target. The file is read again for it.
pub fn at(choice: &Choice, row: usize, column: Option<usize>, message: &str) -> Option<String> {
    // Sets of other kinds have no columns with names.
    choice.parameters.get("target")?;
    let files = SetFiles::read(choice).ok()?;
    let targets = targets_of(&files.first, choice.text("target")).ok()?;
    let column = match (column, &targets[..]) {
        (Some(column), _) => {
            let treatment = Treatment::of(choice, &files).ok()?;
            *features_of(&files.first, &targets, choice, &treatment).ok()?.columns.get(column)?
        }
        (None, [target]) => target,
        (None, _) => return None, // one of several, and nobody says which
    };
    match row.checked_sub(files.first.rows()) {
        None => Some(files.first.at(row, column, message)),
        Some(row) => {
            let table = files.second.as_ref()?;
            Some(table.at(row, table.column(&column.name).ok()?, message))
        }
    }
}
