//! The Gaussian prior and its posterior (lecture L31): ridge regression as a belief.
//!
//! w_j ~ N(0, σ₀²) for each weight, flat for the bias; y | w ~ N(Xw, σ²I). Then w | y ~ N(w*, Σ) with λ = σ²/σ₀²,
//! w* = (XᵀX + λI)⁻¹Xᵀy (the maximum a posteriori, the ridge solution) and Σ = σ²(XᵀX + λI)⁻¹, with a zero for the
//! bias in I; and a new y at x ~ N(x·w*, σ² + xᵀΣx).
//!
//! - `sigma` (σ): standard deviation of the noise, greater than 0, in the target's units.
//! - `prior_sigma` (σ₀): standard deviation of each weight before the data, greater than 0.
//!
//! X is m × p with the bias's column of ones (L2), y m numbers, w* p, Σ p × p. **Erratum**: the prior's factor is
//! (2πσ₀²)^(−n/2); the slide writes −1/2. Bishop 2006, equations 3.49 to 3.59, with α = 1/σ₀² and β = 1/σ² and no flat
//! bias; scikit-learn's `BayesianRidge` estimates both from the data.

use super::{Design, Moments, NormalEquations, Problem};
use crate::num::Matrix;

/// The posterior.
#[derive(Clone, Debug)]
pub struct Posterior<'d> {
    normal: NormalEquations<'d>,
    /// w*, p numbers.
    pub mean: Vec<f64>,
    /// σ²
    variance: f64,
}

impl<'d> Posterior<'d> {
    /// After seeing y.
    ///
    /// # Errors
    /// Where data and prior together do not determine it (a flat bias and no sample), or squares overflow.
    pub fn new(design: &'d Design, y: &[f64], sigma: f64, prior_sigma: f64) -> Result<Self, Problem> {
        let ratio = sigma / prior_sigma;
        let moments = Moments::new(design, y);
        let normal = moments.factor(design.penalties(ratio * ratio))?;
        let mean = moments.solve_with(&normal)?;
        Ok(Self { normal, mean, variance: sigma * sigma })
    }

    /// Σ, p × p.
    #[must_use]
    pub fn covariance(&self) -> Matrix<f64> {
        let mut covariance = self.normal.inverse();
        covariance.data_mut().iter_mut().for_each(|entry| *entry *= self.variance);
        covariance
    }

    /// √ of Σ's diagonal, p numbers.
    #[must_use]
    pub fn deviations(&self) -> Vec<f64> {
        self.normal.spreads().into_iter().map(|spread| spread * self.variance.sqrt()).collect()
    }

    /// σ² + xᵀΣx: of a new target at x, p numbers, its first 1 where there is an intercept.
    #[must_use]
    pub fn predictive_variance(&self, x: &[f64]) -> f64 {
        self.variance * (1.0 + self.normal.leverage(x))
    }
}
