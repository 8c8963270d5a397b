//! Planned contrasts in words.

use super::enough::takes;
use super::phrases::{figure, joined, p_is, plain, tested};
use super::plots::number;
use super::protocol::compared;
use crate::analysis::stats::Interval;
use crate::analysis::{ContrastChange as Change, Contrasted, Line, Paired, Verdict};
use crate::record::counted;

/// A paragraph for each contrast.
#[must_use]
pub fn sentences(all: &[Contrasted], margin: Option<f64>) -> Vec<String> {
    all.iter().map(|contrasted| paragraph(contrasted, margin)).collect()
}

fn paragraph(contrasted: &Contrasted, margin: Option<f64>) -> String {
    let names: Vec<String> =
        contrasted.contrast.settings().into_iter().map(|key| compared(&[key.to_owned()])).collect();
    let head = match names.as_slice() {
        [one] => format!("Slope of {one}"),
        _ => format!("Does the effect of {} depend on {}?", names[0], names[1]),
    };
    let said: Vec<String> = contrasted.lines.iter().flat_map(|line| told(line, &names[0], margin)).collect();
    let said = if said.is_empty() { none(contrasted) } else { said.join(" ") };
    let colon = if names.len() == 1 { ":" } else { "" };
    format!("{head}{colon} {said}")
}

fn none(contrasted: &Contrasted) -> String {
    if contrasted.lines.is_empty() {
        "there is none to test: a slope takes three values that are numbers, an effect two values of both settings each with the \
         other."
            .to_owned()
    } else {
        "Nothing is shown.".to_owned()
    }
}

/// Over families of data sets, and else on single ones.
fn told(line: &Line, name: &str, margin: Option<f64>) -> Vec<String> {
    let of = |place: String, what: &str, paired: &Paired, repeated: [&str; 2]| {
        format!("{place} {}.", result(&line.change, name, what, paired, repeated, margin))
    };
    let what = |name: &str| format!("the {}", tested(name));
    if let Some((families, paired)) = line.over.as_ref().filter(|(_, paired)| paired.verdict != Verdict::TooFewSeeds) {
        let place = format!("Over {families} families of data sets");
        let same = line.on.iter().all(|on| on.metric == line.on[0].metric);
        let of_metric = if same { what(&line.on[0].metric) } else { "the test metric".to_owned() };
        return vec![of(place, &of_metric, paired, [&format!("{families} families"), "such families"])];
    }
    let said = line.on.iter().map(|on| match &on.found {
        Ok(paired) => {
            of(format!("On {}", on.data), &what(&on.metric), paired, [&counted(paired.pairs, "seed"), "seeds"])
        }
        Err(undone) => format!("On {} there is no verdict: {} without a result.", on.data, counted(*undone, "seed")),
    });
    said.collect()
}

/// One contrast; `of` says how often it was repeated, `units` what the repetitions are.
fn result(
    change: &Change,
    name: &str,
    what: &str,
    paired: &Paired,
    [of, units]: [&str; 2],
    margin: Option<f64>,
) -> String {
    let difference = paired.difference.unwrap_or_default();
    let size = size(paired, of);
    match (change, paired.verdict) {
        (Change::Slope { least, greatest }, verdict) => {
            let range = format!("from {name} {} to {}", number(*least), number(*greatest));
            match verdict {
                Verdict::Better => format!("{what} gets better by {size} {range}, along a straight line"),
                Verdict::Worse => format!("{what} gets worse by {size} {range}, along a straight line"),
                Verdict::Same => format!("{what} does not change {range}"),
                Verdict::SameWithinMargin => {
                    let margin = margin.unwrap_or_default();
                    format!("{what} changes by less than {margin} {range}, along a straight line")
                }
                other => format!("no slope of {what} is shown {range} ({})", open(other, paired, units)),
            }
        }
        (Change::Effects { effect: [from, to], by: [with, instead] }, verdict) => {
            let more = if difference < 0.0 { "less" } else { "more" };
            match verdict {
                Verdict::Better | Verdict::Worse => {
                    format!("{to} instead of {from} improves {what} by {size} {more} under {instead} than under {with}")
                }
                Verdict::Same | Verdict::SameWithinMargin => {
                    let within = match (verdict, margin) {
                        (Verdict::SameWithinMargin, Some(margin)) => format!(" within {margin}"),
                        _ => String::new(),
                    };
                    let both = joined(&[instead.clone(), with.clone()]);
                    format!("{to} instead of {from} changes {what} by the same{within} under {both}")
                }
                other => format!(
                    "the effect of {to} instead of {from} on {what} is not shown to differ between {} ({})",
                    joined(&[instead.clone(), with.clone()]),
                    open(other, paired, units)
                ),
            }
        }
    }
}

/// Without a sign: `0.0200 (mean of 10 seeds, 95 % interval [0.0100, 0.0300], p = 0.031)`
fn size(paired: &Paired, of: &str) -> String {
    let turned = |i: Interval| if paired.difference < Some(0.0) { Interval { low: -i.high, high: -i.low } } else { i };
    let interval = paired.interval.map_or(String::new(), |i| format!(", 95 % interval {}", plain(&turned(i))));
    let p = paired.adjusted_p.map_or(String::new(), |p| format!(", {}", p_is(p)));
    format!("{} (mean of {of}{interval}{p})", figure(paired.difference.unwrap_or_default().abs()))
}

/// Why nothing is shown, and what would be enough: `p = 0.310; one of this size takes about 34 seeds`
fn open(verdict: Verdict, paired: &Paired, units: &str) -> String {
    let why = match verdict {
        Verdict::TooFewSeeds => format!("a verdict takes at least {} {units}", paired.seeds_at_least),
        verdict if verdict.is_blocked() => verdict.words().to_owned(),
        _ => paired.adjusted_p.map_or(verdict.words().to_owned(), p_is),
    };
    [Some(why), takes(paired, units)].into_iter().flatten().collect::<Vec<_>>().join("; ")
}
