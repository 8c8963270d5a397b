//! The methods over data sets: by ranks, since metrics of different data sets are not comparable.
//!
//! Data sets of one generator are one family: they differ by a parameter, and do not speak for other data. A method's figure is the
//! mean over a family, and families are what the tests count.

use super::level::{Size, shares};
use super::paired::obstacle;
use super::select::Selected;
use super::stats::{
    CorrectedT, Friedman, Interval, LEVEL, SignedRank, average_ranks, cliques, critical_difference,
    difference_to_baseline, equal, friedman, mean, rounded, signed_rank,
};
use super::verdict::Verdict;
use std::collections::BTreeSet;

/// The methods over data sets.
#[derive(Clone, Debug)]
pub struct OverData {
    /// Ascending: the best first.
    pub ranks: Vec<(String, f64)>,
    pub data_sets: usize,
    /// Families of data sets, over which the tests go.
    pub families: usize,
    /// What this test has of [`LEVEL`].
    pub level: f64,
    /// From 3 methods on.
    pub friedman: Option<Friedman>,
    /// For 2 methods.
    pub signed_rank: Option<SignedRank>,
    /// Of two methods, whether the one with the better mean rank is also the one that the signed-rank test favours; none if
    /// either is neither.
    pub ranks_agree: Option<bool>,
    /// Of mean ranks, at the level of this test; at the whole level where it has none, and nothing is claimed.
    pub critical_difference: f64,
    /// Groups not told apart, as (first, last) in `ranks`.
    pub cliques: Vec<(usize, usize)>,
    /// Every pair of methods, the one with the better mean rank first.
    pub pairs: Vec<OverPair>,
    /// What is in the way of a verdict, whatever the figures.
    pub obstacle: Option<Verdict>,
}

/// Two methods over data sets.
#[derive(Clone, Debug)]
pub struct OverPair {
    pub first: String,
    pub second: String,
    /// Families on which the first does better, and on which both do the same.
    pub wins: usize,
    pub ties: usize,
    /// First − second of the test metric, mean over families, where all of them have one.
    pub difference: Option<f64>,
    /// Of that mean, for all pairs at once.
    pub interval: Option<Interval>,
    pub verdict: Verdict,
}

impl OverData {
    /// p of the test over all methods, corrected for its share of the level: Friedman's by permutation, or for two methods
    /// Wilcoxon's.
    #[must_use]
    pub fn adjusted_p(&self) -> Option<f64> {
        let friedman = self.friedman.as_ref().map(|test| test.p);
        let p = friedman.or(self.signed_rank.map(|test| test.p))?;
        Some(if self.level > 0.0 { (p * LEVEL / self.level).min(1.0) } else { 1.0 })
    }

    /// The test's name.
    #[must_use]
    pub fn test(&self) -> &'static str {
        if self.friedman.is_some() { "Friedman's test" } else { "Wilcoxon's signed-rank test" }
    }

    /// Whether the test over all methods found any difference; without it no pair is to be told apart. Of two methods the
    /// test goes by the sizes of the differences and the ranks by their number: it counts where both point the same way.
    #[must_use]
    pub fn found(&self) -> bool {
        let agree = self.friedman.is_some() || self.ranks_agree == Some(true);
        self.obstacle.is_none() && agree && self.adjusted_p().is_some_and(|p| p < LEVEL)
    }

    /// The methods that the best one is told apart from.
    #[must_use]
    pub fn behind_best(&self) -> Vec<&str> {
        let best = self.ranks.first().map(|(method, _)| method);
        let behind = self.pairs.iter().filter(|pair| Some(&pair.first) == best && pair.verdict == Verdict::Better);
        behind.map(|pair| pair.second.as_str()).collect()
    }
}

/// The family of a data set: its generator or name; each file is a family of its own.
#[must_use]
pub fn family(data: &str) -> &str {
    let kind = data.split_once(" (").map_or(data, |(kind, _)| kind);
    if is_file(data) { data } else { kind }
}

/// Whether a data set is a file of a user.
#[must_use]
pub fn is_file(data: &str) -> bool {
    let is_path = data.rsplit_once(" (").map_or(data, |(head, _)| head).contains(['.', '/']);
    is_path || FILES.contains(&data.split_once(" (").map_or(data, |(kind, _)| kind))
}

/// Kinds that are files of users.
const FILES: [&str; 8] = ["csv", "parquet", "arrow", "idx", "npy", "npz", "images", "quadratic-csv"];

/// How many families these rows are of.
#[must_use]
pub fn families(rows: &[Selected<'_, '_>]) -> usize {
    families_of(rows.iter().map(|row| row.data.as_str()))
}

/// How many families these data sets are of.
#[must_use]
pub fn families_of<'d>(data: impl Iterator<Item = &'d str>) -> usize {
    data.map(family).collect::<BTreeSet<_>>().len()
}

/// Ranks the methods over data sets by test metric, each seed at the setting that was chosen without it; `None` for a single family
/// or method, and where not every method was tried on every data set. One of `questions` about the same runs; with a baseline the
/// others are compared with it alone.
#[must_use]
pub fn over_data(
    rows: &[Selected<'_, '_>],
    questions: usize,
    baseline: Option<&str>,
    margin: Option<f64>,
) -> Option<OverData> {
    let data: Vec<&[Selected]> = rows.chunk_by(|a, b| a.data == b.data).collect();
    let methods: Vec<String> = data.first()?.iter().map(|row| row.optimizer.clone()).collect();
    let complete =
        |on: &&[Selected]| on.len() == methods.len() && on.iter().all(|row| methods.contains(&row.optimizer));
    let families = families(rows);
    if families < 2 || methods.len() < 2 || !data.iter().all(complete) {
        return None;
    }
    let scores = scores(&data, &methods);
    let mut ranks: Vec<(String, f64)> = methods.iter().cloned().zip(average_ranks(&scores)).collect();
    ranks.sort_by(|a, b| a.1.total_cmp(&b.1));
    let level = shares(Size::of(rows, families, questions, baseline)).over_data;
    let critical_difference = critical_difference(methods.len(), families, if level > 0.0 { level } else { LEVEL })?;
    let ascending: Vec<f64> = ranks.iter().map(|(_, rank)| *rank).collect();
    // A method that trains nowhere in a family is the worst there, by more than any difference.
    let difference = |row: &Vec<Option<f64>>| row[0].unwrap_or(-1e300) - row[1].unwrap_or(-1e300);
    let differences: Vec<f64> = scores.iter().map(difference).collect();
    let signed_rank = if methods.len() == 2 { signed_rank(&differences) } else { None };
    let agree = |test: SignedRank| {
        let ahead = (ranks[0].1 < ranks[1].1).then_some(ranks[0].0 == methods[0]);
        Some(test.positive? == ahead?)
    };
    let obstacles = |on: &&[Selected]| on.iter().find_map(|row| obstacle(&on[0], row));
    let mut over = OverData {
        obstacle: data.iter().find_map(obstacles),
        cliques: cliques(&ascending, critical_difference),
        ranks_agree: signed_rank.and_then(agree),
        data_sets: data.len(),
        families,
        level,
        friedman: friedman(&scores),
        signed_rank,
        critical_difference,
        pairs: Vec::new(),
        ranks,
    };
    over.pairs = pairs(&over, &methods, &scores, baseline, margin);
    Some(over)
}

/// The outcome of each method in each family, mean over its data sets, higher for better.
fn scores(data: &[&[Selected<'_, '_>]], methods: &[String]) -> Vec<Vec<Option<f64>>> {
    let mut families: Vec<(&str, Vec<&[Selected]>)> = Vec::new();
    for on in data {
        let of = family(&on[0].data);
        match families.iter_mut().find(|(known, _)| *known == of) {
            Some((_, sets)) => sets.push(on),
            None => families.push((of, vec![on])),
        }
    }
    let score = |on: &&[Selected], method: &String| {
        let row = on.iter().find(|row| row.optimizer == *method)?;
        row.test_metric.map(|metric| row.outcome.oriented(metric.mean))
    };
    let of_family = |sets: &Vec<&[Selected]>, method: &String| {
        let metrics: Option<Vec<f64>> = sets.iter().map(|on| score(on, method)).collect();
        Some(rounded(mean(&metrics?)?))
    };
    families.iter().map(|(_, sets)| methods.iter().map(|method| of_family(sets, method)).collect()).collect()
}

fn pairs(
    over: &OverData,
    methods: &[String],
    scores: &[Vec<Option<f64>>],
    baseline: Option<&str>,
    margin: Option<f64>,
) -> Vec<OverPair> {
    let place = |name: &String| methods.iter().position(|method| method == name).unwrap_or(0);
    let ranked = &over.ranks;
    let compared = |(i, j): &(usize, usize)| baseline.is_none_or(|name| ranked[*i].0 == name || ranked[*j].0 == name);
    let all = (0..ranked.len()).flat_map(|i| (i + 1..ranked.len()).map(move |j| (i, j))).filter(compared);
    let all: Vec<(usize, usize)> = all.collect();
    #[allow(clippy::cast_precision_loss)] // a count of pairs
    let own = over.level / all.len().max(1) as f64;
    // Of two methods the test itself has told; of more, Nemenyi's difference tells which, or Dunn's where there is a baseline.
    let needed = match baseline {
        _ if over.friedman.is_none() => f64::MIN_POSITIVE,
        Some(_) => difference_to_baseline(ranked.len(), over.families, over.level).unwrap_or(f64::INFINITY),
        None => over.critical_difference,
    };
    let pair = |(i, j): (usize, usize)| {
        let (a, b) = (place(&ranked[i].0), place(&ranked[j].0));
        let values = |row: &Vec<Option<f64>>| Some((row[a]?, row[b]?));
        let wins = scores.iter().filter(|row| row[a].is_some() && row[a] > row[b]).count();
        let ties = scores.iter().filter(|row| row[a] == row[b]).count();
        let differences: Option<Vec<f64>> =
            scores.iter().map(|row| values(row).map(|(a, b)| if equal(a, b) { 0.0 } else { a - b })).collect();
        let test = differences.as_ref().and_then(|differences| CorrectedT::of(differences, 0.0));
        let interval = test.filter(|_| own > 0.0).and_then(|test| test.interval(own));
        let none = test.is_some_and(|test| test.error == 0.0 && test.mean == 0.0);
        let within = |margin: f64| interval.is_some_and(|ends| ends.low > -margin && ends.high < margin);
        let verdict = match over.obstacle {
            Some(obstacle) => obstacle,
            None if none => Verdict::Same,
            None if margin.is_some_and(within) => Verdict::SameWithinMargin,
            None if over.found() && ranked[j].1 - ranked[i].1 >= needed => Verdict::Better,
            None => Verdict::NotToldApart,
        };
        OverPair {
            first: ranked[i].0.clone(),
            second: ranked[j].0.clone(),
            wins,
            ties,
            difference: differences.as_ref().and_then(|differences| mean(differences)),
            interval,
            verdict,
        }
    };
    all.into_iter().map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::family;

    #[test]
    fn data_sets_of_one_generator_are_a_family() {
        assert_eq!(family("linear (condition 10, samples 300)"), "linear");
        assert_eq!(family("iris"), "iris");
        assert_eq!(family("iris (not standardized)"), "iris");
        assert_eq!(family("linear (columns collinear, condition 10, samples 300)"), "linear");
        assert_eq!(family("two-moons (noise 0.1, drawn anew for each seed)"), "two-moons");
        for file in ["a.csv (target y)", "in/a (1).csv (target y (m))", "b.csv", "csv (path a, target y)"] {
            assert_eq!(family(file), file);
        }
    }
}
