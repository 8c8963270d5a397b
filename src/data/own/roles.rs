//! Columns that say what rows are: their part, their group, their time, their weight. They are no features.

use super::super::error::{DataError, DataFault};
use super::super::rows::{OwnParts, PartName, Rows};
use super::super::table::{Cells, Labels, shortened};
use super::files::SetFiles;
use super::parameters::{GROUP, PART, SEQUENCE, TIME, WEIGHT, given};
use super::target::listed;
use crate::registry::Choice;

/// The names of such columns, as a spec gives them.
pub fn columns(choice: &Choice) -> Vec<&str> {
    [PART, GROUP, TIME, SEQUENCE, WEIGHT].iter().filter_map(|role| given(choice, role)).collect()
}

/// What the columns, and a second file, say of the rows.
pub fn rows(files: &SetFiles, choice: &Choice) -> Result<Rows, DataError> {
    let groups = given(choice, &GROUP).map(|name| groups(files, name)).transpose()?;
    let in_time = given(choice, &TIME).map(|name| in_time(files, name)).transpose()?;
    let weights = given(choice, &WEIGHT).map(|name| weights(files, name)).transpose()?;
    let parts = given(choice, &PART).map(|name| parts(files, name)).transpose()?;
    let own = match (parts, &files.second) {
        (parts, None) => parts,
        (parts, Some(second)) => {
            let mut parts = parts.unwrap_or_else(|| vec![PartName::Train; files.first.rows()]);
            parts.truncate(files.first.rows());
            if parts.contains(&PartName::Test) {
                let message = "the column `part` names test rows, and `test` a file of them; leave one of the two out";
                return Err(DataFault::Parameters.error(message));
            }
            parts.extend(std::iter::repeat_n(PartName::Test, second.rows()));
            Some(parts)
        }
    };
    Ok(Rows { own: own.map(OwnParts::Each), groups, in_time, weights })
}

/// The part of each row of the first file, and of the second where it has the column too.
fn parts(files: &SetFiles, name: &str) -> Result<Vec<PartName>, DataError> {
    let (table, column) = (&files.first, files.first.column(name)?);
    let Labels { names, classes } = table.labels(column)?;
    let parts: Vec<Option<PartName>> = names.iter().map(|name| PartName::of(name)).collect();
    if let Some(unknown) = parts.iter().position(Option::is_none) {
        let row = classes.iter().position(|class| *class as usize == unknown).unwrap_or_default();
        let message =
            format!("`{}` names no part; expected `train`, `validation` or `test`", shortened(&names[unknown]));
        return Err(DataFault::Values.error(table.at(row, column, &message)).in_column(&column.name));
    }
    Ok(classes.into_iter().filter_map(|class| parts[class as usize]).collect())
}

/// How much each row counts: numbers, none of them negative.
fn weights(files: &SetFiles, name: &str) -> Result<Vec<f64>, DataError> {
    for table in files.all() {
        let column = table.column(name)?;
        let numbers = table.numbers(column).map_err(|why| why.with_help("; a weight is a number, 0 or greater"))?;
        if let Some(row) = numbers.iter().position(|weight| *weight < 0.0) {
            let message = format!("`{}` is no weight: weights are 0 or greater", numbers[row]);
            return Err(DataFault::Values.error(table.at(row, column, &message)).in_column(&column.name));
        }
    }
    files.numbers(name)
}

fn groups(files: &SetFiles, name: &str) -> Result<Vec<u32>, DataError> {
    let Labels { names, classes } = files.labels(name)?;
    if names.len() < 3 {
        let (count, listed) = (names.len(), listed(&names));
        let message =
            format!("column `{name}` has {count} groups, {listed}; a group for each part is needed, three at least");
        return Err(DataFault::Values.error(message).in_column(name).in_file(&files.first.path));
    }
    Ok(classes)
}

/// The rows by a column of numbers, or of dates that begin with the year; rows of one time stay in their order.
fn in_time(files: &SetFiles, name: &str) -> Result<Vec<usize>, DataError> {
    let (table, column) = (&files.first, files.first.column(name)?);
    let Labels { names, classes } = files.labels(name)?;
    let begins_with_year = |text: &str| {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        digits == 4 || (digits == 8 && text.len() == 8)
    };
    let is_text = matches!(column.cells, Cells::Text(_) | Cells::Flags(_));
    if let Some(odd) = names.iter().position(|name| is_text && !begins_with_year(name)) {
        let row = classes.iter().position(|class| *class as usize == odd).unwrap_or_default();
        let message =
            format!("`{}` is no time in order: numbers are, and dates as `2026-01-31`", shortened(&names[odd]));
        return Err(DataFault::Values.error(table.at(row, column, &message)).in_column(&column.name));
    }
    let mut order: Vec<usize> = (0..classes.len()).collect();
    order.sort_by_key(|row| classes[*row]);
    Ok(order)
}
