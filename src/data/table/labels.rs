//! The labels of a column, as classes.

use super::cell::{CellKind, missing};
use super::column::{Cells, Column};
use super::texts::Texts;
use super::{Table, sorted, unsupported};
use crate::data::error::DataError;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// The classes of a column of labels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labels {
    /// The distinct labels, ascending: as numbers, or as text by code points; of flags `false`, then `true`.
    pub names: Vec<String>,
    /// The class of each row: its place in `names`.
    pub classes: Vec<u32>,
}

impl Labels {
    /// Numbers as labels.
    #[must_use]
    pub fn of(numbers: &[f64]) -> Self {
        // −0 and 0 are one label.
        let numbers: Vec<f64> = numbers.iter().map(|number| number + 0.0).collect();
        Self::by(&numbers, f64::total_cmp)
    }

    /// By an order in which only equals are equal.
    fn by<T: Copy + PartialEq + ToString>(all: &[T], order: fn(&T, &T) -> Ordering) -> Self {
        let mut distinct = all.to_vec();
        distinct.sort_by(order);
        distinct.dedup();
        let class = |label: &T| distinct.binary_search_by(|known| order(known, label));
        let classes = all.iter().map(|label| place(class(label).expect("each is among them"))).collect();
        Self { classes, names: distinct.iter().map(ToString::to_string).collect() }
    }

    /// These labels with those of more rows behind them; ordered as numbers or as text.
    #[must_use]
    pub fn joined(&self, other: &Self, as_numbers: bool) -> Self {
        let order = by_name(as_numbers);
        let mut names = [self.names.clone(), other.names.clone()].concat();
        names.sort_by(order);
        names.dedup();
        let places = |known: &[String]| -> Vec<u32> {
            let found = |name| names.binary_search_by(|other| order(other, name)).expect("each is among them");
            known.iter().map(|name| place(found(name))).collect()
        };
        let (first, second) = (places(&self.names), places(&other.names));
        let classes = self.classes.iter().map(|class| first[*class as usize]);
        let classes = classes.chain(other.classes.iter().map(|class| second[*class as usize])).collect();
        Self { names, classes }
    }

    /// Words as labels.
    fn of_words(texts: &Texts) -> Self {
        let mut places = BTreeMap::new();
        for cell in texts.iter() {
            if !places.contains_key(cell.text.as_ref()) {
                places.insert(cell.text.into_owned(), 0);
            }
        }
        places.values_mut().enumerate().for_each(|(index, class)| *class = place(index));
        let classes = texts.iter().map(|cell| places[cell.text.as_ref()]).collect();
        Self { classes, names: places.into_keys().collect() }
    }
}

/// What helps where a label is missing.
const FILL: &str = "; fill the cell, or leave the row out";

impl Table {
    /// A column's labels as classes.
    ///
    /// # Errors
    /// Where a cell is missing; names such rows.
    pub fn labels(&self, column: &Column) -> Result<Labels, DataError> {
        let wrong = |why: DataError| why.in_file(&self.path);
        match &column.cells {
            Cells::Numbers(numbers) => Ok(Labels::of(numbers)),
            Cells::Whole(numbers) => Ok(Labels::by(numbers, i128::cmp)),
            Cells::Broken(_) => match self.numbers(column) {
                Ok(numbers) => Ok(Labels::of(&numbers)),
                Err(why) => Err(why.with_help(FILL)),
            },
            Cells::Flags(flags) => {
                let (flags, missing) = sorted(flags, |flag| flag.ok_or_else(|| missing("")));
                if missing.count > 0 {
                    return Err(wrong(self.wrong(column, &missing).with_help(FILL)));
                }
                Ok(Labels::by(&flags, bool::cmp))
            }
            Cells::Text(texts) => {
                let (_, unnamed) = sorted(texts.iter(), |cell| match cell.kind {
                    CellKind::Missing => Err(missing(&cell.text)),
                    _ => Ok(()),
                });
                if unnamed.count > 0 {
                    let word = texts.iter().find(|cell| cell.kind == CellKind::Missing && !cell.text.is_empty());
                    let quotes = word.map(|cell| format!("; a label of this name needs quotes: \"{}\"", cell.text));
                    let help = format!("{FILL}{}", quotes.unwrap_or_default());
                    return Err(wrong(self.wrong(column, &unnamed).with_help(&help)));
                }
                Ok(Labels::of_words(texts))
            }
            Cells::Unsupported(what) => Err(wrong(unsupported(column, what))),
        }
    }
}

/// The order of labels by their names: as numbers, or as text by code points.
pub fn by_name(as_numbers: bool) -> fn(&String, &String) -> Ordering {
    if !as_numbers {
        return Ord::cmp;
    }
    |a, b| match (a.parse::<i128>(), b.parse::<i128>()) {
        (Ok(a), Ok(b)) => a.cmp(&b),
        _ => {
            let number = |name: &String| name.parse().unwrap_or(f64::NAN);
            number(a).total_cmp(&number(b))
        }
    }
}

fn place(index: usize) -> u32 {
    u32::try_from(index).expect("a table has fewer rows than 2³²")
}
