//! Ridge regression (lecture L30): least squares with a penalty on the weights, not on the bias.
//!
//! minimize ‖y − Xw‖² + λ‖w‖², w* = (XᵀX + λI)⁻¹Xᵀy with a zero for the bias in I
//!
//! - `lambda` (λ): strength, 0 or greater, in units of squared features. It stands beside a sum over samples: coupled
//!   weight
//!   decay λ' in a network's mean loss ½(y − s)² is λ = mλ' here.
//!
//! X is m × p with the bias's column of ones (L2), y m numbers, w* p. Refuses where λ is too small to tell dependent
//! columns apart (`rank-deficient`). Hoerl & Kennard 1970. scikit-learn's `Ridge` has the same λ as `alpha`; R's
//! `lm.ridge` scales the features first; `glmnet` divides the sum by 2m.

use super::{Design, Moments, Problem};

/// w*, p numbers.
///
/// # Errors
/// Where X and λ together do not determine it, or squares overflow.
pub fn ridge(design: &Design, y: &[f64], lambda: f64) -> Result<Vec<f64>, Problem> {
    Moments::new(design, y).solve(design.penalties(lambda))
}
