//! The probability that A does better than B on one seed, P(A > B), with its interval.
//!
//! The share of pairs in which A is better; equal ones count half. The interval is Clopper and Pearson's (exact: never too
//! narrow, at any n): its ends are the quantiles of Beta(k, n − k + 1) at α/2 and of Beta(k + 1, n − k) at 1 − α/2 for k
//! wins. Where its low end lies above ½ A is better more often than not; Bouthillier et al. ask besides for P(A > B) ≥ 0.75
//! before a difference is worth a change.
//!
//! They take a percentile bootstrap for the interval; it is not used here, since it shrinks to one point where A wins every
//! time, and says of 3 seeds that all is certain. Pairs must be independent: seeds on one data set, never pooled data sets.
//!
//! Source: Bouthillier et al. 2021, "Accounting for variance in machine learning benchmarks", section 4 and appendix C;
//! Clopper and Pearson 1934, as `scipy.stats.binomtest(k, n).proportion_ci("exact")`.

use super::Interval;
use serde::Serialize;
use statrs::function::beta::inv_beta_reg;

/// P(A > B) and where it lies.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Improvement {
    pub probability: f64,
    pub interval: Interval,
    pub pairs: usize,
}

/// From the differences A − B, higher is better; `None` for no differences. ±∞ where one side diverged.
#[must_use]
#[allow(clippy::cast_precision_loss)] // counts of seeds
pub fn improvement(differences: &[f64], level: f64) -> Option<Improvement> {
    if differences.is_empty() {
        return None;
    }
    let n = differences.len() as f64;
    let score = |d: &f64| if *d > 0.0 { 1.0 } else { f64::from(u8::from(*d == 0.0)) / 2.0 };
    let wins: f64 = differences.iter().map(score).sum();
    let low = if wins > 0.0 { inv_beta_reg(wins, n - wins + 1.0, level / 2.0) } else { 0.0 };
    let high = if wins < n { inv_beta_reg(wins + 1.0, n - wins, 1.0 - level / 2.0) } else { 1.0 };
    Some(Improvement { probability: wins / n, interval: Interval { low, high }, pairs: differences.len() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_count_half() {
        let tied = improvement(&[1.0, 0.0, -1.0, 0.0], 0.05).unwrap();
        assert_eq!(tied.probability, 0.5);
        assert!(tied.interval.low < 0.2 && tied.interval.high > 0.8);
        assert_eq!(improvement(&[], 0.05), None);
        let lost = improvement(&[f64::NEG_INFINITY, 1.0], 0.05).unwrap();
        assert_eq!(lost.probability, 0.5);
    }
}
