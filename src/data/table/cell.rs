//! One cell of a text file: whether it is a number, a flag or missing, and what is wrong with it where a number is needed.

/// What stands where a value is missing, in the habits of R, pandas, SQL and UCI.
pub fn is_missing(cell: &str) -> bool {
    ["", "na", "n/a", "nan", "null", "?"].iter().any(|word| cell.eq_ignore_ascii_case(word))
}

pub fn finite(cell: &str) -> Option<f64> {
    cell.parse().ok().filter(|number: &f64| number.is_finite())
}

/// A finite number, unless it is a whole one that no 64-bit float is.
pub fn number(cell: &str) -> Option<f64> {
    cell.parse().map_or_else(|_| finite(cell), as_float)
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

pub fn too_long(cell: &str) -> String {
    format!("`{}` is a whole number beyond 2^53 that no 64-bit float is", shortened(cell))
}

pub fn flag(cell: &str) -> Option<f64> {
    let is = |word| cell.eq_ignore_ascii_case(word);
    if is("true") { Some(1.0) } else { is("false").then_some(0.0) }
}

/// What is wrong with a cell where a number is needed; `text`: the column has no number at all.
pub fn complaint(cell: &str, text: bool) -> String {
    if is_missing(cell) {
        return "missing value".to_owned();
    }
    let shown = shortened(cell);
    match cell.parse::<f64>() {
        Ok(number) if number.is_finite() => too_long(cell),
        Ok(_) if cell.contains(|c: char| c.is_ascii_digit()) => format!("`{shown}` is too large for a 64-bit number"),
        Ok(_) => format!("`{shown}` is not finite"),
        Err(_) if text => format!("`{shown}` is text where a number is needed"),
        Err(_) => format!("`{shown}` is no number"),
    }
}

/// A cell for a message: on one line, and not for ever.
pub fn shortened(cell: &str) -> String {
    const MOST: usize = 40;
    let shown: String = cell.chars().take(MOST).flat_map(char::escape_debug).collect();
    if cell.chars().nth(MOST).is_some() { format!("{shown}…") } else { shown }
}
