//! Rankings and differences as rows of words, which Markdown, LaTeX and notebooks only format.

use super::phrases::{figure, metric, p, plain, signed, verdict_against_best};
use super::protocol::compared;
use crate::analysis::stats::Interval;
use crate::analysis::{Conclusions, OnData, Paired, Question, Ranked, Verdict};
use crate::measure::{Better, Measure};

/// A table of words; numbers have four decimals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tabular {
    pub title: String,
    pub head: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

/// The ranking of every question on every data set.
#[must_use]
pub fn rankings(conclusions: &Conclusions) -> Vec<Tabular> {
    let tuned = !conclusions.accounts.is_empty();
    of_each(conclusions, |question, on, title| Some(ranking(on, title, &compared(&question.keys), tuned)))
}

/// The differences between the methods of every question on every data set; none for a single method.
#[must_use]
pub fn differences(conclusions: &Conclusions) -> Vec<Tabular> {
    of_each(conclusions, |_, on, title| (!on.pairs.is_empty()).then(|| pairs(on, &title)))
}

fn of_each(conclusions: &Conclusions, table: impl Fn(&Question, &OnData, String) -> Option<Tabular>) -> Vec<Tabular> {
    let several = conclusions.questions.len() > 1;
    let title = |question: &Question, on: &OnData| {
        if several { format!("{} on {}", compared(&question.keys), on.data) } else { on.data.clone() }
    };
    let all = conclusions.questions.iter().flat_map(|question| question.data.iter().map(move |on| (question, on)));
    all.filter_map(|(question, on)| table(question, on, title(question, on))).collect()
}

fn ranking(on: &OnData, title: String, compared: &str, tuned: bool) -> Tabular {
    let test = format!("test {}", metric(&on.metric));
    let setting = if tuned { "chosen setting" } else { "best setting" };
    let head = ["", compared, &test, "95 %", "against the best", "diverged", setting];
    let row = |(place, method): (usize, &Ranked)| {
        vec![
            (place + 1).to_string(),
            method.method.clone(),
            method.mean.map_or("–".to_owned(), figure),
            method.interval.as_ref().map_or("–".to_owned(), plain),
            verdict_against_best(on, place),
            format!("{:.1} %", 100.0 * method.diverged_share),
            method.setting.clone(),
        ]
    };
    let rows = on.methods.iter().enumerate().map(row).collect();
    Tabular { title, head: head.map(str::to_owned).to_vec(), rows }
}

fn pairs(on: &OnData, title: &str) -> Tabular {
    let title = format!("{title}, test {}", metric(&on.metric));
    let head = ["", "difference", "95 %", "p", "verdict"].map(str::to_owned).to_vec();
    let row = |(first, second, paired): &(usize, usize, Paired)| {
        let (first, second) = (&on.methods[*first].method, &on.methods[*second].method);
        let (difference, range) = in_units(&on.metric, paired);
        vec![
            format!("{first} − {second}"),
            difference.map_or("–".to_owned(), |d| format!("{d:+.4}")),
            range.map_or("–".to_owned(), |i| signed(&i)),
            paired.adjusted_p.map_or("–".to_owned(), p),
            said(first, second, paired),
        ]
    };
    Tabular { title, head, rows: on.pairs.iter().map(row).collect() }
}

/// The difference of a pair of a ranking, first − second, and its interval, in the metric's own units: those of a pair are such
/// that higher is better.
pub fn in_units(metric: &str, paired: &Paired) -> (Option<f64>, Option<Interval>) {
    let turned = |interval: Interval| Interval { low: -interval.high, high: -interval.low };
    match Measure::of_metric(metric).better {
        Better::Higher => (paired.difference, paired.interval),
        Better::Lower => (paired.difference.map(|d| -d), paired.interval.map(turned)),
    }
}

/// Which of two methods of a ranking is better.
fn said(first: &str, second: &str, paired: &Paired) -> String {
    match paired.verdict {
        Verdict::Better => format!("{first} is better"),
        Verdict::Worse => format!("{second} is better"),
        verdict => verdict.words().to_owned(),
    }
}
