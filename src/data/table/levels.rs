//! The values of a column as levels, of which cells may be missing.

use super::cell::{CellKind, CellMisfit, complaint, missing};
use super::column::{Cells, Column};
use super::labels::by_name;
use super::{Table, sorted, unsupported};
use crate::data::error::DataError;
use std::borrow::Cow;
use std::collections::HashMap;

/// The values of a column as levels.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Levels {
    /// The distinct values, ascending: as numbers, or as text by code points.
    pub names: Vec<String>,
    /// Of each row the place of its value in `names`; none if it is missing.
    pub places: Vec<Option<usize>>,
}

impl Levels {
    /// These levels with those of more rows behind them; ordered as numbers or as text.
    #[must_use]
    pub fn joined(&self, other: &Self, as_numbers: bool) -> Self {
        let order = by_name(as_numbers);
        let mut names = [self.names.clone(), other.names.clone()].concat();
        names.sort_by(order);
        names.dedup();
        let place = |name: &String| names.binary_search_by(|known| order(known, name)).ok();
        let moved = |levels: &Self| -> Vec<Option<usize>> {
            let places: Vec<Option<usize>> = levels.names.iter().map(place).collect();
            levels.places.iter().map(|at| at.and_then(|at| places[at])).collect()
        };
        let places = [moved(self), moved(other)].concat();
        Self { names, places }
    }
}

impl Table {
    /// A column's values as levels; cells with one of the words `na` are missing, too.
    ///
    /// # Errors
    /// Where a cell is missing and `gaps` are not welcome, or is infinite; names such rows.
    pub fn levels(&self, column: &Column, na: &[String], gaps: bool) -> Result<Levels, DataError> {
        if let Cells::Unsupported(what) = &column.cells {
            return Err(unsupported(column, what));
        }
        let (mut found, mut names): (HashMap<String, usize>, Vec<String>) = (HashMap::new(), Vec::new());
        let mut place = |cell: Result<Option<Cow<'_, str>>, CellMisfit>| match cell? {
            Some(name) if !na.iter().any(|word| *word == name) => Ok(Some(match found.get(name.as_ref()) {
                Some(place) => *place,
                None => {
                    found.insert(name.to_string(), names.len());
                    names.push(name.into_owned());
                    names.len() - 1
                }
            })),
            _ if gaps => Ok(None),
            word => Err(missing(word.as_deref().unwrap_or_default())),
        };
        let rows = 0..column.cells.rows().unwrap_or(0);
        let (places, misfits) = sorted(rows, |row| place(value(&column.cells, row)));
        if misfits.count > 0 {
            return Err(self.wrong(column, &misfits));
        }
        Ok(Levels { names, places }.in_order(column.has_numbers()))
    }
}

impl Levels {
    fn in_order(&self, as_numbers: bool) -> Self {
        self.joined(&Self::default(), as_numbers)
    }
}

/// A cell as a word; none if it is missing.
fn value(cells: &Cells, row: usize) -> Result<Option<Cow<'_, str>>, CellMisfit> {
    // −0 and 0 are one level.
    let number = |number: f64| Cow::Owned((number + 0.0).to_string());
    Ok(match cells {
        Cells::Numbers(numbers) => Some(number(numbers[row])),
        Cells::Whole(numbers) => Some(Cow::Owned(numbers[row].to_string())),
        Cells::Broken(numbers) => match numbers[row] {
            known if known.is_finite() => Some(number(known)),
            gap if gap.is_nan() => None,
            infinite => return Err(complaint(&infinite.to_string(), CellKind::NotFinite, false)),
        },
        Cells::Flags(flags) => flags[row].map(|flag| Cow::Borrowed(if flag { "true" } else { "false" })),
        Cells::Text(texts) => {
            let cell = texts.get(row);
            (cell.kind != CellKind::Missing).then_some(cell.text)
        }
        Cells::Unsupported(_) => None,
    })
}
