//! Two methods on the same seeds: by how much they differ, and whether that can be called a difference.

use super::configurations::Configuration;
use super::select::Selected;
use super::stats::{
    Improvement, Interval, LEVEL, Spread, bca, holm, improvement, mean, seeds_for_difference, seeds_for_sign_flip,
    sign_flip,
};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What can be said of the second against the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    Better,
    Worse,
    /// The same figure for every seed.
    Same,
    /// So few seeds in common that no difference, however large, could be told from chance.
    TooFewSeeds,
    /// Chance explains what was seen, once it is counted how many comparisons were made.
    NotToldApart,
    /// One was chosen from more trials than the other, and nobody allowed that.
    UnequalBudgets,
    /// Some seeds are those of one only, and nobody allowed that.
    UnpairedSeeds,
    /// Each of both trains the same for every seed: what was seen is no sample of anything.
    SeedsChangeNothing,
}

impl Verdict {
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Better => "better",
            Self::Worse => "WORSE",
            Self::Same => "the same",
            Self::TooFewSeeds => "no verdict: too few seeds",
            Self::NotToldApart => "not told apart",
            Self::UnequalBudgets => "no verdict: unequal budgets",
            Self::UnpairedSeeds => "no verdict: unpaired seeds",
            Self::SeedsChangeNothing => "no verdict: seeds change nothing",
        }
    }

    /// Whether something stands in the way of any verdict, however many seeds there are.
    #[must_use]
    pub fn is_blocked(self) -> bool {
        matches!(self, Self::UnequalBudgets | Self::UnpairedSeeds | Self::SeedsChangeNothing)
    }
}

/// What stands in the way of a verdict between two methods of which one at least has a protocol.
#[must_use]
pub fn obstacle(first: &Selected<'_, '_>, second: &Selected<'_, '_>) -> Option<Verdict> {
    let allowed = first.staged.or(second.staged)?.allowed;
    let seeds = |row: &Selected<'_, '_>| -> BTreeSet<u64> {
        row.compared.map(Configuration::test_metrics).unwrap_or_default().into_keys().collect()
    };
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
    /// Mean difference; none where a seed has no result.
    pub difference: Option<f64>,
    /// For 95 % (BCa), from 3 seeds on.
    pub interval: Option<Interval>,
    /// P(second > first) with its 95 % interval.
    pub improvement: Option<Improvement>,
    /// Of the exact sign-flip test, two-sided.
    pub p: Option<f64>,
    /// The same after Holm's correction for all comparisons that were made together.
    pub adjusted_p: Option<f64>,
    pub verdict: Verdict,
    /// Whether the second is the better one as the test counts, diverged seeds as the worst.
    #[serde(skip)]
    second_leads: bool,
    /// Whether no seed differs.
    #[serde(skip)]
    same: bool,
    /// What stands in the way of a verdict, whatever the figures.
    #[serde(skip)]
    pub obstacle: Option<Verdict>,
    /// With fewer seeds in common no difference, however large, would have a verdict among so many comparisons.
    pub seeds_at_least: usize,
    /// Seeds that a difference of this size would need to be found in four of five repetitions.
    pub seeds_needed: Option<usize>,
}

/// What the metric of one training may lose to roundings, as of another engine or processor, and be no worse for it: f32 has seven
/// digits, and a training may lose three of them.
const ROUNDINGS: f64 = 1e-4;

impl Paired {
    /// Whether the second is shown to be worse: by a verdict, or for certain where nothing is left to chance.
    #[must_use]
    pub fn is_worse(&self) -> bool {
        let certain = self.verdict == Verdict::SeedsChangeNothing && self.difference.is_some_and(|d| d < -ROUNDINGS);
        self.verdict == Verdict::Worse || certain
    }
}

/// Metrics by seed, `None` where a seed diverged. The verdict is that of one comparison alone: give all that belong
/// together to [`judge`].
#[must_use]
pub fn paired(first: &BTreeMap<u64, Option<f64>>, second: &BTreeMap<u64, Option<f64>>) -> Paired {
    let both: Vec<_> = first.iter().filter_map(|(seed, a)| Some((*a, *second.get(seed)?))).collect();
    let differences: Vec<f64> = both.iter().map(|(a, b)| difference(*a, *b)).collect();
    let finite = differences.iter().all(|d| d.is_finite());
    let diverged = both.iter().filter(|(a, b)| a.is_none() || b.is_none()).count();
    let known = mean(&differences).filter(|_| finite && diverged == 0);
    let deviation = Spread::of(&differences).and_then(|spread| spread.sd);
    let test = sign_flip(&differences);
    let p = test.map(|test| test.p);
    let mut paired = Paired {
        pairs: both.len(),
        unpaired: first.len() + second.len() - 2 * both.len(),
        diverged,
        difference: known,
        interval: known.and_then(|_| bca(&differences, |x| mean(x).unwrap_or(0.0), LEVEL)),
        improvement: improvement(&differences, LEVEL),
        p,
        adjusted_p: p,
        verdict: Verdict::NotToldApart,
        second_leads: test.is_some_and(|test| test.positive),
        same: diverged == 0 && !both.is_empty() && differences.iter().all(|difference| *difference == 0.0),
        obstacle: None,
        seeds_at_least: seeds_for_sign_flip(1.0),
        seeds_needed: known.zip(deviation).and_then(|(d, s)| seeds_for_difference(d, s)),
    };
    paired.verdict = verdict(&paired);
    paired
}

/// The same of two methods, each with what stands for it.
#[must_use]
pub fn paired_methods(first: &Selected<'_, '_>, second: &Selected<'_, '_>) -> Paired {
    let of = |row: &Selected<'_, '_>| row.compared.map(Configuration::test_metrics).unwrap_or_default();
    let mut paired = paired(&of(first), &of(second));
    paired.obstacle = obstacle(first, second);
    // Copies of one run are no sample: there is nothing to test, and no number of them would be enough.
    let copies = |row: &&Selected| row.compared.is_some_and(Configuration::is_the_same_for_every_seed);
    if paired.obstacle.is_none() && !paired.same && [first, second].iter().all(copies) {
        paired.obstacle = Some(Verdict::SeedsChangeNothing);
        (paired.interval, paired.improvement, paired.p, paired.adjusted_p) = (None, None, None, None);
        (paired.seeds_at_least, paired.seeds_needed) = (0, None);
    }
    paired.verdict = verdict(&paired);
    paired
}

/// A seed that diverged is the worst there is; two of them are equal.
fn difference(first: Option<f64>, second: Option<f64>) -> f64 {
    match (first, second) {
        (Some(a), Some(b)) => b - a,
        (Some(_), None) => f64::NEG_INFINITY,
        (None, Some(_)) => f64::INFINITY,
        (None, None) => 0.0,
    }
}

/// Corrects for all these comparisons at once and gives each its verdict: the chance of any wrong one is at most
/// [`LEVEL`] / `weight`. A weight above 1 leaves a part of the level to another test.
pub fn judge<'p>(all: impl IntoIterator<Item = &'p mut Paired>, weight: f64) {
    let mut tested: Vec<&mut Paired> = all.into_iter().filter(|paired| paired.p.is_some()).collect();
    let adjusted = holm(&tested.iter().filter_map(|paired| paired.p).collect::<Vec<_>>());
    #[allow(clippy::cast_precision_loss)] // a count of comparisons
    let seeds_at_least = seeds_for_sign_flip(weight * tested.len() as f64);
    for (paired, p) in tested.iter_mut().zip(adjusted) {
        paired.adjusted_p = Some((weight * p).min(1.0));
        paired.seeds_at_least = seeds_at_least;
        paired.seeds_needed = paired.seeds_needed.map(|seeds| seeds.max(seeds_at_least));
        paired.verdict = verdict(paired);
    }
}

fn verdict(paired: &Paired) -> Verdict {
    if let Some(obstacle) = paired.obstacle {
        obstacle
    } else if paired.same {
        Verdict::Same
    } else if paired.adjusted_p.is_some_and(|p| p < LEVEL) {
        if paired.second_leads { Verdict::Better } else { Verdict::Worse }
    } else if paired.pairs < paired.seeds_at_least {
        Verdict::TooFewSeeds
    } else {
        Verdict::NotToldApart
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seeds(values: &[Option<f64>]) -> BTreeMap<u64, Option<f64>> {
        (0..).zip(values.iter().copied()).collect()
    }

    #[test]
    fn verdicts_follow_pairs() {
        let low: Vec<_> = (0..8).map(|i| Some(0.5 + 0.01 * f64::from(i))).collect();
        let high: Vec<_> = (0..8).map(|i| Some(0.6 + 0.012 * f64::from(i))).collect();
        let found = paired(&seeds(&low), &seeds(&high));
        assert_eq!((found.verdict, found.pairs, found.p), (Verdict::Better, 8, Some(2.0 / 256.0)));
        assert_eq!(paired(&seeds(&high), &seeds(&low)).verdict, Verdict::Worse);
        assert_eq!(paired(&seeds(&high[..5]), &seeds(&low)).verdict, Verdict::TooFewSeeds);
        assert_eq!(paired(&seeds(&low), &seeds(&low)).verdict, Verdict::Same);
        assert_eq!(paired(&seeds(&[]), &seeds(&low)).verdict, Verdict::TooFewSeeds);
    }

    #[test]
    fn diverged_seeds_are_worst() {
        let known = seeds(&[Some(0.5); 8]);
        let lost = paired(&known, &seeds(&[None; 8]));
        assert_eq!((lost.verdict, lost.diverged, lost.difference), (Verdict::Worse, 8, None));
        assert_eq!(paired(&seeds(&[None; 8]), &seeds(&[None; 8])).verdict, Verdict::NotToldApart);
    }

    /// Eight seeds of eighteen diverged, and the others are a little better: the test counts the former, and so does the verdict.
    #[test]
    fn the_verdict_points_where_the_test_does() {
        let known: Vec<_> = (0..18).map(|i| Some(0.5 + 0.001 * f64::from(i))).collect();
        let risky: Vec<_> = (0..18).map(|i| (i >= 8).then(|| 0.6 + 0.001 * f64::from(i))).collect();
        let found = paired(&seeds(&known), &seeds(&risky));
        assert!(found.p.unwrap() < 0.05 && found.improvement.unwrap().probability > 0.5, "{found:?}");
        assert_eq!(found.verdict, Verdict::Worse);
        assert_eq!(paired(&seeds(&risky), &seeds(&known)).verdict, Verdict::Better);
    }

    #[test]
    fn the_same_means_every_seed() {
        let [first, second] = [[0.5, 0.7], [0.6, 0.6]].map(|values| seeds(&values.map(Some)));
        assert_eq!(paired(&first, &second).verdict, Verdict::TooFewSeeds, "equal means are not equal figures");
        assert_eq!(paired(&first, &first).verdict, Verdict::Same);
    }

    #[test]
    fn many_comparisons_ask_for_more() {
        let low = seeds(&[Some(0.5); 6]);
        let high = seeds(&[Some(0.6), Some(0.61), Some(0.62), Some(0.63), Some(0.64), Some(0.65)]);
        let mut two = [paired(&low, &high), paired(&low, &high)];
        assert_eq!(two[0].verdict, Verdict::Better);
        judge(&mut two, 1.0);
        assert_eq!((two[0].verdict, two[0].adjusted_p), (Verdict::TooFewSeeds, Some(0.0625)));
        assert_eq!((two[0].seeds_at_least, two[0].seeds_needed), (7, Some(7)));
    }
}
