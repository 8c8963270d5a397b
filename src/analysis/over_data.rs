//! The methods over data sets: by ranks, since metrics of different data sets are not comparable.

use super::paired::{Verdict, obstacle};
use super::select::Selected;
use super::stats::{Friedman, LEVEL, SignedRank, average_ranks, cliques, critical_difference, friedman, signed_rank};

/// The methods over data sets.
#[derive(Clone, Debug)]
pub struct OverData {
    /// Ascending: the best first.
    pub ranks: Vec<(String, f64)>,
    pub data_sets: usize,
    /// From 3 methods on.
    pub friedman: Option<Friedman>,
    /// For 2 methods.
    pub signed_rank: Option<SignedRank>,
    /// Of two methods, whether the one with the better mean rank is also the one that the signed-rank test favours; none where
    /// either is neither.
    pub ranks_agree: Option<bool>,
    /// At the level of 1 %: what these tests have of [`LEVEL`].
    pub critical_difference: f64,
    /// Groups not told apart, as (first, last) in `ranks`.
    pub cliques: Vec<(usize, usize)>,
    /// What stands in the way of a verdict, whatever the figures.
    pub obstacle: Option<Verdict>,
}

/// Of the level, the part that the tests over data sets have, Nemenyi's difference among them; the pairs on single data sets
/// have the other four fifths. So the chance of any wrong verdict in a whole report is at most [`LEVEL`].
pub(super) const SHARE_OVER_DATA: f64 = 0.2;
/// The level of what is claimed over data sets.
pub const LEVEL_OVER_DATA: f64 = SHARE_OVER_DATA * LEVEL;

impl OverData {
    /// p of the test over all methods, corrected for its share of the level: Friedman's by permutation, or for two methods
    /// Wilcoxon's.
    #[must_use]
    pub fn adjusted_p(&self) -> Option<f64> {
        let friedman = self.friedman.as_ref().map(|test| test.p);
        friedman.or(self.signed_rank.map(|test| test.p)).map(|p| (p / SHARE_OVER_DATA).min(1.0))
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
        let (Some((_, best)), true) = (self.ranks.first(), self.found()) else { return Vec::new() };
        // Of two methods the test itself has told; of more, Nemenyi's difference tells which.
        let needed = if self.friedman.is_some() { self.critical_difference } else { f64::MIN_POSITIVE };
        let behind = self.ranks.iter().filter(|(_, rank)| rank - best >= needed);
        behind.map(|(method, _)| method.as_str()).collect()
    }
}

/// Ranks the methods over data sets by test metric at their best settings; `None` for a single data set or method, and
/// where not every method was tried on every data set.
#[must_use]
pub fn over_data(rows: &[Selected<'_, '_>]) -> Option<OverData> {
    let data: Vec<&[Selected]> = rows.chunk_by(|a, b| a.data == b.data).collect();
    let methods: Vec<String> = data.first()?.iter().map(|row| row.optimizer.clone()).collect();
    let complete =
        |on: &&[Selected]| on.len() == methods.len() && on.iter().all(|row| methods.contains(&row.optimizer));
    if data.len() < 2 || methods.len() < 2 || !data.iter().all(complete) {
        return None;
    }
    let score =
        |on: &[Selected], method: &String| on.iter().find(|row| row.optimizer == *method)?.test_metric.map(|m| m.mean);
    let scores: Vec<Vec<Option<f64>>> = data.iter().map(|on| methods.iter().map(|m| score(on, m)).collect()).collect();
    // A method that trains nowhere on a data set is the worst there, by more than any difference.
    let difference = |row: &Vec<Option<f64>>| row[0].unwrap_or(-1e300) - row[1].unwrap_or(-1e300);
    let differences: Vec<f64> = scores.iter().map(difference).collect();
    let mut ranks: Vec<(String, f64)> = methods.iter().cloned().zip(average_ranks(&scores)).collect();
    ranks.sort_by(|a, b| a.1.total_cmp(&b.1));
    let critical_difference = critical_difference(methods.len(), data.len(), LEVEL_OVER_DATA)?;
    let ascending: Vec<f64> = ranks.iter().map(|(_, rank)| *rank).collect();
    let signed_rank = if methods.len() == 2 { signed_rank(&differences) } else { None };
    let agree = |test: SignedRank| {
        let ahead = (ranks[0].1 < ranks[1].1).then_some(ranks[0].0 == methods[0]);
        Some(test.positive? == ahead?)
    };
    let ranks_agree = signed_rank.and_then(agree);
    let obstacles = |on: &&[Selected]| on.iter().find_map(|row| obstacle(&on[0], row));
    Some(OverData {
        obstacle: data.iter().find_map(obstacles),
        cliques: cliques(&ascending, critical_difference),
        ranks,
        data_sets: data.len(),
        friedman: friedman(&scores),
        signed_rank,
        ranks_agree,
        critical_difference,
    })
}
