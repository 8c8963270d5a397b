//! Which columns of a table are features, and their numbers.

use super::Table;
use super::column::Column;
use super::index::numbers_rows;
use crate::data::error::{DataError, DataFault};
use std::borrow::Cow;

/// The columns from which the target is to be predicted.
#[derive(Clone, Debug)]
pub struct Features<'t> {
    pub table: &'t Table,
    /// In the file's order.
    pub columns: Vec<&'t Column>,
    /// Columns that were asked to be left out.
    pub dropped: Vec<&'t Column>,
    /// Columns that are left out since they are an index.
    pub indexes: Vec<&'t Column>,
    /// Columns that say what rows are, and are no features.
    pub roles: Vec<&'t Column>,
}

/// What of a table's features cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unusable {
    /// All that is wrong, up to what helps.
    message: String,
    /// What helps, up to how columns are left out.
    help: String,
    /// Whether some of the columns are of words, and whether some lack cells.
    pub words: bool,
    pub gaps: bool,
    /// The columns concerned, or the first of very many.
    pub columns: Vec<String>,
}

impl Unusable {
    /// The error, whose message ends with how to leave the columns out.
    #[must_use]
    pub fn with_remedy(&self, leave_out: &str) -> DataError {
        self.with_advice("", leave_out)
    }

    /// The same, with other advice before it.
    #[must_use]
    pub fn with_advice(&self, advice: &str, leave_out: &str) -> DataError {
        DataFault::Cells.error(format!("{}{advice}{} {leave_out}", self.message, self.help))
    }
}

/// What helps a column that has no numbers.
#[derive(Clone, Copy, PartialEq)]
enum Help {
    Fill,
    Encode,
    Nothing,
}

impl<'t> Features<'t> {
    /// All columns but the targets, those dropped and those that are an index; names of columns may come with commas between
    /// them in one text.
    ///
    /// # Errors
    /// Where a column to be dropped is not there, or is a target.
    pub fn of(table: &'t Table, targets: &[&Column], drop: &[&str]) -> Result<Self, DataError> {
        let mut dropped: Vec<&Column> = Vec::new();
        for names in drop {
            dropped.extend(table.named(names)?);
        }
        let is_target = |column: &Column| targets.iter().any(|target| target.name == column.name);
        if let Some(target) = dropped.iter().find(|column| is_target(column)) {
            return Err(DataFault::Column.error(format!(
                "`{}`: the target `{}` cannot be dropped",
                table.path,
                target.shown()
            )));
        }
        let is_kept =
            |column: &&Column| !is_target(column) && !dropped.iter().any(|dropped| dropped.name == column.name);
        let (indexes, columns) = table.columns.iter().filter(is_kept).partition(|column| column.is_index);
        Ok(Self { table, columns, dropped, indexes, roles: Vec::new() })
    }

    /// The same without columns that say what rows are.
    ///
    /// # Errors
    /// Where such a column is not there, or is no feature before.
    pub fn without(mut self, roles: &[&str]) -> Result<Self, DataError> {
        for name in roles {
            let role = self.table.column(name)?;
            if self.roles.iter().any(|known| known.name == role.name) {
                let message = format!("`{}`: column `{}` has two roles", self.table.path, role.shown());
                return Err(DataFault::Column.error(message));
            }
            let is_role = |column: &&Column| column.name == role.name;
            if !self.columns.iter().chain(&self.indexes).any(is_role) {
                let message = format!(
                    "`{}`: column `{}` is the target or dropped, and cannot say what rows are",
                    self.table.path,
                    role.shown()
                );
                return Err(DataFault::Column.error(message));
            }
            self.columns.retain(|column| column.name != role.name);
            self.indexes.retain(|column| column.name != role.name);
            self.roles.push(role);
        }
        Ok(self)
    }

    /// The same features in another table.
    ///
    /// # Errors
    /// Where it lacks one of them.
    pub fn again<'o>(&self, other: &'o Table) -> Result<Features<'o>, DataError> {
        let columns = self.columns.iter().map(|column| other.column(&column.name)).collect::<Result<_, _>>()?;
        Ok(Features { table: other, columns, dropped: Vec::new(), indexes: Vec::new(), roles: Vec::new() })
    }

    /// The numbers of each column; `constants` may be among them.
    ///
    /// # Errors
    /// Where cells or whole columns cannot be used: all of them.
    pub fn numbers(&self, constants: bool) -> Result<Vec<Cow<'t, [f64]>>, Unusable> {
        let said = |values: &Cow<'t, [f64]>| constant(values).filter(|_| !constants).map(|value| value.to_string());
        self.read(|column| self.table.numbers_of(column), said)
    }

    /// What is read of each column, where none of them has one value only.
    ///
    /// # Errors
    /// Where cells or whole columns cannot be used: all of them.
    pub fn read<T>(
        &self,
        read: impl Fn(&'t Column) -> Result<T, DataError>,
        constant: impl Fn(&T) -> Option<String>,
    ) -> Result<Vec<T>, Unusable> {
        const MOST_NAMED: usize = 10;
        const MOST_TYPED: usize = 50;
        let (mut all, mut wrong, mut helps) = (Vec::new(), Vec::new(), Vec::new());
        for column in &self.columns {
            match read(column) {
                Err(why) => {
                    helps.push(if column.has_numbers() { Help::Fill } else { Help::Encode });
                    wrong.push((*column, why));
                }
                Ok(values) => match constant(&values) {
                    Some(value) => {
                        let (rows, name) = (self.table.rows(), column.shown());
                        let why =
                            format!("rows 1 to {rows}, column `{name}`: always {value}, a constant tells nothing");
                        helps.push(Help::Nothing);
                        wrong.push((*column, DataFault::Values.error(why)));
                    }
                    None => all.push(values),
                },
            }
        }
        if wrong.is_empty() {
            return Ok(all);
        }
        let mut said: Vec<String> = wrong.iter().take(MOST_NAMED).map(|(_, why)| why.to_string()).collect();
        let more = format!("{} more columns", wrong.len().saturating_sub(MOST_NAMED));
        said.extend((wrong.len() > MOST_NAMED).then_some(more));
        Err(Unusable {
            message: match said.as_slice() {
                [only] => format!("`{}`: {only}; ", self.table.path),
                // A line for each, so that they can be read one by one.
                _ => format!(
                    "`{}`: {} columns cannot be used:\n  {}\n  ",
                    self.table.path,
                    wrong.len(),
                    said.join("\n  ")
                ),
            },
            help: remedy(&helps),
            words: wrong.iter().any(|(column, _)| column.is_text()),
            gaps: wrong.iter().any(|(column, _)| column.has_gaps()),
            columns: wrong.iter().take(MOST_TYPED).map(|(column, _)| column.typed()).collect(),
        })
    }

    /// Those that only number the rows, with their first number.
    pub fn numbering(&self, numbers: &[Cow<'_, [f64]>]) -> Vec<(&'t Column, u8)> {
        let both = self.columns.iter().zip(numbers);
        both.filter_map(|(column, numbers)| Some((*column, numbers_rows(numbers)?))).collect()
    }
}

/// What to do about columns that cannot be used, up to how they are left out.
fn remedy(helps: &[Help]) -> String {
    let (it, columns) = if helps.len() == 1 { ("it", "the column") } else { ("them", "the columns") };
    if helps.contains(&Help::Fill) {
        let cells = if helps.len() == 1 { "the cell" } else { "the cells" };
        return format!("fix or fill {cells}, or leave {columns} out:");
    }
    if helps.contains(&Help::Encode) {
        let values = if helps.len() == 1 { "its values" } else { "their values" };
        return format!("give numbers for {values}, or leave {it} out:");
    }
    format!("leave {it} out:")
}

impl Table {
    /// The columns of a text with commas between their names, which may hold commas themselves: the longest name counts.
    ///
    /// # Errors
    /// Where there is no column of a name.
    pub fn named(&self, names: &str) -> Result<Vec<&Column>, DataError> {
        let pieces: Vec<&str> = names.split(',').collect();
        let (mut columns, mut first) = (Vec::new(), 0);
        while first < pieces.len() {
            let longest = (first + 1..=pieces.len()).rev().find_map(|end| {
                let name = pieces[first..end].join(",");
                Some((end, self.find(&name)?))
            });
            match longest {
                Some((end, column)) => {
                    columns.push(column);
                    first = end;
                }
                None if pieces[first].trim().is_empty() => first += 1,
                None => return Err(DataFault::Column.error(self.no_column(pieces[first].trim()))),
            }
        }
        Ok(columns)
    }
}

/// The one value that all rows have; a single row is not called constant.
pub fn constant(values: &[f64]) -> Option<f64> {
    (values.len() > 1 && values.iter().all(|value| *value == values[0])).then(|| values[0])
}

/// Columns' names as the value of `drop` in a spec.
#[must_use]
pub fn toml_text(text: &str) -> String {
    let is_plain = |c: char| !c.is_control() && c != '"' && c != '\\';
    if text.chars().all(is_plain) {
        return format!("\"{text}\"");
    }
    if text.chars().all(|c| !c.is_control() && c != '\'') {
        return format!("'{text}'");
    }
    let escaped = |c: char| match c {
        '"' | '\\' => format!("\\{c}"),
        c if c.is_control() => format!("\\u{:04X}", u32::from(c)),
        c => c.to_string(),
    };
    format!("\"{}\"", text.chars().map(escaped).collect::<String>())
}
