//! Standard errors of penalized estimates.
//!
//! Ridge: Var(w*) = s² A⁻¹ XᵀX A⁻¹, A = XᵀX + Λ, s² = RSS / (m − tr H), H = X A⁻¹ Xᵀ
//!
//! That is the spread of w* over new targets at the same X and λ, where the noise has one variance: w* = A⁻¹Xᵀy is linear in y. The trace
//! of H counts the coefficients that the penalty leaves free. It says nothing of the bias: w* spreads around A⁻¹XᵀXw and not around w.
//! So no statistic, p or interval follows from it. Hoerl & Kennard 1970, section 3; Wood 2017, "Generalized additive models", section
//! 6.10, whose `mgcv` calls it the frequentist covariance.
//!
//! The lasso is no linear function of y, and a formula would call the error of a coefficient at 0 nothing. For it, and for ridge where it is
//! asked for, rows are drawn with replacement and fitted again at the same λ, and the error is the standard deviation over these fits
//! (Efron & Tibshirani 1993, section 9.5, pairs). That takes X as drawn, too, and needs no equal variance. Draw b has the numbers of
//! `Purpose::Bootstrap` with seed 0 and index b.

use crate::num::vector::norm;
use crate::num::{Purpose, Stream};
use crate::solve::{Design, NormalEquations, Problem, residual_norm};

/// The errors of ridge coefficients.
pub struct RidgeErrors {
    /// tr H
    pub effective: f64,
    /// s; `None` if as many coefficients are free as there are samples.
    pub residual_standard_error: Option<f64>,
    /// p numbers, where there is s.
    pub errors: Option<Vec<f64>>,
}

impl RidgeErrors {
    /// Of an estimate w of y, with the factors of its XᵀX + Λ.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // samples stay below 2⁵³
    pub fn of(design: &Design, normal: &NormalEquations<'_>, w: &[f64], y: &[f64]) -> Self {
        let effective = (0..y.len()).map(|i| normal.leverage(design.x.row(i))).sum::<f64>();
        let left = y.len() as f64 - effective;
        // Of rounding nothing can be estimated.
        let estimable = left > 1e-9 * y.len() as f64;
        let s = estimable.then(|| residual_norm(design, w, y) / left.sqrt()).filter(|s| s.is_finite());
        let inverse = normal.inverse();
        let error = |j: usize, s: f64| s * norm(&design.outputs(inverse.row(j)));
        let errors = s.map(|s| (0..w.len()).map(|j| error(j, s)).collect());
        Self { effective, residual_standard_error: s, errors }
    }
}

/// The standard deviation of each coefficient over fits of rows that are drawn with replacement, `draws` times.
///
/// # Errors
/// Where a draw has no solution.
#[allow(clippy::cast_precision_loss)] // as many draws as are asked for
pub fn bootstrap_errors(
    design: &Design,
    y: &[f64],
    draws: u64,
    solve: impl Fn(&Design, &[f64]) -> Result<Vec<f64>, Problem>,
) -> Result<Vec<f64>, Problem> {
    let bound = u32::try_from(y.len()).unwrap_or(u32::MAX);
    let p = design.columns();
    // Mean and sum of squares around it as they come (Welford 1962).
    let (mut means, mut squares) = (vec![0.0; p], vec![0.0; p]);
    for draw in 0..draws {
        let mut stream = Stream::new(0, Purpose::Bootstrap, draw);
        let rows: Vec<usize> = (0..y.len()).map(|_| stream.below(bound) as usize).collect();
        let gathered = |numbers: &[f64]| rows.iter().filter_map(|&row| numbers.get(row).copied()).collect::<Vec<f64>>();
        let drawn = Design { roots: gathered(&design.roots), ..Design::of(design.x.gather(&rows), design.intercept) };
        for ((mean, square), w) in means.iter_mut().zip(&mut squares).zip(solve(&drawn, &gathered(y))?) {
            let off = w - *mean;
            *mean += off / (draw + 1) as f64;
            *square += off * (w - *mean);
        }
    }
    Ok(squares.into_iter().map(|square| (square / (draws - 1) as f64).sqrt()).collect())
}
