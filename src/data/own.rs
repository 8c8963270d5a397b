//! Data sets from files of one's own: CSV and Parquet tables with a named target, IDX images with labels.
//!
//! A table's other columns are the features, in the file's order. Without a `task` the target's kind decides: numbers are
//! a regression, text and flags are classes. Classes count from 0 in ascending order of their labels.

use super::about::{About, names_classes};
use super::entry::DataEntry;
use super::error::{DataError, DataFault};
use super::idx;
use super::set::{DataSet, Target};
use super::table::{Cells, Column, Features, Labels, Table, constant, shortened, toml_text};
use crate::num::Matrix;
use crate::record::Why;
use crate::registry::{Choice, Entry, Parameter, ParameterKind};
use crate::value::Value;
use std::borrow::Cow;
use std::path::Path;

const fn path(description: &'static str) -> Parameter {
    Parameter::new("path", description, ParameterKind::File)
}

const TARGET: Parameter = Parameter::new("target", "the column to predict", ParameterKind::Text);

const TASKS: &[&str] = &["auto", "regression", "binary", "classes"];

const fn task(description: &'static str) -> Parameter {
    Parameter::with_default("task", description, ParameterKind::OneOf(TASKS), Value::word("auto"))
}

const TABLE_TASK: Parameter =
    task("what the target is; `auto`: numbers are a regression, text and flags are classes; `binary` has two labels");

const DROP: Parameter = Parameter::with_default(
    "drop",
    "columns to leave out, with commas between their names",
    ParameterKind::Text,
    Value::word(""),
);

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
    load: &|choice| {
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
    load: &|choice| from_table(&Table::read_parquet(Path::new(choice.text("path")))?, choice),
};

pub const IDX: DataEntry = DataEntry {
    entry: Entry {
        name: "idx",
        description: "an IDX file of yours, as MNIST has it, with one of labels; short: { idx = \"…\", labels = \"…\" }",
        revision: 1,
        source: "LeCun, Cortes & Burges, MNIST, file formats; docs/guide/data.md",
        parameters: &[
            path("the samples, plain or packed by gzip"),
            Parameter::new("labels", "the labels, plain or packed by gzip", ParameterKind::File),
            task("what the labels are; `auto`: whole-number types are classes, floats a regression"),
        ],
    },
    licence: YOURS,
    citation: YOURS,
    load: &|choice| from_idx(choice.text("path"), choice.text("labels"), choice.text("task")),
};

fn csv(path: &Path) -> Result<Table, DataError> {
    let tabs = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("tsv"));
    Table::read_csv(path, if tabs { b'\t' } else { b',' })
}

fn features_of<'t>(table: &'t Table, target: &Column, choice: &Choice) -> Result<Features<'t>, DataError> {
    let features = Features::of(table, target, &[choice.text("drop")])?;
    if features.columns.is_empty() {
        let (path, target) = (&table.path, target.shown());
        return Err(
            DataFault::Column.error(format!("`{path}` has no column beside the target `{target}` to learn from"))
        );
    }
    Ok(features)
}

fn from_table(table: &Table, choice: &Choice) -> Result<DataSet, DataError> {
    let target = table.column(choice.text("target"))?;
    let features = features_of(table, target, choice)?;
    let mut about = About { target: Some(target.name.clone()), ..About::default() };
    let values = target_values(table, target, choice.text("task"), &mut about)?;
    let drop = |names: &[String]| format!("drop = {}", toml_text(&names.join(", ")));
    let numbers = features.numbers(false).map_err(|why| why.with_remedy(&drop(&why.columns)))?;
    Ok(data_set(&features, &numbers, values, about, drop))
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
    for (column, first) in features.numbering(numbers) {
        let last = features.table.rows() - 1 + usize::from(first);
        about.warnings.push(format!(
            "feature `{}` numbers the rows, {first} to {last}; if it is no measurement, leave it out: {}",
            column.shown(),
            drop(&[column.typed()])
        ));
    }
    let (rows, columns) = (features.table.rows(), features.columns.len());
    let data = (0..rows).flat_map(|row| numbers.iter().map(move |column| column[row])).collect();
    DataSet { about, ..DataSet::flat(Matrix::new(rows, columns, data), target) }
}

fn target_values(table: &Table, target: &Column, task: &str, about: &mut About) -> Result<Target, DataError> {
    let usual = task == "auto";
    let task = if usual { usual_task(table, target)? } else { task };
    if task == "regression" {
        let values = table.numbers(target)?.into_owned();
        if let Some(value) = constant(&values) {
            let (rows, path, name) = (values.len(), &table.path, target.shown());
            let message = format!("rows 1 to {rows}, column `{name}`: always {value}, so there is nothing to predict");
            return Err(DataFault::Values.error(message).in_column(&target.name).in_file(path));
        }
        about.notes.extend(labels_note(&values).filter(|_| usual));
        return Ok(Target::Values(values));
    }
    let labels = table.labels(target)?;
    check_count(&labels.names, task == "binary", &format!("`{}`: column `{}`", table.path, target.shown()))?;
    about.classes.clone_from(&labels.names);
    Ok(Target::Classes { count: labels.names.len(), labels: labels.classes })
}

/// What to know where numbers are predicted that may be meant as labels.
fn labels_note(values: &[f64]) -> Option<String> {
    let count = names_classes(values)?;
    let task = if count == 2 { "binary" } else { "classes" };
    Some(format!(
        "the target has {count} different whole numbers, which are predicted as numbers; for classes say task = \"{task}\""
    ))
}

/// What a target is that says nothing of itself. Numbers with a broken cell among them are not taken for classes.
fn usual_task(table: &Table, target: &Column) -> Result<&'static str, DataError> {
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

fn check_count(names: &[String], binary: bool, of: &str) -> Result<(), DataError> {
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

fn from_idx(path: &str, labels_path: &str, task: &str) -> Result<DataSet, DataError> {
    let (samples, labels) = (idx::read(Path::new(path))?, idx::read(Path::new(labels_path))?);
    let of = format!("`{labels_path}`");
    if let [_, _, ..] = labels.dimensions.as_slice() {
        return Err(
            DataFault::Values.error(format!("{of} has {} dimensions; labels have one", labels.dimensions.len()))
        );
    }
    let (count, expected) = (labels.values.len(), samples.dimensions[0]);
    if count != expected {
        return Err(DataFault::Values.error(format!("{of} has {count} labels, but `{path}` has {expected} samples")));
    }
    let numbers =
        |values: Vec<f64>| match constant(&values) {
            Some(value) => Err(DataFault::Values
                .error(format!("{of}: all {count} labels are {value}, so there is nothing to predict"))),
            None => Ok(Target::Values(values)),
        };
    let mut about = About::default();
    let target = match task {
        "regression" => numbers(labels.values)?,
        "auto" if !labels.whole => {
            about.notes.extend(labels_note(&labels.values));
            numbers(labels.values)?
        }
        _ => {
            let labels = Labels::of(&labels.values);
            check_count(&labels.names, task == "binary", &of)?;
            about.classes = labels.names;
            Target::Classes { count: about.classes.len(), labels: labels.classes }
        }
    };
    let shape = samples.shape();
    let features = Matrix::new(expected, samples.values.len() / expected, samples.values);
    Ok(DataSet { about, ..DataSet::shaped(features, shape, target) })
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
        Some(column) => *features_of(&table, target, choice).ok()?.columns.get(column)?,
        None => target,
    };
    Some(table.at(row, column, message))
}
