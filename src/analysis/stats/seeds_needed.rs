//! How many seeds a difference needs to be found, and which difference so many seeds find.
//!
//! The differences of two methods scatter between n seeds with deviation s; their mean d has the variance (1/n + r) s², r what the seeds
//! share. The test takes r to be o, the overlap (see [`super::CorrectedT`]), so its statistic exceeds c, the critical value at the level
//! of the comparison, where a noncentral t with δ = d / (s √(1/n + r)) and ν = n − 1 degrees of freedom exceeds
//! C = c √((1/n + o) / (1/n + r)). Its power is about P(T > C) ≈ Φ((δ − C (1 − 1/(4ν))) / √(1 + C²/(2ν))).
//!
//! Where s is itself an estimate with f degrees of freedom, δ is a random multiple of its true size, by √(χ²_f / f) with mean about
//! m = 1 − 1/(4f) and variance 1 − m². The power expected over such estimates is then about
//! Φ((δ m − C (1 − 1/(4ν))) / √(1 + C²/(2ν) + δ² (1 − m²))): a plan from a few seeds promises less, and keeps it.
//!
//! Nobody knows r beforehand, and no results of one data set tell it: it lies between 0 and about o. Measured on made-up worlds it is
//! nearer to 0 (docs/decisions/0014-answers.md). [`SHARED`] is chosen so that a difference that 80 % of experiments are said to find
//! is found by 70 to 90 % of them up to 20 seeds, whatever r is from 0 to o; with more seeds by more where r is 0. However many
//! seeds there are, some differences are not found, as the test has to allow for o.
//!
//! It plans the next experiment. It must not be used to explain the last one: power computed from the difference that was
//! seen says nothing that p did not say (Hoenig and Heisey 2001).
//!
//! Source: Abramowitz and Stegun 1964, 26.7.10, for the noncentral t distribution; Julious and Owen 2006 for a deviation that is
//! an estimate; Noether 1987 and Bouthillier et al. 2021, appendix C.3, for P(A > B), where γ = 0.75 needs 29.

use super::LEVEL;
use super::corrected_t::least_p;
use super::normal::{below, quantile};
use statrs::distribution::{ContinuousCDF, StudentsT};

/// The chance to find the difference.
pub const POWER: f64 = 0.8;
/// More seeds than this are no plan.
pub const MOST_SEEDS: usize = 10_000;

/// What seeds are taken to share, as a part of what the test allows for.
pub const SHARED: f64 = 0.3;

/// How the differences of two methods scatter between seeds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scatter {
    /// The standard deviation of the difference between seeds.
    pub deviation: f64,
    /// How well that is known: degrees of freedom of an estimate, infinite for an assumption.
    pub freedom: f64,
    /// What the test allows for: n_test / n_train where seeds split the same rows, see [`super::CorrectedT`].
    pub overlap: f64,
    /// What seeds share in truth.
    pub shared: f64,
}

impl Scatter {
    /// With so much overlap, of which nobody knows what it makes seeds share.
    #[must_use]
    pub fn new(deviation: f64, freedom: f64, overlap: f64) -> Self {
        Self { deviation, freedom, overlap, shared: SHARED * overlap }
    }

    /// The same where the mean has a further error of this variance, which all seeds share and the test allows for.
    #[must_use]
    pub fn with_shared(self, variance: f64) -> Self {
        let more = variance / (self.deviation * self.deviation);
        Self { overlap: self.overlap + more, shared: self.shared + more, ..self }
    }

    /// The mean of √(χ²_f / f), and its variance.
    fn estimate(&self) -> (f64, f64) {
        let mean = 1.0 - 0.25 / self.freedom.max(1.0);
        (mean, 1.0 - mean * mean)
    }

    /// The standard deviation of a mean over so many seeds.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // a count of seeds
    pub fn error(&self, seeds: usize) -> f64 {
        self.deviation * (1.0 / seeds as f64 + self.shared).sqrt()
    }

    /// Centre and variance of what δ is compared with; none if so few seeds show no p below this level.
    #[allow(clippy::cast_precision_loss)] // a count of seeds
    fn threshold(&self, seeds: usize, level: f64) -> Option<(f64, f64)> {
        let (freedom, each) = (seeds as f64 - 1.0, 1.0 / seeds as f64);
        let student = StudentsT::new(0.0, 1.0, freedom).ok().filter(|_| least_p(seeds) < level)?;
        let critical = student.inverse_cdf(1.0 - level / 2.0) * ((each + self.overlap) / (each + self.shared)).sqrt();
        Some((critical * (1.0 - 0.25 / freedom), 1.0 + critical * critical / (2.0 * freedom)))
    }
}

/// The least number of seeds with which any difference can have p below this level.
#[must_use]
pub fn seeds_at_least(level: f64) -> usize {
    (2..1000).find(|&seeds| least_p(seeds) < level).unwrap_or(1000)
}

/// The chance that n seeds find this difference at this level.
#[must_use]
pub fn power(difference: f64, scatter: Scatter, seeds: usize, level: f64) -> f64 {
    let Some((centre, variance)) = scatter.threshold(seeds, level) else { return 0.0 };
    let shift = (difference / scatter.error(seeds)).abs();
    if shift.is_infinite() {
        return 1.0;
    }
    let (mean, spread) = scatter.estimate();
    below((shift * mean - centre) / (variance + shift * shift * spread).sqrt())
}

/// Seeds with which a mean paired difference is found in four of five repetitions at this level; `None` if no number of
/// seeds is enough.
#[must_use]
pub fn seeds_for_difference(difference: f64, scatter: Scatter, level: f64) -> Option<usize> {
    if difference == 0.0 || !difference.is_finite() || !scatter.deviation.is_finite() {
        return None;
    }
    least(level, |seeds| power(difference, scatter, seeds, level) >= POWER)
}

/// The least difference that n seeds find in four of five repetitions at this level; `None` if they find none.
#[must_use]
pub fn difference_found(scatter: Scatter, seeds: usize, level: f64) -> Option<f64> {
    shift(scatter, seeds, level, POWER).map(|shift| shift * scatter.error(seeds))
}

/// The least difference that any number of seeds finds.
#[must_use]
pub fn difference_ever_found(scatter: Scatter, level: f64) -> Option<f64> {
    difference_found(scatter, MOST_SEEDS, level)
}

/// The least margin within which two equal methods are shown to be the same, in four of five repetitions: the whole interval lies
/// within it, so its two ends miss it in one of ten repetitions each.
#[must_use]
pub fn margin_shown(scatter: Scatter, seeds: usize, level: f64) -> Option<f64> {
    shift(scatter, seeds, level, 0.5 + 0.5 * POWER).map(|shift| shift * scatter.error(seeds))
}

/// Seeds with which two equal methods are shown to be the same within a margin; `None` if no number of seeds is enough.
#[must_use]
pub fn seeds_for_margin(margin: f64, scatter: Scatter, level: f64) -> Option<usize> {
    least(level, |seeds| margin_shown(scatter, seeds, level).is_some_and(|shown| shown <= margin))
}

/// The least number of seeds for which something holds that holds for all larger ones.
fn least(level: f64, holds: impl Fn(usize) -> bool) -> Option<usize> {
    if !holds(MOST_SEEDS) {
        return None;
    }
    let (mut low, mut high) = (seeds_at_least(level) - 1, MOST_SEEDS);
    while high - low > 1 {
        let middle = usize::midpoint(low, high);
        if holds(middle) { high = middle } else { low = middle }
    }
    Some(high)
}

/// The least δ with this power: the root of a quadratic.
fn shift(scatter: Scatter, seeds: usize, level: f64, power: f64) -> Option<f64> {
    let (centre, variance) = scatter.threshold(seeds, level)?;
    let (mean, spread) = scatter.estimate();
    let z = quantile(power);
    let square = mean * mean - z * z * spread;
    let root = (centre * mean).powi(2) - square * (centre * centre - z * z * variance);
    (square > 0.0).then(|| (centre * mean + root.sqrt()) / square)
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
    use crate::analysis::stats::CorrectedT;

    const KNOWN: Scatter = Scatter { deviation: 1.0, freedom: f64::INFINITY, overlap: 0.0, shared: 0.0 };

    #[test]
    fn the_paper_needs_29_seeds() {
        assert_eq!(seeds_for_improvement(0.75, 0.95), Some(29));
        assert_eq!(seeds_for_improvement(0.5, 0.95), None);
    }

    #[test]
    fn floors_and_bounds() {
        // 2/2⁶ = 0.031; a twentieth of the level: 2/2¹⁰ = 0.00195.
        assert_eq!([LEVEL, LEVEL / 20.0].map(seeds_at_least), [6, 10]);
        assert_eq!(seeds_for_difference(0.0, KNOWN, LEVEL), None);
        let none = Scatter { deviation: 0.0, ..KNOWN };
        assert_eq!(seeds_for_difference(1.0, none, LEVEL), Some(6), "never fewer than a test can use");
        let splits = Scatter { overlap: 1.0 / 3.0, shared: 1.0 / 3.0, ..KNOWN };
        assert_eq!(seeds_for_difference(1.0, splits, LEVEL), None, "δ stays below √3");
        let alone = Scatter { overlap: 1.0 / 3.0, ..KNOWN };
        assert!(difference_found(alone, 20, LEVEL) < difference_found(splits, 20, LEVEL));
        assert_eq!([5, 6].map(|seeds| difference_found(KNOWN, seeds, LEVEL).is_some()), [false, true]);
    }

    /// What so many seeds find takes so many seeds, and has the power that is promised.
    #[test]
    fn differences_and_seeds_agree() {
        for freedom in [f64::INFINITY, 20.0, 4.0, 1.0] {
            for overlap in [0.0, 1.0 / 3.0] {
                let scatter = Scatter::new(0.02, freedom, overlap);
                for (seeds, level) in [(6, LEVEL), (14, LEVEL / 400.0), (40, LEVEL / 20.0)] {
                    let found = difference_found(scatter, seeds, level).unwrap();
                    assert!((power(found, scatter, seeds, level) - POWER).abs() < 1e-9, "{found}");
                    assert_eq!(seeds_for_difference(found * (1.0 + 1e-9), scatter, level), Some(seeds));
                    let shown = margin_shown(scatter, seeds, level);
                    assert!(shown.is_none_or(|shown| shown > found), "{shown:?} {found}");
                    let again = shown.map(|shown| seeds_for_margin(shown * (1.0 + 1e-9), scatter, level));
                    assert!(again.is_none_or(|again| again == Some(seeds)), "{again:?}");
                }
            }
        }
        assert!(difference_found(Scatter { freedom: 4.0, ..KNOWN }, 10, LEVEL) > difference_found(KNOWN, 10, LEVEL));
    }

    /// Where 18 seeds can show a difference 19 can, however many comparisons there are.
    #[test]
    fn more_seeds_never_show_less() {
        for comparisons in [1, 24, 112, 5_000, 6_000, 100_000] {
            let level = crate::analysis::stats::LEVEL / f64::from(comparisons);
            let shows = |seeds: usize| CorrectedT::of(&vec![0.1; seeds], 0.0).unwrap().p() < level;
            let least = seeds_at_least(level);
            assert!((2..40).all(|seeds| shows(seeds) == (seeds >= least)), "{comparisons}: {least}");
        }
    }
}
