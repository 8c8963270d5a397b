//! The squared error for Newton's method: one step from anywhere (lecture L28 on L4).
//!
//! L = share · ½‖y − Xw‖² + ½ Σ_j λ_j w_j², g = −share · Xᵀ(y − Xw) + λw, H = share · XᵀX + Λ
//!
//! X is m × p with the bias's column of ones (L2), y m numbers, w p; share is 1 for a sum over samples, 1/m for a mean.
//! What `normal_equations.rs` solves with Λ m share⁻¹ times as large; here as a function beside the likelihoods.

use super::Design;
use super::gram::weighted_gram;
use super::newton::Convex;
use crate::num::Matrix;
use crate::num::vector::{add_multiple, dot};
use std::borrow::Cow;

/// L with its design, at one point.
#[derive(Debug)]
pub struct Squares<'d> {
    design: Cow<'d, Design>,
    y: &'d [f64],
    share: f64,
    penalties: Vec<f64>,
    theta: Vec<f64>,
    /// y − Xw
    residuals: Vec<f64>,
}

impl<'d> Squares<'d> {
    /// Of m targets; `penalties`: λ_j, p numbers.
    #[must_use]
    pub fn new(design: Cow<'d, Design>, y: &'d [f64], share: f64, penalties: Vec<f64>) -> Self {
        Self { design, y, share, penalties, theta: Vec::new(), residuals: Vec::new() }
    }

    /// Σ w_i u_i²
    fn weighted_dot(&self, u: &[f64]) -> f64 {
        if self.design.weights.is_empty() {
            return dot(u, u);
        }
        let weighted: Vec<f64> = u.iter().zip(&self.design.weights).map(|(u, weight)| weight * u).collect();
        dot(&weighted, u)
    }
}

impl Convex for Squares<'_> {
    fn dimensions(&self) -> usize {
        self.design.columns()
    }

    fn move_to(&mut self, theta: &[f64]) -> f64 {
        self.theta = theta.to_vec();
        self.residuals = self.design.outputs(theta).iter().zip(self.y).map(|(s, y)| y - s).collect();
        let penalty: f64 = self.penalties.iter().zip(theta).map(|(penalty, w)| 0.5 * penalty * w * w).sum();
        0.5 * self.share * self.weighted_dot(&self.residuals) + penalty
    }

    fn gradient(&self, gradient: &mut [f64]) {
        gradient.fill(0.0);
        for (i, r) in self.residuals.iter().enumerate() {
            add_multiple(-self.share * self.design.weight(i) * r, self.design.x.row(i), gradient);
        }
        for ((g, penalty), w) in gradient.iter_mut().zip(&self.penalties).zip(&self.theta) {
            *g += penalty * w;
        }
    }

    fn hessian(&mut self, hessian: &mut Matrix<f64>) {
        self.bound(hessian);
    }

    fn bound(&self, bound: &mut Matrix<f64>) {
        let p = self.penalties.len();
        weighted_gram(&self.design, |i| self.share * self.design.weight(i), bound);
        for (j, penalty) in self.penalties.iter().enumerate() {
            bound.data_mut()[j * p + j] += penalty;
        }
    }

    fn scale(&self) -> f64 {
        0.5 * self.share * self.weighted_dot(self.y)
    }

    #[allow(clippy::cast_precision_loss)] // sizes stay below 2⁵³
    fn noise(&self) -> f64 {
        (self.design.samples() + self.design.columns()) as f64 * f64::EPSILON
    }
}
