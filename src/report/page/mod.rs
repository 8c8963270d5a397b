//! `report.html`: one page that holds all there is to say of a folder, without network or scripts from elsewhere.
//!
//! What the page says stands in its HTML; its script (`page.js`) only makes the table of all runs, from a block of JSON, so
//! that ten thousand runs stay small. Everything that comes from specs and data is escaped, and a content security policy
//! forbids every connection.

mod origins;
mod runs;

use super::comparison::state;
use super::importance;
use super::plots::Figure;
use super::protocol::{account, compared, criterion};
use super::reading::readings;
use super::sentences::{answers, difference, metric, plain};
use super::sources;
use super::verdict_against_best;
use super::warned::warning;
use crate::analysis::{Conclusions, OnData, OverData, Paired, Question, Verdict, View};
use crate::record::counted;
use crate::store::{Finished, Manifest};
use std::fmt::Write;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");
/// Figures do not become smaller than this on a narrow screen: their letters are small as they are.
const LEAST_SCALE: f64 = 0.9;

/// The page of a folder's runs, with these figures.
#[must_use]
pub fn page(
    manifest: &Manifest,
    runs: &[Finished],
    view: &View<'_>,
    conclusions: &Conclusions,
    figures: &[Figure],
) -> String {
    let mut html = head(manifest);
    html += &summary(manifest, runs, conclusions);
    html += &data(manifest);
    html += "<section id=\"ranking\"><h2>Ranking</h2>";
    html += &explained(manifest, conclusions);
    for (place, question) in conclusions.questions.iter().enumerate() {
        html += &ranked(question, (place, conclusions.questions.len() > 1), manifest.protocol.is_some());
    }
    html += "</section>";
    html += &important(conclusions);
    html += &by_source(conclusions);
    html += &shown(figures);
    html += &runs_section(manifest, runs, view);
    html += &origins::again(manifest);
    html += &origins::provenance(manifest);
    let _ = writeln!(html, "</main><script>{SCRIPT}</script></body></html>");
    html
}

/// The rankings of one question, under a heading of their own where there are several.
fn ranked(question: &Question, (place, several): (usize, bool), tuned: bool) -> String {
    let head = compared(&question.keys);
    let over = question.over_data.as_ref().map(|over| over_data(over, &head)).unwrap_or_default();
    let tables: String = question.data.iter().map(|on| ranking(on, &head, tuned)).collect();
    if !several {
        return over + &tables;
    }
    // The first question is open, the others a click away.
    let open = if place == 0 { " open" } else { "" };
    format!("<details{open}><summary>{}</summary>{over}{tables}</details>", escaped(&head))
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

/// What the rankings are.
fn explained(manifest: &Manifest, conclusions: &Conclusions) -> String {
    let state = state(conclusions.judge.at);
    let (setting, rate) = match &manifest.protocol {
        None => (
            format!(
                "{state}, each seed at the setting with the lowest validation loss on the other seeds; the best setting of all seeds is named"
            ),
            "",
        ),
        Some(protocol) => (
            format!(
                "at the setting that tuning chose by {}, mean over the tuning seeds. The ranking is of the report seeds alone",
                criterion(protocol.select)
            ),
            ", in the validation metric of the tuning runs",
        ),
    };
    format!(
        "<p>Methods are compared {setting}. The test metric is compared seed by seed. p is that of a t test, corrected for splits \
         that share rows (Nadeau and Bengio 2003) and for all comparisons of this page (Bonferroni); the interval of a difference \
         agrees with it. Of the learning rate: what a wrong one of the grid costs on average{rate}, and the width of those \
         within 0.01 of the best.</p>"
    )
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
    let said: Vec<String> = answers(conclusions).iter().map(|said| escaped(said)).collect();
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
    if let Some(told) = &conclusions.account {
        html += "<dl class=\"protocol\">";
        for [head, body] in account(told) {
            let _ = write!(html, "<dt>{}</dt><dd>{}</dd>", escaped(&head), escaped(&body));
        }
        html += "</dl>";
    }
    if !conclusions.warnings.is_empty() {
        html += "<div class=\"warnings\" role=\"note\"><h2>What stands in the way</h2><ul>";
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

fn over_data(over: &OverData, compared: &str) -> String {
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
        &[compared, "Mean rank"],
        over.ranks.iter().map(|(method, rank)| vec![method.clone(), format!("{rank:.2}")]),
    );
    html
}

fn ranking(on: &OnData, compared: &str, tuned: bool) -> String {
    let test = format!("Test {}", metric(&on.metric));
    let head = [
        "",
        compared,
        &test,
        "sd",
        "95 %",
        "IQM",
        "Against the best",
        "P(best better)",
        "Steps to target",
        "Rate: regret, width",
        "Diverged",
        if tuned { "Trials" } else { "Tried" },
        if tuned { "Chosen setting" } else { "Best setting" },
    ];
    let number = |x: Option<f64>| x.map_or("–".to_owned(), |x| format!("{x:.4}"));
    let row = |(place, method): (usize, &crate::analysis::Ranked)| {
        let paired = on.pairs.iter().find(|(i, j, _)| *i == 0 && *j == place).map(|(_, _, paired)| paired);
        let verdict = verdict_against_best(on, place);
        let against = paired.map_or(verdict.clone(), |paired| against_best(&verdict, paired));
        let better = paired.and_then(|paired| paired.improvement);
        let better = better.map_or("–".to_owned(), |i| format!("{:.2}", i.probability));
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
            method.to_rate.as_ref().map_or("–".to_owned(), |rate| {
                let bound = if rate.on_edge { "≥ " } else { "" };
                format!("{:.4}, {bound}{:.1} decades", rate.regret, rate.width_decades)
            }),
            format!("{:.1} %", 100.0 * method.diverged_share),
            method.tried.to_string(),
            method.setting.clone(),
        ]
    };
    format!("<h3>{}</h3>{}", escaped(&on.data), table(&head, on.methods.iter().enumerate().map(row)))
}

/// `worse: behind by 0.0200 [0.0100, 0.0300], p = 0.031`; `no verdict, too few seeds (behind by 0.0200)`; `the same`
fn against_best(verdict: &str, paired: &Paired) -> String {
    let behind = difference(paired).replace("by ", "behind by ");
    match verdict.split_once(": ") {
        _ if paired.verdict == Verdict::Same => verdict.to_owned(),
        Some((none, why)) => format!("{none}, {why} ({behind})"),
        None => format!("{verdict}: {behind}"),
    }
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
fn shown(figures: &[Figure]) -> String {
    let mut html = "<section id=\"figures\"><h2>Figures</h2>".to_owned();
    let mut missing = Vec::new();
    for Figure { plot, svg } in figures {
        match svg {
            Ok(svg) => html += &figure(plot.name, svg),
            Err(why) => missing.push(format!("{}: {why}", plot.name)),
        }
    }
    if !missing.is_empty() {
        let _ = write!(html, "<p class=\"counts\">Not drawn: {}.</p>", with_code(&missing.join("; ")));
    }
    html + "</section>"
}

/// A figure that scrolls by itself where there is less room than its letters need, named by its own title.
fn figure(name: &str, svg: &str) -> String {
    let title = title(svg).unwrap_or(name);
    let label = title.replace('"', "&quot;");
    let least = LEAST_SCALE * width(svg).unwrap_or(0.0);
    let attributes = format!("<svg role=\"img\" aria-label=\"{label}\" style=\"min-width:{least:.0}px\" ");
    let svg = svg.replacen("<svg ", &attributes, 1);
    format!(
        "<figure><div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"{label}\">{svg}</div>\
         <figcaption>{title} (figures/{name}.svg)</figcaption></figure>"
    )
}

/// The title of a drawing, its first text, as it stands in the SVG.
fn title(svg: &str) -> Option<&str> {
    let text = svg.split("<text").nth(1)?.split_once('>')?.1;
    text.split("</text>").next().map(str::trim)
}

/// The width of a drawing in pixels.
fn width(svg: &str) -> Option<f64> {
    svg.split_once("width=\"")?.1.split('"').next()?.parse().ok()
}

/// A text in which nothing is HTML but what stands between backticks: code.
fn with_code(text: &str) -> String {
    let pieces: Vec<String> = text.split('`').map(escaped).collect();
    if pieces.len().is_multiple_of(2) {
        return escaped(text);
    }
    let piece = |(place, piece): (usize, &String)| {
        if place % 2 == 1 { format!("<code>{piece}</code>") } else { piece.clone() }
    };
    pieces.iter().enumerate().map(piece).collect()
}

fn runs_section(manifest: &Manifest, runs: &[Finished], view: &View<'_>) -> String {
    format!(
        "<section id=\"runs\"><h2>All runs</h2><p>Numbers have six significant digits here at most; all digits and columns are \
         in runs.parquet. Sort by a column's name. Wall seconds are those of a run in its worker, while other workers and programs had the machine too: they show what a run \
         took, not how fast a method is.</p>\
         <noscript><p>This table needs the page's own script; runs.parquet holds the same.</p></noscript>\
         <div id=\"table\"></div><script type=\"application/json\" id=\"data\">{}</script></section>",
        runs::json(manifest, runs, view)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn nothing_is_html() {
        assert_eq!(escaped("<a href='x'>\"&"), "&lt;a href=&#39;x&#39;&gt;&quot;&amp;");
        assert_eq!(with_code("needs `a < b`."), "needs <code>a &lt; b</code>.");
        assert_eq!(with_code("a single ` is itself"), "a single ` is itself");
    }

    #[test]
    fn figures_are_named_by_their_titles_and_stay_legible() {
        let svg = "<svg width=\"500\" height=\"9\"><rect/><text x=\"1\" y=\"2\">\nLoss &amp; \"rate\"\n</text><text>no</text></svg>";
        let figure = figure("rate", svg);
        assert!(figure.contains("<figcaption>Loss &amp; \"rate\" (figures/rate.svg)</figcaption>"), "{figure}");
        assert!(
            figure.contains("tabindex=\"0\" role=\"group\" aria-label=\"Loss &amp; &quot;rate&quot;\""),
            "{figure}"
        );
        assert!(figure.contains("style=\"min-width:450px\" width=\"500\""), "{figure}");
    }

    #[test]
    fn verdicts_read_as_sentences() {
        let mut paired = crate::analysis::paired(&BTreeMap::new(), &BTreeMap::new(), 0.0);
        paired.verdict = Verdict::Worse;
        paired.difference = Some(0.02);
        assert_eq!(against_best("worse", &paired), "worse: behind by 0.0200");
        assert_eq!(against_best("no verdict: too few seeds", &paired), "no verdict, too few seeds (behind by 0.0200)");
        paired.verdict = Verdict::Same;
        assert_eq!(against_best("the same", &paired), "the same");
        assert_eq!([1, 2].map(|count| counted(count, "data set")), ["1 data set", "2 data sets"]);
    }
}
