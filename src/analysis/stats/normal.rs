//! The standard normal distribution.

use statrs::distribution::{Continuous, ContinuousCDF, Normal};

/// Density φ(z).
pub fn density(z: f64) -> f64 {
    Normal::standard().pdf(z)
}

/// Distribution function Φ(z).
pub fn below(z: f64) -> f64 {
    Normal::standard().cdf(z)
}

/// Φ⁻¹(p) for p in [0, 1]; ±∞ at the ends.
pub fn quantile(p: f64) -> f64 {
    Normal::standard().inverse_cdf(p)
}
