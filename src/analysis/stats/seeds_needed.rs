//! How many seeds a difference would need.
//!
//! For a mean paired difference d with deviation s over seeds, at level α and power 1 − β:
//! n = ((z₁₋α/₂ + z₁₋β) s / d)² + z²₁₋α/₂ / 2, rounded up. The second term (Guenther) makes up for the unknown deviation, to
//! within one seed of the t test's own figure. Never fewer than the 6 with which a sign-flip test can reach 0.05 at all.
//! For P(A > B) = γ: n = ((z₁₋α + z₁₋β) / (√6 (γ − ½)))², Noether's formula as in Bouthillier et al.
//!
//! It plans the next experiment. It must not be used to explain the last one: power computed from the difference that was
//! seen says nothing that p did not say (Hoenig and Heisey 2001).
//!
//! Source: Guenther 1981, "Sample size formulas for normal theory t tests"; Noether 1987; Bouthillier et al. 2021, appendix
//! C.3, where γ = 0.75 needs 29.

use super::LEVEL;
use super::normal::quantile;

/// The chance to find the difference.
const POWER: f64 = 0.8;

/// The least number of pairs with which a sign-flip test can show p < 0.05, if it is one of so many comparisons that are
/// corrected together (at least 1): the least p of n pairs is 2 / 2ⁿ.
#[must_use]
pub fn seeds_for_sign_flip(comparisons: f64) -> usize {
    let mut pairs = 1;
    while pairs < 60 && 2.0 / 2.0_f64.powi(pairs) * comparisons >= LEVEL {
        pairs += 1;
    }
    usize::try_from(pairs).unwrap_or(usize::MAX)
}

/// Seeds with which a mean paired difference is found in four of five repetitions; `None` for a difference of 0.
#[must_use]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // positive, and capped
pub fn seeds_for_difference(difference: f64, deviation: f64) -> Option<usize> {
    let z = quantile(1.0 - LEVEL / 2.0);
    let n = ((z + quantile(POWER)) * deviation / difference).powi(2) + z * z / 2.0;
    n.is_finite().then(|| (n.min(1e9).ceil() as usize).max(seeds_for_sign_flip(1.0)))
}

/// Seeds with which P(A > B) = γ > ½ is told from ½ with this power.
#[must_use]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub fn seeds_for_improvement(gamma: f64, power: f64) -> Option<usize> {
    let n = ((quantile(1.0 - LEVEL) + quantile(power)) / (6.0_f64.sqrt() * (gamma - 0.5))).powi(2);
    (gamma > 0.5 && n.is_finite()).then(|| n.min(1e9).ceil() as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_paper_needs_29_seeds() {
        assert_eq!(seeds_for_improvement(0.75, 0.95), Some(29));
        assert_eq!(seeds_for_improvement(0.5, 0.95), None);
    }

    #[test]
    fn no_difference_needs_no_end_of_seeds() {
        assert_eq!(seeds_for_difference(0.0, 1.0), None);
        assert_eq!(seeds_for_difference(1.0, 0.0), Some(6), "never fewer than a test can use");
        // 2 / 2⁶ = 0.031, 2 / 2⁷ = 0.016, 2 / 2¹⁰ · 20 = 0.039.
        assert_eq!([1.0, 2.0, 20.0].map(seeds_for_sign_flip), [6, 7, 10]);
    }
}
