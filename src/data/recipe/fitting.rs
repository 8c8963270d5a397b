//! A set with its recipe carried out: what is learned from the training part, and put into all rows.

use super::super::error::{DataError, DataFault};
use super::super::set::DataSet;
use super::super::table::MOST_CELLS;
use super::{Encoding, Fill, FillBy};
use crate::num::Matrix;
use std::borrow::Cow;

/// What a column becomes, as learned from the training part.
enum Inputs {
    Plain,
    /// The number for missing ones, and whether an input says where they are.
    Filled(f64, bool),
    /// The levels that have an input.
    Levels(Vec<usize>),
}

impl Inputs {
    fn count(&self) -> usize {
        match self {
            Self::Plain => 1,
            Self::Filled(_, indicator) => 1 + usize::from(*indicator),
            Self::Levels(levels) => levels.len(),
        }
    }

    /// Appends the inputs of a cell. A level without an input, such as one that the training part lacks, is 0 in all.
    fn put(&self, cell: f64, row: &mut Vec<f64>) {
        match self {
            Self::Plain => row.push(cell),
            Self::Filled(number, indicator) => {
                row.push(if cell.is_nan() { *number } else { cell });
                row.extend(indicator.then(|| f64::from(u8::from(cell.is_nan()))));
            }
            Self::Levels(levels) => row.extend(levels.iter().map(|level| f64::from(u8::from(is_level(cell, *level))))),
        }
    }
}

#[allow(clippy::cast_precision_loss)] // fewer levels than rows
fn is_level(cell: f64, level: usize) -> bool {
    cell == level as f64
}

impl DataSet {
    /// The set with all columns as inputs, by what these training rows say; the set itself where its numbers are inputs already.
    /// Other rows have no say: neither in which inputs there are nor in what takes the place of missing numbers.
    ///
    /// # Errors
    /// Where the training part has no number of a column whose mean or median is needed, or there are too many inputs.
    pub fn fitted(&self, train: &[usize]) -> Result<Cow<'_, Self>, DataError> {
        let Some(recipe) = &self.recipe else { return Ok(Cow::Borrowed(self)) };
        let (mut inputs, mut names) = (Vec::new(), Vec::new());
        for (column, encoding) in recipe.columns.iter().enumerate() {
            let cells = || train.iter().map(|&row| self.features.row(row)[column]);
            let name = self.about.features.get(column).map_or("", String::as_str);
            let learned = match encoding {
                Encoding::Plain => Inputs::Plain,
                Encoding::Filled(fill) => {
                    let number = fill.of(cells()).ok_or_else(|| nothing(name))?;
                    Inputs::Filled(number, fill.indicator && cells().any(f64::is_nan))
                }
                Encoding::Levels { levels, without_first } => {
                    let mut seen = vec![false; levels.len()];
                    cells().for_each(|cell| seen[place(cell)] = true);
                    let seen = (0..levels.len()).filter(|level| seen[*level]);
                    Inputs::Levels(seen.skip(usize::from(*without_first)).collect())
                }
            };
            names.extend(named(name, encoding, &learned));
            inputs.push(learned);
        }
        let (rows, width) = (self.samples(), inputs.iter().map(Inputs::count).sum::<usize>());
        if rows.saturating_mul(width) > MOST_CELLS {
            let message = format!(
                "{rows} rows of {width} inputs are more than {MOST_CELLS} numbers; drop the columns with the most levels"
            );
            return Err(DataFault::TooLarge.error(message));
        }
        if width == 0 {
            return Err(
                DataFault::Values.error("the training part has one level of each column, so nothing to learn from")
            );
        }
        let mut data = Vec::with_capacity(rows * width);
        for row in 0..rows {
            inputs.iter().zip(self.features.row(row)).for_each(|(inputs, cell)| inputs.put(*cell, &mut data));
        }
        let mut fitted = Self { features: Matrix::new(rows, width, data).into(), recipe: None, ..self.clone() };
        (fitted.about.features, fitted.about.features_are_columns) = (names, false);
        Ok(Cow::Owned(fitted))
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // the number of a level
fn place(cell: f64) -> usize {
    cell as usize
}

/// What the inputs of a column are called.
fn named(name: &str, encoding: &Encoding, inputs: &Inputs) -> Vec<String> {
    match (encoding, inputs) {
        (Encoding::Levels { levels, .. }, Inputs::Levels(kept)) => {
            kept.iter().map(|level| format!("{name}={}", levels[*level])).collect()
        }
        (_, Inputs::Filled(_, true)) => vec![name.to_owned(), format!("{name} (missing)")],
        _ => vec![name.to_owned()],
    }
}

fn nothing(name: &str) -> DataError {
    let message =
        format!("column `{name}` has no number in the training part, so nothing to fill its missing cells with");
    DataFault::Values.error(message).in_column(name)
}

impl Fill {
    /// The number in the place of missing ones; none if it is unknown.
    #[allow(clippy::cast_precision_loss)] // rows stay below 2⁵³
    fn of(self, cells: impl Iterator<Item = f64>) -> Option<f64> {
        match self.by {
            FillBy::Given(number) => Some(number),
            FillBy::Mean => {
                let (count, sum) =
                    cells.filter(|cell| !cell.is_nan()).fold((0_u64, 0.0), |(n, sum), x| (n + 1, sum + x));
                (count > 0).then(|| sum / count as f64)
            }
            FillBy::Median => {
                let mut known: Vec<f64> = cells.filter(|cell| !cell.is_nan()).collect();
                known.sort_unstable_by(f64::total_cmp);
                let (low, high) = (known.len().checked_sub(1)? / 2, known.len() / 2);
                Some(if low == high { known[low] } else { 0.5 * known[low] + 0.5 * known[high] })
            }
        }
    }
}
