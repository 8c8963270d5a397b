//! How many seeds a difference needs to be found, at the level that one of several comparisons has.
//!
//! A mean paired difference d with deviation s over n seeds, overlap o (see [`super::CorrectedT`]): the test's statistic is about
//! noncentral t with δ = d / (s √(1/n + o)) and n − 1 degrees of freedom, and its power
//! P(T > c) ≈ Φ((δ − c (1 − 1/(4ν))) / √(1 + c²/(2ν))), c the critical value at the corrected level. With overlap δ has a bound,
//! so some differences are never found, however many seeds there are.
//!
//! It plans the next experiment. It must not be used to explain the last one: power computed from the difference that was
//! seen says nothing that p did not say (Hoenig and Heisey 2001).
//!
//! Source: Abramowitz and Stegun 1964, 26.7.10, for the noncentral t distribution; Noether 1987 and Bouthillier et al. 2021,
//! appendix C.3, for P(A > B), where γ = 0.75 needs 29.

use super::LEVEL;
use super::corrected_t::least_p;
use super::normal::{below, quantile};
use statrs::distribution::{ContinuousCDF, StudentsT};

/// The chance to find the difference.
pub const POWER: f64 = 0.8;
/// More seeds than this are no plan.
pub const MOST_SEEDS: usize = 10_000;

/// The least number of seeds with which any difference can have p below this level.
#[must_use]
pub fn seeds_at_least(level: f64) -> usize {
    (2..1000).find(|&seeds| least_p(seeds) < level).unwrap_or(1000)
}

/// The chance that n seeds find this difference at this level.
#[must_use]
#[allow(clippy::cast_precision_loss)] // counts of seeds
pub fn power(difference: f64, deviation: f64, (seeds, overlap): (usize, f64), level: f64) -> f64 {
    let enough = least_p(seeds) < level;
    let freedom = seeds as f64 - 1.0;
    let (Ok(student), true) = (StudentsT::new(0.0, 1.0, freedom), enough) else { return 0.0 };
    let critical = student.inverse_cdf(1.0 - level / 2.0);
    let shift = (difference / deviation).abs() / (1.0 / seeds as f64 + overlap).sqrt();
    below((shift - critical * (1.0 - 0.25 / freedom)) / (1.0 + critical * critical / (2.0 * freedom)).sqrt())
}

/// Seeds with which a mean paired difference is found in four of five repetitions at this level; `None` where no number of
/// seeds is enough.
#[must_use]
pub fn seeds_for_difference(difference: f64, deviation: f64, overlap: f64, level: f64) -> Option<usize> {
    let least = seeds_at_least(level);
    if difference == 0.0 || !difference.is_finite() || !deviation.is_finite() {
        return None;
    }
    let found = |seeds: usize| deviation == 0.0 || power(difference, deviation, (seeds, overlap), level) >= POWER;
    if !found(MOST_SEEDS) {
        return None;
    }
    // Power grows with the number of seeds.
    let (mut low, mut high) = (least - 1, MOST_SEEDS.max(least));
    while high - low > 1 {
        let middle = usize::midpoint(low, high);
        if found(middle) { high = middle } else { low = middle }
    }
    Some(high)
}

/// The least difference that n seeds find in four of five repetitions at this level; `None` where they find none.
#[must_use]
#[allow(clippy::cast_precision_loss)] // counts of seeds
pub fn difference_found(deviation: f64, (seeds, overlap): (usize, f64), level: f64) -> Option<f64> {
    let freedom = seeds as f64 - 1.0;
    let student = StudentsT::new(0.0, 1.0, freedom).ok().filter(|_| least_p(seeds) < level)?;
    let critical = student.inverse_cdf(1.0 - level / 2.0);
    let shift =
        critical * (1.0 - 0.25 / freedom) + quantile(POWER) * (1.0 + critical * critical / (2.0 * freedom)).sqrt();
    Some(shift * deviation * (1.0 / seeds as f64 + overlap).sqrt())
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
    fn floors_and_bounds() {
        // 2/2⁶ = 0.031; a twentieth of the level: 2/2¹⁰ = 0.00195.
        assert_eq!([LEVEL, LEVEL / 20.0].map(seeds_at_least), [6, 10]);
        assert_eq!(seeds_for_difference(0.0, 1.0, 0.0, LEVEL), None);
        assert_eq!(seeds_for_difference(1.0, 0.0, 0.0, LEVEL), Some(6), "never fewer than a test can use");
        assert_eq!(seeds_for_difference(1.0, 1.0, 1.0 / 3.0, LEVEL), None, "δ stays below √3");
        let needed = seeds_for_difference(1.0, 1.0, 0.0, LEVEL).unwrap();
        let found = difference_found(1.0, (needed, 0.0), LEVEL).unwrap();
        assert!(found <= 1.0 && difference_found(1.0, (needed - 1, 0.0), LEVEL).unwrap() > 1.0, "{needed} {found}");
    }
}
