//! Two methods on the same seeds: by how much they differ, and whether that can be called a difference.

mod enough;

pub use enough::{Enough, MOST_TOLD};

use super::select::Selected;
use super::stats::{
    CorrectedT, Improvement, Interval, LEVEL, Scatter, Spread, bounded, equal, improvement, mean, seeds_at_least,
    seeds_for_difference,
};
use super::verdict::Verdict;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What is in the way of a verdict between two methods of which one at least has a protocol.
#[must_use]
pub fn obstacle(first: &Selected<'_, '_>, second: &Selected<'_, '_>) -> Option<Verdict> {
    let allowed = first.staged.or(second.staged)?.allowed;
    let seeds = |row: &Selected<'_, '_>| -> BTreeSet<u64> { row.results.keys().copied().collect() };
    if !allowed.unequal_budgets && first.tried != second.tried {
        Some(Verdict::UnequalBudgets)
    } else if !allowed.unpaired_seeds && seeds(first) != seeds(second) {
        Some(Verdict::UnpairedSeeds)
    } else {
        None
    }
}

/// The differences second − first over the seeds that both have, in units of the metric; higher is better.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Paired {
    pub pairs: usize,
    /// Seeds that only one of them has; they are not used.
    pub unpaired: usize,
    /// Seeds for which one of them or both diverged, or found that there is no solution; they count as the worst.
    pub diverged: usize,
    /// Mean difference; none if a seed has no result.
    pub difference: Option<f64>,
    /// Of the mean difference, for all comparisons that were made together at once; none with fewer seeds than a verdict needs.
    pub interval: Option<Interval>,
    /// The share of seeds on which the second is better.
    pub improvement: Option<Improvement>,
    /// Of the corrected t test, two-sided.
    pub p: Option<f64>,
    /// The same times the number of comparisons that were made together (Bonferroni).
    pub adjusted_p: Option<f64>,
    pub verdict: Verdict,
    /// Whether each of both trains the same for every seed: the verdict is no matter of chance.
    pub certain: bool,
    /// With fewer seeds in common no difference, however large, would have a verdict among so many comparisons.
    pub seeds_at_least: usize,
    /// Seeds that find a difference of this size in four of five repetitions; `None` if no number of seeds does.
    pub seeds_needed: Option<usize>,
    #[serde(skip)]
    test: Option<CorrectedT>,
    /// How the differences scatter; none if a seed has no result.
    #[serde(skip)]
    scatter: Option<Scatter>,
    /// The variance of the mean difference that all seeds share.
    #[serde(skip)]
    shared: f64,
    /// Whether the second is the better one as the test counts, diverged seeds as the worst.
    #[serde(skip)]
    second_leads: bool,
    /// Whether no seed differs.
    #[serde(skip)]
    same: bool,
    /// What is in the way of a verdict, whatever the figures.
    #[serde(skip)]
    pub obstacle: Option<Verdict>,
    /// The level of this comparison, with enough seeds.
    #[serde(skip)]
    planned: f64,
}

/// What one training may lose to roundings, as of another engine or processor, and be no worse for it: f32 has seven digits, and a
/// training may lose three of them.
const ROUNDINGS: f64 = 1e-4;

/// Metrics by seed, `None` if a seed diverged; `overlap` as [`CorrectedT`] has it. The verdict is that of one comparison alone:
/// give all that belong together to [`judge`].
#[must_use]
pub fn paired(first: &BTreeMap<u64, Option<f64>>, second: &BTreeMap<u64, Option<f64>>, overlap: f64) -> Paired {
    let both: Vec<_> = first.iter().filter_map(|(seed, a)| Some((*a, *second.get(seed)?))).collect();
    let differences: Vec<f64> = both.iter().map(|(a, b)| difference(*a, *b)).collect();
    let diverged = both.iter().filter(|(a, b)| a.is_none() || b.is_none()).count();
    let unpaired = first.len() + second.len() - 2 * both.len();
    Paired::of(&differences, (diverged, unpaired), overlap)
}

/// The same of differences that somebody has taken, one per repetition, all of them finite; `certain` where every repetition is the
/// same run.
#[must_use]
pub fn of_differences(differences: &[f64], overlap: f64, certain: bool) -> Paired {
    let mut paired = Paired::of(differences, (0, 0), overlap);
    if certain && paired.pairs > 0 && !paired.same {
        paired.is_certain();
    }
    paired.corrected(1, Level::whole(), None);
    paired
}

/// The same of a weighted sum of several methods, with the variance of its mean that all repetitions share.
#[must_use]
pub fn of_contrast(sums: &[f64], overlap: f64, (shared, freedom): (f64, f64), certain: bool) -> Paired {
    let mut paired = Paired::of(sums, (0, 0), overlap);
    if shared > 0.0 {
        paired.share(shared, freedom);
    } else if certain && paired.pairs > 0 && !paired.same {
        paired.is_certain();
    }
    paired.corrected(1, Level::whole(), None);
    paired
}

/// The same of two methods, each with what it reached on every seed.
#[must_use]
pub fn paired_methods(first: &Selected<'_, '_>, second: &Selected<'_, '_>) -> Paired {
    let sampled = first.sampled.widest(second.sampled);
    let mut paired = paired(&first.to_compare(), &second.to_compare(), sampled.overlap());
    let (variance, freedom) = first.rows_error_of_difference(second);
    paired.share(variance, freedom);
    paired.obstacle = obstacle(first, second);
    // Copies of one run are no sample: there is nothing to test, and one of them says all.
    let shown = paired.shared == 0.0; // else other test rows could differ
    if shown && paired.pairs > 0 && !paired.same && [first, second].iter().all(|row| row.copies) {
        paired.is_certain();
        let small = |d: f64| d.abs() <= ROUNDINGS;
        paired.same = paired.difference.is_some_and(small);
        paired.second_leads = paired.improved_for_certain(first, second);
    }
    paired.corrected(1, Level::whole(), None);
    paired
}

#[allow(clippy::cast_precision_loss)] // a count of seeds
fn scatter(differences: &[f64], overlap: f64) -> Option<Scatter> {
    let deviation = Spread::of(differences)?.sd?;
    Some(Scatter::new(deviation, differences.len() as f64 - 1.0, overlap))
}

/// A seed that diverged is the worst there is; two of them are equal.
fn difference(first: Option<f64>, second: Option<f64>) -> f64 {
    match (first, second) {
        (Some(a), Some(b)) if equal(a, b) => 0.0,
        (Some(a), Some(b)) => b - a,
        (Some(_), None) => f64::NEG_INFINITY,
        (None, Some(_)) => f64::INFINITY,
        (None, None) => 0.0,
    }
}

/// The part of [`LEVEL`] that some comparisons have together, and the part that they would have with enough seeds.
#[derive(Clone, Copy, Debug)]
pub struct Level {
    pub level: f64,
    pub planned: f64,
}

impl Level {
    /// All of it.
    #[must_use]
    pub const fn whole() -> Self {
        Self { level: LEVEL, planned: LEVEL }
    }
}

/// Corrects for all these comparisons at once and gives each its verdict: the chance of any wrong one is at most the level. With a
/// margin, what differs by less than it is the same.
pub fn judge<'p>(all: impl IntoIterator<Item = &'p mut Paired>, level: Level, margin: Option<f64>) {
    let mut tested: Vec<&mut Paired> = all.into_iter().collect();
    let comparisons = tested.iter().filter(|paired| paired.p.is_some()).count();
    tested.iter_mut().for_each(|paired| paired.corrected(comparisons, level, margin));
}

impl Paired {
    fn of(differences: &[f64], (diverged, unpaired): (usize, usize), overlap: f64) -> Self {
        let finite = differences.iter().all(|d| d.is_finite());
        let known = mean(differences).filter(|_| finite && diverged == 0);
        let test = CorrectedT::of(&bounded(differences), overlap);
        let p = test.map(|test| test.p());
        let mut paired = Self {
            pairs: differences.len(),
            unpaired,
            diverged,
            difference: known,
            interval: None,
            improvement: improvement(differences, LEVEL),
            p,
            adjusted_p: p,
            verdict: Verdict::NotToldApart,
            certain: false,
            seeds_at_least: 0,
            seeds_needed: None,
            test,
            shared: 0.0,
            scatter: known.and_then(|_| scatter(differences, overlap)),
            second_leads: test.is_some_and(|test| test.mean > 0.0),
            same: diverged == 0 && !differences.is_empty() && differences.iter().all(|difference| *difference == 0.0),
            obstacle: None,
            planned: LEVEL,
        };
        paired.corrected(1, Level::whole(), None);
        paired
    }

    /// Takes the repetitions as copies of one run: there is nothing to test, and one of them says all.
    fn is_certain(&mut self) {
        self.certain = true;
        (self.improvement, self.p, self.adjusted_p, self.test) = (None, None, None, None);
    }

    /// Whether the second is shown to be worse.
    #[must_use]
    pub fn is_worse(&self) -> bool {
        self.verdict == Verdict::Worse
    }

    /// Takes in an error of the mean difference that all seeds share. For the number of seeds it is like an overlap: a part of the
    /// error that no seed makes smaller.
    fn share(&mut self, variance: f64, freedom: f64) {
        self.shared = variance;
        self.test = self.test.map(|test| test.with_shared(variance, freedom));
        self.p = self.test.map(|test| test.p());
        if variance > 0.0 {
            self.scatter =
                self.scatter.filter(|scatter| scatter.deviation > 0.0).map(|scatter| scatter.with_shared(variance));
        }
    }

    fn improved_for_certain(&self, first: &Selected<'_, '_>, second: &Selected<'_, '_>) -> bool {
        let any = |row: &Selected<'_, '_>| row.to_compare().values().next().copied().flatten();
        self.difference.map_or_else(|| difference(any(first), any(second)) > 0.0, |d| d > 0.0)
    }

    /// Fills in what depends on how many comparisons are made together.
    #[allow(clippy::cast_precision_loss)] // a count of comparisons
    fn corrected(&mut self, comparisons: usize, level: Level, margin: Option<f64>) {
        let comparisons = comparisons.max(1) as f64;
        let (own, planned) = (level.level / comparisons, level.planned / comparisons);
        self.planned = planned;
        self.adjusted_p = self.p.map(|p| if own > 0.0 { (p * LEVEL / own).min(1.0) } else { 1.0 });
        self.seeds_at_least = if self.certain { 0 } else { seeds_at_least(planned) };
        let enough = self.pairs >= self.seeds_at_least && own > 0.0;
        self.interval = self.test.filter(|_| enough && self.difference.is_some()).and_then(|test| test.interval(own));
        self.seeds_needed = self
            .difference
            .zip(self.scatter)
            .filter(|_| !self.certain)
            .and_then(|(d, scatter)| seeds_for_difference(d, scatter, planned));
        self.verdict = self.judged(enough, margin);
    }

    fn judged(&self, enough: bool, margin: Option<f64>) -> Verdict {
        let direction = || if self.second_leads { Verdict::Better } else { Verdict::Worse };
        let within = |margin: f64| match (self.interval, self.certain) {
            (Some(interval), _) => interval.low > -margin && interval.high < margin,
            (None, true) => self.difference.is_some_and(|d| d.abs() < margin),
            (None, false) => false,
        };
        if let Some(obstacle) = self.obstacle {
            obstacle
        } else if self.same {
            Verdict::Same
        } else if margin.is_some_and(within) {
            Verdict::SameWithinMargin
        } else if self.certain || self.adjusted_p.is_some_and(|p| p < LEVEL) {
            direction()
        } else if !enough {
            Verdict::TooFewSeeds
        } else {
            Verdict::NotToldApart
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seeds(values: &[Option<f64>]) -> BTreeMap<u64, Option<f64>> {
        (0..).zip(values.iter().copied()).collect()
    }

    fn alone(first: &[Option<f64>], second: &[Option<f64>]) -> Paired {
        paired(&seeds(first), &seeds(second), 0.0)
    }

    #[test]
    fn verdicts_follow_pairs() {
        let low: Vec<_> = (0..8).map(|i| Some(0.5 + 0.01 * f64::from(i))).collect();
        let high: Vec<_> = (0..8).map(|i| Some(0.6 + 0.012 * f64::from(i))).collect();
        let found = alone(&low, &high);
        assert_eq!((found.verdict, found.pairs, found.p), (Verdict::Better, 8, Some(2.0 / 256.0)));
        assert!(found.interval.unwrap().low > 0.0);
        assert_eq!(alone(&high, &low).verdict, Verdict::Worse);
        assert_eq!(alone(&high[..5], &low).verdict, Verdict::TooFewSeeds);
        assert_eq!(alone(&high[..5], &low).interval, None, "an interval that excludes 0 would be a verdict");
        assert_eq!(alone(&low, &low).verdict, Verdict::Same);
        assert_eq!(alone(&[], &low).verdict, Verdict::TooFewSeeds);
    }

    #[test]
    fn diverged_seeds_are_worst() {
        let lost = alone(&[Some(0.5); 8], &[None; 8]);
        assert_eq!((lost.verdict, lost.diverged, lost.difference), (Verdict::Worse, 8, None));
        assert_eq!(alone(&[None; 8], &[None; 8]).verdict, Verdict::NotToldApart);
    }

    /// Eight seeds of eighteen diverged, and the others are a little better: the test counts the former, and so does the verdict.
    #[test]
    fn the_verdict_points_where_the_test_does() {
        let known: Vec<_> = (0..18).map(|i| Some(0.5 + 0.001 * f64::from(i))).collect();
        let risky: Vec<_> = (0..18).map(|i| (i >= 8).then(|| 0.6 + 0.001 * f64::from(i))).collect();
        let found = alone(&known, &risky);
        assert!(found.p.unwrap() < 0.05 && found.improvement.unwrap().probability > 0.5, "{found:?}");
        assert_eq!(found.verdict, Verdict::Worse);
        assert_eq!(alone(&risky, &known).verdict, Verdict::Better);
    }

    #[test]
    fn the_same_means_every_seed() {
        let [first, second] = [[0.5, 0.7], [0.6, 0.6]].map(|values| values.map(Some));
        assert_eq!(alone(&first, &second).verdict, Verdict::TooFewSeeds, "equal means are not equal figures");
        assert_eq!(alone(&first, &first).verdict, Verdict::Same);
        let roundings = [0.1 + 0.2, 0.7].map(Some);
        assert_eq!(alone(&[Some(0.3), Some(0.7)], &roundings).verdict, Verdict::Same);
    }

    #[test]
    fn many_comparisons_ask_for_more() {
        let low = [Some(0.5); 6];
        let high = [0.6, 0.61, 0.62, 0.63, 0.64, 0.65].map(Some);
        let mut two = [alone(&low, &high), alone(&low, &high)];
        assert_eq!(two[0].verdict, Verdict::Better);
        judge(&mut two, Level::whole(), None);
        assert_eq!((two[0].verdict, two[0].adjusted_p), (Verdict::TooFewSeeds, Some(0.0625)));
        assert_eq!((two[0].seeds_at_least, two[0].seeds_needed, two[0].interval), (7, Some(7), None));
    }

    #[test]
    fn a_margin_makes_small_differences_the_same() {
        let low: Vec<_> = (0..12).map(|i| Some(0.9 + 0.001 * f64::from(i % 3))).collect();
        let high: Vec<_> = (0..12).map(|i| Some(0.903 + 0.001 * f64::from(i % 2))).collect();
        let judged = |margin| {
            let mut one = [alone(&low, &high)];
            judge(&mut one, Level::whole(), margin);
            one[0].verdict
        };
        assert_eq!(
            [None, Some(0.01), Some(0.001)].map(judged),
            [Verdict::Better, Verdict::SameWithinMargin, Verdict::Better]
        );
    }

    /// Ten splits of the same rows are not ten samples.
    #[test]
    fn splits_know_less_than_samples() {
        let low: Vec<_> = (0..10).map(|i| Some(0.5 + 0.01 * f64::from(i % 5))).collect();
        let high: Vec<_> = (0..10).map(|i| Some(0.52 + 0.01 * f64::from(i % 3))).collect();
        let of = |overlap| paired(&seeds(&low), &seeds(&high), overlap).p.unwrap();
        assert!(of(0.0) < 0.15 && of(1.0 / 3.0) > 0.4, "{} {}", of(0.0), of(1.0 / 3.0));
    }
}
