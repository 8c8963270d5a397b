//! What a file is instead of the text that it should be: packed, of another program, with other separators.

use super::cell::shortened;
use crate::data::error::{DataError, DataFault};

/// Files of other kinds by their first bytes, and what to do with them.
const KINDS: &[(&[u8], &str)] = &[
    (&[0x1F, 0x8B], "packed by gzip; unpack it first, for instance by `gunzip`"),
    (b"PK\x03\x04", "a ZIP archive or an Excel workbook; unpack it, or save the sheet as CSV"),
    (&[0xFD, b'7', b'z', b'X', b'Z', 0], "packed by xz; unpack it first, for instance by `unxz`"),
    (&[0x28, 0xB5, 0x2F, 0xFD], "packed by Zstandard; unpack it first, for instance by `unzstd`"),
    (&[0x04, 0x22, 0x4D, 0x18], "packed by LZ4; unpack it first, for instance by `unlz4`"),
    (&[b'7', b'z', 0xBC, 0xAF, 0x27, 0x1C], "a 7-Zip archive; unpack it first"),
    (&[0xD0, 0xCF, 0x11, 0xE0], "an Excel workbook; save the sheet as CSV"),
    (b"ARROW1\0", "an Arrow (Feather) file; save it as Parquet or CSV"),
    (b"\x89HDF\r\n", "an HDF5 file; save the table as Parquet or CSV"),
    (b"\x93NUMPY", "a NumPy array; save it as CSV, with a header"),
    (b"SQLite format 3\0", "an SQLite database; export the table as CSV"),
];

/// What a file is by its first bytes, if it is of a known kind other than text.
pub fn kind(bytes: &[u8]) -> Option<&'static str> {
    let known = KINDS.iter().find(|(begin, _)| bytes.starts_with(begin)).map(|(_, what)| *what);
    let bzip2 = || bytes.starts_with(b"BZh") && bytes.get(4..10) == Some(b"1AY&SY");
    let parquet = || bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1");
    let begins = |text: &str| bytes.get(..text.len()).is_some_and(|start| start.eq_ignore_ascii_case(text.as_bytes()));
    let page = || begins("<!doctype html") || begins("<html");
    known
        .or_else(|| page().then_some("an HTML page, as a server sends it in place of a file that it does not have"))
        .or_else(|| begins("version https://git-lfs").then_some("a pointer of Git LFS; `git lfs pull` gets the file"))
        .or_else(|| bzip2().then_some("packed by bzip2; unpack it first, for instance by `bunzip2`"))
        .or_else(|| parquet().then_some("a Parquet file; name it `.parquet`, and in a spec say `parquet = …`"))
}

/// The bytes of a file as text, and where it begins behind a byte order mark.
pub fn text(bytes: Vec<u8>) -> Result<(String, usize), DataError> {
    if let Some(what) = kind(&bytes) {
        return Err(DataFault::Format.error(format!("this is no table of text: it is {what}")));
    }
    let line = |before: &[u8]| before.split(|&byte| byte == b'\n').count();
    let marked = bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]);
    if let Some(at) = bytes.iter().position(|&byte| byte == 0) {
        // Of letters of 16 bits, one byte in two is 0 in most languages.
        let wide = || bytes.chunks_exact(2).take(8).all(|pair| (pair[0] == 0) != (pair[1] == 0));
        if marked || (bytes.len() >= 4 && wide()) {
            return Err(DataFault::Format.error("UTF-16 text; save it as UTF-8"));
        }
        return Err(DataFault::Format.error(format!("a zero byte in line {}: this is no text", line(&bytes[..at]))));
    }
    let text = String::from_utf8(bytes).map_err(|why| {
        let at = line(&why.as_bytes()[..why.utf8_error().valid_up_to()]);
        if marked {
            DataFault::Format.error("UTF-16 text; save it as UTF-8")
        } else {
            let message = format!("line {at} is not UTF-8 text; save the file as UTF-8");
            DataFault::Format.error(message).at_line(at as u64)
        }
    })?;
    let start = if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
    Ok((text, start))
}

/// Whether a text's header is separated as it should be.
pub fn check(text: &str, delimiter: u8) -> Result<(), DataError> {
    let mut lines = text.split(['\n', '\r']).filter(|line| !line.trim().is_empty());
    let (header, row) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    let plain = header.trim().trim_matches('"');
    if plain.len() <= 5 && plain.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("sep=")) {
        return Err(DataFault::Format
            .error(format!("the first line, `{}`, is a note for Excel and no header; remove it", shortened(plain))));
    }
    let needed = char::from(delimiter);
    let most = [',', ';', '\t', '|']
        .into_iter()
        .max_by_key(|&separator| (outside_quotes(header, separator), separator == needed));
    let Some(other) = most.filter(|&other| other != needed && outside_quotes(header, other) > 0) else { return Ok(()) };
    let name = |separator| match separator {
        ',' => "commas",
        ';' => "semicolons",
        '\t' => "tabs",
        _ => "vertical bars",
    };
    let (found, needed) = (name(other), name(needed));
    let numbers =
        if other != ',' && has_decimal_comma(row, other) { " and with decimal points (1.5, not 1,5)" } else { "" };
    let rename = match other {
        '\t' => ", or name the file `.tsv`",
        ',' => ", or name the file `.csv`",
        _ => "",
    };
    Err(DataFault::Format.error(format!(
        "the header has {found} where {needed} are needed; save the file with {needed}{numbers}{rename}"
    )))
}

/// How often a character occurs in a line, quoted cells aside.
fn outside_quotes(line: &str, wanted: char) -> usize {
    line.split('"').step_by(2).map(|piece| piece.matches(wanted).count()).sum()
}

fn has_decimal_comma(row: &str, separator: char) -> bool {
    let is_pointed = |cell: &str| cell.contains(',') && cell.replacen(',', ".", 1).parse::<f64>().is_ok();
    row.split(separator).any(|cell| is_pointed(cell.trim().trim_matches('"')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_are_looked_for_outside_of_quotes() {
        for (file, delimiter, says) in [
            (
                "\"a\";\"b\"\n1;2\n",
                b',',
                "the header has semicolons where commas are needed; save the file with commas",
            ),
            ("a;b\n1,5;2\n", b',', "save the file with commas and with decimal points (1.5, not 1,5)"),
            ("a;\"b, c\";d\n1;2;3\n", b',', "semicolons"),
            ("a;b, c;d\n1;2;3\n", b',', "semicolons"),
            (
                "\"a\"\t\"b\"\n",
                b',',
                "tabs where commas are needed; save the file with commas, or name the file `.tsv`",
            ),
            ("a|b\n", b',', "vertical bars"),
            ("a,b\n", b'\t', "commas where tabs are needed; save the file with tabs, or name the file `.csv`"),
            ("\nsep=;\na;b\n", b',', "the first line, `sep=;`, is a note for Excel and no header; remove it"),
            ("\"SEP=,\"\na,b\n", b',', "is a note for Excel"),
        ] {
            let why = check(file, delimiter).unwrap_err().to_string();
            assert!(why.contains(says), "{file:?}: {why}");
        }
        for good in ["a\n1\n", "a,\"b;c;d\"\n", "\"a;b\",c\n", "sep=arate,b\n", ""] {
            assert_eq!(check(good, b','), Ok(()), "{good:?}");
        }
    }

    #[test]
    fn what_is_no_text_is_named() {
        for (bytes, says) in [
            (&b"\x1f\x8b\x08"[..], "packed by gzip; unpack it"),
            (b"PK\x03\x04..", "Excel workbook"),
            (b"BZh91AY&SY", "packed by bzip2"),
            (b"PAR1....PAR1", "a Parquet file"),
            (b"<!DOCTYPE html>\n<p>", "an HTML page"),
            (b"a\0,\0\n\0", "UTF-16 text; save it as UTF-8"),
            (b"\xFF\xFEa\0", "UTF-16 text"),
            (b"a,b\n\0\0\0\0", "a zero byte in line 2"),
            (b"a,b\n\xe9\n", "line 2 is not UTF-8 text"),
        ] {
            let why = text(bytes.to_vec()).unwrap_err().to_string();
            assert!(why.contains(says), "{why}");
        }
        assert_eq!(text(b"BZh,b\n".to_vec()).unwrap(), ("BZh,b\n".to_owned(), 0));
        assert_eq!(text("\u{FEFF}a".as_bytes().to_vec()).unwrap().1, 3);
    }
}
