//! Comma-separated values (RFC 4180, lines end with a line feed), one file per table.
//!
//! A missing value is an empty field, an empty text is `""`. Numbers that are not finite are `NaN`, `inf` and `-inf`.

use super::exporter::Exporter;
use super::sheet::{SheetCell, names, rows, sheets};
use std::io::{self, Write};

pub const EXPORTER: Exporter = Exporter {
    name: "csv",
    description: "every table as comma-separated values",
    write: |results, draft| {
        let mut files = Vec::new();
        for (name, table) in sheets(results) {
            let file = format!("{name}.csv");
            draft.write(&[&file], |out| {
                line(out, &names(table).into_iter().map(SheetCell::Text).collect::<Vec<_>>())?;
                rows(table, |cells| line(out, cells))
            })?;
            files.push(draft.out().join(file).display().to_string());
        }
        Ok(files.join("\n"))
    },
};

fn line(out: &mut impl Write, cells: &[SheetCell<'_>]) -> io::Result<()> {
    for (place, cell) in cells.iter().enumerate() {
        if place > 0 {
            out.write_all(b",")?;
        }
        match cell {
            SheetCell::Missing => {}
            SheetCell::Flag(flag) => write!(out, "{flag}")?,
            SheetCell::Whole(whole) => write!(out, "{whole}")?,
            SheetCell::Number(number) => write!(out, "{number:?}")?,
            SheetCell::Text(text) => field(out, text)?,
        }
    }
    out.write_all(b"\n")
}

/// A text, between quotes where it must be.
fn field(out: &mut impl Write, text: &str) -> io::Result<()> {
    let bare = !text.is_empty() && text.trim() == text && !text.contains(['"', ',', '\n', '\r']);
    if bare { out.write_all(text.as_bytes()) } else { write!(out, "\"{}\"", text.replace('"', "\"\"")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_come_back_as_they_were() {
        let texts = ["a", "", "a,b", "say \"so\"", "two\nlines", " padded ", "\r"];
        let mut out = Vec::new();
        line(&mut out, &texts.map(SheetCell::Text)).unwrap();
        let mut reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(out.as_slice());
        let read = reader.records().next().unwrap().unwrap();
        assert_eq!(read.iter().collect::<Vec<_>>(), texts);
    }

    #[test]
    fn numbers_are_the_shortest_that_give_the_same_bits() {
        let numbers = [0.1 + 0.2, -0.0, 5e-324, f64::MAX, 1e-7, f64::NAN, f64::NEG_INFINITY];
        let mut out = Vec::new();
        line(&mut out, &numbers.map(SheetCell::Number)).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text, "0.30000000000000004,-0.0,5e-324,1.7976931348623157e308,1e-7,NaN,-inf\n");
        for (word, number) in text.trim().split(',').zip(numbers) {
            assert_eq!(word.parse::<f64>().unwrap().to_bits(), number.to_bits());
        }
        let mut out = Vec::new();
        line(&mut out, &[SheetCell::Missing, SheetCell::Flag(true), SheetCell::Whole(u64::MAX), SheetCell::Missing])
            .unwrap();
        assert_eq!(out, b",true,18446744073709551615,\n");
    }
}
