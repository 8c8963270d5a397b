//! Result folders side by side, as text and as CSV.

use super::enough::takes;
use super::phrases::{p, signed};
use super::protocol::tuned;
use super::tabular::Tabular;
use super::terminal::{aligned, indented, mean_and_sd};
use crate::analysis::stats::Spread;
use crate::analysis::{Comparison, Pace, Paired, Speed, Standing};
use crate::record::{At, counted};
use std::fmt::Write;

/// Two result folders side by side.
#[must_use]
pub fn comparison(comparison: &Comparison) -> String {
    let (first, second) = (&comparison.first, &comparison.second);
    let mut text = String::new();
    let _ = writeln!(text, "runs with the same settings");
    let _ = writeln!(text, "  {:>7}  identical bit for bit", comparison.identical);
    for (cause, count) in &comparison.changed {
        let _ = writeln!(text, "  {count:>7}  different, because of {}", cause.words());
    }
    for (count, what) in [
        (comparison.without_result, "without a result on one side at least: failed, or timed out"),
        (comparison.diverged_anew, "done before, diverged now"),
        (comparison.diverged_no_longer, "diverged before, done now"),
    ] {
        if count > 0 {
            let _ = writeln!(text, "  {count:>7}  {what}");
        }
    }
    let _ = writeln!(text, "runs of one side only");
    let _ = writeln!(text, "  {:>7}  in {first}", comparison.only_first);
    let _ = writeln!(text, "  {:>7}  in {second}", comparison.only_second);
    text += &differences(comparison);
    text.push('\n');
    for (name, account) in [(first, &comparison.first_account), (second, &comparison.second_account)] {
        let _ = account.as_ref().map(|account| writeln!(text, "{name}: {}", tuned(account)));
    }
    let staged = comparison.first_account.is_some() || comparison.second_account.is_some();
    let settings = each_at(staged);
    let (what, state) = (comparison.outcome.name(), state(comparison.at));
    let _ = writeln!(text, "test {what} {state}, each method at {settings}, {second} − {first}");
    text += &indented(&standings_table(&comparison.standings, first, second));
    if !comparison.speeds.is_empty() {
        let _ = match &comparison.speed_obstacle {
            Some(why) => writeln!(text, "\ntime per training step, not to be compared: {why}"),
            None => writeln!(text, "\ntime per training step, runs that both have"),
        };
        text += &indented(&speeds_table(&comparison.speeds));
        if comparison.speeds.iter().any(|speed| matches!(speed.pace, Pace::Faster | Pace::Slower)) {
            text += "  each side is one session: the intervals hold what varies between its runs, not what else the machine did\n";
        }
    }
    text
}

/// The state of trainings that is compared: `at the end of training`.
#[must_use]
pub fn state(at: At) -> &'static str {
    match at {
        At::Final => "at the end of training",
        At::Best => "at the best epoch, in hindsight",
        At::Stopped => "where early stopping ends",
    }
}

/// The settings at which methods are compared, with a protocol and without.
#[must_use]
pub fn each_at(protocol: bool) -> &'static str {
    if protocol { "the setting that tuning chose" } else { "its best setting, chosen for each seed by the other seeds" }
}

/// Which settings and origins differ.
fn differences(comparison: &Comparison) -> String {
    let mut rows: Vec<Vec<String>> = Vec::new();
    let dash = |values: &[String]| if values.is_empty() { "–".to_owned() } else { values.join(", ") };
    rows.extend(comparison.values.iter().map(|v| vec![v.setting.clone(), dash(&v.only_first), dash(&v.only_second)]));
    rows.extend(comparison.provenance.iter().map(|o| vec![o.what.clone(), o.first.clone(), o.second.clone()]));
    if rows.is_empty() {
        return String::new();
    }
    rows.insert(
        0,
        ["", &format!("only in {}", comparison.first), &format!("only in {}", comparison.second)]
            .map(str::to_owned)
            .to_vec(),
    );
    format!("what differs\n{}", indented(&aligned(&rows)))
}

/// One row per data set and method, with differences, intervals and verdicts.
#[must_use]
pub fn standings_table(standings: &[Standing], first: &str, second: &str) -> String {
    let Tabular { head, rows, .. } = standings_tabular(standings, (first, second), "");
    aligned(&[vec![head], rows].concat())
}

/// The same as rows of words.
#[must_use]
pub fn standings_tabular(standings: &[Standing], (first, second): (&str, &str), title: &str) -> Tabular {
    let head = ["data set", "method", "metric", first, second, "difference", "95 %", "P(better)", "p", "verdict"];
    let mut rows = Vec::new();
    for standing in standings {
        let cell = |side: &Option<Spread>| side.as_ref().map_or("–".to_owned(), mean_and_sd);
        let head = [&standing.data, &standing.method, &standing.metric].map(Clone::clone);
        let sides = [cell(&standing.first), cell(&standing.second)];
        let paired = standing.paired.as_ref().map_or_else(|| vec!["–".to_owned()], |p| difference_cells(p, standing));
        rows.push(head.into_iter().chain(sides).chain(paired).collect());
    }
    Tabular { title: title.to_owned(), head: head.map(str::to_owned).to_vec(), rows }
}

/// Difference, interval, P(better), p and verdict.
fn difference_cells(paired: &Paired, standing: &Standing) -> Vec<String> {
    let dash = || "–".to_owned();
    let needed = takes(paired, "seeds").map_or(String::new(), |needed| format!(" ({needed})"));
    let diverged = if paired.diverged > 0 {
        format!(", {} of {} without a result", paired.diverged, counted(paired.pairs, "seed"))
    } else {
        String::new()
    };
    let unpaired = if paired.unpaired > 0 {
        format!(", without {} of one side only", counted(paired.unpaired, "seed"))
    } else {
        String::new()
    };
    vec![
        standing.difference().map_or_else(dash, |d| format!("{d:+.4}")),
        standing.interval().map_or_else(dash, |i| signed(&i)),
        paired.improvement.map_or_else(dash, |i| format!("{:.2}", i.probability)),
        paired.adjusted_p.map_or_else(dash, p),
        format!("{}{diverged}{unpaired}{needed}", paired.verdict.words()),
    ]
}

fn speeds_table(speeds: &[Speed]) -> String {
    let mut rows = vec![["method", "runs", "ratio", "95 %", "verdict"].map(str::to_owned).to_vec()];
    rows.extend(speeds.iter().map(|speed| {
        let interval = speed.interval.map_or("–".to_owned(), |i| format!("[{:.2}, {:.2}]", i.low, i.high));
        vec![
            speed.method.clone(),
            speed.pairs.to_string(),
            format!("{:.2}", speed.ratio),
            interval,
            speed.pace.words().to_owned(),
        ]
    }));
    aligned(&rows)
}

/// One row per (first, second, standing); numbers with all their digits, nothing where there is none.
#[must_use]
pub fn comparison_csv(rows: &[(&str, &str, &Standing)]) -> String {
    let head = "first,second,data,method,metric,first_mean,second_mean,difference,low,high,pairs,unpaired,p,adjusted_p,p_better,verdict\n";
    let mut text = head.to_owned();
    for (first, second, s) in rows {
        let number = |x: Option<f64>| x.map(|x| x.to_string()).unwrap_or_default();
        let of = |of: &dyn Fn(&Paired) -> Option<f64>| number(s.paired.as_ref().and_then(of));
        let cells = [
            quoted(first),
            quoted(second),
            quoted(&s.data),
            quoted(&s.method),
            quoted(&s.metric),
            number(s.first.map(|side| side.mean)),
            number(s.second.map(|side| side.mean)),
            number(s.difference()),
            number(s.interval().map(|i| i.low)),
            number(s.interval().map(|i| i.high)),
            s.paired.as_ref().map(|p| p.pairs.to_string()).unwrap_or_default(),
            s.paired.as_ref().map(|p| p.unpaired.to_string()).unwrap_or_default(),
            of(&|p| p.p),
            of(&|p| p.adjusted_p),
            of(&|p| p.improvement.map(|i| i.probability)),
            s.paired.as_ref().map(|p| p.verdict.words().to_lowercase()).unwrap_or_default(),
        ];
        text += &cells.join(",");
        text.push('\n');
    }
    text
}

/// A text as a cell of CSV (RFC 4180).
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        assert_eq!(quoted("iris"), "iris");
        assert_eq!(quoted("a, \"b\""), "\"a, \"\"b\"\"\"");
        assert_eq!((p(0.0004), p(0.25)), ("< 0.001".to_owned(), "0.250".to_owned()));
    }
}
