//! The rankings of a question: results first, then the settings that reached them.

use super::escape::escaped;
use super::html::table;
use super::words::linked;
use crate::analysis::{Conclusions, OnData, OverData, Paired, Question, Ranked, SpeedUnit, Verdict};
use crate::report::comparison::state;
use crate::report::enough::takes;
use crate::report::holds::chosen_by;
use crate::report::phrases::verdict_against_best;
use crate::report::phrases::{difference, metric, plain};
use crate::report::protocol::{compared, criterion};
use crate::report::sooner::unit_in_words;
use crate::store::Manifest;
use std::fmt::Write;

/// The rankings of one question.
pub fn rankings(question: &Question, tuned: bool) -> String {
    let head = compared(&question.keys);
    let over = question.over_data.as_ref().map(|over| over_data(over, &head)).unwrap_or_default();
    let tables: String = question.data.iter().map(|on| ranking(on, &head, tuned)).collect();
    over + &tables
}

/// What the rankings are.
pub fn explained(manifest: &Manifest, conclusions: &Conclusions) -> String {
    let state = state(conclusions.judge.at);
    let (setting, rate) = match &manifest.protocol {
        None => (
            format!(
                "{state}, each seed at the setting that is best on the other seeds by {}; the best setting of all seeds is named",
                chosen_by(conclusions)
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
    let said = format!(
        "Methods are compared {setting}. The test metric is compared seed by seed. p is that of a t test, corrected for splits \
         that share rows (Nadeau and Bengio 2003) and for all comparisons of this page (Bonferroni); the interval of a difference \
         agrees with it. Of the learning rate: its regret{rate}, and the width of those within 0.01 of the best."
    );
    format!("<p>{}</p>", linked(&said))
}

fn over_data(over: &OverData, compared: &str) -> String {
    let mut html = format!("<h4>Over {} data sets</h4>", over.data_sets);
    if let Some(test) = &over.friedman {
        let said = format!(
            "Friedman χ² = {:.3}, p = {:.4}; Iman and Davenport F = {:.3}, p = {:.4}; by permutation p = {:.4}, {:.4} as one of \
             this page's tests. Critical difference of mean ranks: {:.3}.",
            test.chi_squared,
            test.chi_squared_p,
            test.f,
            test.f_p,
            test.p,
            over.adjusted_p().unwrap_or(1.0),
            over.critical_difference
        );
        let _ = write!(html, "<p>{}</p>", linked(&said));
    }
    html += &table(
        &[compared, "mean rank"],
        over.ranks.iter().map(|(method, rank)| vec![method.clone(), format!("{rank:.2}")]),
    );
    html
}

fn ranking(on: &OnData, compared: &str, tuned: bool) -> String {
    let test = format!("test {}", metric(&on.metric));
    let unit = on.methods.iter().find_map(|method| Some(method.steps_to_target.as_ref()?.unit)).unwrap_or_default();
    let to_target = format!("{} to target", unit_in_words(unit).trim_start_matches("training "));
    let head = [
        "rank",
        compared,
        &test,
        if tuned { "chosen setting" } else { "best setting" },
        "verdict against the best",
        "sd",
        "95 % interval",
        "IQM",
        "P(best better)",
        &to_target,
        "rate: regret, width",
        "diverged",
        if tuned { "trials" } else { "tried" },
    ];
    let row = |(place, method): (usize, &Ranked)| cells(on, place, method);
    format!("<h4>{}</h4>{}", escaped(&on.data), table(&head, on.methods.iter().enumerate().map(row)))
}

fn cells(on: &OnData, place: usize, method: &Ranked) -> Vec<String> {
    let number = |x: Option<f64>| x.map_or("–".to_owned(), |x| format!("{x:.4}"));
    let paired = on.pairs.iter().find(|(i, j, _)| *i == 0 && *j == place).map(|(_, _, paired)| paired);
    let verdict = verdict_against_best(on, place);
    let against = paired.map_or(verdict.clone(), |paired| against_best(&verdict, paired));
    let better = paired.and_then(|paired| paired.improvement);
    let better = better.map_or("–".to_owned(), |i| format!("{:.2}", i.probability));
    let steps = method.steps_to_target.as_ref().map_or("–".to_owned(), |reached| {
        let (time, places) =
            (reached.time, usize::from(matches!(reached.unit, SpeedUnit::Epochs | SpeedUnit::EpochsOfGradients)));
        let expected = time.expected.map_or("∞".to_owned(), |steps| format!("{steps:.places$}"));
        format!("{expected} ({}/{})", time.hits, time.runs)
    });
    vec![
        (place + 1).to_string(),
        method.method.clone(),
        number(method.mean),
        if method.setting.is_empty() { "–".to_owned() } else { method.setting.clone() },
        against,
        number(method.sd),
        method.interval.as_ref().map_or("–".to_owned(), plain),
        number(method.interquartile_mean),
        better,
        steps,
        method.to_rate.as_ref().map_or("–".to_owned(), |rate| {
            let bound = if rate.on_edge { "≥ " } else { "" };
            format!("{:.4}, {bound}{:.1} decades", rate.regret, rate.width_decades)
        }),
        format!("{:.1} %", 100.0 * method.diverged_share),
        method.tried.to_string(),
    ]
}

/// `not told apart: behind by 0.0200 [-0.0100, 0.0500], p = 0.310; one of this size takes about 34 seeds`; `worse: behind by 0.0200 [0.0100, 0.0300], p = 0.031`; `no verdict, too few seeds (behind by 0.0200)`; `the same`
fn against_best(verdict: &str, paired: &Paired) -> String {
    let behind = difference(paired).replace("by ", "behind by ");
    let behind = takes(paired, "seeds").map_or(behind.clone(), |needed| format!("{behind}; {needed}"));
    match verdict.split_once(": ") {
        _ if paired.verdict == Verdict::Same => verdict.to_owned(),
        Some((none, why)) => format!("{none}, {why} ({behind})"),
        None => format!("{verdict}: {behind}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn verdicts_read_as_sentences() {
        let mut paired = crate::analysis::paired(&BTreeMap::new(), &BTreeMap::new(), 0.0);
        paired.verdict = Verdict::Worse;
        paired.difference = Some(0.02);
        assert_eq!(against_best("worse", &paired), "worse: behind by 0.0200");
        assert_eq!(against_best("no verdict: too few seeds", &paired), "no verdict, too few seeds (behind by 0.0200)");
        paired.verdict = Verdict::Same;
        assert_eq!(against_best("the same", &paired), "the same");
    }
}
