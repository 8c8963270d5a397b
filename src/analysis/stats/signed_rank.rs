//! Wilcoxon's signed-rank test of paired differences, exact for small n.
//!
//! The |dᵢ| are ranked, equal ones with the mean of their ranks; W⁺ is the sum of the ranks of positive differences. p is
//! the share of sign patterns whose W⁺ is as far from its mean, two-sided; counted exactly for up to 50 differences (also
//! with ties), and by the normal approximation with the ties' correction beyond.
//!
//! Differences of 0 say nothing and are left out (Wilcoxon's rule). As with sign flips, fewer than 6 differences cannot
//! have p < 0.05. It asks whether differences are symmetric about 0, and hears their order only: use it where the size of
//! differences is not comparable, as over data sets with different metrics (Demšar 2006, section 3.1.3).
//!
//! Source: Wilcoxon 1945, "Individual comparisons by ranking methods". As `scipy.stats.wilcoxon`.

use super::friedman::ranks;
use super::normal::below;

/// Up to this many differences the distribution is counted.
const EXACT: usize = 50;

/// What the test says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SignedRank {
    /// The smaller of the two sums of ranks.
    pub statistic: f64,
    /// Two-sided.
    pub p: f64,
    /// Differences that are not 0.
    pub pairs: usize,
    /// Whether the positive differences have the larger sum of ranks, which is where the test points; none if both are equal.
    pub positive: Option<bool>,
}

/// Tests whether these differences lie around 0; `None` if none differs from 0.
#[must_use]
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)] // ranks are small
pub fn signed_rank(differences: &[f64]) -> Option<SignedRank> {
    let differences: Vec<f64> = differences.iter().copied().filter(|d| *d != 0.0).collect();
    let n = differences.len();
    if n == 0 {
        return None;
    }
    let sizes: Vec<f64> = differences.iter().map(|d| d.abs()).collect();
    let ranks = ranks(&sizes);
    let positive: f64 = differences.iter().zip(&ranks).filter(|(d, _)| **d > 0.0).map(|(_, r)| r).sum();
    let total: f64 = ranks.iter().sum();
    let statistic = positive.min(total - positive);
    let p = if n <= EXACT {
        // Twice the ranks are whole numbers, ties or not.
        let doubled: Vec<usize> = ranks.iter().map(|r| (2.0 * r).round() as usize).collect();
        let counts = counts_of_sums(&doubled);
        let tail: f64 = counts[..=(2.0 * statistic).round() as usize].iter().sum();
        (2.0 * tail / counts.iter().sum::<f64>()).min(1.0)
    } else {
        let variance = ranks.iter().map(|r| r * r).sum::<f64>() / 4.0;
        (2.0 * below((statistic - total / 2.0) / variance.sqrt())).min(1.0)
    };
    Some(SignedRank { statistic, p, pairs: n, positive: (2.0 * positive != total).then_some(2.0 * positive > total) })
}

/// How many subsets of these numbers have each sum; exact, for up to 2⁵³ subsets, and close beyond.
fn counts_of_sums(numbers: &[usize]) -> Vec<f64> {
    let mut counts = vec![0.0; numbers.iter().sum::<usize>() + 1];
    counts[0] = 1.0;
    for &number in numbers {
        for sum in (number..counts.len()).rev() {
            counts[sum] += counts[sum - number];
        }
    }
    counts
}
