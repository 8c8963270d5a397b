//! Tables as text.

use super::{protocol as told, sentences, warned};
use crate::analysis::stats::Spread;
use crate::analysis::{Account, Conclusions, Configuration, Selected, View, select};
use crate::measure::Measure;
use crate::record::{At, Protocol, harmless};
use std::fmt::Write;
use unicode_width::UnicodeWidthStr;

/// Rows of cells in aligned columns, two spaces between; the last column is not padded. A cell is one line, whatever it holds.
#[must_use]
pub fn aligned(rows: &[Vec<String>]) -> String {
    let one_line = |cell: &String| harmless(cell).replace('\n', "\\n").replace('\t', "\\t");
    let rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(one_line).collect()).collect();
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width()).max();
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
    let mut text = String::new();
    for row in &rows {
        for (column, cell) in row.iter().enumerate() {
            text += cell;
            if column + 1 < row.len() {
                text += &" ".repeat(widths[column] - cell.width() + 2);
            }
        }
        text.truncate(text.trim_end_matches(' ').len());
        text.push('\n');
    }
    text
}

/// One table per data set, one row per optimizer, or per compared value of a protocol.
#[must_use]
pub fn overview(view: &View<'_>, protocol: Option<&Protocol>) -> String {
    let names = view.setting_names();
    let rows = select(view.compared());
    let mut text = String::new();
    for block in rows.chunk_by(|a, b| a.data == b.data) {
        let compared = told::compared(view.all().next().map_or(&[], |c| &c.keys));
        let mut table = vec![header(&block[0].metric, &compared, view.at(), protocol)];
        table.extend(block.iter().map(|row| {
            let names = view.own_names(row, &names);
            cells(row, &row.chosen().map(|c| c.label_with_ending(&names)).unwrap_or_default())
        }));
        let on_data = view.compared().iter().filter(|c| c.data == block[0].data);
        let seeds = on_data.map(Configuration::seeds).max().unwrap_or(0);
        let what = match protocol {
            Some(_) => format!("each at the setting that tuning chose, {seeds} report"),
            None => format!("each {compared} at its best settings, {seeds}"),
        };
        let _ = writeln!(text, "{}: {what} {}", block[0].data, if seeds == 1 { "seed" } else { "seeds" });
        let _ = writeln!(text, "{}", indented(&aligned(&table)));
    }
    text
}

/// The answer to the question and what stands in its way, lines of at most 120 characters.
#[must_use]
pub fn conclusions(question: &str, conclusions: &Conclusions) -> String {
    let mut text = String::from("answer\n");
    let question = Some(question).filter(|question| !question.is_empty());
    question.into_iter().for_each(|question| text += &folded(question, "  ", "  "));
    sentences::answers(conclusions).iter().for_each(|said| text += &folded(said, "  ", "  "));
    conclusions.accounts.iter().for_each(|told| text += &account(told));
    if !conclusions.warnings.is_empty() {
        text += "warnings\n";
        conclusions.warnings.iter().for_each(|said| text += &folded(&warned::warning(said), "  - ", "    "));
    }
    text + "\n"
}

/// How a protocol was carried out, line by line.
fn account(account: &Account) -> String {
    let mut rows = told::account(account);
    rows.iter_mut().for_each(|row| row[0].push(' '));
    let width = rows.iter().map(|row| row[0].len()).max().unwrap_or(0);
    let line = |[head, body]: &[String; 2]| folded(body, &format!("  {head:width$} "), &" ".repeat(width + 3));
    format!("protocol\n{}", rows.iter().map(line).collect::<String>())
}

/// A text in lines, the first one and the others with their own beginning.
pub fn folded(text: &str, first: &str, others: &str) -> String {
    let (mut lines, mut line) = (String::new(), first.to_owned());
    let mut fresh = true;
    for word in text.split_whitespace() {
        if !fresh && line.chars().count() + 1 + word.chars().count() > 120 {
            lines += &line;
            lines.push('\n');
            others.clone_into(&mut line);
            fresh = true;
        }
        line += if fresh { "" } else { " " };
        line += word;
        fresh = false;
    }
    lines + &line + "\n"
}

/// The text with each line moved right by two spaces.
#[must_use]
pub fn indented(text: &str) -> String {
    text.lines().flat_map(|line| ["  ", line, "\n"]).collect()
}

fn header(metric: &str, compared: &str, at: At, protocol: Option<&Protocol>) -> Vec<String> {
    let metric = format!("test {}", Measure::of_metric(metric).words.table);
    let epoch = format!("{} epoch", at.name());
    let [tried, setting] = if protocol.is_some() { ["trials", "chosen setting"] } else { ["tried", "best setting"] };
    let rest = ["val. loss", &epoch, "diverged", tried, setting];
    let head = [&[compared, &metric], &rest[..]].concat();
    head.into_iter().map(str::to_owned).collect()
}

fn cells(row: &Selected<'_, '_>, label: &str) -> Vec<String> {
    let diverged = format!("{:.1} %", 100.0 * row.diverged_share);
    let (Some(loss), Some(metric), Some(epochs)) = (row.validation_loss, row.test_metric, row.epochs) else {
        let none = "–".to_owned();
        let why = match &row.unsolved {
            Some(problem) => format!("no solution: {problem}"),
            None if row.staged.is_some() || row.best.is_some() => format!("diverged or failed for some seed: {label}"),
            None => "every setting diverged or failed for some seed".to_owned(),
        };
        return vec![row.optimizer.clone(), none.clone(), none.clone(), none, diverged, row.tried.to_string(), why];
    };
    vec![
        row.optimizer.clone(),
        mean_and_sd(&metric),
        small(loss.mean),
        format!("{:.0}", epochs.mean),
        diverged,
        row.tried.to_string(),
        label.to_owned(),
    ]
}

/// Four decimals, or two digits and a power of ten for what these would round away.
fn small(value: f64) -> String {
    if value == 0.0 || value >= 0.001 { format!("{value:.4}") } else { format!("{value:.1e}") }
}

/// `0.9741 ± 0.0041`; the sd is left out where one value has none.
pub fn mean_and_sd(spread: &Spread) -> String {
    match spread.sd {
        Some(sd) => format!("{:.4} ± {sd:.4}", spread.mean),
        None => format!("{:.4}", spread.mean),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_align_by_what_is_seen() {
        let rows = [vec!["a".to_owned(), "é".to_owned(), "x".to_owned()], vec!["long".to_owned(), "b".to_owned()]];
        assert_eq!(aligned(&rows), "a     é  x\nlong  b\n");
        // Two columns for each wide character, one line for each row.
        let rows = ["日本", "a\nb", "\u{1b}"].map(|head| vec![head.to_owned(), "x".to_owned()]);
        assert_eq!(aligned(&rows), "日本    x\na\\nb    x\n\\u{1b}  x\n");
    }
}
