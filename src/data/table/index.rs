//! Columns that number or name the rows: an index that pandas or R wrote along with the data.

use serde_json::Value;

/// Which columns are an index, by their names.
///
/// pandas writes an index without a name, reads such a column as `Unnamed: 0`, and keeps an index without a name in Parquet
/// files as `__index_level_0__`; R writes row names without a name, and its readr reads them as `...1`. Several levels of an
/// index stand side by side before all other columns.
pub fn by_name(names: &[String]) -> Vec<bool> {
    let mut leads = true;
    let is_index = |(place, name): (usize, &String)| {
        let is_unnamed = name.is_empty()
            || numbered(name, "Unnamed: ", "") == Some(place)
            || numbered(name, "...", "") == Some(place + 1);
        leads = leads && is_unnamed;
        leads || is_read_again(name) || numbered(name, "__index_level_", "__").is_some()
    };
    names.iter().enumerate().map(is_index).collect()
}

/// `Unnamed: 0`, or `Unnamed: 0.1` as pandas calls a second one.
fn is_read_again(name: &str) -> bool {
    let rest = name.strip_prefix("Unnamed: 0");
    rest.is_some_and(|rest| rest.is_empty() || numbered(rest, ".", "").is_some())
}

/// The number between two pieces of a name.
fn numbered(name: &str, before: &str, behind: &str) -> Option<usize> {
    name.strip_prefix(before)?.strip_suffix(behind)?.parse().ok()
}

/// The columns that pandas says are an index, in what it wrote about a Parquet file: the entry `pandas` of the footer's keys.
pub fn of_pandas(parquet: &[u8]) -> Vec<String> {
    described(parquet).unwrap_or_default()
}

fn described(parquet: &[u8]) -> Option<Vec<String>> {
    /// Thrift's compact form of a key and of what its value begins with: a field of bytes, its length, the bytes.
    const KEY: &[u8] = b"\x18\x06pandas\x18";
    let end = parquet.len().checked_sub(8)?;
    let length = u32::from_le_bytes(parquet.get(end..end + 4)?.try_into().ok()?);
    let footer = parquet.get(end.checked_sub(usize::try_from(length).ok()?)?..end)?;
    let at = footer.windows(KEY.len()).position(|window| window == KEY)? + KEY.len();
    let (length, bytes) = length_of(&footer[at..])?;
    in_json(bytes.get(..length)?)
}

/// The same of the entry's value.
pub fn in_json(described: &[u8]) -> Option<Vec<String>> {
    let text: Value = serde_json::from_slice(described).ok()?;
    let columns = text.get("index_columns")?.as_array()?;
    // An index that only counts is described by an object, and is no column.
    Some(columns.iter().filter_map(|column| column.as_str().map(str::to_owned)).collect())
}

/// A length in Thrift's compact form, seven bits a byte, and what follows it.
fn length_of(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let end = bytes.iter().take(5).position(|byte| byte & 0x80 == 0)?;
    let length = bytes[..=end].iter().rev().fold(0_usize, |length, byte| length << 7 | usize::from(byte & 0x7F));
    Some((length, &bytes[end + 1..]))
}

/// From so many rows on a column that numbers them is hardly one by chance.
const LEAST_ROWS: usize = 5;

/// The first number, where numbers are those from it on, each once, in any order; it is 0 or 1.
pub fn numbers_rows(numbers: &[f64]) -> Option<u8> {
    let first = u8::from(!numbers.contains(&0.0));
    let mut seen = vec![false; numbers.len()];
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // checked right behind
    let mut is_new = |number: &f64| {
        let place = number - f64::from(first);
        let is_place = place >= 0.0 && place.fract() == 0.0;
        let seen = seen.get_mut(place as usize).filter(|seen| is_place && !**seen);
        seen.map(|seen| *seen = true).is_some()
    };
    (numbers.len() >= LEAST_ROWS && numbers.iter().all(&mut is_new)).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn indexes<'n>(names: &[&'n str]) -> Vec<&'n str> {
        let owned: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        names.iter().zip(by_name(&owned)).filter(|(_, is_index)| *is_index).map(|(name, _)| *name).collect()
    }

    #[test]
    fn names_that_nobody_gave_are_an_index() {
        assert_eq!(indexes(&["", "a", "y"]), [""]);
        assert_eq!(indexes(&["Unnamed: 0", "Unnamed: 1", "a"]), ["Unnamed: 0", "Unnamed: 1"]);
        assert_eq!(indexes(&["", "Unnamed: 0", "a"]), ["", "Unnamed: 0"], "written twice");
        assert_eq!(indexes(&["a", "Unnamed: 0.1", "Unnamed: 0", "y"]), ["Unnamed: 0.1", "Unnamed: 0"]);
        assert_eq!(indexes(&["...1", "a"]), ["...1"]);
        assert_eq!(
            indexes(&["a", "y", "__index_level_0__", "__index_level_1__"]),
            ["__index_level_0__", "__index_level_1__"]
        );
        assert!(indexes(&["a", "Unnamed: 3", "...3", "X", "index", "Unnamed: 0x", "__index_level___"]).is_empty());
    }

    #[test]
    fn pandas_says_which_columns_are_an_index() {
        let file = |json: &str| {
            let mut footer = b"\x19\x1c\x18\x06pandas\x18".to_vec();
            assert!((128..16384).contains(&json.len()), "two bytes of length");
            footer.extend([json.len() & 0x7F | 0x80, json.len() >> 7].map(|byte| u8::try_from(byte).unwrap()));
            footer.extend(json.as_bytes());
            footer.push(0);
            let length = u32::try_from(footer.len()).unwrap().to_le_bytes();
            [b"PAR1".as_slice(), &footer, &length, b"PAR1"].concat()
        };
        let padding = " ".repeat(100);
        let named = format!(r#"{{"index_columns": ["id", "__index_level_1__"], "columns": []}}{padding}"#);
        assert_eq!(of_pandas(&file(&named)), ["id", "__index_level_1__"]);
        let counted = format!(r#"{{"index_columns": [{{"kind": "range", "name": null, "start": 0}}]}}{padding}"#);
        assert!(of_pandas(&file(&counted)).is_empty());
        let whole = file(&named);
        for end in 0..whole.len() {
            of_pandas(&whole[..end]);
            let mut spoiled = whole.clone();
            spoiled[end] ^= 0xFF;
            of_pandas(&spoiled);
        }
    }

    #[test]
    fn a_column_that_numbers_the_rows_is_found_in_any_order() {
        assert_eq!(numbers_rows(&[3.0, 0.0, 2.0, 1.0, 4.0]), Some(0));
        assert_eq!(numbers_rows(&[3.0, 5.0, 2.0, 1.0, 4.0]), Some(1));
        for others in [[0.0, 1.0, 2.0, 3.0, 5.0], [0.0, 1.0, 2.0, 2.0, 4.0], [1.0, 2.5, 3.0, 4.0, 5.0]] {
            assert_eq!(numbers_rows(&others), None);
        }
        assert_eq!(numbers_rows(&[-1.0, 1e300, 2.0, 3.0, 4.0]), None);
        assert_eq!(numbers_rows(&[1.0, 2.0, 3.0, 4.0]), None, "too few to tell");
    }
}
