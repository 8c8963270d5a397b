//! What a solver is given: X with the bias as weight 0 (lecture L2), and what is to be predicted.

use crate::num::lanes::vectorized;
use crate::num::twofold::{Sums, Twofold, add_dots};
use crate::num::{MatRef, Matrix, vector};
use std::borrow::Cow;
use std::ops::Range;

/// Rows that are taken at a time where there is more than one thing to do with them: they stay in a core's second cache.
const ROWS: usize = 96;

/// Sums of squares of numbers of this size neither overflow nor vanish.
pub const SAFE_TO_SQUARE: Range<f64> = 1e-100..1e100;

/// X, m × p.
#[derive(Clone, Debug)]
pub struct Design {
    /// Column 0 is 1 where there is an intercept; then the features.
    pub x: Matrix<f64>,
    pub intercept: bool,
    /// How much each row counts, greater than 0; empty where all count alike. Likelihoods take them as they are.
    pub weights: Vec<f64>,
    /// The roots of their weights, where rows are multiplied by these; else empty.
    pub roots: Vec<f64>,
}

impl Design {
    /// Of m samples with n features each; p is n + 1 with an intercept and n without.
    #[must_use]
    pub fn new(features: MatRef<'_, f64>, intercept: bool) -> Self {
        let (m, n) = (features.rows(), features.cols());
        if !intercept {
            return Self::of(Matrix::new(m, n, features.data().to_vec()), intercept);
        }
        let mut data = Vec::with_capacity(m * (n + 1));
        for row in 0..m {
            data.push(1.0);
            data.extend_from_slice(features.row(row));
        }
        Self::of(Matrix::new(m, n + 1, data), intercept)
    }

    /// Of X as it is, of which all rows count alike.
    #[must_use]
    pub fn of(x: Matrix<f64>, intercept: bool) -> Self {
        Self { x, intercept, weights: Vec::new(), roots: Vec::new() }
    }

    /// The same, of which row i counts `weights` i times.
    #[must_use]
    pub fn weighted(self, weights: Vec<f64>) -> Self {
        Self { weights, ..self }
    }

    /// How much a row counts.
    #[must_use]
    pub fn weight(&self, row: usize) -> f64 {
        self.weights.get(row).copied().unwrap_or(1.0)
    }

    /// Weighted least squares as plain least squares: rows and targets times the roots of their weights, Σ w_i (y_i − x_i·w)² =
    /// Σ (√w_i y_i − √w_i x_i·w)².
    #[must_use]
    pub fn rooted<'d>(&'d self, y: &'d [f64]) -> (Cow<'d, Self>, Cow<'d, [f64]>) {
        if self.weights.is_empty() {
            return (Cow::Borrowed(self), Cow::Borrowed(y));
        }
        let roots: Vec<f64> = self.weights.iter().map(|weight| weight.sqrt()).collect();
        let mut x = self.x.clone();
        for (row, root) in x.data_mut().chunks_exact_mut(self.columns().max(1)).zip(&roots) {
            row.iter_mut().for_each(|x| *x *= root);
        }
        let y = y.iter().zip(&roots).map(|(y, root)| y * root).collect();
        (Cow::Owned(Self { roots, ..Self::of(x, self.intercept) }), Cow::Owned(y))
    }

    /// What a constant is among these rows: 1 in each, or its root.
    #[must_use]
    pub fn constant(&self) -> Vec<f64> {
        if self.roots.is_empty() { vec![1.0; self.samples()] } else { self.roots.clone() }
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

    /// X by blocks of rows, in order.
    pub fn blocks(&self) -> impl Iterator<Item = (Range<usize>, MatRef<'_, f64>)> {
        let m = self.samples();
        (0..m).step_by(ROWS).map(move |start| {
            let rows = start..m.min(start + ROWS);
            (rows.clone(), self.x.view().rows_between(rows.start, rows.end))
        })
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
        let mut residuals: Vec<Twofold> = y.iter().map(|&y| Twofold::of(y)).collect();
        if w.iter().any(|&w| w != 0.0) {
            add_dots(self.x.view(), &negative(w), &mut residuals);
        }
        residuals
    }

    /// Xᵀ(y − Xw) − Λ w − shift in twice the precision, rounded once: p numbers. As [`Self::residuals`] and
    /// [`Self::gradient`], but X is gone through only once.
    #[must_use]
    pub fn gradient_at(&self, w: &[f64], y: &[f64], penalties: &[f64], shift: &[f64]) -> Vec<f64> {
        let (minus_w, zero) = (negative(w), w.iter().all(|&w| w == 0.0));
        let (mut sums, mut r) = (Sums::new(self.columns()), Vec::new());
        for (rows, x) in self.blocks() {
            r.clear();
            r.extend(y[rows].iter().map(|&y| Twofold::of(y)));
            if !zero {
                add_dots(x, &minus_w, &mut r);
            }
            sums.add_rows(&r, x);
        }
        with_penalties(&sums, penalties, w, shift)
    }

    /// Xᵀ r − Λ w − shift, rounded once: p numbers.
    #[must_use]
    pub fn gradient(&self, residuals: &[Twofold], penalties: &[f64], w: &[f64], shift: &[f64]) -> Vec<f64> {
        let mut sums = Sums::new(self.columns());
        sums.add_rows(residuals, self.x.view());
        with_penalties(&sums, penalties, w, shift)
    }

    /// The powers of two that bring each column's length into [1, 2); 1 for a column of zeros.
    #[must_use]
    pub fn scales(&self) -> Vec<f64> {
        let p = self.columns();
        let (mut largest, mut squares) = (vec![0.0; p], vec![0.0; p]);
        self.largest_and_squares(&vec![1.0; p], &mut largest, &mut squares);
        let mut rough = vec![1.0; p];
        if largest.iter().any(|&x| x > 0.0 && !SAFE_TO_SQUARE.contains(&x)) {
            let of_column = |&x: &f64| if x > 0.0 { vector::power_of_two(x) } else { 1.0 };
            rough = largest.iter().map(of_column).collect();
            squares.fill(0.0);
            self.largest_and_squares(&rough, &mut largest, &mut squares);
        }
        let scale =
            |(rough, square): (&f64, f64)| if square > 0.0 { rough * vector::power_of_two(square.sqrt()) } else { 1.0 };
        rough.iter().zip(squares).map(scale).collect()
    }

    /// max_i |x_ij d_j| and Σ_i (x_ij d_j)² of each column, on top of what is there.
    fn largest_and_squares(&self, scales: &[f64], largest: &mut [f64], squares: &mut [f64]) {
        let x = &self.x;
        vectorized(
            #[inline(always)]
            move || {
                for i in 0..x.rows() {
                    let columns = largest.iter_mut().zip(&mut *squares).zip(scales);
                    for (((largest, square), scale), x) in columns.zip(x.row(i)) {
                        let x = x * scale;
                        *largest = largest.max(x.abs());
                        *square += x * x;
                    }
                }
            },
        );
    }
}

/// How much all rows count together: m without weights.
#[allow(clippy::cast_precision_loss)] // samples stay below 2⁵³
pub(super) fn total(design: &Design) -> f64 {
    if design.weights.is_empty() { design.samples() as f64 } else { design.weights.iter().sum() }
}

/// −w
pub(super) fn negative(w: &[f64]) -> Vec<f64> {
    w.iter().map(|w| -w).collect()
}

/// sum − Λ w − shift, rounded once.
pub(super) fn with_penalties(sums: &Sums, penalties: &[f64], w: &[f64], shift: &[f64]) -> Vec<f64> {
    let terms = penalties.iter().zip(w).zip(shift);
    let gradient = sums.iter().zip(terms);
    gradient.map(|(sum, ((&penalty, &w), &shift))| sum.plus_product(-penalty, w).plus(-shift).value()).collect()
}
