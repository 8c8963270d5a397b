//! What a solver is given: X with the bias as weight 0 (lecture L2), and what is to be predicted.

use crate::num::twofold::{self, Twofold};
use crate::num::{MatRef, Matrix, vector};
use pulp::Arch;

/// X, m × p.
#[derive(Clone, Debug)]
pub struct Design {
    /// Column 0 is 1 where there is an intercept; then the features.
    pub x: Matrix<f64>,
    pub intercept: bool,
}

impl Design {
    /// Of m samples with n features each; p is n + 1 with an intercept and n without.
    #[must_use]
    pub fn new(features: MatRef<'_, f64>, intercept: bool) -> Self {
        let (m, n) = (features.rows(), features.cols());
        if !intercept {
            return Self { x: Matrix::new(m, n, features.data().to_vec()), intercept };
        }
        let mut data = Vec::with_capacity(m * (n + 1));
        for row in 0..m {
            data.push(1.0);
            data.extend_from_slice(features.row(row));
        }
        Self { x: Matrix::new(m, n + 1, data), intercept }
    }

    /// m
    #[must_use]
    pub fn samples(&self) -> usize {
        self.x.rows()
    }

    /// p
    #[must_use]
    pub fn columns(&self) -> usize {
        self.x.cols()
    }

    /// s = X w, m numbers.
    #[must_use]
    pub fn outputs(&self, w: &[f64]) -> Vec<f64> {
        (0..self.samples()).map(|i| vector::dot(self.x.row(i), w)).collect()
    }

    /// The same, each rounded once from twice the precision: where terms cancel, as of features far from 0, it matters.
    #[must_use]
    pub fn exact_outputs(&self, w: &[f64]) -> Vec<f64> {
        let outputs = || (0..self.samples()).map(|i| twofold::dot(Twofold::default(), self.x.row(i), w).value());
        Arch::new().dispatch(|| outputs().collect())
    }

    /// The same strength for each weight, and none for the bias: p numbers.
    #[must_use]
    pub fn penalties(&self, lambda: f64) -> Vec<f64> {
        let mut penalties = vec![lambda; self.columns()];
        if self.intercept {
            penalties[0] = 0.0;
        }
        penalties
    }

    /// y − X w in twice the precision, since all but the last digits of both may cancel: m numbers.
    #[must_use]
    pub fn residuals(&self, w: &[f64], y: &[f64]) -> Vec<Twofold> {
        if w.iter().all(|&w| w == 0.0) {
            return y.iter().map(|&y| Twofold::of(y)).collect();
        }
        let minus_w: Vec<f64> = w.iter().map(|w| -w).collect();
        let residuals = || y.iter().enumerate().map(|(i, &y)| twofold::dot(Twofold::of(y), self.x.row(i), &minus_w));
        Arch::new().dispatch(|| residuals().collect())
    }

    /// Xᵀ r − Λ w − shift, rounded once: p numbers.
    #[must_use]
    pub fn gradient(&self, residuals: &[Twofold], penalties: &[f64], w: &[f64], shift: &[f64]) -> Vec<f64> {
        let mut sums = twofold::Sums::new(self.columns());
        Arch::new().dispatch(|| {
            for (i, &r) in residuals.iter().enumerate() {
                sums.add_multiple(r, self.x.row(i));
            }
        });
        let terms = penalties.iter().zip(w).zip(shift);
        let gradient = sums.iter().zip(terms);
        gradient.map(|(sum, ((&penalty, &w), &shift))| sum.plus_product(-penalty, w).plus(-shift).value()).collect()
    }

    /// The powers of two that bring each column's length into [1, 2); 1 for a column of zeros.
    #[must_use]
    pub fn scales(&self) -> Vec<f64> {
        let (m, p) = (self.samples(), self.columns());
        let mut largest = vec![0.0_f64; p];
        for i in 0..m {
            largest.iter_mut().zip(self.x.row(i)).for_each(|(largest, x)| *largest = largest.max(x.abs()));
        }
        let rough: Vec<f64> = largest.iter().map(|&x| if x > 0.0 { vector::power_of_two(x) } else { 1.0 }).collect();
        let mut squares = vec![0.0; p];
        for i in 0..m {
            let scaled = self.x.row(i).iter().zip(&rough).map(|(x, scale)| x * scale);
            squares.iter_mut().zip(scaled).for_each(|(sum, x)| *sum += x * x);
        }
        let scale =
            |(rough, square): (&f64, f64)| if square > 0.0 { rough * vector::power_of_two(square.sqrt()) } else { 1.0 };
        rough.iter().zip(squares).map(scale).collect()
    }
}
