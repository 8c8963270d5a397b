//! One cell of text: whether it is a number, a flag, a code or missing, and what is wrong with it where a number is needed.

use std::borrow::Cow;

/// What a cell of text can be taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellKind {
    Missing,
    /// `true` or `false`, in any case.
    Flag(bool),
    /// A finite number.
    Number,
    /// A number that is infinite or too large.
    NotFinite,
    /// Digits that begin with 0, such as `007`: an article, a postcode. As a number it would be another one's equal.
    Code,
    /// A number with a decimal comma.
    Comma,
    /// Anything else.
    Word,
}

impl CellKind {
    /// Of a cell of a text file, where nothing but the text itself tells. In quotes, `NA` is a word.
    pub fn of(cell: &str, quoted: bool) -> Self {
        if is_missing(cell) && (!quoted || cell.is_empty()) {
            return Self::Missing;
        }
        match (flag(cell), cell.parse::<f64>()) {
            (Some(flag), _) => Self::Flag(flag),
            (_, Ok(_)) if is_code(cell) => Self::Code,
            (_, Ok(number)) if number.is_finite() => Self::Number,
            (_, Ok(number)) if !number.is_nan() => Self::NotFinite,
            _ if point(cell).is_some() => Self::Comma,
            _ => Self::Word,
        }
    }

    /// Of a cell of a column that is known to be text.
    pub fn of_text(cell: &str) -> Self {
        match flag(cell) {
            _ if cell.is_empty() => Self::Missing,
            Some(flag) => Self::Flag(flag),
            None => Self::Word,
        }
    }

    /// Whether somebody meant a number.
    pub fn is_meant_as_number(self) -> bool {
        matches!(self, Self::Number | Self::Comma)
    }
}

/// What stands where a value is missing, in the habits of R, pandas, SQL and UCI.
fn is_missing(cell: &str) -> bool {
    ["", "na", "n/a", "nan", "null", "?"].iter().any(|word| cell.eq_ignore_ascii_case(word))
}

/// A finite number that is no code.
pub fn finite(cell: &str) -> Option<f64> {
    cell.parse().ok().filter(|number: &f64| number.is_finite() && !is_code(cell))
}

/// A finite number, unless it is a code, or a whole number that no 64-bit float is.
pub fn number(cell: &str) -> Option<f64> {
    let exact = || cell.parse().map_or_else(|_| finite(cell), as_float);
    exact().filter(|_| !is_code(cell))
}

/// Several digits, of which the first is 0.
fn is_code(cell: &str) -> bool {
    cell.len() > 1 && cell.starts_with('0') && cell.bytes().all(|byte| byte.is_ascii_digit())
}

/// A number with a decimal comma, written with a point.
fn point(cell: &str) -> Option<String> {
    let pointed = cell.replacen(',', ".", 1);
    let is_number = cell.contains(',') && !cell.contains('.') && pointed.parse::<f64>().is_ok_and(f64::is_finite);
    is_number.then_some(pointed)
}

/// Whether a cell is a date: three numbers, one of them a year, with dashes, points or slashes between; a time may follow.
pub fn is_date(cell: &str) -> bool {
    let day = cell.split(['T', ' ']).next().unwrap_or_default();
    ['-', '.', '/'].iter().any(|between| {
        let pieces: Vec<&str> = day.split(*between).collect();
        let are_numbers = pieces
            .iter()
            .all(|piece| (1..=4).contains(&piece.len()) && piece.bytes().all(|byte| byte.is_ascii_digit()));
        pieces.len() == 3 && are_numbers && (pieces[0].len() == 4 || pieces[2].len() >= 2)
    })
}

/// A number with commas between its thousands, without them.
fn thousands(cell: &str) -> Option<String> {
    let (whole, rest) = cell.split_once('.').map_or((cell, ""), |(whole, _)| (whole, &cell[whole.len()..]));
    let mut pieces = whole.trim_start_matches(['+', '-']).split(',');
    let first = pieces.next()?;
    let are_digits = |piece: &str| !piece.is_empty() && piece.bytes().all(|byte| byte.is_ascii_digit());
    let is_led = first.len() <= 3 && are_digits(first) && whole.contains(',');
    let is_number = is_led && pieces.all(|piece| piece.len() == 3 && are_digits(piece));
    let number = whole.replace(',', "") + rest;
    (is_number && number.parse::<f64>().is_ok()).then_some(number)
}

/// A number with a sign of percent or money, without it.
fn without_unit(cell: &str) -> Option<&str> {
    const SIGNS: [char; 4] = ['%', '$', '€', '£'];
    let number = cell.trim_start_matches(SIGNS).trim_end_matches(SIGNS).trim();
    (number.len() < cell.len() && finite(number).is_some()).then_some(number)
}

/// From here on, a 64-bit float is not every whole number: 2⁵³.
const WIDE: f64 = 9_007_199_254_740_992.0;

/// Whether a cell is a whole number so large that 64-bit floats have not all of its neighbours.
pub fn is_wide(cell: &str, number: f64) -> bool {
    number.abs() >= WIDE && cell.bytes().all(|byte| byte.is_ascii_digit() || b"+-".contains(&byte))
}

/// A whole number as the 64-bit float that it is, or of which it is the shortest form: some programs write 1.2e22 as a 12 and
/// 21 zeros.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)] // what is lost is looked for
pub fn as_float(whole: i128) -> Option<f64> {
    let number = whole as f64;
    (number as i128 == whole || number.to_string() == whole.to_string()).then_some(number)
}

/// What is wrong with a cell where a value is needed, with the cell as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CellMisfit {
    #[error("missing value")]
    Missing,
    /// A word that stands for a missing value.
    #[error("missing value (`{0}`)")]
    MissingWord(String),
    #[error("`{0}` is a whole number beyond 2^53 that no 64-bit float is")]
    TooLong(String),
    #[error("`{0}` is too large for a 64-bit number")]
    TooLarge(String),
    #[error("`{0}` is not finite")]
    NotFinite(String),
    #[error("`{0}` begins with 0, so it is a code and no number")]
    Code(String),
    #[error("`{0}` is no number: a decimal comma is written as a point, `{1}`")]
    Comma(String, String),
    /// With the number without its commas.
    #[error("`{0}` is no number: write it without commas between thousands, `{1}`")]
    Thousands(String, String),
    /// With the number without its unit.
    #[error("`{0}` is no number: write it without its unit, `{1}`")]
    Unit(String, String),
    #[error(
        "`{0}` is a date and no number: write the days since a fixed one, or take the column as `time`, in whose order rows are split"
    )]
    Date(String),
    #[error("`{0}` is text in this file, where a number is needed")]
    NumberAsText(String),
    #[error("`{0}` is text where a number is needed")]
    Text(String),
    #[error("`{0}` is no number")]
    NoNumber(String),
}

impl CellMisfit {
    /// Whether both are of one kind, whatever their cells.
    pub fn is_like(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

pub fn too_long(cell: &str) -> CellMisfit {
    CellMisfit::TooLong(shortened(cell).into_owned())
}

/// A missing value, with the word for it if there is one.
pub fn missing(cell: &str) -> CellMisfit {
    if cell.is_empty() { CellMisfit::Missing } else { CellMisfit::MissingWord(shortened(cell).into_owned()) }
}

fn flag(cell: &str) -> Option<bool> {
    let is = |word| cell.eq_ignore_ascii_case(word);
    if is("true") { Some(true) } else { is("false").then_some(false) }
}

/// What is wrong with a cell where a number is needed; `text`: the column has no number at all.
pub fn complaint(cell: &str, kind: CellKind, text: bool) -> CellMisfit {
    let shown = shortened(cell).into_owned();
    match kind {
        CellKind::Missing => missing(cell),
        CellKind::Number => too_long(cell),
        CellKind::NotFinite if cell.contains(|c: char| c.is_ascii_digit()) => CellMisfit::TooLarge(shown),
        CellKind::NotFinite => CellMisfit::NotFinite(shown),
        CellKind::Code => CellMisfit::Code(shown),
        CellKind::Comma => CellMisfit::Comma(shown, shortened(&point(cell).unwrap_or_default()).into_owned()),
        CellKind::Word if is_date(cell) => CellMisfit::Date(shown),
        CellKind::Word if thousands(cell).is_some() => {
            CellMisfit::Thousands(shown, shortened(&thousands(cell).unwrap_or_default()).into_owned())
        }
        CellKind::Word if without_unit(cell).is_some() => {
            CellMisfit::Unit(shown, shortened(without_unit(cell).unwrap_or_default()).into_owned())
        }
        CellKind::Flag(_) | CellKind::Word if text && finite(cell).is_some() => CellMisfit::NumberAsText(shown),
        CellKind::Flag(_) | CellKind::Word if text => CellMisfit::Text(shown),
        CellKind::Flag(_) | CellKind::Word => CellMisfit::NoNumber(shown),
    }
}

/// A cell for a message: on one line, and not for ever.
pub fn shortened(cell: &str) -> Cow<'_, str> {
    const MOST: usize = 40;
    let end = cell.char_indices().nth(MOST).map(|(end, _)| end);
    let kept = &cell[..end.unwrap_or(cell.len())];
    if end.is_none() && !kept.contains(char::is_control) {
        return Cow::Borrowed(cell);
    }
    let shown: String = kept.chars().flat_map(char::escape_debug).collect();
    Cow::Owned(if end.is_some() { shown + "…" } else { shown })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_taken_for_what_it_says() {
        for (cell, kind) in [
            ("", CellKind::Missing),
            ("N/A", CellKind::Missing),
            ("NaN", CellKind::Missing),
            ("TRUE", CellKind::Flag(true)),
            ("False", CellKind::Flag(false)),
            ("0", CellKind::Number),
            ("-0.5", CellKind::Number),
            ("0.07", CellKind::Number),
            ("00.5", CellKind::Number),
            ("1e3", CellKind::Number),
            ("-inf", CellKind::NotFinite),
            ("1e999", CellKind::NotFinite),
            ("007", CellKind::Code),
            ("00", CellKind::Code),
            ("1,5", CellKind::Comma),
            ("-,5", CellKind::Comma),
            ("1,2,3", CellKind::Word),
            ("1,234.5", CellKind::Word),
            ("x", CellKind::Word),
        ] {
            assert_eq!(CellKind::of(cell, false), kind, "{cell}");
        }
        assert_eq!([CellKind::of("NA", true), CellKind::of("", true)], [CellKind::Word, CellKind::Missing]);
        assert_eq!(CellKind::of("7", true), CellKind::Number, "some programs quote everything");
        assert_eq!(
            ["NA", "7", "", "TRUE"].map(CellKind::of_text),
            [CellKind::Word, CellKind::Word, CellKind::Missing, CellKind::Flag(true)]
        );
    }

    #[test]
    fn what_somebody_meant_is_told() {
        let says = |cell: &str| complaint(cell, CellKind::of(cell, false), false).to_string();
        for date in ["2026-01-31", "31.12.2026", "1/2/26", "2026-01-31T10:00", "2026/1/3 10:00"] {
            assert!(says(date).contains("is a date"), "{date}");
        }
        assert!(
            says("1,234.5").ends_with("commas between thousands, `1234.5`")
                && says("-1,234,567").ends_with("`-1234567`")
        );
        assert!(says("12 %").ends_with("without its unit, `12`") && says("$5").ends_with("`5`"));
        for other in ["1.2.3", "1-2", "a-b-c", "1,23,456", "1,2345.6", "%", "12x", "12345-1-1"] {
            assert!(says(other).ends_with("is no number"), "{other}: {}", says(other));
        }
    }

    #[test]
    fn long_cells_are_cut_between_letters() {
        assert_eq!(shortened("plain \"x\""), "plain \"x\"");
        assert_eq!(shortened("a\nb"), "a\\nb");
        assert_eq!(shortened(&"é".repeat(41)), format!("{}…", "é".repeat(40)));
    }
}
