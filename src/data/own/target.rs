//! What is to be predicted, from a column of a table.

use super::super::about::{About, names_classes};
use super::super::error::{DataError, DataFault};
use super::super::set::Target;
use super::super::table::{Cells, Column, Table, constant, shortened};
use super::files::SetFiles;
use crate::num::Matrix;

/// The columns that a set's target names, each once.
pub fn targets_of<'t>(table: &'t Table, named: &str) -> Result<Vec<&'t Column>, DataError> {
    let columns = table.named(named)?;
    let twice =
        (1..columns.len()).find(|&index| columns[..index].iter().any(|other| other.name == columns[index].name));
    if let Some(twice) = twice {
        let name = columns[twice].shown();
        return Err(DataFault::Column.error(format!("`{}`: the target `{name}` is given twice", table.path)));
    }
    // Nothing but commas and blanks names no column.
    if columns.is_empty() { table.column(named).map(|column| vec![column]) } else { Ok(columns) }
}

/// The numbers of several targets, a row for each of the table.
pub fn target_columns(files: &SetFiles, names: &[&str], task: &str) -> Result<Target, DataError> {
    if !matches!(task, "auto" | "regression") {
        let path = &files.first.path;
        let message = format!("`{path}`: task = \"{task}\" takes one target, and there are {}", names.len());
        return Err(DataFault::Parameters.error(message));
    }
    let columns = names.iter().map(|name| varying_numbers(files, name)).collect::<Result<Vec<_>, DataError>>()?;
    let rows = columns.first().map_or(0, Vec::len);
    let numbers = (0..rows).flat_map(|row| columns.iter().map(move |column| column[row])).collect();
    Ok(Target::Columns(Matrix::new(rows, columns.len(), numbers)))
}

/// The numbers of a target, which must not be all the same.
fn varying_numbers(files: &SetFiles, name: &str) -> Result<Vec<f64>, DataError> {
    let values = files.numbers(name)?;
    let Some(value) = constant(&values) else { return Ok(values) };
    let (rows, column) = (values.len(), files.first.column(name)?);
    let message =
        format!("rows 1 to {rows}, column `{}`: always {value}, so there is nothing to predict", column.shown());
    Err(DataFault::Values.error(message).in_column(&column.name).in_file(&files.first.path))
}

/// The target of a set, and what is said of it.
pub fn target_values(files: &SetFiles, name: &str, task: &str, about: &mut About) -> Result<Target, DataError> {
    let usual = task == "auto";
    let task = if usual { usual_task(files, name)? } else { task };
    let column = files.first.column(name)?;
    let path = &files.first.path;
    if task == "regression" {
        let values = varying_numbers(files, name)?;
        about.notes.extend(labels_note(&values).filter(|_| usual));
        return Ok(Target::Values(values));
    }
    let labels = files.labels(name)?;
    check_count(&labels.names, task == "binary", &format!("`{path}`: column `{}`", column.shown()))?;
    about.classes.clone_from(&labels.names);
    Ok(Target::Classes { count: labels.names.len(), labels: labels.classes })
}

/// What to know where numbers are predicted that may be meant as labels.
pub fn labels_note(values: &[f64]) -> Option<String> {
    let count = names_classes(values)?;
    let task = if count == 2 { "binary" } else { "classes" };
    Some(format!(
        "the target has {count} different whole numbers, which are predicted as numbers; for classes say task = \"{task}\""
    ))
}

/// What a target is that says nothing of itself. Numbers with a broken cell among them are not taken for classes.
fn usual_task(files: &SetFiles, name: &str) -> Result<&'static str, DataError> {
    let (table, target) = (&files.first, files.first.column(name)?);
    if matches!(target.cells, Cells::Text(_) | Cells::Flags(_)) && !target.has_numbers() {
        return Ok("classes");
    }
    // What no task helps has no other task for a hint.
    let hint = |why: DataError| match table.labels(target) {
        Ok(_) => why.with_help("; for classes say task = \"classes\""),
        Err(_) => why.with_help("; fix or fill the cell, or leave the row out"),
    };
    table.numbers(target).map(|_| "regression").map_err(hint)
}

/// Refuses one class, and for `binary` any other number than two.
pub fn check_count(names: &[String], binary: bool, of: &str) -> Result<(), DataError> {
    let listed = listed(names);
    match names.len() {
        1 => Err(DataFault::Values.error(format!("{of} has one class only, {listed}; at least two are needed"))),
        count if binary && count != 2 => {
            Err(DataFault::Values.error(format!("{of} has {count} labels, {listed}; `binary` needs exactly two")))
        }
        _ => Ok(()),
    }
}

/// The first labels, for a message.
#[must_use]
pub fn listed(names: &[String]) -> String {
    const MOST: usize = 5;
    let more = if names.len() > MOST { ", …" } else { "" };
    let first: Vec<_> = names.iter().take(MOST).map(|name| format!("`{}`", shortened(name))).collect();
    first.join(", ") + more
}
