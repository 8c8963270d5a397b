//! `report.html`: one page that holds all there is to say of a folder, without network or scripts from elsewhere.
//!
//! What the page says stands in its HTML; its script (`page.js`) only makes the table of all runs, from a block of JSON, so
//! that ten thousand runs stay small. Everything that comes from specs and data is escaped, and a content security policy
//! forbids every connection.

mod runs;

use super::plots;
use super::sentences::{answer, difference, metric, plain, warning};
use super::verdict_against_best;
use crate::analysis::{Conclusions, Configuration, OnData, OverData, configurations_by};
use crate::store::{Finished, Manifest, Session};
use std::fmt::Write;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// The page of a folder's runs.
#[must_use]
pub fn page(manifest: &Manifest, runs: &[Finished], conclusions: &Conclusions) -> String {
    let configurations = configurations_by(runs, &conclusions.key);
    let mut html = head(manifest);
    html += &summary(manifest, runs, conclusions);
    html += "<section id=\"ranking\"><h2>Ranking</h2>";
    html += "<p>Each method at its best setting: the lowest validation loss, mean over seeds, each at its best epoch. The test \
             metric is compared seed by seed; p is exact and corrected for all comparisons of this page (Holm).</p>";
    html += &conclusions.over_data.as_ref().map(over_data).unwrap_or_default();
    conclusions.data.iter().for_each(|on| html += &ranking(on));
    html += "</section>";
    html += &figures(&configurations);
    html += &runs_section(runs, &configurations);
    html += &again(manifest);
    html += &provenance(manifest);
    let _ = writeln!(html, "</main><script>{SCRIPT}</script></body></html>");
    html
}

/// A text in which nothing is HTML.
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            '\'' => escaped += "&#39;",
            c => escaped.push(c),
        }
    }
    escaped
}

fn head(manifest: &Manifest) -> String {
    let name = escaped(&manifest.name);
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src \
         'unsafe-inline'\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{name} – burnmark</title>\
         <style>{STYLE}</style></head><body><a class=\"skip\" href=\"#runs\">To the table of all runs</a><header><h1>{name}</h1>\
         <nav aria-label=\"Sections\"><a href=\"#answer\">Answer</a><a href=\"#ranking\">Ranking</a><a \
         href=\"#figures\">Figures</a><a href=\"#runs\">Runs</a><a href=\"#again\">Again</a><a href=\"#provenance\">Provenance</a>\
         </nav></header><main>"
    )
}

fn summary(manifest: &Manifest, runs: &[Finished], conclusions: &Conclusions) -> String {
    let question = if manifest.question.is_empty() { "(no question in the spec)" } else { &manifest.question };
    let mut html = format!(
        "<section id=\"answer\"><p class=\"question\">{}</p><p class=\"answer\">{}</p><p class=\"counts\">{} runs, {} diverged, \
         {} failed; {} data sets.</p>",
        escaped(question),
        escaped(&answer(conclusions)),
        runs.len(),
        manifest.runs_diverged,
        manifest.runs_failed,
        conclusions.data.len()
    );
    if !conclusions.warnings.is_empty() {
        html += "<div class=\"warnings\" role=\"note\"><h2>What stands in the way</h2><ul>";
        for said in &conclusions.warnings {
            let _ = write!(html, "<li>{}</li>", escaped(&warning(said)));
        }
        html += "</ul></div>";
    }
    html + "</section>"
}

fn over_data(over: &OverData) -> String {
    let mut html = format!("<h3>Over {} data sets</h3>", over.data_sets);
    if let Some(test) = &over.friedman {
        let _ = write!(
            html,
            "<p>Friedman χ² = {:.3}, p = {:.4}; Iman and Davenport F = {:.3}, p = {:.4}; by permutation p = {:.4}, {:.4} as one of \
             this page's tests. Critical difference of mean ranks: {:.3}.</p>",
            test.chi_squared,
            test.chi_squared_p,
            test.f,
            test.f_p,
            test.p,
            over.adjusted_p().unwrap_or(1.0),
            over.critical_difference
        );
    }
    html += &table(
        &["Method", "Mean rank"],
        over.ranks.iter().map(|(method, rank)| vec![method.clone(), format!("{rank:.2}")]),
    );
    html
}

fn ranking(on: &OnData) -> String {
    let test = format!("Test {}", metric(&on.metric));
    let head = [
        "",
        "Method",
        &test,
        "sd",
        "95 %",
        "IQM",
        "Against the best",
        "P(best better)",
        "Steps to target",
        "Diverged",
        "Tried",
        "Best setting",
    ];
    let number = |x: Option<f64>| x.map_or("–".to_owned(), |x| format!("{x:.4}"));
    let row = |(place, method): (usize, &crate::analysis::Ranked)| {
        let paired = on.pairs.iter().find(|(i, j, _)| *i == 0 && *j == place).map(|(_, _, paired)| paired);
        let against = match paired {
            None => verdict_against_best(on, place),
            Some(paired) => {
                format!("{}: {}", verdict_against_best(on, place), difference(paired).replace("by ", "behind by "))
            }
        };
        let better = paired.and_then(|paired| paired.improvement);
        let better = better.map_or("–".to_owned(), |i| {
            format!("{:.2} [{:.2}, {:.2}]", i.probability, i.interval.low, i.interval.high)
        });
        let steps = method.steps_to_target.as_ref().map(|reached| reached.time);
        let steps = steps.map_or("–".to_owned(), |time| {
            let expected = time.expected.map_or("∞".to_owned(), |steps| format!("{steps:.0}"));
            format!("{expected} ({}/{})", time.hits, time.runs)
        });
        vec![
            (place + 1).to_string(),
            method.method.clone(),
            number(method.mean),
            number(method.sd),
            method.interval.as_ref().map_or("–".to_owned(), plain),
            number(method.interquartile_mean),
            against,
            better,
            steps,
            format!("{:.1} %", 100.0 * method.diverged_share),
            method.tried.to_string(),
            method.setting.clone(),
        ]
    };
    format!("<h3>{}</h3>{}", escaped(&on.data), table(&head, on.methods.iter().enumerate().map(row)))
}

/// A table that scrolls by itself where it is too wide.
fn table(head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut html =
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"table\"><table><thead><tr>".to_owned();
    for name in head {
        let _ = write!(html, "<th scope=\"col\">{}</th>", escaped(name));
    }
    html += "</tr></thead><tbody>";
    for row in rows {
        html += "<tr>";
        for cell in row {
            let _ = write!(html, "<td>{}</td>", escaped(&cell));
        }
        html += "</tr>";
    }
    html + "</tbody></table></div>"
}

/// Every plot that these runs allow, and why not the others.
fn figures(configurations: &[Configuration<'_>]) -> String {
    let mut html = "<section id=\"figures\"><h2>Figures</h2>".to_owned();
    let mut missing = Vec::new();
    for plot in plots::ENTRIES {
        match (plot.draw)(configurations) {
            Ok(svg) => {
                let svg = svg.replacen(
                    "<svg ",
                    &format!("<svg role=\"img\" aria-label=\"{}\" ", escaped(plot.entry.description)),
                    1,
                );
                let _ = write!(
                    html,
                    "<figure>{svg}<figcaption>figures/{}.svg: {}</figcaption></figure>",
                    plot.entry.name,
                    escaped(plot.entry.description)
                );
            }
            Err(why) => missing.push(format!("{}: {why}", plot.entry.name)),
        }
    }
    if !missing.is_empty() {
        let _ = write!(html, "<p class=\"counts\">Not drawn: {}.</p>", escaped(&missing.join("; ")));
    }
    html + "</section>"
}

fn runs_section(runs: &[Finished], configurations: &[Configuration<'_>]) -> String {
    format!(
        "<section id=\"runs\"><h2>All runs</h2><p>Numbers have six digits here; all digits and columns are in runs.parquet. Sort \
         by a column's name; filter by words, which must all occur in a row, or by conditions such as <code>lr&gt;0.01</code>.</p>\
         <noscript><p>This table needs the page's own script; runs.parquet holds the same.</p></noscript>\
         <div id=\"table\"></div><script type=\"application/json\" id=\"data\">{}</script></section>",
        runs::json(runs, configurations)
    )
}

/// How to get every number again.
fn again(manifest: &Manifest) -> String {
    let mut html =
        "<section id=\"again\"><h2>Every number again</h2><p>Save the spec below, run it to another folder and \
                    compare: each run is to be identical bit for bit (with the engine <code>reference</code> on every \
                    processor).</p>"
            .to_owned();
    // The first source is the file, the others are what was typed besides: `--set train.epochs=5`.
    let file = manifest.spec.first().map_or("spec.toml", |source| source.name.as_str());
    let file = shell(file.rsplit(['/', '\\']).next().unwrap_or(file));
    let typed = manifest.spec.iter().skip(1).filter_map(|source| source.name.strip_prefix("--set "));
    let typed: String = typed.map(|setting| format!(" --set {}", shell(setting))).collect::<Vec<_>>().concat();
    let commands =
        format!("burnmark run {file}{typed} --out again\nburnmark compare . again   # in the folder of this page");
    let _ = write!(html, "<pre>{}</pre>", escaped(&commands));
    for source in &manifest.spec {
        let _ = write!(
            html,
            "<details><summary>{}</summary><pre>{}</pre></details>",
            escaped(&source.name),
            escaped(&source.text)
        );
    }
    html += "<p>Digests (BLAKE3) of the tables and of the data sets' figures:</p>";
    let digests = manifest.table_digests.iter().chain(&manifest.data_digests);
    html += &table(&["What", "Digest"], digests.map(|(name, digest)| vec![name.clone(), digest.clone()]));
    html + "</section>"
}

/// A word as a shell takes it.
fn shell(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

fn provenance(manifest: &Manifest) -> String {
    let head = ["Command", "Runs", "Workers", "Started (UTC)", "burnmark", "Crates", "Commit", "Processor"];
    let row = |session: &Session| {
        let dirty = if session.git_dirty == Some(true) { " with uncommitted changes" } else { "" };
        let crates = session.crate_versions.iter().map(|(name, version)| format!("{name} {version}"));
        vec![
            session.command_line.join(" "),
            session.runs_carried_out.to_string(),
            session.workers.to_string(),
            utc(session.started_unix_seconds),
            session.burnmark_version.clone(),
            crates.collect::<Vec<_>>().join(", "),
            session.git_commit.as_ref().map_or("–".to_owned(), |commit| format!("{commit}{dirty}")),
            format!("{} ({})", session.cpu, session.operating_system),
        ]
    };
    let sessions = table(&head, manifest.sessions.iter().map(row));
    format!(
        "<section id=\"provenance\"><h2>Provenance</h2><p>Numerics version {}.</p>{sessions}</section>",
        manifest.numerics_version
    )
}

/// `2026-11-25 08:00`, from seconds since 1970 (Howard Hinnant's civil calendar).
fn utc(seconds: u64) -> String {
    let (days, rest) = (seconds / 86_400 + 719_468, seconds % 86_400);
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let shifted = (5 * day + 2) / 153;
    let (month, date) = (if shifted < 10 { shifted + 3 } else { shifted - 9 }, day - (153 * shifted + 2) / 5 + 1);
    let year = year + 400 * era + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{date:02} {:02}:{:02}", rest / 3600, rest % 3600 / 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_the_calendar() {
        assert_eq!(utc(0), "1970-01-01 00:00");
        assert_eq!(utc(951_782_400), "2000-02-29 00:00");
        assert_eq!(utc(1_700_000_000), "2023-11-14 22:13");
    }

    #[test]
    fn nothing_is_html() {
        assert_eq!(escaped("<a href='x'>\"&"), "&lt;a href=&#39;x&#39;&gt;&quot;&amp;");
    }
}
