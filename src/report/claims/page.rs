//! The part of a folder's page that is about its claim.

use super::table::ClaimRow;
use super::words::{answer, contrast, effect, lacks, precise, why_none, would_change};
use crate::analysis::{ClaimProblem, Judged};
use crate::record::Effect;
use crate::report::page::{escaped, table};
use crate::report::plots;
use std::fmt::Write;

/// Claim, answer, figure, problems, and what would change the verdict, of one set of seeds.
#[must_use]
pub fn section(judged: &Judged, name: &str) -> String {
    told(judged, judged.verdict.words(), None, ("claim", name))
}

/// The same under the verdict of both sets of seeds, with the answer of each.
#[must_use]
pub fn section_of_row(row: &ClaimRow) -> String {
    told(&row.first, &row.verdict_in_words(), row.again.as_ref(), (&row.name, &row.name))
}

fn told(judged: &Judged, verdict: &str, again: Option<&Judged>, (id, name): (&str, &str)) -> String {
    let claim = &judged.estimated.claim;
    let mut html = format!(
        "<section id=\"{}\"><h2>{}: {}</h2><p class=\"answer\"><b>{}.</b> {}</p>",
        escaped(id),
        escaped(&claim.row),
        escaped(&claim.words),
        escaped(&capital(verdict)),
        escaped(&answer(judged))
    );
    if let Some(again) = again {
        let _ = write!(html, "<p class=\"answer\">With other seeds: {}</p>", escaped(&answer(again)));
    }
    if !claim.formula.is_empty() {
        let _ = write!(html, "<pre>{}</pre>", escaped(&claim.formula));
    }
    match plots::claim(judged) {
        Ok(svg) => {
            let _ = write!(html, "<figure><div class=\"scroll\">{svg}</div></figure>");
        }
        Err(why) => {
            let why = why_none(&judged.estimated).unwrap_or_else(|| format!("{why}."));
            let _ = write!(html, "<p class=\"counts\">No figure: {}</p>", escaped(&why));
        }
    }
    let _ = write!(
        html,
        "<p>Measured: the {}. Expected: {}.</p>{}",
        escaped(&contrast(&claim.quantity, &claim.contrast)),
        escaped(&effect(claim.effect)),
        table(
            &["problem", "effect", "95 % over seeds", "seeds"],
            judged.estimated.problems.iter().map(|of| cells(judged, of))
        )
    );
    if !claim.experiment.is_empty() {
        let _ = write!(html, "<h3>The experiment</h3><p>{}</p>", escaped(&claim.experiment));
    }
    let _ = write!(html, "<h3>What would change the verdict</h3><p>{}</p>", escaped(&would_change(judged)));
    if !claim.next.is_empty() {
        let _ = write!(html, "<h3>What to try next</h3><p>{}</p>", escaped(&claim.next));
    }
    let command = escaped(&format!("burnmark claims experiments/claims/{name}.toml"));
    let _ = write!(html, "<h3>Repeat it</h3><p><code>{command}</code></p></section>");
    html
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

fn cells(judged: &Judged, problem: &ClaimProblem) -> Vec<String> {
    let shown = |value: f64| precise(judged.shown(value));
    let exactly = matches!(judged.estimated.claim.effect, Effect::Exactly(_));
    let largest = problem.seeds.values().flatten().map(|value| value.abs()).reduce(f64::max);
    let effect = if exactly { largest.map(|largest| format!("{largest:.1e}")) } else { problem.effect.map(shown) };
    vec![
        problem.data.clone(),
        effect.unwrap_or_else(|| {
            format!(
                "– {}",
                problem.lack.as_ref().map_or(String::new(), |lack| lacks(lack, &judged.estimated.claim.quantity))
            )
            .trim_end()
            .to_owned()
        }),
        problem.interval.map_or("–".to_owned(), |i| format!("{} to {}", shown(i.low), shown(i.high))),
        problem.seeds.len().to_string(),
    ]
}
