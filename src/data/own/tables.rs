//! Sets from tables: CSV and Parquet files with a named target. All other columns are the features, in the file's order.

use super::super::about::About;
use super::super::error::{DataError, DataFault};
use super::super::set::{DataSet, Target};
use super::super::table::{Column, Features, Table, toml_text};
use super::files::SetFiles;
use super::roles;
use super::target::target_values;
use crate::num::Matrix;
use crate::record::Why;
use crate::registry::Choice;
use std::borrow::Cow;

/// Loads a set from a table, or two.
pub fn load(choice: &Choice) -> Result<DataSet, DataError> {
    let files = SetFiles::read(choice)?;
    let (table, name) = (&files.first, choice.text("target"));
    let target = table.column(name)?;
    let features = features_of(table, target, choice)?;
    let mut about = About { target: Some(target.name.clone()), ..About::default() };
    let values = target_values(&files, name, choice.text("task"), &mut about)?;
    let rows = roles::rows(&files, choice)?;
    let drop = |names: &[String]| format!("drop = {}", toml_text(&names.join(", ")));
    let mut numbers = features.numbers(false).map_err(|why| why.with_remedy(&drop(&why.columns)))?;
    if let Some(second) = &files.second {
        let others = features.again(second)?.numbers(true).map_err(|why| why.with_remedy(&drop(&why.columns)))?;
        numbers.iter_mut().zip(others).for_each(|(first, second)| first.to_mut().extend_from_slice(&second));
    }
    let set = data_set(&features, &numbers, values, about, drop);
    Ok(DataSet { rows, ..set })
}

fn features_of<'t>(table: &'t Table, target: &Column, choice: &Choice) -> Result<Features<'t>, DataError> {
    let features = Features::of(table, target, &[choice.text("drop")])?.without(&roles::columns(choice))?;
    if features.columns.is_empty() {
        let (path, target) = (&table.path, target.shown());
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
    let mut about = About { features: names(&features.columns), ..about };
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
    let target = files.first.column(choice.text("target")).ok()?;
    let column = match column {
        Some(column) => *features_of(&files.first, target, choice).ok()?.columns.get(column)?,
        None => target,
    };
    match row.checked_sub(files.first.rows()) {
        None => Some(files.first.at(row, column, message)),
        Some(row) => {
            let table = files.second.as_ref()?;
            Some(table.at(row, table.column(&column.name).ok()?, message))
        }
    }
}
