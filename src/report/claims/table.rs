//! All claims at a glance.

use super::words::{effect, lacks, size, why_none};
use crate::analysis::{ClaimVerdict, Judged};
use crate::report::markdown::escaped;
use crate::report::terminal::aligned;
use serde::Serialize;
use std::fmt::Write;

/// A claim with its verdict on its seeds, and on a second set of them.
#[derive(Clone, Debug)]
pub struct ClaimRow {
    /// Of the spec, such as `C01-rprop-speed`.
    pub name: String,
    /// Where the spec is, in Markdown.
    pub spec: String,
    pub first: Judged,
    /// On a second set of seeds.
    pub again: Option<Judged>,
    /// By the clock, of the first set; none if it was not carried out at once.
    pub seconds: Option<u64>,
}

impl ClaimRow {
    /// The verdict that both sets of seeds give; undecided where they differ.
    #[must_use]
    pub fn verdict(&self) -> ClaimVerdict {
        match &self.again {
            Some(again) if again.verdict != self.first.verdict => ClaimVerdict::Undecided,
            _ => self.first.verdict,
        }
    }

    /// The verdict with what the second set says.
    #[must_use]
    pub fn verdict_in_words(&self) -> String {
        let verdict = self.verdict().words();
        match &self.again {
            Some(again) if again.verdict != self.first.verdict => {
                format!("{verdict} ({}, again {})", self.first.verdict.words(), again.verdict.words())
            }
            Some(_) => format!("{verdict}, twice"),
            None => verdict.to_owned(),
        }
    }

    fn cells(&self) -> Vec<String> {
        let estimated = &self.first.estimated;
        vec![
            estimated.claim.row.clone(),
            self.name.clone(),
            self.verdict_in_words(),
            size(&self.first),
            self.again.as_ref().map_or("–".to_owned(), size),
            effect(estimated.claim.effect),
            estimated.families.to_string(),
            estimated.seeds.to_string(),
            self.seconds.map_or("–".to_owned(), |seconds| format!("{seconds} s")),
        ]
    }
}

const HEAD: [&str; 9] =
    ["row", "claim", "verdict", "effect [interval]", "second seeds", "expected", "families", "seeds", "time"];

/// As text, with what the columns mean.
#[must_use]
pub fn claims_table(rows: &[ClaimRow]) -> String {
    let mut table = vec![HEAD.map(str::to_owned).to_vec()];
    table.extend(rows.iter().map(ClaimRow::cells));
    format!("{}{}\n{}{}\n", aligned(&table), unnumbered(rows), counts(rows), times(rows))
}

/// A line for each set of seeds without a number: why it has none.
fn unnumbered(rows: &[ClaimRow]) -> String {
    let mut text = String::new();
    for row in rows {
        for (which, judged) in [("", Some(&row.first)), (", second seeds", row.again.as_ref())] {
            if let Some(why) = judged.and_then(|judged| why_none(&judged.estimated)) {
                let _ = writeln!(text, "{}{which}: {why}", row.name);
            }
        }
    }
    text
}

/// The effect in a table that has room for a sentence: why there is none.
fn size_or_why(judged: &Judged) -> String {
    why_none(&judged.estimated).map_or_else(|| size(judged), |why| format!("– {why}"))
}

/// How many claims have which verdict, and what these mean.
#[must_use]
pub fn counts(rows: &[ClaimRow]) -> String {
    let all = [ClaimVerdict::Supported, ClaimVerdict::Contradicted, ClaimVerdict::Undecided, ClaimVerdict::Exact];
    let counted = all.map(|verdict| (rows.iter().filter(|row| row.verdict() == verdict).count(), verdict.words()));
    let some: Vec<String> =
        counted.iter().filter(|(count, _)| *count > 0).map(|(count, words)| format!("{count} {words}")).collect();
    format!(
        "{}. Effect: the mean over families or seeds and, in brackets, between which numbers the runs leave it; of a ratio a factor. Supported: \
         both numbers lie within what is expected; contradicted: both outside, on one side; undecided: neither; exact: an identity that holds on every \
         problem and seed. The chance that any verdict of this table is false is at most 5 % (Holm).",
        some.join(", ")
    )
}

/// How long all claims took together, and the longest of them; nothing if the time of one is not known.
fn times(rows: &[ClaimRow]) -> String {
    let all: Option<Vec<u64>> = rows.iter().map(|row| row.seconds).collect();
    let (Some(all), Some(longest)) = (all, rows.iter().max_by_key(|row| row.seconds)) else { return String::new() };
    let most = longest.seconds.unwrap_or_default();
    format!(
        " The runs of the first seeds took {} s by the clock, at most {most} s of one claim ({}).",
        all.iter().sum::<u64>(),
        longest.name
    )
}

/// The same as Markdown, with the sentence of each claim.
#[must_use]
pub fn claims_markdown(rows: &[ClaimRow]) -> String {
    let mut text = format!(
        "{}{}\n\n| row | claim | verdict | effect | second seeds | expected | families × seeds | time |\n|---|---|---|---|---|---|---|---|\n",
        counts(rows),
        times(rows)
    );
    for row in rows {
        let (estimated, claim) = (&row.first.estimated, &row.first.estimated.claim);
        let _ = writeln!(
            text,
            "| {} | {} ({}) | {} | {} | {} | {} | {} × {} | {} |",
            escaped(&claim.row),
            escaped(&claim.words),
            row.spec,
            escaped(&row.verdict_in_words()),
            escaped(&size_or_why(&row.first)),
            escaped(&row.again.as_ref().map_or("–".to_owned(), size_or_why)),
            escaped(&effect(claim.effect)),
            estimated.families,
            estimated.seeds,
            row.seconds.map_or("–".to_owned(), |seconds| format!("{seconds} s"))
        );
    }
    text
}

/// All claims, for programs.
#[derive(Debug, Serialize)]
pub struct ClaimsDocument {
    pub claims: Vec<ClaimDocument>,
}

/// One of them.
#[derive(Debug, Serialize)]
pub struct ClaimDocument {
    pub row: String,
    pub name: String,
    pub words: String,
    pub verdict: ClaimVerdict,
    pub first: SetDocument,
    pub again: Option<SetDocument>,
    pub seconds: Option<u64>,
}

/// What one set of seeds shows.
#[derive(Debug, Serialize)]
pub struct SetDocument {
    pub verdict: ClaimVerdict,
    /// A factor of a ratio.
    pub effect: Option<f64>,
    /// Why there is no number, as a sentence.
    pub why: Option<String>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// Of the interval.
    pub level: f64,
    pub adjusted_p: Option<f64>,
    pub families: usize,
    pub seeds: usize,
    /// Of a claim that counts up to a target: how many runs miss it.
    pub misses: usize,
    pub problems: Vec<ProblemDocument>,
}

/// One problem.
#[derive(Debug, Serialize)]
pub struct ProblemDocument {
    pub data: String,
    pub effect: Option<f64>,
    /// Why there is none, as a sentence.
    pub why: Option<String>,
    /// 95 %, over seeds.
    pub low: Option<f64>,
    pub high: Option<f64>,
}

fn set(judged: &Judged) -> SetDocument {
    let shown = |value: f64| judged.shown(value);
    let problem = |problem: &crate::analysis::ClaimProblem| ProblemDocument {
        data: problem.data.clone(),
        effect: problem.effect.map(shown),
        why: problem.lack.as_ref().map(|lack| format!("{}.", lacks(lack, &judged.estimated.claim.quantity))),
        low: problem.interval.map(|interval| shown(interval.low)),
        high: problem.interval.map(|interval| shown(interval.high)),
    };
    SetDocument {
        verdict: judged.verdict,
        effect: judged.estimated.effect.map(shown),
        why: why_none(&judged.estimated),
        low: judged.interval.map(|interval| shown(interval.low)),
        high: judged.interval.map(|interval| shown(interval.high)),
        level: judged.level,
        adjusted_p: judged.adjusted_p,
        families: judged.estimated.families,
        seeds: judged.estimated.seeds,
        misses: judged.estimated.misses.0,
        problems: judged.estimated.problems.iter().map(problem).collect(),
    }
}

/// The document of these claims.
#[must_use]
pub fn claims_document(rows: &[ClaimRow]) -> ClaimsDocument {
    let of = |row: &ClaimRow| ClaimDocument {
        row: row.first.estimated.claim.row.clone(),
        name: row.name.clone(),
        words: row.first.estimated.claim.words.clone(),
        verdict: row.verdict(),
        first: set(&row.first),
        again: row.again.as_ref().map(set),
        seconds: row.seconds,
    };
    ClaimsDocument { claims: rows.iter().map(of).collect() }
}
