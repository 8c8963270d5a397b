//! λ of ridge regression by cross-validation (lecture L32): what is left out is predicted by the rest.
//!
//! leave-one-out: mean over i of ((yᵢ − xᵢ·w*) / (1 − hᵢ))², hᵢ = xᵢᵀ(XᵀX + λI)⁻¹xᵢ: exact, from one fit
//! generalized: mean over i of ((yᵢ − xᵢ·w*) / (1 − h̄))², h̄ the mean of the hᵢ: the same however X is rotated
//! k-fold: mean over i of (yᵢ − xᵢ·w*₋)², w*₋ fitted without the fold of i
//!
//! The hᵢ are the diagonal of the hat matrix. Sample i belongs to fold i mod k, so that an order in the data spreads over
//! the folds. λ is the one with the lowest mean, the first of equals. X is m × p with the bias's column of ones (L2); the
//! bias is not penalized, and fitted anew with each fold. Allen 1974 (PRESS); Golub, Heath & Wahba 1979. scikit-learn's
//! `RidgeCV` has the same leave-one-out.

use super::{Design, Moments, Problem};
use crate::num::vector::dot;

/// What is left out at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeftOut {
    One,
    /// Each sample alone, with the mean of the hᵢ in the place of its own: generalized cross-validation.
    Generalized,
    /// One of so many folds; at least 2, at most m.
    Fold(usize),
}

/// The mean squared error of the predictions of what was left out.
///
/// # Errors
/// Where a fit with this λ has no solution.
pub fn prediction_error(design: &Design, y: &[f64], lambda: f64, left_out: LeftOut) -> Result<f64, Problem> {
    prediction_errors(design, y, &[lambda], left_out).remove(0)
}

/// The same for each λ; X is squared once, or once for each fold.
#[allow(clippy::cast_precision_loss)] // samples stay below 2⁵³
fn prediction_errors(design: &Design, y: &[f64], lambdas: &[f64], left_out: LeftOut) -> Vec<Result<f64, Problem>> {
    let mut sums = vec![Ok(0.0); lambdas.len()];
    let mut add = |errors: &dyn Fn(f64) -> Result<f64, Problem>| {
        for (sum, &lambda) in sums.iter_mut().zip(lambdas) {
            if let Ok(before) = *sum {
                *sum = errors(lambda).map(|here| before + here);
            }
        }
    };
    match left_out {
        LeftOut::One | LeftOut::Generalized => {
            let moments = Moments::new(design, y);
            add(&|lambda| {
                let normal = moments.factor(design.penalties(lambda))?;
                let w = moments.solve_with(&normal)?;
                let leverage = |i: usize| normal.leverage(design.x.row(i));
                let mean = (left_out == LeftOut::Generalized)
                    .then(|| (0..y.len()).map(leverage).sum::<f64>() / y.len() as f64);
                let error = |i: usize| (y[i] - dot(design.x.row(i), &w)) / (1.0 - mean.unwrap_or_else(|| leverage(i)));
                Ok((0..y.len()).map(|i| error(i) * error(i)).sum())
            });
        }
        LeftOut::Fold(folds) => {
            for fold in 0..folds {
                let kept: Vec<usize> = (0..y.len()).filter(|i| i % folds != fold).collect();
                let rest = Design::of(design.x.gather(&kept), design.intercept);
                let rest_y: Vec<f64> = kept.iter().map(|&i| y[i]).collect();
                let moments = Moments::new(&rest, &rest_y);
                add(&|lambda| {
                    let w = moments.solve(rest.penalties(lambda))?;
                    let error = |i: usize| y[i] - dot(design.x.row(i), &w);
                    Ok((fold..y.len()).step_by(folds).map(|i| error(i) * error(i)).sum())
                });
            }
        }
    }
    sums.into_iter().map(|sum| sum.map(|sum| sum / y.len() as f64)).collect()
}

/// The best of these λ, and the error of each.
///
/// # Errors
/// Where no λ has a solution: that of the last.
pub fn choose(design: &Design, y: &[f64], lambdas: &[f64], left_out: LeftOut) -> Result<(f64, Vec<f64>), Problem> {
    if let LeftOut::Fold(folds) = left_out
        && folds > y.len()
    {
        return Err(Problem::TooFewSamples { samples: y.len(), needed: folds });
    }
    let mut problem = Problem::Overflow; // errors that are no numbers
    let errors = prediction_errors(design, y, lambdas, left_out).into_iter().map(|error| {
        error.unwrap_or_else(|why| {
            problem = why;
            f64::INFINITY
        })
    });
    let errors: Vec<f64> = errors.collect();
    let best = (0..lambdas.len()).filter(|&i| errors[i].is_finite()).min_by(|&a, &b| errors[a].total_cmp(&errors[b]));
    best.map(|best| (lambdas[best], errors)).ok_or(problem)
}

/// `points` values from `low` to `high` in equal ratios.
#[must_use]
#[allow(clippy::cast_precision_loss)] // a handful of points
pub fn grid(low: f64, high: f64, points: usize) -> Vec<f64> {
    let (a, b) = (libm::log(low), libm::log(high));
    let last = points.saturating_sub(1).max(1) as f64;
    (0..points).map(|i| libm::exp(a + (b - a) * i as f64 / last)).collect()
}
