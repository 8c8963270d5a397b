//! A claim's figure in letters, for a terminal: a line for each problem, and one for their mean.

use super::words::precise;
use crate::analysis::Judged;
use crate::analysis::stats::Interval;
use std::fmt::Write;

/// Letters from the least number to the greatest.
const WIDTH: usize = 50;
/// Letters of a problem's name.
const NAME: usize = 28;

/// A line each: the interval `-`, its mean `o`, and `|` at the edges of what the claim expects; empty where a number is missing. Factors
/// are drawn by their logarithms.
#[must_use]
pub fn chart(judged: &Judged) -> String {
    let (estimated, claim) = (&judged.estimated, &judged.estimated.claim);
    let of = |problem: &crate::analysis::ClaimProblem| {
        Some((estimated.short_name(problem).to_owned(), problem.effect?, problem.interval))
    };
    let problems: Option<Vec<_>> = estimated.problems.iter().map(of).collect();
    let (Some(mut rows), Some(mean)) = (problems, estimated.effect) else { return String::new() };
    rows.push(("mean of all".to_owned(), mean, judged.interval));
    let (low, high) = claim.effect.range(&claim.contrast);
    let edges: Vec<f64> = [low, high].into_iter().filter(|edge| edge.is_finite()).collect();
    let ends = rows.iter().flat_map(|(_, mean, interval)| {
        let (low, high) = interval.map_or((*mean, *mean), |interval| (interval.low, interval.high));
        [low, *mean, high]
    });
    let all = ends.chain(edges.iter().copied()).filter(|number| number.is_finite());
    let (least, greatest) = all.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)));
    if least >= greatest {
        return String::new();
    }
    let mut text = String::new();
    for (name, mean, interval) in &rows {
        let name: String = name.chars().take(NAME).collect();
        let _ = writeln!(text, "  {name:NAME$} {}", line((*mean, *interval), &edges, (least, greatest)));
    }
    let shown = |number: f64| precise(judged.shown(number));
    let (first, last) = (shown(least), shown(greatest));
    let between = WIDTH.saturating_sub(first.chars().count());
    let _ = writeln!(text, "  {:NAME$} {first}{last:>between$}", "");
    text
}

fn line((mean, interval): (f64, Option<Interval>), edges: &[f64], (least, greatest): (f64, f64)) -> String {
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    // from 0 to WIDTH − 1
    let place = |x: f64| (((x - least) / (greatest - least)).clamp(0.0, 1.0) * (WIDTH - 1) as f64).round() as usize;
    let mut letters = [' '; WIDTH];
    if let Some(Interval { low, high }) = interval {
        letters[place(low)..=place(high)].fill('-');
    }
    edges.iter().for_each(|edge| letters[place(*edge)] = '|');
    letters[place(mean)] = 'o';
    String::from_iter(letters).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_interval_edge_and_mean() {
        let interval = Some(Interval { low: 0.0, high: 10.0 });
        let drawn = line((5.0, interval), &[49.0], (0.0, 49.0));
        assert_eq!(drawn, format!("-----o-----{}|", " ".repeat(38)));
        assert_eq!(line((49.0, None), &[0.0], (0.0, 49.0)), format!("|{}o", " ".repeat(48)));
    }
}
