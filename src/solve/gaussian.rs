//! The Gaussian likelihood of a linear neuron (lecture L5): yᵢ ~ N(w·xᵢ, σ²).
//!
//! −ln p(y | X, w, σ²) = (m/2) ln(2πσ²) + ‖y − Xw‖² / (2σ²)
//!
//! It is least in w where ‖y − Xw‖² is, whatever σ² (least squares is maximum likelihood), and in σ² at RSS/m. That
//! estimate is biased; RSS/(m − p), with p coefficients, is not. Bishop 2006, equations 1.62 and 3.11; statsmodels'
//! `llf` of a linear model is the negative of this at σ² = RSS/m.

use std::f64::consts::PI;

/// −ln p, of a residual sum of squares over m samples; `variance` (σ²) greater than 0.
#[must_use]
#[allow(clippy::cast_precision_loss)] // samples stay below 2⁵³
pub fn negative_log_likelihood(residual_sum_of_squares: f64, samples: usize, variance: f64) -> f64 {
    0.5 * samples as f64 * libm::log(2.0 * PI * variance) + residual_sum_of_squares / (2.0 * variance)
}

/// σ² by maximum likelihood, RSS/m.
#[must_use]
#[allow(clippy::cast_precision_loss)]
pub fn variance(residual_sum_of_squares: f64, samples: usize) -> f64 {
    residual_sum_of_squares / samples as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: three residuals 1, −1, 2 and σ² = 2; and the estimate lies at the minimum.
    #[test]
    fn the_likelihood_follows_its_formula_and_its_variance_is_best() {
        let expected = 1.5 * (4.0 * PI).ln() + 6.0 / 4.0;
        assert!((negative_log_likelihood(6.0, 3, 2.0) - expected).abs() < 1e-15 * expected * 4.0, "some roundings");
        let best = variance(6.0, 3);
        let at = |factor: f64| negative_log_likelihood(6.0, 3, best * factor);
        assert!(at(1.0) < at(1.001) && at(1.0) < at(0.999));
    }
}
