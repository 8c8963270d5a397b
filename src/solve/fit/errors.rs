//! Standard errors, and what follows from them.

use super::{Coefficient, OddsRatio};
use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

/// What an estimate over its standard error is compared to.
pub(super) enum NullDistribution {
    T(StudentsT),
    Z(Normal),
}

impl NullDistribution {
    /// Student's t; none without degrees of freedom.
    #[allow(clippy::cast_precision_loss)] // samples stay below 2⁵³
    pub(super) fn t(degrees_of_freedom: usize) -> Option<Self> {
        StudentsT::new(0.0, 1.0, degrees_of_freedom as f64).ok().filter(|_| degrees_of_freedom > 0).map(Self::T)
    }

    pub(super) fn z() -> Self {
        Self::Z(Normal::standard())
    }

    /// Two-sided p.
    fn p_value(&self, statistic: f64) -> f64 {
        2.0 * match self {
            Self::T(t) => t.sf(statistic.abs()),
            Self::Z(z) => z.sf(statistic.abs()),
        }
    }

    /// Of 95 %, in standard errors.
    fn half_width(&self) -> f64 {
        match self {
            Self::T(t) => t.inverse_cdf(0.975),
            Self::Z(z) => z.inverse_cdf(0.975),
        }
    }
}

/// Adds a standard error to each coefficient, with statistic, p and interval.
pub(super) fn add_errors(coefficients: &mut [Coefficient], errors: &[f64], reference: &NullDistribution) {
    let half_width = reference.half_width();
    for (coefficient, &error) in coefficients.iter_mut().zip(errors) {
        let (estimate, statistic) = (coefficient.estimate, coefficient.estimate / error);
        coefficient.standard_error = Some(error);
        coefficient.statistic = Some(statistic).filter(|statistic| statistic.is_finite());
        coefficient.p_value = coefficient.statistic.map(|statistic| reference.p_value(statistic));
        coefficient.interval = Some([estimate - half_width * error, estimate + half_width * error]);
    }
}

/// Adds odds ratios to coefficients of classes that have intervals, but to that of an intercept.
pub(super) fn add_odds_ratios(coefficients: &mut [Coefficient], intercept: bool) {
    for coefficient in coefficients.iter_mut().skip(usize::from(intercept)) {
        let ratio = |[low, high]: [f64; 2]| OddsRatio {
            estimate: libm::exp(coefficient.estimate),
            interval: [libm::exp(low), libm::exp(high)],
        };
        coefficient.odds_ratio = coefficient.interval.map(ratio);
    }
}

/// √ of the diagonal of a covariance.
pub(super) fn deviations(covariance: &crate::num::Matrix<f64>) -> Vec<f64> {
    (0..covariance.rows()).map(|j| covariance.row(j)[j].max(0.0).sqrt()).collect()
}
