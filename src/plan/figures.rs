//! The figures of a `[published]`, from a CSV or a JSON file beside the spec.
//!
//! A row is one number: `quantity`, `mean`, and as far as they are known `sd` (of the runs, sample standard deviation), `runs` and `margin` (the
//! largest difference that counts as agreement, in the number's own unit); every other column is a key of the runs, or says something
//! of the data. A mean keeps its digits: `3.50` is known to half a hundredth. In JSON it is a text then, `"3.50"`; a list of objects has
//! a row each.

use crate::data::{WrittenTable, as_written};
use crate::guard::file::{self, Links};
use crate::record::{Published, PublishedFigure, PublishedNumber, PublishedPlot, PublishedPoint};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The largest file of figures that is read.
const MOST_BYTES: u64 = 4 << 20;

/// What is wrong with a file of figures.
#[derive(Debug, thiserror::Error)]
#[error("`{}`: {fault}", path.display())]
pub struct FiguresError {
    path: PathBuf,
    fault: FigureFault,
}

/// The same without the file.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct FigureFault(String);

impl From<&str> for FigureFault {
    fn from(what: &str) -> Self {
        Self(what.to_owned())
    }
}

/// Reads the figures.
///
/// # Errors
/// Where the file cannot be read, a row lacks something, or two rows are of the same number.
pub fn figures(published: &Published, folder: &Path) -> Result<Vec<PublishedFigure>, FiguresError> {
    let path = folder.join(&published.figures);
    let figures: Vec<PublishedFigure> = each_row(&path, |row| figure(published, row))?;
    check(published, &figures).map_err(|fault| FiguresError { path: path.clone(), fault })?;
    if let Some(PublishedPlot { x, .. }) = &published.figure {
        let numbers = figures.iter().try_for_each(|figure| Printed::of(&figure.keys[x], x).map(|_| ()));
        numbers.map_err(|fault| FiguresError { path, fault })?;
    }
    Ok(figures)
}

/// Reads the curve of a spec's figure, nothing where it names none: columns of x and of the quantity by their names, and of keys.
///
/// # Errors
/// Where the file cannot be read, or a row lacks a number.
pub fn curve(published: &Published, folder: &Path) -> Result<Vec<PublishedPoint>, FiguresError> {
    let Some(PublishedPlot { x, quantity, curve: Some(curve), .. }) = &published.figure else { return Ok(Vec::new()) };
    each_row(&folder.join(curve), |mut row| {
        let mut number = |column: &str| -> Result<f64, FigureFault> {
            let text = row.remove(column).ok_or_else(|| FigureFault(format!("a row without `{column}`")))?;
            Ok(Printed::of(&text, column)?.value)
        };
        let (x, y) = (number(x)?, number(quantity)?);
        row.retain(|column, _| published.keys.contains_key(column));
        Ok(PublishedPoint { keys: row, x, y })
    })
}

/// What is made of each row of a file.
fn each_row<T>(
    path: &Path,
    read: impl Fn(BTreeMap<String, String>) -> Result<T, FigureFault>,
) -> Result<Vec<T>, FiguresError> {
    let failed = |fault: FigureFault| FiguresError { path: path.to_owned(), fault };
    let bytes = file::read(path, MOST_BYTES, Links::Followed).map_err(|why| failed(FigureFault(why.to_string())))?;
    let is_json = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
    let rows = if is_json { of_json(&bytes) } else { of_csv(bytes) }.map_err(failed)?;
    let read =
        rows.into_iter().map(|(place, row)| read(row).map_err(|why| failed(FigureFault(format!("{place}: {why}")))));
    read.collect()
}

/// A row by its columns, with its place.
type FigureRow = (String, BTreeMap<String, String>);

fn of_csv(bytes: Vec<u8>) -> Result<Vec<FigureRow>, FigureFault> {
    let WrittenTable { names, rows } = as_written(bytes).map_err(|why| FigureFault(why.to_string()))?;
    let row = |(line, cells): (u64, Vec<String>)| {
        let cells = names.iter().cloned().zip(cells).filter(|(_, cell)| !cell.is_empty());
        (format!("line {line}"), cells.collect())
    };
    Ok(rows.into_iter().map(row).collect())
}

fn of_json(bytes: &[u8]) -> Result<Vec<FigureRow>, FigureFault> {
    let expected = "expected a list of objects such as [{ \"quantity\": \"test\", \"mean\": \"3.52\" }]";
    let rows: Vec<BTreeMap<String, serde_json::Value>> =
        serde_json::from_slice(bytes).map_err(|why| FigureFault(format!("{expected}: {why}")))?;
    let cell = |(name, value): (String, serde_json::Value)| match value {
        serde_json::Value::Null => None,
        serde_json::Value::String(text) => Some((name, text)),
        other => Some((name, other.to_string())),
    };
    let rows = (1..).zip(rows).map(|(row, cells)| (format!("row {row}"), cells.into_iter().filter_map(cell).collect()));
    Ok(rows.collect())
}

fn figure(published: &Published, mut row: BTreeMap<String, String>) -> Result<PublishedFigure, FigureFault> {
    let quantity = row.remove("quantity").ok_or("a row without `quantity`")?;
    if !published.quantities.contains_key(&quantity) {
        let known: Vec<String> = published.quantities.keys().map(|name| format!("`{name}`")).collect();
        return Err(FigureFault(format!("the spec has no quantity `{quantity}`; it has {}", known.join(", "))));
    }
    let mut printed = |column: &str| row.remove(column).map(|text| Printed::of(&text, column)).transpose();
    let (mean, sd, runs, margin) = (printed("mean")?, printed("sd")?, printed("runs")?, printed("margin")?);
    let mean = mean.ok_or("a row without `mean`")?;
    let runs = match runs {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // checked
        Some(Printed { value, .. }) if value.fract() == 0.0 && (1.0..1e9).contains(&value) => value as u64,
        None => 1,
        Some(_) => return Err("`runs` is no whole number from 1 on".into()),
    };
    if sd.is_some() && runs < 2 {
        return Err("a standard deviation needs `runs`, at least 2".into());
    }
    if sd.is_some_and(|sd| sd.value < 0.0) || margin.is_some_and(|margin| margin.value < 0.0) {
        return Err("`sd` and `margin` are 0 or greater".into());
    }
    let number = PublishedNumber {
        mean: mean.value,
        rounding: mean.rounding,
        sd: sd.map(|sd| (sd.value, sd.rounding)),
        runs,
        margin: margin.map(|margin| margin.value),
    };
    let key = |column: &String| row.get(column).map(|value| (column.clone(), value.clone()));
    let keys =
        published.keys.keys().map(|column| key(column).ok_or_else(|| FigureFault(format!("a row without `{column}`"))));
    let keys: BTreeMap<String, String> = keys.collect::<Result<_, _>>()?;
    row.retain(|column, _| !keys.contains_key(column));
    if let Some(per) = published.quantities[&quantity].per.as_ref() {
        let is_divisor = row.get(per).and_then(|text| text.parse::<f64>().ok()).is_some_and(|number| number > 0.0);
        if !is_divisor {
            let what = format!("`{quantity}` is divided by `{per}`, and the row has no such number greater than 0");
            return Err(FigureFault(what));
        }
    }
    Ok(PublishedFigure { keys, quantity, others: row, number })
}

/// A number with what its last digit hides.
#[derive(Clone, Copy)]
struct Printed {
    value: f64,
    rounding: f64,
}

impl Printed {
    fn of(text: &str, column: &str) -> Result<Self, FigureFault> {
        let finite = text.parse::<f64>().ok().filter(|value| value.is_finite());
        let value = finite.ok_or_else(|| FigureFault(format!("`{column}` is `{text}`; expected a number")))?;
        let (digits, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let decimals = digits.split_once('.').map_or(0, |(_, decimals)| decimals.len());
        #[allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap)] // a cell is short
        let power = exponent.parse::<i32>().unwrap_or(0) - decimals as i32;
        Ok(Self { value, rounding: 0.5 * 10_f64.powi(power) })
    }
}

fn check(published: &Published, figures: &[PublishedFigure]) -> Result<(), FigureFault> {
    if figures.is_empty() {
        return Err("no figures; a header and at least one row are needed".into());
    }
    let mut seen = std::collections::HashSet::new();
    for PublishedFigure { keys, quantity, .. } in figures {
        if !seen.insert((keys, quantity)) {
            let of: Vec<String> = keys.iter().map(|(column, value)| format!("{column} {value}")).collect();
            return Err(FigureFault(format!("`{quantity}` of {} is given twice", of.join(", "))));
        }
    }
    let unused = published.quantities.keys().find(|name| !figures.iter().any(|figure| figure.quantity == **name));
    unused.map_or(Ok(()), |name| Err(FigureFault(format!("no row has the quantity `{name}` of the spec"))))
}
