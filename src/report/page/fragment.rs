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
    let row = |html: &mut String, cells: &[String], tag: &str| {
        *html += "<tr>";
        for cell in cells {
            let _ = write!(html, "<{tag} style=\"text-align:left\">{}</{tag}>", escaped(cell));
        }
        *html += "</tr>";
    };
    let mut html = format!("<table><caption>{}</caption><thead>", escaped(&ranking.title));
    row(&mut html, &ranking.head, "th");
    html += "</thead><tbody>";
    ranking.rows.iter().for_each(|cells| row(&mut html, cells, "td"));
    html + "</tbody></table>"
}

/// Folded: a notebook shows many results below one another.
fn figure(figure: &Figure) -> Option<String> {
    let svg = figure.svg.as_ref().ok()?;
    let (title, name) = (figures::title(svg).unwrap_or(figure.plot.name), figure.plot.name);
    Some(format!(
        "<details><summary>{title} ({name})</summary><div style=\"background:#fff;overflow-x:auto\">{svg}</div></details>"
    ))
}
