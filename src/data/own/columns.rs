//! The columns of features: numbers, words as levels, gaps as NaN.

use super::super::about::About;
use super::super::error::{DataError, DataFault};
use super::super::recipe::{Encoding, Fill, FillBy, MISSING_LEVEL};
use super::super::table::{Column, Levels, Table, constant, shortened};
use super::files::SetFiles;
use super::treatment::Treatment;
use crate::record::counted;

/// A column of features in all files.
pub struct RawColumn {
    /// Of each row its number, NaN where it is missing; of words the number of their level.
    pub numbers: Vec<f64>,
    pub encoding: Encoding,
    /// How many cells were missing.
    pub missing: usize,
}

impl RawColumn {
    /// The one value that all rows have, in words.
    pub fn constant(&self) -> Option<String> {
        let value = constant(&self.numbers)?;
        match &self.encoding {
            Encoding::Levels { levels, .. } => levels.first().map(|level| format!("`{}`", shortened(level))),
            _ => Some(value.to_string()),
        }
    }
}

/// Reads a column as the spec has it.
pub fn raw(files: &SetFiles, column: &Column, treatment: &Treatment) -> Result<RawColumn, DataError> {
    match (treatment.order_of(column), treatment.levels_of(column)) {
        (Some(order), _) => ordered(files, column, treatment, order),
        (None, Some(without_first)) => levels(files, column, treatment, without_first),
        (None, None) => numbers(files, column, treatment),
    }
}

/// The same column in every file, each with what names the file in messages where it is not the first.
fn in_files<'f>(
    files: &'f SetFiles,
    name: &str,
) -> impl Iterator<Item = Result<(&'f Table, &'f Column, bool), DataError>> {
    let name = name.to_owned();
    files.all().enumerate().map(move |(place, table)| Ok((table, table.column(&name)?, place > 0)))
}

/// A message about a file that is not the first names it; the first one is named by who gathers messages.
fn named(table: &Table, is_second: bool) -> impl Fn(DataError) -> DataError {
    let path = is_second.then(|| table.path.clone());
    move |why| match &path {
        Some(path) => why.in_file(path),
        None => why,
    }
}

fn numbers(files: &SetFiles, column: &Column, treatment: &Treatment) -> Result<RawColumn, DataError> {
    let mut all = Vec::new();
    for found in in_files(files, &column.name) {
        let (table, column, is_second) = found?;
        let read = table.numbers_or_gaps(column, &treatment.na, treatment.fills(column));
        all.extend_from_slice(&read.map_err(named(table, is_second))?);
    }
    finished(files, column, treatment, all)
}

/// A column of numbers with what fills its gaps.
fn finished(
    files: &SetFiles,
    column: &Column,
    treatment: &Treatment,
    numbers: Vec<f64>,
) -> Result<RawColumn, DataError> {
    let missing = numbers.iter().filter(|number| number.is_nan()).count();
    if missing == numbers.len() {
        return Err(DataFault::Cells
            .error(format!("column `{}` has no value at all", column.shown()))
            .in_column(&column.name));
    }
    let given = treatment.fill_of(column).map(|value| match treatment.order_of(column) {
        #[allow(clippy::cast_precision_loss)] // few levels
        Some(order) => order.iter().position(|level| level == value).map(|place| place as f64),
        None => value.parse().ok().filter(|number: &f64| number.is_finite()),
    });
    let by = match given {
        Some(Some(number)) => Some(FillBy::Given(number)),
        Some(None) => {
            let message = format!(
                "`fill` gives `{}` for column `{}`, which needs a number or one of its levels",
                shortened(treatment.fill_of(column).unwrap_or_default()),
                column.shown()
            );
            return Err(DataFault::Parameters.error(message).in_column(&column.name).in_file(&files.first.path));
        }
        None => treatment.missing,
    };
    let encoding = match by {
        Some(by) if missing > 0 => Encoding::Filled(Fill { by, indicator: treatment.indicator }),
        _ => Encoding::Plain,
    };
    Ok(RawColumn { numbers, encoding, missing })
}

/// Words by their place in an order.
fn ordered(files: &SetFiles, column: &Column, treatment: &Treatment, order: &[String]) -> Result<RawColumn, DataError> {
    let mut all = Vec::new();
    for found in in_files(files, &column.name) {
        let (table, column, is_second) = found?;
        let Levels { names, places } =
            table.levels(column, &treatment.na, treatment.fills(column)).map_err(named(table, is_second))?;
        let known: Vec<Option<usize>> = names.iter().map(|name| order.iter().position(|level| level == name)).collect();
        if let Some(unknown) = known.iter().position(Option::is_none) {
            let row = places.iter().position(|place| *place == Some(unknown)).unwrap_or_default();
            let message = format!("`{}` is none of the levels in `ordered`", shortened(&names[unknown]));
            return Err(named(table, is_second)(table.cell_error(row, column, &message)));
        }
        #[allow(clippy::cast_precision_loss)] // few levels
        let number =
            |place: &Option<usize>| place.and_then(|place| known[place]).map_or(f64::NAN, |level| level as f64);
        all.extend(places.iter().map(number));
    }
    finished(files, column, treatment, all)
}

/// Each word, or number, as a level.
fn levels(
    files: &SetFiles,
    column: &Column,
    treatment: &Treatment,
    without_first: bool,
) -> Result<RawColumn, DataError> {
    let gaps = treatment.fills(column);
    let mut all: Option<Levels> = None;
    for found in in_files(files, &column.name) {
        let (table, other, is_second) = found?;
        let found = table.levels(other, &treatment.na, gaps).map_err(named(table, is_second))?;
        all = Some(match all {
            Some(first) => first.joined(&found, column.has_numbers() && other.has_numbers()),
            None => found,
        });
    }
    let Levels { mut names, places } = all.unwrap_or_default();
    let missing = places.iter().filter(|place| place.is_none()).count();
    let fill = treatment.fill_of(column).unwrap_or(MISSING_LEVEL);
    let filled = match names.iter().position(|name| name == fill) {
        Some(place) => place,
        None => {
            names.extend((missing > 0).then(|| fill.to_owned()));
            names.len() - 1
        }
    };
    #[allow(clippy::cast_precision_loss)] // fewer levels than rows
    let numbers = places.iter().map(|place| place.unwrap_or(filled) as f64).collect();
    Ok(RawColumn { numbers, encoding: Encoding::Levels { levels: names, without_first }, missing })
}

/// Says what becomes of words and gaps.
pub fn tell(columns: &[(&Column, RawColumn)], treatment: &Treatment, about: &mut About) {
    let words = columns.iter().filter_map(|(column, raw)| match &raw.encoding {
        Encoding::Levels { levels, .. } => {
            Some(format!("`{}` {}", column.shown(), counted(levels.len() as u64, "level")))
        }
        _ => None,
    });
    let words: Vec<String> = words.collect();
    if !words.is_empty() {
        let first = if matches!(treatment.text, super::treatment::TextRule::OneHot { without_first: true }) {
            " but the first"
        } else {
            ""
        };
        about.notes.push(format!(
            "words: {}; an input for each level{first} of the training part, 0 in rows of other levels",
            shown(&words)
        ));
    }
    for (column, raw) in columns {
        if let (Some(order), Encoding::Plain | Encoding::Filled(_)) = (treatment.order_of(column), &raw.encoding) {
            let order: Vec<_> = order.iter().map(|level| shortened(level)).collect();
            about.notes.push(format!(
                "in order: `{}` as 0 to {}: {}",
                column.shown(),
                order.len() - 1,
                order.join(" < ")
            ));
        }
        if let Encoding::Levels { levels, .. } = &raw.encoding
            && levels.len() > 20
            && 2 * levels.len() > raw.numbers.len()
        {
            let (name, count, rows) = (column.shown(), levels.len(), raw.numbers.len());
            about.warnings.push(format!("column `{name}` has {count} levels in {rows} rows: words that hardly repeat tell little; leave it out: drop = \"{name}\""));
        }
    }
    gaps(columns, treatment, about);
    about.warnings.extend(
        columns
            .iter()
            .filter(|(_, raw)| !matches!(raw.encoding, Encoding::Levels { .. }))
            .filter_map(|(column, raw)| code(column, raw)),
    );
}

/// Numbers that people write where one is missing.
const CODES: [f64; 12] =
    [-9.0, -99.0, -999.0, -9999.0, -99999.0, -1.0, 99.0, 999.0, 9999.0, 99999.0, 999_999.0, -999_999.0];

/// A warning about such a number, where it is in several rows and the others are far from it.
fn code(column: &Column, raw: &RawColumn) -> Option<String> {
    let known = || raw.numbers.iter().copied().filter(|number| !number.is_nan());
    let (code, count) =
        CODES.iter().map(|code| (*code, known().filter(|number| number == code).count())).find(|(code, count)| {
            let others = || known().filter(|number| number != code);
            let (low, high) = (others().fold(f64::INFINITY, f64::min), others().fold(f64::NEG_INFINITY, f64::max));
            // A width beyond the others, and of another sign or ten times as large as all of them.
            let width = (high - low).max(1.0);
            let is_far = *code < low - width || *code > high + width;
            let is_odd = (*code < 0.0 && low >= 0.0) || code.abs() > 10.0 * low.abs().max(high.abs()).max(1.0);
            *count > 1 && is_far && is_odd
        })?;
    let others = || known().filter(|number| *number != code);
    let (low, high) = (others().fold(f64::INFINITY, f64::min), others().fold(f64::NEG_INFINITY, f64::max));
    Some(format!(
        "column `{}` holds {code} in {count} rows, far outside of its other numbers, {low} to {high}; if it says that a number is missing: \
         na = \"{code}\"",
        column.shown()
    ))
}

fn gaps(columns: &[(&Column, RawColumn)], treatment: &Treatment, about: &mut About) {
    let with_gaps = |filled: &dyn Fn(&Column, &RawColumn) -> bool| -> Vec<String> {
        let gaps = columns.iter().filter(|(column, raw)| raw.missing > 0 && filled(column, raw));
        gaps.map(|(column, raw)| format!("`{}` {}", column.shown(), raw.missing)).collect()
    };
    let is_words = |raw: &RawColumn| matches!(raw.encoding, Encoding::Levels { .. });
    let learned = with_gaps(&|column, raw| !is_words(raw) && treatment.fill_of(column).is_none());
    let own = with_gaps(&|column, raw| is_words(raw) && treatment.fill_of(column).is_none());
    if !learned.is_empty() {
        let by = if treatment.missing == Some(FillBy::Median) { "median" } else { "mean" };
        let indicator = if treatment.indicator { ", and an input says where" } else { "" };
        about
            .notes
            .push(format!("missing numbers: {}; filled by the {by} of the training part{indicator}", shown(&learned)));
    }
    if !own.is_empty() {
        about.notes.push(format!("missing words: {}; a level of their own, `{MISSING_LEVEL}`", shown(&own)));
    }
    for (column, raw) in columns.iter().filter(|(_, raw)| raw.missing > 0) {
        if let Some(value) = treatment.fill_of(column) {
            about.notes.push(format!("missing: `{}` {}; filled by {}", column.shown(), raw.missing, shortened(value)));
        }
    }
}

/// The first of some words.
fn shown(words: &[String]) -> String {
    const MOST: usize = 12;
    let more = if words.len() > MOST { format!(" and {} more", words.len() - MOST) } else { String::new() };
    words.iter().take(MOST).cloned().collect::<Vec<_>>().join(", ") + &more
}
