//! The tables of a folder beside those that its runs should make, cell by cell and bit by bit.

use super::error::StoreError;
use super::finished::Finished;
use super::names::{CURVES, MEASUREMENTS, RUNS, STEPS};
use super::rows::Tables;
use super::tables;
use polars::prelude::*;
use serde::Serialize;
use std::collections::{BTreeSet, HashMap};
use std::fmt;

/// Where a table is not as it should be.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum TableFault {
    /// A cell with another value.
    Differs {
        table: &'static str,
        run: String,
        /// `epoch 3` or `step 17`, in tables that have several rows for a run.
        place: Option<String>,
        quantity: String,
        recorded: String,
        again: String,
    },
    MissingRow {
        table: &'static str,
        run: String,
        place: Option<String>,
    },
    /// A row of a run that is not part of the experiment, or a second one for the same place.
    ForeignRow {
        table: &'static str,
        run: String,
        place: Option<String>,
    },
    MissingColumn {
        table: &'static str,
        column: String,
    },
    ForeignColumn {
        table: &'static str,
        column: String,
    },
    /// All rows are there, and not in the order of the plan.
    Order {
        table: &'static str,
    },
    MissingTable {
        table: &'static str,
    },
    ForeignTable {
        table: &'static str,
    },
}

impl fmt::Display for TableFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = |run: &str, place: &Option<String>| match place {
            Some(place) => format!("run {run}, {place}"),
            None => format!("run {run}"),
        };
        match self {
            Self::Differs { table, run, place, quantity, recorded, again } => {
                write!(f, "{table}: {}, {quantity}: recorded {recorded}, again {again}", at(run, place))
            }
            Self::MissingRow { table, run, place } => write!(f, "{table}: {}: its row is missing", at(run, place)),
            Self::ForeignRow { table, run, place } => {
                write!(f, "{table}: {}: a row that no run of the experiment has", at(run, place))
            }
            Self::MissingColumn { table, column } => write!(f, "{table}: the column `{column}` is missing"),
            Self::ForeignColumn { table, column } => write!(f, "{table}: the column `{column}` is none of burnmark's"),
            Self::Order { table } => write!(f, "{table}: the rows are in another order than the plan's"),
            Self::MissingTable { table } => write!(f, "{table} is missing"),
            Self::ForeignTable { table } => write!(f, "{table} is there, and no run has rows in it"),
        }
    }
}

/// Where the tables are not those of these runs, in this order; at most `most` places.
///
/// # Errors
/// Where the tables of the runs cannot be made.
pub fn compare(recorded: &Tables, runs: &[&Finished], most: usize) -> Result<Vec<TableFault>, StoreError> {
    let expected =
        tables::tables(runs).map_err(|why| StoreError::Incomparable(format!("cannot make the tables: {why}")))?;
    let mut found = FaultList { cells: Vec::new(), most };
    let stored = [
        (RUNS, Some(&recorded.runs)),
        (CURVES, Some(&recorded.curves)),
        (STEPS, recorded.steps.as_ref()),
        (MEASUREMENTS, Some(&recorded.measurements)),
    ];
    for (name, stored) in stored {
        let expected = expected.iter().find(|(known, _)| *known == name).map(|(_, table)| table);
        match (stored, expected) {
            (Some(stored), Some(expected)) => {
                let compared = found.table(name, stored, expected);
                compared.map_err(|why| StoreError::Incomparable(format!("{name} is not burnmark's: {why}")))?;
            }
            (None, Some(_)) => found.add(TableFault::MissingTable { table: name }),
            (Some(_), None) => found.add(TableFault::ForeignTable { table: name }),
            (None, None) => {}
        }
    }
    Ok(found.cells)
}

struct FaultList {
    cells: Vec<TableFault>,
    most: usize,
}

/// A run, and the epoch or step in tables that have several rows for a run.
type RowKey<'t> = (&'t str, Option<u64>);

impl FaultList {
    fn add(&mut self, cell: TableFault) {
        if self.cells.len() < self.most {
            self.cells.push(cell);
        }
    }

    fn table(&mut self, table: &'static str, stored: &DataFrame, expected: &DataFrame) -> PolarsResult<()> {
        let place = match table {
            CURVES => Some("epoch"),
            STEPS => Some("step"),
            _ => None,
        };
        let (have, want) = (keys(stored, place)?, keys(expected, place)?);
        let words = |number: Option<u64>| Some(format!("{} {}", place?, number?));
        let mut rows: HashMap<RowKey, usize> = HashMap::new();
        let wanted: BTreeSet<RowKey> = want.iter().copied().collect();
        for (row, &(run, number)) in have.iter().enumerate() {
            if rows.insert((run, number), row).is_some() || !wanted.contains(&(run, number)) {
                self.add(TableFault::ForeignRow { table, run: run.to_owned(), place: words(number) });
            }
        }
        let mut pairs = Vec::new();
        for (row, &(run, number)) in want.iter().enumerate() {
            match rows.get(&(run, number)) {
                Some(&stored) => pairs.push((stored, row)),
                None => self.add(TableFault::MissingRow { table, run: run.to_owned(), place: words(number) }),
            }
        }
        if !pairs.is_sorted_by_key(|(stored, _)| *stored) {
            self.add(TableFault::Order { table });
        }
        let names = |table: &DataFrame| table.columns().iter().map(|c| c.name().to_string()).collect::<Vec<_>>();
        let (have, known) = (names(stored), names(expected));
        let may_lack = |column: &String| table == MEASUREMENTS && tables::LATER_COLUMNS.contains(&column.as_str());
        for column in known.iter().filter(|column| !have.contains(column) && !may_lack(column)) {
            self.add(TableFault::MissingColumn { table, column: column.clone() });
        }
        for column in have.iter().filter(|column| !known.contains(column)) {
            self.add(TableFault::ForeignColumn { table, column: column.clone() });
        }
        // Row by row, so that a run's differences stand together.
        let mut differing: Vec<(usize, &String, CellWords)> = Vec::new();
        for name in known.iter().filter(|column| have.contains(column)) {
            let differences = differing_rows(stored.column(name)?, expected.column(name)?, &pairs)?;
            differing.extend(differences.into_iter().map(|(row, words)| (row, name, words)));
        }
        differing.sort_by_key(|(row, ..)| *row);
        for (row, quantity, (recorded, again)) in differing {
            let (run, number) = want[row];
            let (run, place, quantity) = (run.to_owned(), words(number), quantity.clone());
            self.add(TableFault::Differs { table, run, place, quantity, recorded, again });
        }
        Ok(())
    }
}

fn keys<'t>(table: &'t DataFrame, place: Option<&str>) -> PolarsResult<Vec<RowKey<'t>>> {
    let runs = table.column("run")?.str()?.iter().map(Option::unwrap_or_default);
    Ok(match place {
        None => runs.map(|run| (run, None)).collect(),
        Some(place) => runs.zip(table.column(place)?.u64()?.iter()).collect(),
    })
}

/// Both values of a cell.
type CellWords = (String, String);

/// The rows where two columns differ, with both values in words.
fn differing<T: Copy>(
    (a, b): (Vec<Option<T>>, Vec<Option<T>>),
    pairs: &[(usize, usize)],
    same: impl Fn(T, T) -> bool,
    words: impl Fn(T, T) -> CellWords,
    word: impl Fn(T) -> String,
) -> Vec<(usize, CellWords)> {
    let nothing = || "nothing".to_owned();
    let compare = |&(stored, row): &(usize, usize)| match (a[stored], b[row]) {
        (Some(a), Some(b)) if !same(a, b) => Some((row, words(a, b))),
        (Some(a), None) => Some((row, (word(a), nothing()))),
        (None, Some(b)) => Some((row, (nothing(), word(b)))),
        _ => None,
    };
    pairs.iter().filter_map(compare).collect()
}

/// The rows of a column where two tables differ by a bit, with both values; `pairs` are rows of one and the other.
fn differing_rows(
    stored: &Column,
    expected: &Column,
    pairs: &[(usize, usize)],
) -> PolarsResult<Vec<(usize, CellWords)>> {
    if stored.dtype() != expected.dtype() {
        let words = (format!("values of type {}", stored.dtype()), format!("values of type {}", expected.dtype()));
        return Ok(pairs.first().map(|&(_, row)| (row, words)).into_iter().collect());
    }
    macro_rules! exact {
        ($of:ident) => {{
            let columns = (stored.$of()?.iter().collect(), expected.$of()?.iter().collect());
            let words = |a, b| (format!("{a}"), format!("{b}"));
            differing(columns, pairs, |a, b| a == b, words, |a| format!("{a}"))
        }};
    }
    Ok(match stored.dtype() {
        DataType::Boolean => exact!(bool),
        DataType::UInt32 => exact!(u32),
        DataType::UInt64 => exact!(u64),
        DataType::String => exact!(str),
        DataType::Float64 => {
            let columns = (stored.f64()?.iter().collect(), expected.f64()?.iter().collect());
            let same = |a: f64, b: f64| a.to_bits() == b.to_bits();
            let words = |a: f64, b: f64| (format!("{a:?}"), format!("{b:?}{}", apart(a, b)));
            differing(columns, pairs, same, words, |a| format!("{a:?}"))
        }
        other => polars_bail!(ComputeError: "a column of type {}", other),
    })
}

/// How many numbers of 64 bits lie between two that are close: ` (1 unit in the last place apart)`.
fn apart(a: f64, b: f64) -> String {
    // The bits of finite numbers of one sign are in their order.
    let close = a.is_finite() && b.is_finite() && a.is_sign_negative() == b.is_sign_negative();
    match a.to_bits().abs_diff(b.to_bits()) {
        1 if close => " (1 unit in the last place apart)".to_owned(),
        units @ 2..=1_000_000 if close => format!(" ({units} units in the last place apart)"),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_distances_are_counted() {
        assert_eq!(apart(1.0, 1.0 + f64::EPSILON), " (1 unit in the last place apart)");
        assert_eq!(apart(1.0 + 3.0 * f64::EPSILON, 1.0), " (3 units in the last place apart)");
        assert_eq!(apart(1.0, 2.0) + &apart(0.0, -0.0) + &apart(1.0, f64::NAN), "");
    }
}
