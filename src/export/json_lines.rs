//! JSON lines: one object per row, one file per table. Every object has every column, `null` where there is no value.
//!
//! JSON has no numbers that are not finite: they are the texts `"NaN"`, `"Infinity"` and `"-Infinity"`, as Protocol
//! Buffers write them.

use super::exporter::Exporter;
use super::sheet::{SheetCell, names, rows, sheets};
use std::io::{self, Write};

pub const EXPORTER: Exporter = Exporter {
    name: "jsonl",
    description: "every table as JSON lines, one object per row",
    write: |results, draft| {
        let mut files = Vec::new();
        for (name, table) in sheets(results) {
            let file = format!("{name}.jsonl");
            let keys: Vec<String> = names(table).into_iter().map(text).collect();
            draft.write(&[&file], |out| rows(table, |cells| line(out, &keys, cells)))?;
            files.push(draft.out().join(file).display().to_string());
        }
        Ok(files.join("\n"))
    },
};

/// A text in JSON.
fn text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn line(out: &mut impl Write, keys: &[String], cells: &[SheetCell<'_>]) -> io::Result<()> {
    for (place, (key, cell)) in keys.iter().zip(cells).enumerate() {
        write!(out, "{}{key}:", if place == 0 { '{' } else { ',' })?;
        match cell {
            SheetCell::Missing => out.write_all(b"null")?,
            SheetCell::Flag(flag) => write!(out, "{flag}")?,
            SheetCell::Whole(whole) => write!(out, "{whole}")?,
            SheetCell::Number(number) if number.is_finite() => write!(out, "{number:?}")?,
            SheetCell::Number(number) if number.is_nan() => out.write_all(b"\"NaN\"")?,
            SheetCell::Number(number) => write!(out, "\"{}Infinity\"", if *number < 0.0 { "-" } else { "" })?,
            SheetCell::Text(words) => out.write_all(text(words).as_bytes())?,
        }
    }
    out.write_all(b"}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_as_they_were() {
        let cells = [
            SheetCell::Missing,
            SheetCell::Flag(false),
            SheetCell::Whole(u64::MAX),
            SheetCell::Number(0.1 + 0.2),
            SheetCell::Number(1e300),
            SheetCell::Number(f64::NEG_INFINITY),
            SheetCell::Text("a \"b\"\n\u{1}"),
        ];
        let keys: Vec<String> = ["a", "b", "c", "d", "e", "f", "\"g"].map(text).to_vec();
        let mut out = Vec::new();
        line(&mut out, &keys, &cells).unwrap();
        assert_eq!(out.iter().position(|byte| *byte == b'\n'), Some(out.len() - 1), "one line");
        let read: serde_json::Value = serde_json::from_slice(&out).unwrap();
        let expected = serde_json::json!({"a": null, "b": false, "c": u64::MAX, "d": 0.1 + 0.2, "e": 1e300,
            "f": "-Infinity", "\"g": "a \"b\"\n\u{1}"});
        assert_eq!(read, expected);
    }
}
