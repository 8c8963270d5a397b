//! `report.html`: one page that holds all there is to say of a folder, without network or scripts from elsewhere.
//!
//! What the page says stands in its HTML; its script (`page.js`) only makes the table of runs, from two blocks of JSON, so
//! that ten thousand runs stay small. Everything that comes from specs and data is escaped, and a content security policy
//! forbids every connection.

mod confusion;
mod contents;
mod details;
mod escape;
mod figures;
mod fragment;
mod html;
mod origins;
mod ranking;
mod runs;
mod words;

pub use contents::Contents;
pub use fragment::fragment;

use super::claims::{self, ClaimRow};
use super::importance;
use super::plots::Figure;
use super::protocol::{account, compared};
use super::reading::readings;
use super::sentences::answers;
use super::sources;
use super::warned::warning;
use crate::analysis::{Conclusions, Question};
use crate::record::{RunId, counted};
use crate::store::{Finished, Manifest};
pub use escape::escaped;
pub use html::table;
use html::with_code;
use std::fmt::Write;
use words::linked;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// The page of a folder's runs.
#[must_use]
pub fn page(contents: &Contents<'_>) -> String {
    let Contents { manifest, runs, conclusions, .. } = contents;
    let mut html = head(manifest);
    html += &summary(manifest, runs, conclusions);
    html += &conclusions.claim.as_ref().map_or(String::new(), |claim| claims::section(claim, &manifest.name));
    html += &data(manifest);
    html += &questions(contents);
    html += &confusion::section(contents);
    html += &important(conclusions);
    html += &by_source(conclusions);
    html += &runs_section(contents);
    html += &origins::again(manifest);
    html += &origins::provenance(manifest);
    html += &words::glossary();
    let _ = writeln!(html, "</main><script>{SCRIPT}</script></body></html>");
    html
}

/// A page of claims, one below another: each with its verdict, its figure and its problems.
#[must_use]
pub fn claims_page(rows: &[ClaimRow]) -> String {
    let entry = |row: &ClaimRow| {
        let (id, claim) = (escaped(&row.name), &row.first.estimated.claim);
        format!(
            "<li><a href=\"#{id}\">{}: {}</a> {}</li>",
            escaped(&claim.row),
            escaped(&claim.words),
            escaped(&row.verdict_in_words())
        )
    };
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta http-equiv=\"Content-Security-Policy\" \
         content=\"default-src 'none'; style-src 'unsafe-inline'\"><meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\"><title>Claims – burnmark</title><style>{STYLE}{}</style></head>\
         <body><header><h1>Claims</h1></header><main><section><p class=\"counts\">{}</p><ul>{}</ul></section>{}</main></body></html>\n",
        figures::style(),
        escaped(&claims::counts(rows)),
        rows.iter().map(entry).collect::<String>(),
        rows.iter().map(claims::section_of_row).collect::<String>()
    )
}

/// A part for each question: its rankings and its figures.
fn questions(contents: &Contents<'_>) -> String {
    let Contents { manifest, conclusions, figures, .. } = contents;
    let mut html = "<section id=\"results\"><h2>Results</h2>".to_owned();
    html += &ranking::explained(manifest, conclusions);
    let several = conclusions.questions.len() > 1;
    for (place, question) in conclusions.questions.iter().enumerate() {
        let figures = figures.get(place).map_or(&[][..], Vec::as_slice);
        html += &part(question, figures, (place, several), manifest.protocol.is_some());
    }
    html + "</section>"
}

/// How much each setting explains of the differences, or why that is not known.
fn important(conclusions: &Conclusions) -> String {
    let all = &conclusions.importance;
    let why = importance::unexplained(all).map(|why| format!("<p class=\"counts\">{}</p>", escaped(&why)));
    let shares = importance::table(all).map(|(head, rows)| {
        let head: Vec<&str> = head.iter().map(String::as_str).collect();
        format!(
            "<p>How much of the variance of the validation metric over all settings each setting explains alone, and two of them \
             beyond what each explains alone: functional analysis of variance of the full grid (Hutter, Hoos and Leyton-Brown 2014). \
             A run that diverged, or ended below the untrained state or an R² of 0, counts as that. Other grids have other shares.</p>{}",
            table(&head, rows.into_iter())
        )
    });
    if why.is_none() && shares.is_none() {
        return String::new();
    }
    let body = shares.unwrap_or_default() + &why.unwrap_or_default();
    format!("<section id=\"importance\"><h2>Importance</h2>{body}</section>")
}

/// Which source of randomness the differences between a setting's runs come from.
fn by_source(conclusions: &Conclusions) -> String {
    let Some((head, rows)) = sources::table(&conclusions.sources) else { return String::new() };
    let head: Vec<&str> = head.iter().map(String::as_str).collect();
    format!(
        "<section id=\"sources\"><h2>Sources of chance</h2><p>Which part of the variance of the test metric between the runs of one \
         setting comes from which source of randomness: components of variance of a full cross of random effects, by their mean \
         squares. Negative estimates count as 0 and are marked *.</p>{}</section>",
        table(&head, rows.into_iter())
    )
}

/// One question, folded for all but the first one where there are several.
fn part(question: &Question, figures: &[Figure], (place, several): (usize, bool), tuned: bool) -> String {
    let first = place == 0;
    let id = if first { " id=\"figures\"" } else { "" };
    let drawn = format!("<h3{id}>Figures</h3>{}", figures::shown(figures, first));
    let body = format!("<h3>Ranking</h3>{}{drawn}", ranking::rankings(question, tuned));
    if !several {
        return body;
    }
    let keys: Vec<String> = question.keys.iter().map(|key| format!("--by {key}")).collect();
    let files = if first {
        String::new()
    } else {
        let command = escaped(&format!("burnmark report . {}", keys.join(" ")));
        format!("<p class=\"counts\">As files: <code>{command}</code>.</p>")
    };
    let (open, head) = (if first { " open" } else { "" }, escaped(&compared(&question.keys)));
    format!("<details class=\"part printed-open\"{open}><summary>Which {head}?</summary>{body}{files}</details>")
}

fn head(manifest: &Manifest) -> String {
    let (name, dark) = (escaped(&manifest.name), figures::style());
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src \
         'unsafe-inline'\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{name} – burnmark</title>\
         <style>{STYLE}{dark}</style></head><body><a class=\"skip\" href=\"#runs\">To the table of all runs</a><header><h1>{name}</h1>\
         <nav aria-label=\"Sections\"><a href=\"#answer\">Answer</a><a href=\"#results\">Results</a><a \
         href=\"#figures\">Figures</a><a href=\"#runs\">Runs</a><a href=\"#again\">Reproduce</a><a href=\"#provenance\">Provenance</a>\
         <a href=\"#words\">Words</a></nav></header><main>"
    )
}

fn summary(manifest: &Manifest, runs: &[Finished], conclusions: &Conclusions) -> String {
    let question = if manifest.question.is_empty() { "(no question in the spec)" } else { &manifest.question };
    let said: Vec<String> = answers(conclusions).iter().map(|said| linked(said)).collect();
    let said = format!("<p class=\"answer\">{}</p>", said.join("</p><p class=\"answer\">"));
    let mut html = format!(
        "<section id=\"answer\"><p class=\"question\">{}</p>{}<p class=\"counts\">{}, {} diverged, \
         {} failed; {}.</p>",
        escaped(question),
        said,
        counted(runs.len(), "run"),
        manifest.runs_diverged,
        manifest.runs_failed,
        counted(conclusions.questions[0].data.len(), "data set")
    );
    for told in &conclusions.accounts {
        html += "<dl class=\"protocol\">";
        for [head, body] in account(told) {
            let _ = write!(html, "<dt>{}</dt><dd>{}</dd>", escaped(&head), linked(&body));
        }
        html += "</dl>";
    }
    if !conclusions.warnings.is_empty() {
        html += "<div class=\"warnings\" role=\"note\"><h2>Warnings</h2><ul>";
        for said in &conclusions.warnings {
            let _ = write!(html, "<li>{}</li>", with_code(&warning(said)));
        }
        html += "</ul></div>";
    }
    html + "</section>"
}

/// What was read of the data.
fn data(manifest: &Manifest) -> String {
    if manifest.data.is_empty() {
        return String::new();
    }
    let read = readings(manifest.data.values());
    format!("<section id=\"read\"><h2>Data</h2><pre>{}</pre></section>", escaped(&read))
}

fn runs_section(contents: &Contents<'_>) -> String {
    let Contents { manifest, runs, view, specs, .. } = contents;
    let ordered = runs::best_first(runs, view);
    let opened: Vec<RunId> = ordered.iter().take(details::MOST).map(|(run, _)| run.record.run).collect();
    let rows: Vec<&Finished> = ordered.iter().map(|(run, _)| *run).collect();
    let which = if rows.len() > details::MOST {
        format!(
            "The first {} rows as they come open to the settings, the curve and a spec that runs the run alone; for every other \
             run <code>burnmark show . RUN</code> prints them.",
            details::MOST
        )
    } else {
        "A row opens to the settings, the curve and a spec that runs the run alone.".to_owned()
    };
    let shared = if rows.iter().any(|run| run.measurement.is_shared()) {
        " Runs that were trained together have equal shares of the time of all of them; <code>--gangs off</code> times each by itself."
    } else {
        ""
    };
    format!(
        "<section id=\"runs\"><h2>All runs</h2><p>The runs of each method's best setting come first. {which} Numbers have six \
         significant digits here at most; all digits and columns are in runs.parquet. Sort by a column's name. Wall seconds are \
         those of a run in its worker, while other workers and programs had the machine too: they show what a run took, not how \
         fast a method is.{shared}</p>\
         <noscript><p>This table needs the page's own script; runs.parquet holds the same.</p></noscript>\
         <p class=\"printed\">The table of {} is not printed: runs.parquet holds it, and <code>burnmark show . RUN</code> prints one \
         run.</p><div id=\"table\"></div><script type=\"application/json\" id=\"data\">{}</script>\
         <script type=\"application/json\" id=\"details\">{}</script></section>",
        counted(rows.len(), "run"),
        runs::json(manifest, &ordered, view),
        details::json(&rows, &specs(&opened))
    )
}
