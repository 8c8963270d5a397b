//! Parts of sentences that several files use.

use crate::analysis::stats::Interval;
use crate::analysis::{OnData, Paired, Verdict};
use crate::measure::{Better, Measure};
use crate::record::counted;

/// `by 0.0200 [0.0100, 0.0300], p = 0.031`
#[must_use]
pub fn difference(paired: &Paired) -> String {
    let p = paired.adjusted_p.map(|value| format!(", {}", p_is(value))).unwrap_or_default();
    size(paired) + &p
}

/// `by 0.0200 [0.0100, 0.0300]`
pub fn size(paired: &Paired) -> String {
    let size = paired.difference.map(|d| format!("by {}", figure(d)));
    let interval = paired.interval.map(|i| format!(" {}", plain(&i))).unwrap_or_default();
    size.map_or_else(|| format!("no result for {}", counted(paired.diverged, "seed")), |size| size + &interval)
}

/// Four decimals.
pub fn figure(value: f64) -> String {
    format!("{value:.4}")
}

/// `[0.9500, 0.9700]`
#[must_use]
pub fn plain(interval: &Interval) -> String {
    format!("[{:.4}, {:.4}]", interval.low, interval.high)
}

/// `[-0.0012, +0.0034]`
pub fn signed(interval: &Interval) -> String {
    format!("[{:+.4}, {:+.4}]", interval.low, interval.high)
}

/// Which figure of a metric is the best.
#[must_use]
pub fn most(metric: &str) -> &'static str {
    match Measure::of_metric(metric).better {
        Better::Lower => "lowest",
        Better::Higher => "highest",
    }
}

/// A metric's name in a sentence.
#[must_use]
pub fn metric(name: &str) -> &'static str {
    Measure::of_metric(name).words.sentence
}

/// The same of the test part: `test accuracy`. What is measured of no part, such as the digits of a problem without data, has none.
#[must_use]
pub fn tested(name: &str) -> String {
    let words = &Measure::of_metric(name).words;
    if words.of_part { format!("test {}", words.sentence) } else { words.sentence.to_owned() }
}

/// `a`, `a and b`, `a, b and c`
pub fn joined(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// `p = 0.031`, `p < 0.001`
pub fn p_is(value: f64) -> String {
    if value < 0.001 { format!("p {}", p(value)) } else { format!("p = {}", p(value)) }
}

/// What is said of a method of a ranking against the baseline, or else against the first one.
pub fn verdict_against_best(on: &OnData, place: usize) -> String {
    let other = on.baseline.unwrap_or(0);
    let paired = on.pairs.iter().find(|(i, j, _)| [*i, *j] == [other.min(place), other.max(place)]);
    // The pair's differences are first − second: the first is better where the second is worse.
    match paired.map(|(i, _, paired)| (*i == place, paired.verdict)) {
        Some((true, Verdict::Better) | (false, Verdict::Worse)) => "better".to_owned(),
        Some((false, Verdict::Better) | (true, Verdict::Worse)) => "worse".to_owned(),
        Some((_, verdict)) => verdict.words().to_owned(),
        None if on.baseline.is_some() => "the baseline".to_owned(),
        None => format!("the {} mean", most(&on.metric)),
    }
}

/// `0.031`, `< 0.001`
pub fn p(p: f64) -> String {
    if p < 0.001 { "< 0.001".to_owned() } else { format!("{p:.3}") }
}
