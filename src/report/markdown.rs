//! The summary as Markdown, for a README or a pull request.

use super::importance;
use super::phrases::verdict_against_best;
use super::phrases::{metric, plain};
use super::protocol::{account, compared};
use super::sentences::answers;
use super::sources;
use super::warned::warning;
use crate::analysis::{Conclusions, OnData};
use crate::store::Manifest;
use std::fmt::Write;

/// Question, answer, warnings and one ranking per data set.
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
    let several = conclusions.questions.len() > 1;
    for question in &conclusions.questions {
        let compared = compared(&question.keys);
        for on in &question.data {
            let title = if several { format!("{compared} on {}", on.data) } else { on.data.clone() };
            text += &ranking(on, &title, &compared, !conclusions.accounts.is_empty());
        }
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

fn tabled(title: &str, (head, rows): &(Vec<String>, Vec<Vec<String>>)) -> String {
    let line = |cells: &[String]| {
        let cells: Vec<String> = cells.iter().map(|cell| escaped(cell)).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let rows: String = rows.iter().map(|row| line(row)).collect();
    format!("### {title}\n\n{}|{}\n{rows}\n", line(head), "---|".repeat(head.len()))
}

fn ranking(on: &OnData, title: &str, compared: &str, tuned: bool) -> String {
    let mut text = format!("### {}\n\n", escaped(title));
    let _ = writeln!(
        text,
        "| | {} | test {} | 95 % | against the best | diverged | {} setting |",
        escaped(compared),
        escaped(metric(&on.metric)),
        if tuned { "chosen" } else { "best" }
    );
    let _ = writeln!(text, "|---|---|---|---|---|---|---|");
    for (place, method) in on.methods.iter().enumerate() {
        let mean = method.mean.map_or("–".to_owned(), |mean| format!("{mean:.4}"));
        let interval = method.interval.as_ref().map_or("–".to_owned(), plain);
        let _ = writeln!(
            text,
            "| {} | {} | {mean} | {interval} | {} | {:.1} % | {} |",
            place + 1,
            escaped(&method.method),
            escaped(&verdict_against_best(on, place)),
            100.0 * method.diverged_share,
            escaped(&method.setting)
        );
    }
    text + "\n"
}

/// A text in which nothing is Markdown or HTML.
fn escaped(text: &str) -> String {
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
