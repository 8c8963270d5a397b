//! Which lead a test over families of data sets finds: one method is better than all others by the same amount on every family, the
//! others are equal, and each family's means have an error of their own.
//!
//! Worlds are made up, always the same ones, and each is judged as results are: of two methods by the signed-rank test, of more by
//! Friedman's test and a critical difference of mean ranks. A lead is found where its method is told apart from one other at least.
//! Friedman's test is by permutation, and its critical value is that of drawn rankings without ties.
//!
//! The error of a family is that of a difference of two methods; each method has its half of the variance. Where a deviation was estimated with f
//! degrees of freedom, the true one is drawn as deviation × √(f / χ²_f), by Wilson and Hilferty's approximation of χ².
//!
//! It holds for a lead that is as large on each family. Where it differs between families it is found less often, and nothing
//! here tells how often.
//!
//! Source: Demšar 2006, "Statistical comparisons of classifiers over multiple data sets", for the tests; Wilson and Hilferty 1931.

use super::friedman::ranks;
use super::normal::quantile;
use super::resample::Resampler;
use super::seeds_needed::POWER;
use super::signed_rank;

/// Numbers that are drawn for all worlds together, and the fewest and the most worlds.
const NUMBERS: usize = 300_000;
const WORLDS: [usize; 2] = [300, 2000];
/// Rankings for the critical value of Friedman's test.
const RANKINGS: usize = 20_000;
/// Leads are sought up to so many times the largest error.
const MOST_ERRORS: f64 = 64.0;

/// How well the difference of two methods is known on a family.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FamilyError {
    /// The standard deviation of the difference of two methods' means.
    pub error: f64,
    /// Degrees of freedom of its estimate, infinite for an assumption.
    pub freedom: f64,
}

/// A comparison over families.
#[derive(Clone, Debug)]
pub struct OverFamilies {
    pub families: Vec<FamilyError>,
    /// At least 2.
    pub methods: usize,
    /// Of mean ranks, from which on two methods are told apart; for two methods none, where the test itself tells.
    pub ranks_apart: Option<f64>,
    /// Of the test.
    pub level: f64,
}

/// The least lead that is found in four of five worlds; `None` if not even a large one is, and where no family has an error.
#[must_use]
pub fn lead_found(over: &OverFamilies) -> Option<f64> {
    let largest = over.families.iter().map(|family| family.error).fold(0.0, f64::max);
    let worlds = Worlds::of(over);
    let (mut low, mut high) = (0.0, largest * MOST_ERRORS);
    if !(largest > 0.0 && largest.is_finite()) || worlds.share(high) < POWER {
        return None;
    }
    while high - low > 1e-3 * high {
        let middle = 0.5 * (low + high);
        if worlds.share(middle) >= POWER { high = middle } else { low = middle }
    }
    Some(high)
}

/// Worlds without a lead, and what tells methods apart in them.
struct Worlds<'o> {
    over: &'o OverFamilies,
    /// Of each world the score of each method on each family.
    scores: Vec<f64>,
    /// The least sum of squared rank sums that Friedman's test calls a difference.
    critical: f64,
}

impl<'o> Worlds<'o> {
    fn of(over: &'o OverFamilies) -> Self {
        let each = over.methods * over.families.len();
        let count = (NUMBERS / each.max(1)).clamp(WORLDS[0], WORLDS[1]);
        let mut stream = Resampler::new();
        let mut scores = Vec::with_capacity(count * each);
        for _ in 0..count {
            for family in &over.families {
                let error = family.error * wider(family.freedom, normal(&mut stream)) / std::f64::consts::SQRT_2;
                scores.extend((0..over.methods).map(|_| error * normal(&mut stream)));
            }
        }
        Self { over, scores, critical: critical(over, &mut stream) }
    }

    /// The share of worlds in which a lead of the first method is found.
    #[allow(clippy::cast_precision_loss)] // counts of worlds
    fn share(&self, lead: f64) -> f64 {
        let worlds = self.scores.chunks_exact((self.over.methods * self.over.families.len()).max(1));
        let count = worlds.len();
        worlds.filter(|world| self.finds(world, lead)).count() as f64 / count.max(1) as f64
    }

    fn finds(&self, world: &[f64], lead: f64) -> bool {
        let methods = self.over.methods;
        let families = world.chunks_exact(methods);
        let Some(apart) = self.over.ranks_apart.filter(|_| methods > 2) else {
            let differences: Vec<f64> = families.map(|scores| lead + scores[0] - scores[1]).collect();
            let ahead = differences.iter().filter(|difference| **difference > 0.0).count();
            return signed_rank(&differences)
                .is_some_and(|test| test.p < self.over.level && test.positive == Some(true))
                && 2 * ahead > differences.len();
        };
        let mut sums = vec![0.0; methods];
        for scores in families {
            let costs: Vec<f64> = scores
                .iter()
                .enumerate()
                .map(|(method, score)| -score - if method == 0 { lead } else { 0.0 })
                .collect();
            sums.iter_mut().zip(ranks(&costs)).for_each(|(sum, rank)| *sum += rank);
        }
        #[allow(clippy::cast_precision_loss)] // a count of families
        let needed = apart * self.over.families.len() as f64;
        sums.iter().map(|sum| sum * sum).sum::<f64>() >= self.critical
            && sums[1..].iter().any(|sum| sum - sums[0] >= needed)
    }
}

/// The least sum of squares of rank sums whose share of drawn rankings is below the level.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)] // counts
fn critical(over: &OverFamilies, stream: &mut Resampler) -> f64 {
    if over.methods < 3 {
        return 0.0;
    }
    let mut order: Vec<f64> = (1..=over.methods).map(|rank| rank as f64).collect();
    let mut sum_of_squares = || {
        let mut sums = vec![0.0; order.len()];
        for _ in &over.families {
            (1..order.len()).rev().for_each(|last| order.swap(last, stream.below(last + 1)));
            sums.iter_mut().zip(&order).for_each(|(sum, rank)| *sum += rank);
        }
        sums.iter().map(|sum| sum * sum).sum::<f64>()
    };
    let mut drawn: Vec<f64> = (0..RANKINGS).map(|_| sum_of_squares()).collect();
    drawn.sort_by(|a, b| b.total_cmp(a));
    // The largest ones that make up less than the level; rank sums are halves of whole numbers, so their squares are exact.
    let edge = drawn[((over.level * RANKINGS as f64) as usize).min(RANKINGS - 1)];
    edge + 0.25
}

/// √(f / χ²_f) with χ² at this normal quantile.
fn wider(freedom: f64, z: f64) -> f64 {
    if !freedom.is_finite() {
        return 1.0;
    }
    let spread = 2.0 / (9.0 * freedom.max(1.0));
    (1.0 - spread + z * spread.sqrt()).max(0.05).powi(3).sqrt().recip()
}

#[allow(clippy::cast_precision_loss)] // 53 bits
fn normal(stream: &mut Resampler) -> f64 {
    quantile(((stream.bits() >> 11) as f64 + 0.5) / 9_007_199_254_740_992.0)
}

#[cfg(test)]
mod tests {
    use super::super::{critical_difference, friedman};
    use super::*;

    fn over(families: usize, methods: usize, level: f64) -> OverFamilies {
        let known = FamilyError { error: 1.0, freedom: f64::INFINITY };
        let ranks_apart = critical_difference(methods, families, level).filter(|_| methods > 2);
        OverFamilies { families: vec![known; families], methods, ranks_apart, level }
    }

    #[test]
    fn leads_follow_errors_families_and_levels() {
        let eight = lead_found(&over(8, 2, 0.05)).unwrap();
        // The sign of each of eight differences is that of the lead with Φ(δ): about four of five times the signed ranks find δ = 1.2.
        assert!((0.9..1.5).contains(&eight), "{eight}");
        assert!(lead_found(&over(16, 2, 0.05)).unwrap() < eight);
        assert!(lead_found(&over(8, 2, 0.01)).unwrap() > eight);
        assert_eq!(lead_found(&over(5, 2, 0.05)), None, "2/2⁵ is more than the level");
        let mut wide = over(8, 2, 0.05);
        wide.families.iter_mut().for_each(|family| family.error = 0.02);
        assert!((lead_found(&wide).unwrap() / 0.02 / eight - 1.0).abs() < 5e-3, "in units of the error");
        wide.families.iter_mut().for_each(|family| family.freedom = 3.0);
        assert!(lead_found(&wide).unwrap() > 0.02 * eight * 1.02, "few seeds tell little of the error");
        let few = lead_found(&over(8, 4, 0.05)).unwrap();
        assert!(few > 0.5 && lead_found(&over(20, 4, 0.05)).unwrap() < few, "{few}");
        assert_eq!(lead_found(&over(0, 2, 0.05)), None);
    }

    /// The critical value is that of the permutation test.
    #[test]
    fn the_critical_value_agrees_with_the_permutation_test() {
        let over = over(6, 3, 0.05);
        let mut stream = Resampler::new();
        let edge = critical(&over, &mut stream);
        let (mut differ, mut close) = (0, 0);
        for _ in 0..40 {
            let scores: Vec<Vec<Option<f64>>> =
                (0..6).map(|_| (0..3).map(|m| Some(0.7 * f64::from(m) + normal(&mut stream))).collect()).collect();
            let test = friedman(&scores).unwrap();
            let squares = test.ranks.iter().map(|rank| (6.0 * rank) * (6.0 * rank)).sum::<f64>();
            if (test.p - 0.05).abs() < 0.004 {
                close += 1;
            } else {
                differ += u32::from((test.p < 0.05) != (squares >= edge));
            }
        }
        assert!(differ == 0 && close < 20, "{differ} {close}");
    }
}
