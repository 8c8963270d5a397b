//! The summary as Markdown, for a README or a pull request.

use super::importance;
use super::protocol::account;
use super::sentences::answers;
use super::sources;
use super::tabular::{differences, rankings};
use super::warned::warning;
use crate::analysis::Conclusions;
use crate::store::Manifest;
use std::fmt::Write;

/// Question, answer, warnings, and rankings and differences on each data set.
#[must_use]
pub fn markdown(manifest: &Manifest, conclusions: &Conclusions) -> String {
    let mut text = format!("## {}\n\n", escaped(&manifest.name));
    if !manifest.question.is_empty() {
        let _ = writeln!(text, "**{}**\n", escaped(&manifest.question));
    }
    for said in answers(conclusions) {
        let _ = writeln!(text, "{}\n", escaped(&said));
    }
    for [head, body] in conclusions.accounts.iter().flat_map(account) {
        let _ = writeln!(text, "- {}: {}", escaped(&head), escaped(&body));
    }
    for said in &conclusions.warnings {
        let _ = writeln!(text, "- ⚠ {}", escaped(&warning(said)));
    }
    if !conclusions.warnings.is_empty() || !conclusions.accounts.is_empty() {
        text.push('\n');
    }
    for ranking in rankings(conclusions) {
        text += &tabled(&ranking.title, &(ranking.head, ranking.rows));
    }
    for pairs in differences(conclusions) {
        text += &tabled(&format!("differences: {}", pairs.title), &(pairs.head, pairs.rows));
    }
    text + &explained(conclusions) + &of_chance(conclusions)
}

/// How much each setting explains, a column for each data set.
fn explained(conclusions: &Conclusions) -> String {
    importance::table(&conclusions.importance).map(|found| tabled("importance", &found)).unwrap_or_default()
}

/// Which source of randomness the differences between a setting's runs come from.
fn of_chance(conclusions: &Conclusions) -> String {
    sources::table(&conclusions.sources).map(|found| tabled("sources of chance", &found)).unwrap_or_default()
}

/// A title and a table.
#[must_use]
pub fn tabled(title: &str, (head, rows): &(Vec<String>, Vec<Vec<String>>)) -> String {
    let line = |cells: &[String]| {
        let cells: Vec<String> = cells.iter().map(|cell| escaped(cell)).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let rows: String = rows.iter().map(|row| line(row)).collect();
    format!("### {title}\n\n{}|{}\n{rows}\n", line(head), "---|".repeat(head.len()))
}

/// A text in which nothing is Markdown or HTML.
pub fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        match c {
            '<' => escaped += "&lt;",
            '&' => escaped += "&amp;",
            // GitHub makes formulas and mentions of these, backslash or not.
            '$' => escaped += "&#36;",
            '@' => escaped += "&#64;",
            '\n' | '\r' => escaped.push(' '),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '!' | '~' => escaped.extend(['\\', c]),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_no_markdown() {
        assert_eq!(escaped("a|b <i>\n# *c*"), "a\\|b &lt;i> \\# \\*c\\*");
        assert_eq!(escaped("&lt; ~~$x$~~ @you"), "&amp;lt; \\~\\~&#36;x&#36;\\~\\~ &#64;you");
    }
}
