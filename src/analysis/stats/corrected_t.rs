//! Student's t test of a mean over repetitions, corrected for what the repetitions share.
//!
//! Splits of one data set overlap: each repetition trains and tests on rows that others trained and tested on, so n repetitions
//! know less than n independent ones. With s² the sample variance of the values and o = n_test / n_train, the variance of their
//! mean is estimated by (1/n + o) s², and t = mean / √((1/n + o) s²) has n − 1 degrees of freedom. Without overlap (o = 0), as
//! for a generator that draws new data, it is the ordinary t test.
//!
//! Two limits. However many repetitions there are, the error stays above √o s: more splits of the same rows are no more rows. And
//! p is never below 2/2ⁿ, what n signs can show: a few equal values have no variance, and would prove anything.
//!
//! Where all repetitions are tested on the same held-out rows, their mean has the sampling error of these rows besides, which no
//! repetition shows; its variance is added where it is known (`with_shared`).
//!
//! The t test takes the values as symmetric about their mean, as differences of exchangeable methods are. An infinite value (a
//! run without a result) comes bounded, see [`bounded`].
//!
//! Source: Nadeau and Bengio 2003, "Inference for the generalization error", section 3, equation 9; Bouckaert and Frank 2004 for
//! random splits. As `baycomp` and scikit-learn's example "Statistical comparison of models using grid search" compute it.

use serde::Serialize;
use statrs::distribution::{ContinuousCDF, StudentsT};

/// The two ends of an interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Interval {
    pub low: f64,
    pub high: f64,
}

impl Interval {
    /// The same of a mean of a measure with this bound, such as an R² of at most 1 or an error of at least 0. What has one bound is
    /// skew: a few bad repetitions, or test rows, lie far off. So the end away from the bound is at least that on the scale of
    /// ln |mean − bound|. `held_out.rs` and `draws.rs` of the tests count how often the truth is missed.
    #[must_use]
    pub fn skewed(self, mean: f64, bound: f64) -> Self {
        let away = mean - bound;
        let half = (self.high - self.low) / 2.0;
        let end = bound + away * (half / away.abs()).exp();
        if end.is_finite() { Self { low: self.low.min(end), high: self.high.max(end) } } else { self }
    }
}

/// A mean over repetitions with its standard error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CorrectedT {
    pub mean: f64,
    /// √((1/n + o) s²).
    pub error: f64,
    /// At least 2, see [`Self::of`].
    repetitions: usize,
    /// Degrees of freedom of the error.
    freedom: f64,
}

impl CorrectedT {
    /// Of these values; `overlap` is n_test / n_train of splits of the same rows, 0 where repetitions are independent. `None` for
    /// fewer than 2 values and where one is not finite.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // counts of repetitions
    pub fn of(values: &[f64], overlap: f64) -> Option<Self> {
        if values.len() < 2 || values.iter().any(|value| !value.is_finite()) {
            return None;
        }
        let n = values.len() as f64;
        let mean = super::mean(values)?;
        let variance = values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0);
        // Equal values that differ in their last bits have no variance.
        let least = (1e-12 * values.iter().fold(0.0_f64, |most, x| most.max(x.abs()))).powi(2);
        let variance = if variance <= least { 0.0 } else { variance };
        Some(Self { mean, error: ((1.0 / n + overlap) * variance).sqrt(), repetitions: values.len(), freedom: n - 1.0 })
    }

    /// The same where the mean has a further error of this variance, which repetitions share and so do not show. Where it is an
    /// estimate with few degrees of freedom, the sum counts as having these, which is on the safe side.
    #[must_use]
    pub fn with_shared(self, variance: f64, freedom: f64) -> Self {
        let freedom = if variance > 0.0 { self.freedom.min(freedom) } else { self.freedom };
        Self { error: (self.error * self.error + variance).sqrt(), freedom, ..self }
    }

    fn student(&self) -> StudentsT {
        StudentsT::new(0.0, 1.0, self.freedom).expect("at least 2 repetitions")
    }

    /// Two-sided p of a mean of 0.
    #[must_use]
    pub fn p(&self) -> f64 {
        if self.mean == 0.0 {
            return 1.0;
        }
        let p = 2.0 * self.student().sf(self.mean.abs() / self.error);
        p.max(least_p(self.repetitions)).min(1.0)
    }

    /// Two-sided p of a mean of `value` by the t distribution alone; of equal repetitions what their number can show.
    #[must_use]
    pub fn p_of(&self, value: f64) -> f64 {
        match (self.mean - value).abs() {
            0.0 => 1.0,
            distance if self.error > 0.0 => (2.0 * self.student().sf(distance / self.error)).min(1.0),
            _ => least_p(self.repetitions),
        }
    }

    /// The least number of repetitions with which, at the same scatter, half the interval of this level is below `distance`; none up to
    /// ten thousand. `overlap` is that of [`Self::of`].
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // counts of repetitions
    pub fn repetitions_for(&self, distance: f64, level: f64, overlap: f64) -> Option<usize> {
        let variance = self.error * self.error / (1.0 / self.repetitions as f64 + overlap);
        let enough = |n: usize| {
            let student = StudentsT::new(0.0, 1.0, n as f64 - 1.0).expect("at least 2 repetitions");
            student.inverse_cdf(1.0 - level / 2.0) * ((1.0 / n as f64 + overlap) * variance).sqrt() < distance
        };
        // The half width falls with every repetition.
        let most = (1..=13).map(|power| 1_usize << power).find(|n| enough(*n))?;
        let (mut low, mut high) = (most / 2, most);
        while low + 1 < high {
            let middle = usize::midpoint(low, high);
            if middle > 1 && enough(middle) { high = middle } else { low = middle }
        }
        Some(high)
    }

    /// The interval that covers the mean with probability 1 − `level`: it excludes 0 just where p is below `level`, as long as so
    /// many repetitions can show such a p. `None` if there is no variance to tell.
    #[must_use]
    pub fn interval(&self, level: f64) -> Option<Interval> {
        let half = self.student().inverse_cdf(1.0 - level / 2.0) * self.error;
        (self.error > 0.0 && half.is_finite()).then_some(Interval { low: self.mean - half, high: self.mean + half })
    }
}

/// The least p that n repetitions can show: all n signs agree once in 2ⁿ⁻¹ times by chance.
#[must_use]
#[allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap)] // few repetitions
pub fn least_p(repetitions: usize) -> f64 {
    0.5_f64.powi(repetitions.clamp(1, 1000) as i32 - 1)
}

/// Infinite differences (a seed without a result on one side) become larger than the sum of all finite ones, and equal among
/// themselves.
#[must_use]
pub fn bounded(differences: &[f64]) -> Vec<f64> {
    let finite: f64 = differences.iter().filter(|d| d.is_finite()).map(|d| d.abs()).sum();
    let large = if finite > 0.0 { 2.0 * finite } else { 1.0 };
    differences.iter().map(|d| if d.is_infinite() { large.copysign(*d) } else { *d }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_equal_values_prove_nothing() {
        let p = |n: usize| CorrectedT::of(&vec![0.1; n], 0.0).unwrap().p();
        assert_eq!([2, 5, 6].map(p), [0.5, 0.0625, 0.03125]);
        assert_eq!(CorrectedT::of(&[0.1; 8], 0.0).unwrap().interval(0.05), None);
        assert_eq!(CorrectedT::of(&[0.0; 8], 0.0).unwrap().p(), 1.0);
        assert_eq!(CorrectedT::of(&[1.0], 0.0), None);
        assert_eq!(CorrectedT::of(&[1.0, f64::INFINITY], 0.0), None);
    }

    #[test]
    fn interval_and_p_agree() {
        let values = [0.3, 0.1, 0.4, 0.1, 0.5, 0.9, 0.2, 0.6];
        for overlap in [0.0, 1.0 / 3.0, 1.0] {
            let test = CorrectedT::of(&values, overlap).unwrap();
            for level in [0.2, 0.05, 0.01] {
                assert_eq!(test.interval(level).unwrap().low > 0.0, test.p() < level, "{overlap} {level}");
            }
        }
    }

    /// An error of 0.5 ± 0.25 above 0: e^½ times as much at most, and R² likewise below 1.
    #[test]
    fn an_end_away_from_a_bound_is_further_off() {
        let error = Interval { low: 0.25, high: 0.75 }.skewed(0.5, 0.0);
        assert_eq!(error, Interval { low: 0.25, high: 0.5 * 0.5_f64.exp() });
        let r2 = Interval { low: 0.25, high: 0.75 }.skewed(0.5, 1.0);
        assert_eq!(r2, Interval { low: 1.0 - error.high, high: 0.75 });
        let perfect = Interval { low: 0.9, high: 1.1 };
        assert_eq!(perfect.skewed(1.0, 1.0), perfect);
    }

    #[test]
    fn what_repetitions_share_is_added() {
        let test = CorrectedT::of(&[0.1; 8], 0.0).unwrap().with_shared(0.01, f64::INFINITY);
        assert!((test.error - 0.1).abs() < 1e-15 && test.p() > 0.3, "{test:?}");
        assert_eq!(CorrectedT::of(&[0.1; 8], 0.0).unwrap().with_shared(0.0, f64::INFINITY).p(), 2.0 / 256.0);
    }

    #[test]
    fn more_splits_are_no_more_rows() {
        let values: Vec<f64> = (0..10_000).map(|i| if i % 2 == 0 { 1.0 } else { -0.8 }).collect();
        assert!(CorrectedT::of(&values, 0.0).unwrap().p() < 1e-9);
        assert!(CorrectedT::of(&values, 1.0 / 3.0).unwrap().p() > 0.5);
    }

    #[test]
    fn a_seed_without_a_result_is_the_largest_difference() {
        assert_eq!(bounded(&[0.125, -0.25, f64::NEG_INFINITY]), [0.125, -0.25, -0.75]);
        assert_eq!(bounded(&[f64::NEG_INFINITY; 2]), [-1.0; 2]);
    }
}
