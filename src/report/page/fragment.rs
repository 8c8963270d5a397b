//! The page's summary with rankings and figures, for a notebook: no head, no script, no style sheet.

use super::escape::escaped;
use super::figures;
use crate::analysis::Conclusions;
use crate::report::plots::Figure;
use crate::report::sentences::answers;
use crate::report::tabular::{Tabular, rankings};
use crate::report::warned::warning;
use crate::store::Manifest;
use std::fmt::Write;

/// What the page says first of a folder, as HTML that can be part of another page.
#[must_use]
pub fn fragment(manifest: &Manifest, conclusions: &Conclusions, figures: &[Figure]) -> String {
    let mut html = format!("<div class=\"burnmark\"><h3>{}</h3>", escaped(&manifest.name));
    if !manifest.question.is_empty() {
        let _ = write!(html, "<p><b>{}</b></p>", escaped(&manifest.question));
    }
    for said in answers(conclusions) {
        let _ = write!(html, "<p>{}</p>", escaped(&said));
    }
    if !conclusions.warnings.is_empty() {
        let items = conclusions.warnings.iter().map(|said| format!("<li>{}</li>", escaped(&warning(said))));
        let _ = write!(html, "<p><b>Warnings</b></p><ul>{}</ul>", items.collect::<String>());
    }
    html.extend(rankings(conclusions).iter().map(table));
    html.extend(figures.iter().filter_map(figure));
    html + "</div>\n"
}

fn table(ranking: &Tabular) -> String {
    let cells = |cells: &[String], tag: &str| -> String {
        cells.iter().map(|cell| format!("<{tag} style=\"text-align:left\">{}</{tag}>", escaped(cell))).collect()
    };
    let rows: String = ranking.rows.iter().map(|row| format!("<tr>{}</tr>", cells(row, "td"))).collect();
    let (title, head) = (escaped(&ranking.title), cells(&ranking.head, "th"));
    format!("<table><caption>{title}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>")
}

/// Folded: a notebook shows many results below one another.
fn figure(figure: &Figure) -> Option<String> {
    let svg = figure.svg.as_ref().ok()?;
    let (title, name) = (figures::title(svg).unwrap_or(figure.plot.name), figure.plot.name);
    Some(format!(
        "<details><summary>{title} ({name})</summary><div style=\"background:#fff;overflow-x:auto\">{svg}</div></details>"
    ))
}
