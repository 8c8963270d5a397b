//! Logistic regression's likelihood for Newton's method (lecture L7, L8).
//!
//! L = share · Σ_i [y_i = 1 ? softplus(−s_i) : softplus(s_i)] + ½ Σ_j λ_j w_j², s = Xw, ŷ = σ(s)
//! g = share · Xᵀ(ŷ − y) + λw, H = share · XᵀSX + Λ, S = diag(ŷ(1 − ŷ))
//!
//! X is m × p with the bias's column of ones (L2), y m classes 0 or 1, w p numbers; share is 1 for a sum over samples,
//! 1/m for a mean. The loss comes from s, never from a rounded ŷ. **Erratum**: H is positive definite only with full
//! column rank, and on separable classes there is no finite minimum (`separation.rs` proves it). No H exceeds share ·
//! XᵀX/4 + Λ (Böhning & Lindsay 1988).

use super::gram::{Entries, weighted_gram};
use super::newton::Convex;
use super::separation::{separates, separation};
use super::{Design, Problem};
use crate::num::Matrix;
use crate::num::lanes::vectorized;
use crate::num::stable::{sigmoid, softplus_and_sigmoid};
use crate::num::twofold::Twofold;
use crate::num::vector::add_multiple;
use std::borrow::Cow;

/// L with its design, at one point.
#[derive(Debug)]
pub struct Logistic<'d> {
    design: Cow<'d, Design>,
    classes: &'d [u32],
    share: f64,
    penalties: Vec<f64>,
    theta: Vec<f64>,
    /// s
    outputs: Vec<f64>,
}

impl<'d> Logistic<'d> {
    /// Of m classes 0 or 1; `penalties`: λ_j, p numbers.
    #[must_use]
    pub fn new(design: Cow<'d, Design>, classes: &'d [u32], share: f64, penalties: Vec<f64>) -> Self {
        Self { design, classes, share, penalties, theta: Vec::new(), outputs: Vec::new() }
    }

    /// Σ_i ln p(y_i), without share and penalty.
    #[must_use]
    pub fn log_likelihood(&self) -> f64 {
        let (outputs, classes, losses) = (&self.outputs, self.classes, &mut vec![0.0; self.outputs.len()]);
        vectorized(
            #[inline(always)]
            || {
                for ((loss, &s), &class) in losses.iter_mut().zip(outputs).zip(classes) {
                    *loss = softplus_and_sigmoid(if class == 1 { -s } else { s }).0;
                }
            },
        );
        -losses.iter().copied().fold(Twofold::default(), Twofold::plus).value()
    }

    /// y = ±1
    fn sign(&self, i: usize) -> f64 {
        if self.classes[i] == 1 { 1.0 } else { -1.0 }
    }

    fn is_penalized(&self) -> bool {
        self.penalties.iter().any(|&penalty| penalty > 0.0)
    }

    fn add_penalties(&self, hessian: &mut Matrix<f64>) {
        let p = self.penalties.len();
        for (j, penalty) in self.penalties.iter().enumerate() {
            hessian.data_mut()[j * p + j] += penalty;
        }
    }
}

impl Convex for Logistic<'_> {
    fn dimensions(&self) -> usize {
        self.design.columns()
    }

    fn move_to(&mut self, theta: &[f64]) -> f64 {
        self.theta = theta.to_vec();
        self.outputs = self.design.exact_outputs(theta);
        let penalty: f64 = self.penalties.iter().zip(theta).map(|(penalty, w)| 0.5 * penalty * w * w).sum();
        -self.log_likelihood() * self.share + penalty
    }

    fn gradient(&self, gradient: &mut [f64]) {
        gradient.fill(0.0);
        let (share, outputs, classes, x) = (self.share, &self.outputs, self.classes, &self.design.x);
        let errors = &mut vec![0.0; outputs.len()];
        vectorized(
            #[inline(always)]
            || {
                for ((error, &s), &class) in errors.iter_mut().zip(outputs).zip(classes) {
                    let sign = if class == 1 { -1.0 } else { 1.0 };
                    *error = share * (sign * softplus_and_sigmoid(sign * s).1);
                }
                for (row, &error) in x.data().chunks_exact(gradient.len().max(1)).zip(&*errors) {
                    add_multiple(error, row, gradient);
                }
            },
        );
        for ((g, penalty), w) in gradient.iter_mut().zip(&self.penalties).zip(&self.theta) {
            *g += penalty * w;
        }
    }

    fn hessian(&self, hessian: &mut Matrix<f64>) {
        let (share, outputs, weights) = (self.share, &self.outputs, &mut vec![0.0; self.outputs.len()]);
        vectorized(
            #[inline(always)]
            || {
                for (weight, &s) in weights.iter_mut().zip(outputs) {
                    *weight = share * softplus_and_sigmoid(s).1 * softplus_and_sigmoid(-s).1;
                }
            },
        );
        weighted_gram(&self.design.x, |i| weights[i], Entries::Lower, hessian);
        self.add_penalties(hessian);
    }

    fn bound(&self, bound: &mut Matrix<f64>) {
        weighted_gram(&self.design.x, |_| 0.25 * self.share, Entries::Lower, bound);
        self.add_penalties(bound);
    }

    fn sign_of_no_minimum(&self) -> Option<Problem> {
        if self.is_penalized() {
            return None;
        }
        let sizes = |i: usize| self.design.x.row(i).iter().zip(&self.theta).map(|(x, w)| (x * w).abs()).sum();
        separates(self.classes.len(), |i| self.sign(i) * self.outputs[i], sizes)
    }

    fn proof_of_no_minimum(&self) -> Option<Problem> {
        if self.is_penalized() {
            return None;
        }
        let row = |i: usize, row: &mut [f64]| {
            row.iter_mut().zip(self.design.x.row(i)).for_each(|(z, x)| *z = self.sign(i) * x);
        };
        let wrong: Vec<f64> = (0..self.classes.len()).map(|i| sigmoid(-self.sign(i) * self.outputs[i])).collect();
        separation(self.design.columns(), row, &wrong)
    }

    #[allow(clippy::cast_precision_loss)] // samples stay below 2⁵³
    fn scale(&self) -> f64 {
        self.share * self.classes.len() as f64 * std::f64::consts::LN_2
    }

    #[allow(clippy::cast_precision_loss)] // sizes stay below 2⁵³
    fn noise(&self) -> f64 {
        (self.design.samples() + self.design.columns()) as f64 * f64::EPSILON
    }
}
