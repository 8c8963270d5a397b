//! What is to be predicted, from a column of a table.

use super::super::about::{About, names_classes};
use super::super::error::{DataError, DataFault};
use super::super::set::Target;
use super::super::table::{Cells, constant, shortened};
use super::files::SetFiles;

/// The target of a set, and what is said of it.
pub fn target_values(files: &SetFiles, name: &str, task: &str, about: &mut About) -> Result<Target, DataError> {
    let usual = task == "auto";
    let task = if usual { usual_task(files, name)? } else { task };
    let column = files.first.column(name)?;
    let path = &files.first.path;
    if task == "regression" {
        let values = files.numbers(name)?;
        if let Some(value) = constant(&values) {
            let (rows, name) = (values.len(), column.shown());
            let message = format!("rows 1 to {rows}, column `{name}`: always {value}, so there is nothing to predict");
            return Err(DataFault::Values.error(message).in_column(&column.name).in_file(path));
        }
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
