//! Least squares by Householder QR with column pivoting (lecture L6): without squaring the condition number.
//!
//! X P = Q R, w* = P R⁻¹ Qᵀ y
//!
//! X is m × p with the bias's column of ones (L2), y m numbers, w* p. With a rank below p it refuses
//! (`rank-deficient`); `minimum_norm.rs` goes on from the same factors. The solution and its residual r are refined
//! together, by the augmented system r + Xw = y, Xᵀr = 0 with its own residuals in twice the precision; so all digits
//! are right for condition numbers up to some 10¹³. Businger & Golub 1965; Björck 1967, "Iterative refinement of linear
//! least squares solutions I". LAPACK's `gels`, NumPy's `lstsq` and R's `lm` do not refine.

use super::design::negative;
use super::normal_equations::refine;
use super::{Design, Problem};
use crate::num::twofold::{Sums, Twofold, add_dots};
use crate::num::{MatMut, Matrix, Qr, singular_values, transpose, vector};

/// X D = Q R Pᵀ, D powers of two.
#[derive(Clone, Debug)]
pub struct Orthogonal<'d> {
    pub(super) design: &'d Design,
    pub(super) qr: Qr,
    /// D
    pub(super) scales: Vec<f64>,
}

impl<'d> Orthogonal<'d> {
    /// Factors X.
    #[must_use]
    pub fn new(design: &'d Design) -> Self {
        let scales = design.scales();
        Self { design, qr: Qr::new(design.x.view(), &scales), scales }
    }

    /// How many columns of X are independent, as far as can be told.
    #[must_use]
    pub fn rank(&self) -> usize {
        self.qr.rank()
    }

    /// The first column of X that depends on those before it, if one does.
    #[must_use]
    pub fn dependent_column(&self) -> Option<usize> {
        let p = self.scales.len();
        if self.rank() == p {
            return None;
        }
        // Columns of R in the order of X, each made orthogonal to those before it, twice for rounding's sake.
        let s = self.triangle();
        let mut basis: Vec<Vec<f64>> = Vec::new();
        for j in 0..p {
            let mut column: Vec<f64> = (0..self.rank()).map(|k| s.row(k)[j] * self.scales[j]).collect();
            let before = vector::norm(&column);
            for _ in 0..2 {
                basis.iter().for_each(|b| vector::add_multiple(-vector::dot(b, &column), b, &mut column));
            }
            let left = vector::norm(&column);
            if left <= self.qr.tolerance() * before {
                return Some(j);
            }
            basis.push(column.iter().map(|c| c / left).collect());
        }
        self.qr.order()[self.rank()..].iter().max().copied()
    }

    /// Whether the columns of X make a column of ones: the intercept's, one of the data, or all indicators of a factor. As
    /// statsmodels' `k_constant`, by the rank that does not grow by it.
    #[must_use]
    pub fn spans_constant(&self) -> bool {
        let mut ones = self.design.constant();
        let length = vector::norm(&ones);
        self.qr.apply_transposed(&mut ones);
        let (within, beyond) = ones.split_at(self.rank());
        let left = vector::norm(beyond);
        // Rounding of each column counts as often as the column does.
        let mut weights = within.to_vec();
        self.qr.solve(&mut weights);
        let needed: f64 = weights.iter().map(|weight| 2.0 * weight.abs()).sum();
        left <= self.qr.tolerance() * length.max(needed)
    }

    /// w*, p numbers, for targets y.
    ///
    /// # Errors
    /// Where the columns of X depend on one another, or sums overflow.
    pub fn solve(&self, y: &[f64]) -> Result<Vec<f64>, Problem> {
        if let Some(column) = self.dependent_column() {
            return Err(Problem::RankDeficient { column });
        }
        let mut residual = vec![0.0; y.len()];
        refine(&self.scales, |w| self.correction(w, y, &mut residual))
    }

    /// The step of w that the augmented system asks for; r takes its own.
    fn correction(&self, w: &[f64], y: &[f64], r: &mut [f64]) -> Vec<f64> {
        let p = w.len();
        // f = y − r − Xw and g = −Xᵀr, of a block of rows after the other
        let (mut f, mut sums) = (Vec::with_capacity(y.len()), Sums::new(p));
        let (minus_w, mut block) = (negative(w), Vec::new());
        for (rows, x) in self.design.blocks() {
            let r = &r[rows.clone()];
            block.clear();
            block.extend(y[rows].iter().map(|&y| Twofold::of(y)));
            add_dots(x, &minus_w, &mut block);
            f.extend(block.iter().zip(r).map(|(residual, r)| residual.plus(-r).value()));
            block.clear();
            block.extend(r.iter().map(|r| Twofold::of(-r)));
            sums.add_rows(&block, x);
        }
        let g: Vec<f64> = sums.iter().map(Twofold::value).collect();
        self.qr.apply_transposed(&mut f);
        let mut h: Vec<f64> = self.qr.order().iter().map(|&column| g[column] * self.scales[column]).collect();
        self.qr.solve_transposed(&mut h);
        let mut step: Vec<f64> = f[..p].iter().zip(&h).map(|(d, h)| d - h).collect();
        self.qr.solve(&mut step);
        f[..p].copy_from_slice(&h);
        self.qr.apply(&mut f);
        r.iter_mut().zip(&f).for_each(|(r, f)| *r += f);
        self.in_order_of_x(&step)
    }

    /// D P v: from the places of R to the columns of X, in their own units.
    fn in_order_of_x(&self, v: &[f64]) -> Vec<f64> {
        let mut w = vec![0.0; self.scales.len()];
        for (&column, v) in self.qr.order().iter().zip(v) {
            w[column] = v * self.scales[column];
        }
        w
    }

    /// √ of the diagonal of (XᵀX)⁻¹ = R⁻¹R⁻ᵀ, in the order and units of X, p numbers; for full rank only.
    #[must_use]
    pub fn spreads(&self) -> Vec<f64> {
        let mut spreads = vec![0.0; self.scales.len()];
        for (place, &column) in self.qr.order().iter().enumerate() {
            let mut row = vec![0.0; self.scales.len()];
            row[place] = 1.0;
            self.qr.solve_transposed(&mut row);
            spreads[column] = vector::norm(&row) * self.scales[column];
        }
        spreads
    }

    /// R Pᵀ D⁻¹, rank × p: X = Q times this, up to rounding.
    pub(super) fn triangle(&self) -> Matrix<f64> {
        let (rank, p) = (self.rank(), self.scales.len());
        let mut s = Matrix::zeros(rank, p);
        for (place, &column) in self.qr.order().iter().enumerate() {
            for k in 0..rank.min(place + 1) {
                s.data_mut()[k * p + column] = self.qr.r(k, place) / self.scales[column];
            }
        }
        s
    }

    /// The condition numbers of X: of its columns as they are, and of the same columns scaled to length 1 (Belsley, Kuh
    /// & Welsch 1980). Infinite where the rank is short.
    #[must_use]
    pub fn condition_numbers(&self) -> [f64; 2] {
        if self.rank() < self.scales.len() {
            return [f64::INFINITY; 2];
        }
        let s = self.triangle();
        let p = s.cols();
        let column = |j: usize| -> Vec<f64> { (0..p).map(|k| s.row(k)[j]).collect() };
        let lengths: Vec<f64> = (0..p).map(|j| vector::norm(&column(j))).collect();
        let mut unit = s.clone();
        for row in unit.data_mut().chunks_exact_mut(p) {
            row.iter_mut().zip(&lengths).for_each(|(entry, length)| *entry /= length);
        }
        [s, unit].map(|matrix| {
            // Columns as rows: their lengths may differ by much, and that costs no accuracy.
            let mut columns = Matrix::zeros(p, p);
            transpose(matrix.view(), MatMut::new(p, p, columns.data_mut()));
            let values = singular_values(columns);
            values[0] / values[p - 1]
        })
    }
}

/// ‖y − Xw‖, from residuals in twice the precision.
#[must_use]
pub fn residual_norm(design: &Design, w: &[f64], y: &[f64]) -> f64 {
    vector::norm(&design.residuals(w, y).iter().map(|r| r.value()).collect::<Vec<_>>())
}
