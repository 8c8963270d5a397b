//! A table from a file: named columns of numbers or text, as a CSV or a Parquet file holds them.
//!
//! A column is of numbers if every cell is a finite one, and of text otherwise. So a missing or broken cell costs nobody
//! who does not use its column; who does asks [`Table::numbers`] or [`Table::labels`], which name row and column of the
//! first cell that does not fit. Rows are counted from 1, the header not among them; for a CSV file the line is told too.

mod cell;
mod delimited;
mod parquet;

use super::file;
use cell::{as_float, complaint, finite, flag, is_missing, number, shortened, too_long};
use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::path::Path;

/// The most cells of a table: 800 MB as numbers.
pub const MOST_CELLS: usize = 100_000_000;
/// The most columns.
const MOST_COLUMNS: usize = 100_000;

/// A table as read.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// In the file's order; at least one, all of one length, at least one row.
    pub columns: Vec<Column>,
    /// The file, for messages.
    pub path: String,
    /// The line of each row, for a text file.
    lines: Option<Vec<u64>>,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Not empty, and no other column's.
    pub name: String,
    pub cells: Cells,
}

/// What a column holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Cells {
    /// Finite numbers only.
    Numbers(Vec<f64>),
    /// Whole numbers only, some of them so large that a 64-bit float cannot tell them from their neighbours.
    Whole(Vec<i128>),
    /// Anything else, without the spaces around it: words, or numbers among which some are missing or not finite. What a
    /// Parquet file has as null is empty here, its flags are `true` and `false`.
    Text(Vec<String>),
    /// A column of a Parquet file whose type has no place here; holds the type's name.
    Unsupported(String),
}

/// The classes of a column of labels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labels {
    /// The distinct labels, ascending: as numbers, or as text by code points.
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
}

impl Table {
    /// Reads a file: `.csv` with commas, `.tsv` with tabs, `.parquet` or `.pq`.
    ///
    /// # Errors
    /// Where it cannot be read or holds no table; the message names the file and the place in it.
    pub fn read(path: &Path) -> Result<Self, String> {
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        match extension.to_ascii_lowercase().as_str() {
            "csv" => Self::read_csv(path, b','),
            "tsv" => Self::read_csv(path, b'\t'),
            "parquet" | "pq" => Self::read_parquet(path),
            _ => Err(format!("`{}`: what a table is in tells its name: `.csv`, `.tsv` or `.parquet`", path.display())),
        }
    }

    /// Reads a text file with a header, whatever its name.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn read_csv(path: &Path, delimiter: u8) -> Result<Self, String> {
        let bytes = file::read(path)?;
        let shown = path.display().to_string();
        let (columns, lines) = delimited::parse(&bytes, delimiter).map_err(|why| format!("`{shown}`: {why}"))?;
        Ok(Self { columns, path: shown, lines: Some(lines) })
    }

    /// Reads a Parquet file, whatever its name.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn read_parquet(path: &Path) -> Result<Self, String> {
        let bytes = file::read(path)?;
        let shown = path.display().to_string();
        let columns = parquet::parse(bytes).map_err(|why| format!("`{shown}`: {why}"))?;
        Ok(Self { columns, path: shown, lines: None })
    }

    /// The column of that name.
    ///
    /// # Errors
    /// Where there is none: says which there are, and which may be meant.
    pub fn column(&self, name: &str) -> Result<&Column, String> {
        self.columns.iter().find(|column| column.name == name).ok_or_else(|| {
            const MOST_LISTED: usize = 30;
            let near = |column: &Column| strsim::jaro_winkler(&name.to_lowercase(), &column.name.to_lowercase());
            let nearest =
                self.columns.iter().map(|column| (column, near(column))).max_by(|(_, a), (_, b)| a.total_cmp(b));
            let meant = match nearest {
                Some((column, similarity)) if similarity > 0.7 => format!(", did you mean `{}`?", column.name),
                _ => ";".to_owned(),
            };
            let listed: Vec<_> =
                self.columns.iter().take(MOST_LISTED).map(|column| format!("`{}`", column.name)).collect();
            let more = if self.columns.len() > MOST_LISTED { ", …" } else { "" };
            format!("`{}` has no column `{}`{meant} it has {}{more}", self.path, shortened(name), listed.join(", "))
        })
    }

    /// How many rows there are.
    #[must_use]
    pub fn rows(&self) -> usize {
        let length = |column: &Column| match &column.cells {
            Cells::Numbers(numbers) => Some(numbers.len()),
            Cells::Whole(numbers) => Some(numbers.len()),
            Cells::Text(text) => Some(text.len()),
            Cells::Unsupported(_) => None,
        };
        self.columns.iter().find_map(length).unwrap_or(0)
    }

    /// A column's numbers; `true` and `false` count as 1 and 0.
    ///
    /// # Errors
    /// Where a cell is missing, not finite, no number or a whole one that no 64-bit float is; names the first such row.
    pub fn numbers<'t>(&self, column: &'t Column) -> Result<Cow<'t, [f64]>, String> {
        let cells = match &column.cells {
            Cells::Numbers(numbers) => return Ok(Cow::Borrowed(numbers)),
            Cells::Whole(numbers) => {
                let number = |(row, &whole): (usize, &i128)| {
                    as_float(whole).ok_or_else(|| self.at(row, column, &too_long(&whole.to_string())))
                };
                return numbers.iter().enumerate().map(number).collect();
            }
            Cells::Text(cells) => cells,
            Cells::Unsupported(kind) => return Err(self.unsupported(column, kind)),
        };
        let flags = cells.iter().all(|cell| is_missing(cell) || flag(cell).is_some());
        let number = |cell: &String| if flags { flag(cell) } else { number(cell) };
        if let Some(row) = cells.iter().position(|cell| number(cell).is_none()) {
            let text = cells.iter().all(|cell| is_missing(cell) || cell.parse::<f64>().is_err());
            return Err(self.at(row, column, &complaint(&cells[row], text)));
        }
        Ok(cells.iter().filter_map(number).collect())
    }

    /// Whether some cell of a column is a finite number.
    #[must_use]
    pub fn has_numbers(&self, column: &Column) -> bool {
        match &column.cells {
            Cells::Numbers(_) | Cells::Whole(_) => true,
            Cells::Text(cells) => cells.iter().any(|cell| finite(cell).is_some()),
            Cells::Unsupported(_) => false,
        }
    }

    /// A column's labels as classes.
    ///
    /// # Errors
    /// Where a cell is missing; names the first such row.
    pub fn labels(&self, column: &Column) -> Result<Labels, String> {
        match &column.cells {
            Cells::Numbers(numbers) => Ok(Labels::of(numbers)),
            Cells::Whole(numbers) => Ok(Labels::by(numbers, i128::cmp)),
            Cells::Text(cells) => {
                if let Some(row) = cells.iter().position(|cell| is_missing(cell)) {
                    return Err(self.at(row, column, "missing value"));
                }
                let mut places: BTreeMap<&str, u32> = cells.iter().map(|cell| (cell.as_str(), 0)).collect();
                places.values_mut().enumerate().for_each(|(index, class)| *class = place(index));
                let classes = cells.iter().map(|cell| places[cell.as_str()]).collect();
                Ok(Labels { classes, names: places.into_keys().map(str::to_owned).collect() })
            }
            Cells::Unsupported(kind) => Err(self.unsupported(column, kind)),
        }
    }

    /// A message about one cell: file, row (and line), column.
    #[must_use]
    pub fn at(&self, row: usize, column: &Column, message: &str) -> String {
        let line = self.lines.as_ref().map(|lines| format!(" (line {})", lines[row])).unwrap_or_default();
        format!("`{}`: row {}{line}, column `{}`: {message}", self.path, row + 1, column.name)
    }

    fn unsupported(&self, column: &Column, kind: &str) -> String {
        let can = "integers of 32 or 64 bits, floats, flags and strings can be read";
        format!("`{}`: column `{}` is of type {kind}; {can}", self.path, column.name)
    }
}

fn place(index: usize) -> u32 {
    u32::try_from(index).expect("a table has fewer rows than 2³²")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn csv(text: &str) -> Result<Table, String> {
        let (columns, lines) = delimited::parse(text.as_bytes(), b',')?;
        Ok(Table { columns, path: "t.csv".to_owned(), lines: Some(lines) })
    }

    fn numbers(text: &str, column: &str) -> Result<Vec<f64>, String> {
        let table = csv(text)?;
        table.numbers(table.column(column)?).map(Cow::into_owned)
    }

    #[test]
    fn text_is_read_as_it_stands() {
        let plain = csv("a,b\n1,x\n-2.5e-3,y\n").unwrap();
        assert_eq!(plain.columns[0].cells, Cells::Numbers(vec![1.0, -2.5e-3]));
        assert_eq!(plain.columns[1].cells, Cells::Text(vec!["x".to_owned(), "y".to_owned()]));
        // A byte order mark, CRLF, spaces, quotes, a blank line, no line end at the end.
        assert_eq!(csv("\u{FEFF}a, b\r\n 1 ,\"x\"\r\n\r\n-2.5e-3,y").unwrap().columns, plain.columns);
        let quoted = csv("\"a,b\",c\n\"1\",\"two\nlines, \"\"so\"\"\"\n").unwrap();
        assert_eq!(quoted.columns[0].name, "a,b");
        assert_eq!(quoted.columns[1].cells, Cells::Text(vec!["two\nlines, \"so\"".to_owned()]));
        // Correctly rounded: the nearest double to these digits.
        assert_eq!(numbers("a\n0.1000000000000000055511151231257827\n", "a").unwrap(), [0.1]);
        assert_eq!(numbers("a\ntrue\nFALSE\n", "a").unwrap(), [1.0, 0.0]);
    }

    #[test]
    fn a_cell_that_does_not_fit_is_named_where_its_column_is_used() {
        let text = "id,age,city\n1,30,Rome\n2,,Oslo\n\n3,x,NA\n4,inf,?\n5,1e999,Bonn\n";
        assert_eq!(numbers(text, "id").unwrap(), [1.0, 2.0, 3.0, 4.0, 5.0]);
        assert_eq!(numbers(text, "age").unwrap_err(), "`t.csv`: row 2 (line 3), column `age`: missing value");
        let text_column = "`t.csv`: row 1 (line 2), column `city`: `Rome` is text where a number is needed";
        assert_eq!(numbers(text, "city").unwrap_err(), text_column);
        let table = csv(text).unwrap();
        let labels = table.labels(table.column("city").unwrap()).unwrap_err();
        assert_eq!(labels, "`t.csv`: row 3 (line 5), column `city`: missing value");
        for (cell, says) in [
            ("x", "`x` is no number"),
            ("-inf", "`-inf` is not finite"),
            ("1e999", "`1e999` is too large for a 64-bit number"),
            ("NaN", "missing value"),
            ("1,5", "has 2 cells where the header has 1"),
        ] {
            let why = numbers(&format!("a\n1\n{cell}\n"), "a").unwrap_err();
            assert!(why.contains("row 2 (line 3)") && why.contains(says), "{why}");
        }
        assert!(numbers("a\ntrue\n\n\"\"\n", "a").unwrap_err().contains("row 2 (line 4), column `a`: missing value"));
    }

    #[test]
    fn labels_are_classes_in_ascending_order() {
        let table = csv("n,t\n10,b\n9,a\n-0,B\n10,a\n0.0,ä\n").unwrap();
        let numbers = table.labels(table.column("n").unwrap()).unwrap();
        assert_eq!((numbers.names, numbers.classes), (vec!["0".into(), "9".into(), "10".into()], vec![2, 1, 0, 2, 0]));
        let text = table.labels(table.column("t").unwrap()).unwrap();
        assert_eq!(text.names, ["B", "a", "b", "ä"]);
        assert_eq!(text.classes, [2, 1, 0, 1, 3]);
    }

    /// 2⁶⁰ and 2⁶⁰ + 1 are one 64-bit float.
    #[test]
    fn whole_numbers_that_no_float_is_are_labels_and_no_features() {
        const LARGE: i128 = 1 << 60;
        let (next, double) = (LARGE + 1, 2 * LARGE);
        let text = format!(
            "id,mixed,exact,wide\n{next},{next},{LARGE},12000000000000000000000\n7,0.5,{double},1\n{LARGE},{LARGE},3,2\n"
        );
        let labels = |name: &str| {
            let table = csv(&text).unwrap();
            table.labels(table.column(name).unwrap()).unwrap()
        };
        assert_eq!(labels("id").names, ["7".to_owned(), LARGE.to_string(), next.to_string()]);
        assert_eq!(labels("id").classes, [2, 0, 1]);
        assert_eq!(labels("mixed").names.len(), 3);
        for column in ["id", "mixed"] {
            let why = numbers(&text, column).unwrap_err();
            let cell = format!("row 1 (line 2), column `{column}`: `{next}` is a whole number beyond 2^53");
            assert!(why.contains(&cell), "{why}");
        }
        assert_eq!(numbers(&text, "exact").unwrap(), [2.0_f64.powi(60), 2.0_f64.powi(61), 3.0]);
        assert_eq!(numbers(&text, "wide").unwrap(), [1.2e22, 1.0, 2.0]);
    }

    #[test]
    fn what_is_no_table_is_refused() {
        for (text, says) in [
            ("", "the file is empty"),
            ("\n\n", "the file is empty"),
            ("a,b\n", "a header and no row"),
            ("a,a\n1,2\n", "columns 1 and 2 are both named `a`"),
            (",a\n0,1\n", "column 1 has no name"),
            ("1,2\n3,4\n", "the first line holds numbers only"),
            ("a;b\n1;2\n", "semicolons"),
            ("a,b\n1,2\n3\n", "row 2 (line 3) has 1 cell where the header has 2"),
            ("a,b\r\n\r\n1,2,3\r\n", "row 1 (line 3) has 3 cells"),
            ("a,b\r1,2\r3\r", "row 2 (line 3) has 1 cell "),
            ("a,b\n1,\"2\n3,4\n", "a quote is opened in line 2 and never closed"),
            ("a,b\n1,\"2\"5\n3,4\n", "in line 2 a quoted cell goes on behind its quotes"),
            ("a\n1\0\n", "a zero byte in line 2"),
        ] {
            let why = csv(text).unwrap_err();
            assert!(why.contains(says), "{text:?}: {why}");
        }
        assert_eq!(
            delimited::parse(b"a\n\xFF\n", b',').unwrap_err(),
            "line 2 is not UTF-8 text; save the file as UTF-8"
        );
        assert!(delimited::parse(b"\xFF\xFEa\0", b',').unwrap_err().contains("UTF-16"));
    }

    #[test]
    fn a_column_that_is_not_there_is_told_with_the_nearest() {
        let table = csv("age,city\n1,x\n").unwrap();
        assert_eq!(
            table.column("Age").unwrap_err(),
            "`t.csv` has no column `Age`, did you mean `age`? it has `age`, `city`"
        );
        assert_eq!(table.column("zzz").unwrap_err(), "`t.csv` has no column `zzz`; it has `age`, `city`");
    }
}
