//! What explains the differences between settings, in words and as a table.

use super::phrases::{joined, metric};
use crate::analysis::{GridAxis, Importance, Together, Unexplained, VarianceShares};
use crate::measure::Measure;
use crate::record::counted;

/// Two settings whose common effect has less of the variance than this are not named in a sentence.
const STRONG: f64 = 0.05;
/// Nor does a table name two that have less than this on every data set.
const SHOWN: f64 = 0.005;
/// A sentence names so many pairs at most.
const MOST_PAIRS: usize = 3;
/// Settings whose names take an article, beside all kinds.
const WITH_ARTICLE: [&str; 4] = ["optimizer.lr", "train.batch", "engine", "precision"];

/// Which settings explain the differences, and which depend on others; none if that is not known.
#[must_use]
pub fn sentences(all: &[Importance]) -> Option<String> {
    let known = alike(all);
    let (first, shares) = known.first()?;
    let place = match known.len() {
        1 => format!("On {}", first.data),
        count => format!("On average over {count} data sets"),
    };
    let mut alone: Vec<(&GridAxis, f64, [f64; 2])> =
        shares.alone.iter().map(|(axis, _)| of_axis(&known, axis)).collect();
    alone.sort_by(|(_, a, _), (_, b, _)| b.total_cmp(a));
    let part = |(_, share, [least, most]): &(&GridAxis, f64, [f64; 2])| {
        let range = format!(" ({:.0} to {})", 100.0 * least, percent(*most));
        format!("{}{}", percent(*share), if known.len() > 1 { range } else { String::new() })
    };
    let (most, others) = alone.split_first()?;
    let others: Vec<String> = others.iter().map(|of| format!("{} {}", with_article(of.0), part(of))).collect();
    let head = format!("{place} {} explains {} of the differences between settings", with_article(most.0), part(most));
    Some(format!("{head}, {}.{} ({})", joined(&others), depend(&known, shares), statistics(&known)))
}

/// What is known of the data sets that have the axes of the first known one.
fn alike(all: &[Importance]) -> Vec<(&Importance, &VarianceShares)> {
    let mut known: Vec<_> = all.iter().filter_map(|of| Some((of, of.shares.as_ref().ok()?))).collect();
    let Some((_, first)) = known.first().copied() else { return known };
    let of_first = |axis: &GridAxis| first.alone.iter().any(|(other, _)| other == axis);
    known.retain(|(_, shares)| {
        shares.alone.len() == first.alone.len() && shares.alone.iter().all(|(axis, _)| of_first(axis))
    });
    known
}

/// An axis with its mean share over data sets, the least and the greatest one.
fn of_axis<'s>(known: &[(&Importance, &'s VarianceShares)], axis: &'s GridAxis) -> (&'s GridAxis, f64, [f64; 2]) {
    let of =
        |shares: &VarianceShares| shares.alone.iter().find(|(other, _)| other == axis).map_or(0.0, |(_, share)| *share);
    let shares: Vec<f64> = known.iter().map(|(_, shares)| of(shares)).collect();
    let ends = [shares.iter().copied().fold(1.0, f64::min), shares.iter().copied().fold(0.0, f64::max)];
    (axis, mean(&shares), ends)
}

/// ` The best learning rate depends on the optimizer (12 % more).`, of the strongest common effects.
fn depend(known: &[(&Importance, &VarianceShares)], first: &VarianceShares) -> String {
    let mut strong: Vec<(f64, String, String)> = first.pairs.iter().filter_map(|pair| depends(known, pair)).collect();
    strong.sort_by(|(a, ..), (b, ..)| b.total_cmp(a));
    let mut said: Vec<(String, Vec<String>)> = Vec::new();
    for (_, of, by) in strong.into_iter().take(MOST_PAIRS) {
        match said.iter_mut().find(|(known, _)| *known == of) {
            Some((_, others)) => others.push(by),
            None => said.push((of, vec![by])),
        }
    }
    said.iter().flat_map(|(of, by)| [" The ", of, " depends on ", &joined(by), "."].map(str::to_owned)).collect()
}

/// The mean share of two axes together, what depends and on what, where it is strong: `best learning rate`, `the optimizer (12 % more)`.
fn depends(known: &[(&Importance, &VarianceShares)], pair: &Together) -> Option<(f64, String, String)> {
    let same = |shares: &&VarianceShares| shares.pairs.iter().position(|other| other.of == pair.of);
    let all: Vec<&Together> = known.iter().filter_map(|(_, shares)| Some(&shares.pairs[same(shares)?])).collect();
    let share = mean(&all.iter().map(|pair| pair.share).collect::<Vec<_>>());
    // On most data sets the best value is another one.
    let moves = 2 * all.iter().filter(|pair| pair.best_depends).count() > all.len();
    let [of, by] = &pair.of;
    let of = if moves { format!("best {}", name(of)) } else { format!("effect of {}", with_article(of)) };
    (share >= STRONG).then(|| (share, of, format!("{} ({} more)", with_article(by), percent(share))))
}

/// What the shares are of.
fn statistics(known: &[(&Importance, &VarianceShares)]) -> String {
    let (first, _) = known[0];
    let settings = known.iter().map(|(of, _)| of.settings).max().unwrap_or(0);
    let each = if known.len() > 1 { " on each" } else { "" };
    let floored: usize = known.iter().map(|(of, _)| of.floored).sum();
    let mut metrics: Vec<&str> = Vec::new();
    for name in known.iter().map(|(of, _)| metric(&of.metric)) {
        if !metrics.contains(&name) {
            metrics.push(name);
        }
    }
    let metric = metrics.join(" or ");
    // What a constant answer reaches: an R² of 0.
    let constant = known.iter().find_map(|(of, _)| {
        let measure = Measure::of_metric(&of.metric);
        Some(format!(", or below {} {} of {},", measure.words.article, measure.words.sentence, measure.constant?))
    });
    let constant = constant.unwrap_or_default();
    let (runs, count) = (counted(floored, "run"), if floored == 1 { "counts" } else { "count" });
    let count = format!("; {runs} that diverged or ended below the untrained state{constant} {count} as that");
    let count = if floored == 0 { String::new() } else { count };
    format!(
        "Shares of the variance of the validation {metric}, mean of {}, over {}{each}{count}.",
        counted(first.seeds, "seed"),
        counted(settings, "setting")
    )
}

/// The shares as a table, a column for each data set, and why there is none for others; `None` if nothing is known.
#[must_use]
pub fn table(all: &[Importance]) -> Option<(Vec<String>, Vec<Vec<String>>)> {
    let known = alike(all);
    let (_, first) = known.first()?;
    let mut head = vec!["share of the variance".to_owned()];
    head.extend(known.iter().map(|(of, _)| of.data.clone()));
    let mut rows: Vec<(String, Vec<f64>)> = first
        .alone
        .iter()
        .map(|(axis, _)| {
            let of =
                |shares: &VarianceShares| shares.alone.iter().find(|(other, _)| other == axis).map_or(0.0, |(_, s)| *s);
            (name(axis), known.iter().map(|(_, shares)| of(shares)).collect())
        })
        .collect();
    let pair = |pair: &Together| {
        let of = |shares: &VarianceShares| {
            shares.pairs.iter().find(|other| other.of == pair.of).map_or(0.0, |other| other.share)
        };
        let shares: Vec<f64> = known.iter().map(|(_, shares)| of(shares)).collect();
        let [a, b] = &pair.of;
        shares.iter().any(|share| *share >= SHOWN).then(|| (format!("{} × {}", name(a), name(b)), shares))
    };
    rows.extend(first.pairs.iter().filter_map(pair));
    let singles = first.alone.len();
    rows[..singles].sort_by(|(_, a), (_, b)| mean(b).total_cmp(&mean(a)));
    rows[singles..].sort_by(|(_, a), (_, b)| mean(b).total_cmp(&mean(a)));
    let rest = |place: usize| (1.0 - rows.iter().map(|(_, shares)| shares[place]).sum::<f64>()).max(0.0);
    rows.push(("more settings together, and chance".to_owned(), (0..known.len()).map(rest).collect()));
    let row = |(name, shares): (String, Vec<f64>)| {
        [name].into_iter().chain(shares.iter().map(|share| format!("{:.1} %", 100.0 * share))).collect()
    };
    Some((head, rows.into_iter().map(row).collect()))
}

/// Why there are no shares for some data sets, each reason once; nothing of a sweep of one axis.
#[must_use]
pub fn unexplained(all: &[Importance]) -> Option<String> {
    let mut reasons: Vec<(Unexplained, Vec<String>)> = Vec::new();
    for of in all {
        let Err(why) = of.shares else { continue };
        match reasons.iter_mut().find(|(known, _)| *known == why) {
            Some((_, data)) => data.push(of.data.clone()),
            None => reasons.push((why, vec![of.data.clone()])),
        }
    }
    reasons.retain(|(why, _)| *why != Unexplained::OneAxis);
    let said = reasons.iter().map(|(why, data)| format!("Not known for {}: {}.", joined(data), words(*why)));
    let said: Vec<String> = said.collect();
    (!said.is_empty()).then(|| said.join(" "))
}

fn words(why: Unexplained) -> &'static str {
    match why {
        Unexplained::OneAxis => "one axis explains everything",
        Unexplained::NoGrid => "the settings do not form a full grid: some combinations were not tried",
        Unexplained::Unfinished => "some runs are missing or failed",
        Unexplained::NoDifference => "all settings reach the same value",
        Unexplained::Chance => "the settings differ by no more than chance explains",
    }
}

/// `learning rate of each optimizer`, `weight decay`, `learning rate with dropout`
fn name(axis: &GridAxis) -> String {
    let names: Vec<String> = axis.names.iter().map(|name| plain(name)).collect();
    let owners: Vec<String> = axis.within.iter().map(|name| plain(name)).collect();
    let of_each = if owners.is_empty() { String::new() } else { format!(" of each {}", owners.join(" and ")) };
    names.join(" with ") + &of_each
}

fn with_article(axis: &GridAxis) -> String {
    let first = &axis.names[0];
    let takes = first.strip_suffix(".kind").is_some() || WITH_ARTICLE.contains(&first.as_str());
    if takes { format!("the {}", name(axis)) } else { name(axis) }
}

/// A setting's name in a sentence.
#[must_use]
pub fn plain(setting: &str) -> String {
    if setting == "optimizer.lr" {
        return "learning rate".to_owned();
    }
    super::protocol::compared(&[setting.to_owned()]).replace('_', " ")
}

/// `71 %`, `under 1 %`
fn percent(share: f64) -> String {
    if share < 0.005 { "under 1 %".to_owned() } else { format!("{:.0} %", 100.0 * share) }
}

#[allow(clippy::cast_precision_loss)] // counts of data sets
fn mean(shares: &[f64]) -> f64 {
    shares.iter().sum::<f64>() / shares.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(name: &str, within: &[&str]) -> GridAxis {
        let within = within.iter().map(|name| (*name).to_owned()).collect();
        GridAxis { names: vec![name.to_owned()], within, is_numeric: false }
    }

    fn on(data: &str, rate: f64, together: f64, best_depends: bool) -> Importance {
        let (rates, dropout) = (axis("optimizer.lr", &[]), axis("regularize.dropout", &[]));
        let of = [rates.clone(), axis("optimizer.kind", &[])];
        let alone = vec![(rates, rate), (of[1].clone(), 0.1), (dropout, 0.001)];
        let shares = VarianceShares { alone, pairs: vec![Together { of, share: together, best_depends }], rest: 0.0 };
        let metric = "accuracy".to_owned();
        Importance { data: data.to_owned(), metric, settings: 72, seeds: 5, floored: 3, floor: 0.1, shares: Ok(shares) }
    }

    #[test]
    fn shares_are_said_in_plain_words() {
        assert_eq!(
            sentences(&[on("digits", 0.71, 0.18, true)]).unwrap(),
            "On digits the learning rate explains 71 % of the differences between settings, the optimizer 10 % and dropout under \
             1 %. The best learning rate depends on the optimizer (18 % more). (Shares of the variance of the validation accuracy, \
             mean of 5 seeds, over 72 settings; 3 runs that diverged or ended below the untrained state count as that.)"
        );
        let two = sentences(&[on("digits", 0.7, 0.08, false), on("wine", 0.5, 0.04, true)]).unwrap();
        assert!(
            two.starts_with("On average over 2 data sets the learning rate explains 60 % (50 to 70 %) of"),
            "{two}"
        );
        assert!(two.contains("The effect of the learning rate depends on the optimizer (6 % more)."), "{two}");
        assert!(!sentences(&[on("digits", 0.7, 0.04, true)]).unwrap().contains("depends"));
    }

    #[test]
    fn tables_add_up_and_reasons_are_said_once() {
        let none = Importance { shares: Err(Unexplained::NoGrid), ..on("wine", 0.0, 0.0, false) };
        let all = [on("digits", 0.7, 0.15, true), none.clone(), Importance { data: "iris".to_owned(), ..none }];
        let (head, rows) = table(&all).unwrap();
        assert_eq!(head, ["share of the variance", "digits"]);
        let rows: Vec<String> = rows.iter().map(|row| row.join(": ")).collect();
        let expected = [
            "learning rate: 70.0 %",
            "optimizer: 10.0 %",
            "dropout: 0.1 %",
            "learning rate × optimizer: 15.0 %",
            "more settings together, and chance: 4.9 %",
        ];
        assert_eq!(rows, expected);
        let why =
            "Not known for wine and iris: the settings do not form a full grid: some combinations were not tried.";
        assert_eq!(unexplained(&all).unwrap(), why);
        assert_eq!((table(&all[1..]), sentences(&all[1..])), (None, None));
    }

    #[test]
    fn lists_of_a_kind_s_own_are_named_so() {
        let own = axis("optimizer.lr", &["optimizer.kind"]);
        assert_eq!(with_article(&own), "the learning rate of each optimizer");
        let together = GridAxis {
            names: ["regularize.weight_decay", "regularize.dropout"].map(str::to_owned).to_vec(),
            ..axis("", &[])
        };
        assert_eq!(with_article(&together), "weight decay with dropout");
    }
}
