//! A table from a file: named columns of numbers, flags or text, as a CSV or a Parquet file holds them.
//!
//! A column of a text file is of numbers if every cell is a finite one, of flags if every cell is `true` or `false`, and of text
//! otherwise; a Parquet file says itself what its columns are. So a missing or broken cell costs nobody who does not use its
//! column; who does asks [`Table::numbers`] or [`Table::labels`], which name the cells that do not fit. Rows are counted from 1,
//! the header not among them; for a text file the line is told too.

mod arrow;
mod cell;
mod column;
mod delimited;
mod dialect;
mod features;
mod index;
mod labels;
mod levels;
mod limits;
mod parquet;
mod records;
mod texts;
mod written;

use super::error::{DataError, DataFault};
use super::file;
pub use cell::shortened;
use cell::{CellKind, CellMisfit, as_float, complaint, missing, number, too_long};
pub use column::{Cells, Column};
use std::borrow::Cow;
use std::path::Path;
use texts::Text;

pub use features::{Features, Unusable, constant, toml_text};
pub use labels::Labels;
pub use levels::Levels;
pub use limits::MOST_CELLS;
pub use written::{WrittenTable, as_written};

/// A table as read.
#[derive(Clone, Debug)]
pub struct Table {
    /// In the file's order; at least one, all of one length, at least one row.
    pub columns: Vec<Column>,
    /// The file, for messages.
    pub path: String,
    /// The line of each row, for a text file.
    lines: Option<Vec<u64>>,
}

impl Table {
    /// Reads a file: `.csv` with commas, `.tsv` with tabs, both also packed as `.gz`; `.parquet` or `.pq`; `.arrow`, `.feather` or `.ipc`.
    ///
    /// # Errors
    /// Where it cannot be read or holds no table; the message names the file and the place in it.
    pub fn read(path: &Path) -> Result<Self, DataError> {
        match ending(path).as_str() {
            "csv" | "csv.gz" => Self::read_csv(path, b','),
            "tsv" | "tsv.gz" => Self::read_csv(path, b'\t'),
            "parquet" | "pq" => Self::read_parquet(path),
            "arrow" | "feather" | "ipc" => Self::read_arrow(path),
            _ => {
                let bytes = file::read(path)?;
                let shown = path.display();
                Err(DataFault::Format.error(dialect::kind(&bytes).map_or_else(
                    || format!("`{shown}`: the name says what a table is in: expected `.csv`, `.tsv`, `.csv.gz`, `.parquet` or `.arrow`"),
                    |what| format!("`{shown}` is {what}"),
                )))
            }
        }
    }

    /// Reads a text file with a header, whatever its name.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn read_csv(path: &Path, delimiter: u8) -> Result<Self, DataError> {
        let bytes = file::read(path)?;
        let shown = path.display().to_string();
        let bytes = if path.extension().is_some_and(|last| last.eq_ignore_ascii_case("gz")) {
            file::unpacked(&bytes).map_err(|why| why.in_file(&shown))?
        } else {
            bytes
        };
        let (columns, lines) = delimited::parse(bytes, delimiter).map_err(|why| why.in_file(&shown))?;
        Ok(Self { columns, path: shown, lines: Some(lines) })
    }

    /// Reads a Parquet file, whatever its name.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn read_parquet(path: &Path) -> Result<Self, DataError> {
        let bytes = file::read(path)?;
        let shown = path.display().to_string();
        let columns = parquet::parse(bytes).map_err(|why| why.in_file(&shown))?;
        Ok(Self { columns, path: shown, lines: None })
    }

    /// Reads an Arrow file, whatever its name.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn read_arrow(path: &Path) -> Result<Self, DataError> {
        let bytes = file::read(path)?;
        let shown = path.display().to_string();
        let columns = arrow::parse(&bytes).map_err(|why| why.in_file(&shown))?;
        Ok(Self { columns, path: shown, lines: None })
    }

    /// The column of that name.
    ///
    /// # Errors
    /// Where there is none: says which there are, and which may be meant.
    pub fn column(&self, name: &str) -> Result<&Column, DataError> {
        self.find(name).ok_or_else(|| DataFault::Column.error(self.no_column(name)))
    }

    /// What to say of a column that the table does not have.
    fn no_column(&self, name: &str) -> String {
        const MOST_LISTED: usize = 30;
        if let [only] = self.columns.as_slice()
            && only.name.split_whitespace().any(|word| word == name)
        {
            let only = only.shown();
            return format!("`{}` has one column, `{only}`: blanks are no separators; save it with commas", self.path);
        }
        let named = || self.columns.iter().filter(|column| !column.name.is_empty());
        let near = |column: &Column| strsim::jaro_winkler(&name.to_lowercase(), &column.name.to_lowercase());
        let nearest = named().map(|column| (column, near(column))).max_by(|(_, a), (_, b)| a.total_cmp(b));
        let meant = match nearest {
            Some((column, similarity)) if similarity > 0.7 => format!(", did you mean `{}`?", column.shown()),
            _ => ";".to_owned(),
        };
        let listed: Vec<_> = named().take(MOST_LISTED).map(|column| format!("`{}`", column.shown())).collect();
        let more = if named().nth(MOST_LISTED).is_some() { ", …" } else { "" };
        format!("`{}` has no column `{}`{meant} it has {}{more}", self.path, shortened(name), listed.join(", "))
    }

    /// The column of that name; blanks around it do not count.
    fn find(&self, name: &str) -> Option<&Column> {
        let name = name.trim();
        self.columns.iter().find(|column| column.name == name && !name.is_empty())
    }

    /// How many rows there are.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.columns.iter().find_map(|column| column.cells.rows()).unwrap_or(0)
    }

    /// A column's numbers; `true` and `false` count as 1 and 0.
    ///
    /// # Errors
    /// Where a cell is missing, not finite, no number or a whole one that no 64-bit float is; names such rows.
    pub fn numbers<'t>(&self, column: &'t Column) -> Result<Cow<'t, [f64]>, DataError> {
        self.numbers_of(column).map_err(|why| why.in_file(&self.path))
    }

    /// The same; the message does not name the file.
    fn numbers_of<'t>(&self, column: &'t Column) -> Result<Cow<'t, [f64]>, DataError> {
        self.numbers_or_gaps(column, &[], false)
    }

    /// A column's numbers, with NaN where one is missing and `gaps` are welcome; cells that are one of `na` are missing, too. The
    /// message does not name the file.
    ///
    /// # Errors
    /// As [`Self::numbers`].
    pub fn numbers_or_gaps<'t>(
        &self,
        column: &'t Column,
        na: &[String],
        gaps: bool,
    ) -> Result<Cow<'t, [f64]>, DataError> {
        let gap = |word: &str| if gaps { Ok(f64::NAN) } else { Err(missing(word)) };
        let numbers_of_na: Vec<f64> = na.iter().filter_map(|word| word.parse().ok()).collect();
        let known = |number: f64| if numbers_of_na.contains(&number) { gap(&number.to_string()) } else { Ok(number) };
        let (numbers, wrong): (Vec<f64>, _) = match &column.cells {
            Cells::Numbers(numbers) if numbers_of_na.is_empty() => return Ok(Cow::Borrowed(numbers)),
            Cells::Numbers(numbers) => sorted(numbers, |&number| known(number)),
            Cells::Unsupported(what) => return Err(unsupported(column, what)),
            Cells::Whole(numbers) => {
                sorted(numbers, |whole| known(as_float(*whole).ok_or_else(|| too_long(&whole.to_string()))?))
            }
            Cells::Broken(numbers) => sorted(numbers, |&number| match number {
                number if number.is_finite() => known(number),
                number if number.is_nan() => gap(""),
                number => Err(complaint(&number.to_string(), CellKind::NotFinite, false)),
            }),
            Cells::Flags(flags) => {
                sorted(flags, |flag| flag.map_or_else(|| gap(""), |flag| Ok(f64::from(u8::from(flag)))))
            }
            Cells::Text(texts) => {
                let is_na = |cell: &str| na.iter().any(|word| word == cell);
                let all_text = !texts
                    .iter()
                    .any(|cell| matches!(cell.kind, CellKind::Number | CellKind::Comma | CellKind::NotFinite));
                let is_word = |cell: Text<'_>| cell.kind == CellKind::Word && !is_na(&cell.text);
                if let Some(row) = texts.iter().position(is_word).filter(|_| all_text) {
                    let cell = texts.get(row);
                    return Err(self.misfit(row, column, &complaint(&cell.text, cell.kind, true)));
                }
                sorted(texts.iter(), |cell| match cell.kind {
                    _ if is_na(&cell.text) => gap(&cell.text),
                    CellKind::Missing => gap(&cell.text),
                    CellKind::Number => known(number(&cell.text).ok_or_else(|| too_long(&cell.text))?),
                    kind => Err(complaint(&cell.text, kind, false)),
                })
            }
        };
        if wrong.count == 0 { Ok(Cow::Owned(numbers)) } else { Err(self.wrong(column, &wrong)) }
    }

    /// An error about one cell; the message does not name the file.
    #[must_use]
    pub fn cell_error(&self, row: usize, column: &Column, message: &str) -> DataError {
        let error = DataFault::Cells.error(format!("{}: {message}", self.place(row, column)));
        error.at_row(row + 1).in_column(&column.name)
    }

    /// A message about one cell: file, row (and line), column.
    #[must_use]
    pub fn at(&self, row: usize, column: &Column, message: &str) -> String {
        format!("`{}`: {}: {message}", self.path, self.place(row, column))
    }

    fn place(&self, row: usize, column: &Column) -> String {
        let line = self.lines.as_ref().map(|lines| format!(" (line {})", lines[row])).unwrap_or_default();
        format!("row {}{line}, column `{}`", row + 1, column.shown())
    }

    /// An error of one cell; the message does not name the file.
    fn misfit(&self, row: usize, column: &Column, misfit: &CellMisfit) -> DataError {
        let error = DataFault::Cells.error(format!("{}: {misfit}", self.place(row, column)));
        let error = error.at_row(row + 1).in_column(&column.name);
        match &self.lines {
            Some(lines) => error.at_line(lines[row]),
            None => error,
        }
    }

    /// An error of the cells of a column that do not fit; the message does not name the file.
    fn wrong(&self, column: &Column, wrong: &Wrong) -> DataError {
        let Some((row, first)) = wrong.first.first() else { return DataFault::Cells.error("") };
        let error = self.misfit(*row, column, first);
        let (count, more) = (wrong.count, if wrong.count > wrong.first.len() { ", …" } else { "" });
        if count == 1 {
            error
        } else if wrong.first.iter().all(|(_, misfit)| misfit.is_like(first)) {
            let rows: Vec<String> = wrong.first.iter().map(|(row, _)| (row + 1).to_string()).collect();
            error.with_help(&format!(" ({count} such cells: rows {}{more})", rows.join(", ")))
        } else {
            let rows: Vec<String> = wrong.first.iter().map(|(row, why)| format!("row {} {why}", row + 1)).collect();
            error.with_help(&format!("; {count} cells do not fit: {}{more}", rows.join(", ")))
        }
    }
}

/// How a file's name ends, in small letters: `csv`, `csv.gz`.
pub fn ending(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    let packed = name.strip_suffix(".gz");
    let last = packed.unwrap_or(&name).rsplit_once('.').map_or("", |(_, last)| last);
    if packed.is_some() { format!("{last}.gz") } else { last.to_owned() }
}

/// Cells of a column that do not fit.
#[derive(Debug, Default)]
struct Wrong {
    count: usize,
    /// Rows, counted from 0, and what is wrong there.
    first: Vec<(usize, CellMisfit)>,
}

/// Cells that can be used, and those that cannot, with what is wrong with them.
fn sorted<T, I: IntoIterator<Item = T>, U>(
    cells: I,
    mut use_of: impl FnMut(T) -> Result<U, CellMisfit>,
) -> (Vec<U>, Wrong) {
    const MOST_NAMED: usize = 8;
    let (mut used, mut wrong) = (Vec::new(), Wrong::default());
    for (row, cell) in cells.into_iter().enumerate() {
        match use_of(cell) {
            Ok(usable) => used.push(usable),
            Err(why) => {
                wrong.count += 1;
                if wrong.first.len() < MOST_NAMED {
                    wrong.first.push((row, why));
                }
            }
        }
    }
    (used, wrong)
}

fn unsupported(column: &Column, what: &str) -> DataError {
    let can = "integers of 32 or 64 bits, floats, flags and strings can be read";
    DataFault::Column.error(format!("column `{}` is of type {what}; {can}", column.shown())).in_column(&column.name)
}

#[cfg(test)]
mod tests;
