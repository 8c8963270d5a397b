//! Data sets from files of one's own: CSV and Parquet tables with a named target, IDX images with labels.
//!
//! A table's other columns are the features, in the file's order. Without a `task` the target's kind decides: numbers are
//! a regression, text and flags are classes. Classes count from 0 in ascending order of their labels.

use super::table::{Cells, Column, Labels, Table};
use super::{DataEntry, DataSet, Target, idx};
use crate::num::Matrix;
use crate::registry::{Choice, Default, Entry, Parameter, ParameterKind};
use std::path::Path;

const fn path(description: &'static str) -> Parameter {
    Parameter { name: "path", description, kind: ParameterKind::File, default: None }
}

const TARGET: Parameter =
    Parameter { name: "target", description: "the column to predict", kind: ParameterKind::Text, default: None };

const TASKS: &[&str] = &["auto", "regression", "binary", "classes"];

const fn task(description: &'static str) -> Parameter {
    let default = Some(Default::Text("auto"));
    Parameter { name: "task", description, kind: ParameterKind::OneOf(TASKS), default }
}

const TABLE_TASK: Parameter =
    task("what the target is; `auto`: numbers are a regression, text and flags are classes; `binary` has two labels");

const DROP: Parameter = Parameter {
    name: "drop",
    description: "columns to leave out, with commas between their names",
    kind: ParameterKind::Text,
    default: Some(Default::Text("")),
};

const YOURS: &str = "as your file has it";

pub const CSV: DataEntry = DataEntry {
    entry: Entry {
        name: "csv",
        description: "a CSV file of yours (.tsv: with tabs); short: { csv = \"mine.csv\", target = \"y\" }",
        revision: 1,
        source: "RFC 4180; docs/guide/data.md",
        parameters: &[path("the file, with a header"), TARGET, TABLE_TASK, DROP],
    },
    licence: YOURS,
    citation: YOURS,
    load: |choice| {
        let path = Path::new(choice.text("path"));
        from_table(&csv(path)?, choice)
    },
};

pub const PARQUET: DataEntry = DataEntry {
    entry: Entry {
        name: "parquet",
        description: "a Parquet file of yours; short: { parquet = \"mine.parquet\", target = \"y\" }",
        revision: 1,
        source: "Apache Parquet; docs/guide/data.md",
        parameters: &[path("the file"), TARGET, TABLE_TASK, DROP],
    },
    licence: YOURS,
    citation: YOURS,
    load: |choice| from_table(&Table::read_parquet(Path::new(choice.text("path")))?, choice),
};

pub const IDX: DataEntry = DataEntry {
    entry: Entry {
        name: "idx",
        description: "an IDX file of yours, as MNIST has it, with one of labels; short: { idx = \"…\", labels = \"…\" }",
        revision: 1,
        source: "LeCun, Cortes & Burges, MNIST, file formats; docs/guide/data.md",
        parameters: &[
            path("the samples, plain or packed by gzip"),
            Parameter {
                name: "labels",
                description: "the labels, plain or packed by gzip",
                kind: ParameterKind::File,
                default: None,
            },
            task("what the labels are; `auto`: whole-number types are classes, floats a regression"),
        ],
    },
    licence: YOURS,
    citation: YOURS,
    load: |choice| from_idx(choice.text("path"), choice.text("labels"), choice.text("task")),
};

fn csv(path: &Path) -> Result<Table, String> {
    let tabs = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("tsv"));
    Table::read_csv(path, if tabs { b'\t' } else { b',' })
}

/// The columns that are features, in the file's order.
fn feature_columns<'t>(table: &'t Table, target: &Column, choice: &Choice) -> Result<Vec<&'t Column>, String> {
    let mut dropped = Vec::new();
    for name in choice.text("drop").split(',').map(str::trim).filter(|name| !name.is_empty()) {
        let column = table.column(name)?;
        if column.name == target.name {
            return Err(format!("`{}`: the target `{name}` cannot be dropped", table.path));
        }
        dropped.push(column.name.as_str());
    }
    let wanted = |column: &&Column| column.name != target.name && !dropped.contains(&column.name.as_str());
    let columns: Vec<&Column> = table.columns.iter().filter(wanted).collect();
    if columns.is_empty() {
        return Err(format!("`{}` has no column beside the target `{}` to learn from", table.path, target.name));
    }
    Ok(columns)
}

fn from_table(table: &Table, choice: &Choice) -> Result<DataSet, String> {
    let target = table.column(choice.text("target"))?;
    let columns = feature_columns(table, target, choice)?;
    let task = choice.text("task");
    let task = if task == "auto" { usual_task(table, target)? } else { task };
    let target_values = match task {
        "regression" => {
            let values = table.numbers(target)?.into_owned();
            if let Some(value) = constant(&values) {
                let (rows, path) = (values.len(), &table.path);
                return Err(format!(
                    "`{path}`: rows 1 to {rows}, column `{}`: always {value}, so there is nothing to predict",
                    target.name
                ));
            }
            Target::Values(values)
        }
        _ => {
            let labels = table.labels(target)?;
            let of = format!("`{}`: column `{}`", table.path, target.name);
            check_count(&labels.names, task == "binary", &of)?;
            Target::Classes { count: labels.names.len(), labels: labels.classes }
        }
    };
    let mut numbers = Vec::with_capacity(columns.len());
    for column in &columns {
        let mend = match &column.cells {
            Cells::Text(_) if table.has_numbers(column) => "mend or fill the cell, or leave the column out",
            Cells::Text(_) => "give numbers for its values, or leave it out",
            _ => "leave it out",
        };
        let hint = |why| format!("{why}; {mend}: drop = \"{}\"", column.name);
        let values = table.numbers(column).map_err(hint)?;
        if let Some(value) = constant(&values) {
            let rows = values.len();
            let why = format!("`{}`: rows 1 to {rows}, column `{}`: always {value}", table.path, column.name);
            return Err(format!("{why}, a constant tells nothing; leave it out: drop = \"{}\"", column.name));
        }
        numbers.push(values);
    }
    let rows = table.rows();
    let data = (0..rows).flat_map(|row| numbers.iter().map(move |column| column[row])).collect();
    Ok(DataSet::flat(Matrix::new(rows, columns.len(), data), target_values))
}

/// The one value that all rows have; a single row is not called constant.
fn constant(values: &[f64]) -> Option<f64> {
    (values.len() > 1 && values.iter().all(|value| *value == values[0])).then(|| values[0])
}

/// What a target is that says nothing of itself. Numbers with a broken cell among them are not taken for classes.
fn usual_task(table: &Table, target: &Column) -> Result<&'static str, String> {
    if matches!(target.cells, Cells::Text(_)) && !table.has_numbers(target) {
        return Ok("classes");
    }
    // What no task mends has no other task for a hint.
    let hint = |why| match table.labels(target) {
        Ok(_) => format!("{why}; for classes say task = \"classes\""),
        Err(_) => why,
    };
    table.numbers(target).map(|_| "regression").map_err(hint)
}

fn check_count(names: &[String], binary: bool, of: &str) -> Result<(), String> {
    let listed = names.iter().take(5).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let more = if names.len() > 5 { ", …" } else { "" };
    match names.len() {
        1 => Err(format!("{of} has one class only, {listed}; at least two are needed")),
        count if binary && count != 2 => {
            Err(format!("{of} has {count} labels, {listed}{more}; `binary` needs exactly two"))
        }
        _ => Ok(()),
    }
}

fn from_idx(path: &str, labels_path: &str, task: &str) -> Result<DataSet, String> {
    let (samples, labels) = (idx::read(Path::new(path))?, idx::read(Path::new(labels_path))?);
    let of = format!("`{labels_path}`");
    if let [_, _, ..] = labels.dimensions.as_slice() {
        return Err(format!("{of} has {} dimensions; labels have one", labels.dimensions.len()));
    }
    let (count, expected) = (labels.values.len(), samples.dimensions[0]);
    if count != expected {
        return Err(format!("{of} has {count} labels, but `{path}` has {expected} samples"));
    }
    let numbers = |values: Vec<f64>| match constant(&values) {
        Some(value) => Err(format!("{of}: all {count} labels are {value}, so there is nothing to predict")),
        None => Ok(Target::Values(values)),
    };
    let target = match task {
        "regression" => numbers(labels.values)?,
        "auto" if !labels.whole => numbers(labels.values)?,
        _ => {
            let labels = Labels::of(&labels.values);
            check_count(&labels.names, task == "binary", &of)?;
            Target::Classes { count: labels.names.len(), labels: labels.classes }
        }
    };
    let shape = samples.shape();
    Ok(DataSet { features: Matrix::new(expected, samples.values.len() / expected, samples.values), shape, target })
}

/// The table that such a set comes from, if it is one; the file is read again.
fn table_of(choice: &Choice) -> Option<Table> {
    let path = || Path::new(choice.text("path"));
    match choice.kind.as_str() {
        "csv" => csv(path()).ok(),
        "parquet" => Table::read_parquet(path()).ok(),
        _ => None,
    }
}

/// A message about one number of a set from a table: by file, row and column, both counted from 0; without a column it is the
/// target. The file is read again for it.
pub fn at(choice: &Choice, row: usize, column: Option<usize>, message: &str) -> Option<String> {
    let table = table_of(choice)?;
    let target = table.column(choice.text("target")).ok()?;
    let column = match column {
        Some(column) => *feature_columns(&table, target, choice).ok()?.get(column)?,
        None => target,
    };
    Some(table.at(row, column, message))
}

/// What a class of such a set is called in its file, for a message; the file is read again for it.
pub fn class_name(choice: &Choice, class: usize) -> Option<String> {
    if choice.kind == "idx" {
        let labels = idx::read(Path::new(choice.text("labels"))).ok()?;
        return Some(format!("class `{}`", Labels::of(&labels.values).names.get(class)?));
    }
    let table = table_of(choice)?;
    let target = table.column(choice.text("target")).ok()?;
    let labels = table.labels(target).ok()?;
    Some(format!("class `{}` of column `{}`", labels.names.get(class)?, target.name))
}
