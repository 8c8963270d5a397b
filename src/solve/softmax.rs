//! Softmax regression's likelihood for Newton's method (lecture L10).
//!
//! L = share · Σ_i r_i (ln Σ_c e^{s_ic} − s_{i y_i}) + ½ Σ_jc λ_j w_jc², S = XW, Ŷ = softmax(S)
//! g = share · Xᵀ(Ŷ − Y) + ΛW, H_ab = share · Xᵀ diag(ŷ_a(δ_ab − ŷ_b)) X + δ_ab Λ for the classes a, b
//!
//! r_i is how much row i counts, 1 without weights, in g and H as in L.
//! X is m × p with the bias's column of ones (L2), y m classes from 0, W p × K, row by row. The same row v added to
//! each class's weights changes no output, so H is singular along v ⊗ (1, …, 1). Along these directions, and there
//! only, γ is added to H where no penalty stands, which changes no step: a start whose rows sum to 0 stays so, and that
//! is the one optimum of many that is reported. Contrasts of two classes have no such freedom. No H exceeds share · ½(I
//! − 11ᵀ/K) ⊗ XᵀX (Böhning 1992).

use super::gram::weighted_product;
use super::newton::Convex;
use super::separation::{separates, separation};
use super::{Design, Problem, total};
use crate::num::Matrix;
use crate::num::stable::{largest, log_sum_exp};
use crate::num::twofold::{Sums, Twofold};
use crate::num::vector::add_multiple;
use std::borrow::Cow;

/// L with its design, at one point.
#[derive(Debug)]
pub struct Softmax<'d> {
    design: Cow<'d, Design>,
    classes: &'d [u32],
    /// K
    count: usize,
    share: f64,
    penalties: Vec<f64>,
    theta: Vec<f64>,
    /// S, m × K.
    outputs: Matrix<f64>,
    /// Ŷ, m × K.
    probabilities: Matrix<f64>,
}

impl<'d> Softmax<'d> {
    /// Of m classes from 0 to `count` − 1; `penalties`: λ_j, p numbers.
    #[must_use]
    pub fn new(design: Cow<'d, Design>, classes: &'d [u32], count: usize, share: f64, penalties: Vec<f64>) -> Self {
        let outputs = Matrix::zeros(design.samples(), count);
        let probabilities = outputs.clone();
        Self { design, classes, count, share, penalties, theta: Vec::new(), outputs, probabilities }
    }

    /// Σ_i ln p(y_i), each as often as its row counts, without share and penalty.
    #[must_use]
    pub fn log_likelihood(&self) -> f64 {
        let of_sample =
            |(i, &class): (usize, &u32)| self.outputs.row(i)[class as usize] - log_sum_exp(self.outputs.row(i));
        let weighted = |(i, class): (usize, &u32)| self.design.weight(i) * of_sample((i, class));
        self.classes.iter().enumerate().map(weighted).fold(Twofold::default(), Twofold::plus).value()
    }

    fn is_penalized(&self) -> bool {
        self.penalties.iter().any(|&penalty| penalty > 0.0)
    }

    /// How many margin rows there are.
    fn pairs(&self) -> usize {
        self.classes.len() * (self.count - 1)
    }

    /// i, y_i and the other class c of a margin row.
    fn pair(&self, row: usize) -> (usize, usize, usize) {
        let others = self.count - 1;
        let (i, c) = (row / others, row % others);
        let class = self.classes[i] as usize;
        (i, class, if c >= class { c + 1 } else { c })
    }

    /// Fills `hessian` from the block of each pair of classes, and adds penalties and γ.
    fn assemble(&self, hessian: &mut Matrix<f64>, weight: impl Fn(usize, usize, usize) -> f64) {
        let (p, k) = (self.design.columns(), self.count);
        let mut block = Matrix::zeros(p, p);
        for a in 0..k {
            for b in 0..=a {
                weighted_product(&self.design, |i| self.share * self.design.weight(i) * weight(i, a, b), &mut block);
                for i in 0..p {
                    for (j, &entry) in block.row(i).iter().enumerate() {
                        hessian.data_mut()[(i * k + a) * p * k + j * k + b] = entry;
                        hessian.data_mut()[(j * k + b) * p * k + i * k + a] = entry;
                    }
                }
            }
        }
        // γ is of the size of what stands there, so that it decides nothing; a penalty determines the sum by itself.
        for (j, &penalty) in self.penalties.iter().enumerate() {
            let largest = (0..k).map(|a| hessian.row(j * k + a)[j * k + a]).fold(0.0, f64::max);
            let gamma = if penalty > 0.0 { 0.0 } else { largest };
            for (a, b) in (0..k * k).map(|pair| (pair / k, pair % k)) {
                let entry = &mut hessian.data_mut()[(j * k + a) * p * k + j * k + b];
                *entry += gamma + if a == b { penalty } else { 0.0 };
            }
        }
    }
}

impl Convex for Softmax<'_> {
    fn dimensions(&self) -> usize {
        self.design.columns() * self.count
    }

    fn move_to(&mut self, theta: &[f64]) -> f64 {
        self.theta = theta.to_vec();
        let k = self.count;
        let mut sums = Sums::new(k);
        for (i, row) in self.outputs.data_mut().chunks_exact_mut(k).enumerate() {
            sums.clear();
            for (&x, w) in self.design.x.row(i).iter().zip(theta.chunks_exact(k)) {
                sums.add_multiple(Twofold::of(x), w);
            }
            row.iter_mut().zip(sums.iter()).for_each(|(s, sum)| *s = sum.value());
        }
        for (i, row) in self.probabilities.data_mut().chunks_exact_mut(k).enumerate() {
            let s = self.outputs.row(i);
            let largest = largest(s);
            row.iter_mut().zip(s).for_each(|(y, s)| *y = libm::exp(s - largest));
            let sum: f64 = row.iter().sum();
            row.iter_mut().for_each(|y| *y /= sum);
        }
        let squares = |(penalty, w): (&f64, &[f64])| 0.5 * penalty * w.iter().map(|w| w * w).sum::<f64>();
        let penalty: f64 = self.penalties.iter().zip(theta.chunks_exact(k)).map(squares).sum();
        -self.log_likelihood() * self.share + penalty
    }

    fn gradient(&self, gradient: &mut [f64]) {
        let k = self.count;
        gradient.fill(0.0);
        let mut error = vec![0.0; k];
        for (i, &class) in self.classes.iter().enumerate() {
            error.copy_from_slice(self.probabilities.row(i));
            // ŷ − 1 without cancellation: minus the sum of the others.
            error[class as usize] = 0.0;
            error[class as usize] = -error.iter().sum::<f64>();
            for (x, g) in self.design.x.row(i).iter().zip(gradient.chunks_exact_mut(k)) {
                add_multiple(self.share * self.design.weight(i) * x, &error, g);
            }
        }
        for (at, g) in gradient.iter_mut().enumerate() {
            *g += self.penalties[at / k] * self.theta[at];
        }
    }

    fn hessian(&mut self, hessian: &mut Matrix<f64>) {
        self.assemble(hessian, |i, a, b| {
            let y = self.probabilities.row(i);
            if a == b {
                let others: f64 = y.iter().enumerate().filter(|(c, _)| *c != a).map(|(_, y)| y).sum();
                y[a] * others
            } else {
                -y[a] * y[b]
            }
        });
    }

    #[allow(clippy::cast_precision_loss)] // a handful of classes
    fn bound(&self, bound: &mut Matrix<f64>) {
        let share = 1.0 / self.count as f64;
        self.assemble(bound, |_, a, b| 0.5 * (f64::from(u8::from(a == b)) - share));
    }

    fn sign_of_no_minimum(&self) -> Option<Problem> {
        if self.is_penalized() {
            return None;
        }
        let margin = |row: usize| {
            let (i, class, c) = self.pair(row);
            self.outputs.row(i)[class] - self.outputs.row(i)[c]
        };
        let size = |row: usize| {
            let (i, class, c) = self.pair(row);
            let x = self.design.x.row(i).iter().zip(self.theta.chunks_exact(self.count));
            x.map(|(x, w)| x.abs() * (w[class].abs() + w[c].abs())).sum()
        };
        separates(self.pairs(), margin, size)
    }

    fn proof_of_no_minimum(&self, at_rest: bool) -> Option<Problem> {
        if self.is_penalized() {
            return None;
        }
        let (p, others) = (self.design.columns(), self.count - 1);
        let row = |at: usize, row: &mut [f64]| {
            let (i, class, c) = self.pair(at);
            row.fill(0.0);
            for (x, z) in self.design.x.row(i).iter().zip(row.chunks_exact_mut(others)) {
                // Relative to class 0, which takes away the directions that change nothing.
                if class > 0 {
                    z[class - 1] = *x;
                }
                if c > 0 {
                    z[c - 1] = -x;
                }
            }
        };
        let wrong = |at: usize| {
            let (i, _, c) = self.pair(at);
            self.design.weight(i) * self.probabilities.row(i)[c]
        };
        separation(p * others, row, &(0..self.pairs()).map(wrong).collect::<Vec<_>>(), at_rest)
    }

    #[allow(clippy::cast_precision_loss)] // samples stay below 2⁵³
    fn scale(&self) -> f64 {
        self.share * total(&self.design) * libm::log(self.count as f64)
    }

    #[allow(clippy::cast_precision_loss)]
    fn noise(&self) -> f64 {
        (self.design.samples() + self.dimensions()) as f64 * f64::EPSILON
    }
}
