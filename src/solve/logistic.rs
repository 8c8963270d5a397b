//! Logistic regression's likelihood for Newton's method (lecture L7, L8).
//!
//! L = share · Σ_i r_i [y_i = 1 ? softplus(−s_i) : softplus(s_i)] + ½ Σ_j λ_j w_j², s = Xw, ŷ = σ(s)
//! g = share · Xᵀ R(ŷ − y) + λw, H = share · XᵀSX + Λ, S = R diag(ŷ(1 − ŷ))
//!
//! X is m × p with the bias's column of ones (L2), y m classes 0 or 1, w p numbers; share is 1 for a sum over samples,
//! 1/m for a mean; r_i is how much row i counts, 1 without weights. The loss comes from s, never from a rounded ŷ. **Erratum**: H is positive definite only with full
//! column rank, and on separable classes there is no finite minimum (`separation.rs` proves it). No H exceeds share ·
//! XᵀX/4 + Λ (Böhning & Lindsay 1988).

use super::gram::weighted_gram;
use super::newton::Convex;
use super::separation::{separates, separation};
use super::{Design, Problem, total};
use crate::num::lanes::vectorized;
use crate::num::stable::{sigmoid, softplus_and_sigmoid};
use crate::num::twofold::{Twofold, add_dots};
use crate::num::vector::add_multiple;
use crate::num::{Gram, Matrix};
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
    /// share · ŷ(1 − ŷ)
    weights: Vec<f64>,
    /// Σ_i ln p(y_i)
    log_likelihood: f64,
    /// share · Xᵀ(ŷ − y)
    gradient: Vec<f64>,
    /// share · XᵀSX, where it is known.
    curvature: Gram,
    knows_curvature: bool,
    /// H was asked for where it stood before: then it is summed in the pass that moves on.
    sums_curvature: bool,
}

impl<'d> Logistic<'d> {
    /// Of m classes 0 or 1; `penalties`: λ_j, p numbers.
    #[must_use]
    pub fn new(design: Cow<'d, Design>, classes: &'d [u32], share: f64, penalties: Vec<f64>) -> Self {
        let p = penalties.len();
        Self {
            design,
            classes,
            share,
            penalties,
            theta: vec![0.0; p],
            outputs: vec![0.0; classes.len()],
            weights: vec![0.0; classes.len()],
            log_likelihood: 0.0,
            gradient: vec![0.0; p],
            curvature: Gram::new(p),
            knows_curvature: false,
            sums_curvature: false,
        }
    }

    /// Σ_i ln p(y_i) where it stands, each as often as its row counts, without share and penalty.
    #[must_use]
    pub fn log_likelihood(&self) -> f64 {
        self.log_likelihood
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
        self.theta.copy_from_slice(theta);
        self.gradient.fill(0.0);
        self.curvature.clear();
        let (share, mut loss) = (self.share, Twofold::default());
        let (mut s, mut losses, mut errors) = (Vec::new(), Vec::new(), Vec::new());
        let counts: Vec<f64> = (0..self.classes.len()).map(|i| self.design.weight(i)).collect();
        for (rows, x) in self.design.blocks() {
            s.clear();
            s.resize(x.rows(), Twofold::default());
            add_dots(x, theta, &mut s);
            losses.resize(x.rows(), 0.0);
            errors.resize(x.rows(), 0.0);
            let (outputs, weights) = (&mut self.outputs[rows.clone()], &mut self.weights[rows.clone()]);
            let (classes, gradient, losses, errors) =
                (&self.classes[rows.clone()], &mut self.gradient, &mut losses, &mut errors);
            let counts = &counts[rows];
            outputs.iter_mut().zip(&s).for_each(|(output, s)| *output = s.value());
            vectorized(
                #[inline(always)]
                || {
                    let of_samples = outputs
                        .iter()
                        .zip(classes)
                        .zip(counts)
                        .zip(losses.iter_mut().zip(&mut *errors).zip(&mut *weights));
                    for (((&s, &class), count), ((loss, error), weight)) in of_samples {
                        let share = share * count;
                        let sign = if class == 1 { -1.0 } else { 1.0 };
                        let (of_class, wrong) = softplus_and_sigmoid(sign * s);
                        *loss = count * of_class;
                        *error = share * (sign * wrong);
                        let right = softplus_and_sigmoid(-(sign * s)).1;
                        let (of_s, of_minus_s) = if class == 1 { (right, wrong) } else { (wrong, right) };
                        *weight = share * of_s * of_minus_s;
                    }
                    for (row, &error) in x.data().chunks_exact(gradient.len().max(1)).zip(&*errors) {
                        add_multiple(error, row, gradient);
                    }
                },
            );
            loss = losses.iter().copied().fold(loss, Twofold::plus);
            if self.sums_curvature {
                self.curvature.add(x, Some(weights));
            }
        }
        self.knows_curvature = std::mem::take(&mut self.sums_curvature);
        self.log_likelihood = -loss.value();
        let penalty: f64 = self.penalties.iter().zip(theta).map(|(penalty, w)| 0.5 * penalty * w * w).sum();
        loss.value() * self.share + penalty
    }

    fn gradient(&self, gradient: &mut [f64]) {
        gradient.copy_from_slice(&self.gradient);
        for ((g, penalty), w) in gradient.iter_mut().zip(&self.penalties).zip(&self.theta) {
            *g += penalty * w;
        }
    }

    fn hessian(&mut self, hessian: &mut Matrix<f64>) {
        if !self.knows_curvature {
            self.curvature.add(self.design.x.view(), Some(&self.weights));
        }
        (self.knows_curvature, self.sums_curvature) = (true, true);
        self.curvature.write_lower(hessian);
        self.add_penalties(hessian);
    }

    fn bound(&self, bound: &mut Matrix<f64>) {
        weighted_gram(&self.design, |i| 0.25 * self.share * self.design.weight(i), bound);
        self.add_penalties(bound);
    }

    fn sign_of_no_minimum(&self) -> Option<Problem> {
        if self.is_penalized() {
            return None;
        }
        let sizes = |i: usize| self.design.x.row(i).iter().zip(&self.theta).map(|(x, w)| (x * w).abs()).sum();
        separates(self.classes.len(), |i| self.sign(i) * self.outputs[i], sizes)
    }

    fn proof_of_no_minimum(&self, at_rest: bool) -> Option<Problem> {
        if self.is_penalized() {
            return None;
        }
        let row = |i: usize, row: &mut [f64]| {
            row.iter_mut().zip(self.design.x.row(i)).for_each(|(z, x)| *z = self.sign(i) * x);
        };
        let wrong: Vec<f64> =
            (0..self.classes.len()).map(|i| self.design.weight(i) * sigmoid(-self.sign(i) * self.outputs[i])).collect();
        separation(self.design.columns(), row, &wrong, at_rest)
    }

    fn scale(&self) -> f64 {
        self.share * total(&self.design) * std::f64::consts::LN_2
    }

    #[allow(clippy::cast_precision_loss)] // sizes stay below 2⁵³
    fn noise(&self) -> f64 {
        (self.design.samples() + self.design.columns()) as f64 * f64::EPSILON
    }
}
