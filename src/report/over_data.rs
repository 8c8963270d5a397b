//! Verdicts over data sets in words.

use super::phrases::p_is;
use super::phrases::{figure, joined, plain};
use crate::analysis::stats::Interval;
use crate::analysis::{OverData, OverPair, Verdict};

/// What is told apart, what is the same within the margin, and what is open.
pub fn over_data(over: &OverData, margin: Option<f64>) -> String {
    let sets = if over.families < over.data_sets {
        format!("{} families of data sets", over.families)
    } else {
        format!("{} data sets", over.families)
    };
    let ranks: Vec<String> = over.ranks.iter().map(|(method, rank)| format!("{method} {rank:.2}")).collect();
    let ranks = format!("mean ranks: {}", ranks.join(", "));
    if let Some(obstacle) = over.obstacle {
        return format!("Over {sets} there is {} ({ranks}).", obstacle.words());
    }
    let test = over.adjusted_p().map(|value| format!("{}, corrected {}", over.test(), p_is(value)));
    let of = |verdict: Verdict| over.pairs.iter().filter(move |pair| pair.verdict == verdict);
    let mut clauses: Vec<String> = Vec::new();
    for (method, _) in &over.ranks {
        let behind: Vec<String> = of(Verdict::Better)
            .filter(|pair| pair.first == *method)
            .map(|pair| format!("{} (on {} of {})", pair.second, pair.wins, over.families))
            .collect();
        if !behind.is_empty() {
            clauses.push(format!("{method} is better than {}", joined(&behind)));
        }
    }
    let margin = margin.unwrap_or_default();
    clauses.extend(same_within(over, margin));
    clauses.extend(of(Verdict::Same).map(|pair| format!("{} and {} give the same results", pair.first, pair.second)));
    // A test that is not made has no p.
    let test = test.filter(|_| over.level > 0.0);
    let statistics = [Some(ranks), test].into_iter().flatten().collect::<Vec<_>>().join("; ");
    if clauses.is_empty() {
        let why = if over.level > 0.0 {
            "no value is shown to be better than another"
        } else {
            "no test is made: there are too few of them"
        };
        return format!("Over {sets} {why} ({statistics}).");
    }
    let open = of(Verdict::NotToldApart).map(|pair| format!("{} from {}", pair.first, pair.second));
    let open: Vec<String> = open.collect();
    let open = if open.is_empty() { String::new() } else { format!("; not told apart: {}", joined(&open)) };
    format!("Over {sets} {}{open} ({statistics}).", clauses.join("; "))
}

/// Groups of methods that are all the same within the margin, with the largest difference between two of them.
fn same_within(over: &OverData, margin: f64) -> Vec<String> {
    let same = |a: &str, b: &str| {
        over.pairs.iter().find(|pair| {
            let names = [pair.first.as_str(), pair.second.as_str()];
            pair.verdict == Verdict::SameWithinMargin && (names == [a, b] || names == [b, a])
        })
    };
    let mut groups: Vec<Vec<&str>> = Vec::new();
    for (method, _) in &over.ranks {
        // Each group grows by what is the same as all of it; a method can be in several.
        let mut group = vec![method.as_str()];
        for (other, _) in &over.ranks {
            if !group.contains(&other.as_str()) && group.iter().all(|known| same(known, other).is_some()) {
                group.push(other);
            }
        }
        let known = groups.iter().any(|known| group.iter().all(|name| known.contains(name)));
        if group.len() > 1 && !known {
            groups.push(group);
        }
    }
    let told = |group: &Vec<&str>| {
        let pairs = group.iter().flat_map(|a| group.iter().filter_map(move |b| same(a, b)));
        let size = |pair: &&OverPair| pair.difference.unwrap_or_default().abs();
        let widest = pairs.max_by(|a, b| size(a).total_cmp(&size(b)));
        let difference = widest.map_or(String::new(), |pair| {
            let (low, high) = pair.interval.map_or((0.0, 0.0), |interval| (interval.low, interval.high));
            let turned = pair.difference.is_some_and(|difference| difference < 0.0);
            let interval = if turned { Interval { low: -high, high: -low } } else { Interval { low, high } };
            format!("{} {}", figure(size(&pair)), plain(&interval))
        });
        let names: Vec<String> = group.iter().map(|name| (*name).to_owned()).collect();
        let which = if group.len() > 2 { "largest mean difference" } else { "mean difference" };
        format!("{} are the same within {margin} ({which} {difference})", joined(&names))
    };
    groups.iter().map(told).collect()
}
