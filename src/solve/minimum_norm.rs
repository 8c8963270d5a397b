//! The minimum-norm least squares solution w* = X⁺y (lecture L6), where the columns of X may depend on one another.
//!
//! X = Q S, S of full row rank r; w* = Sᵀ(SSᵀ)⁻¹Qᵀy by the QR factors of Sᵀ
//!
//! Of all w with the least ‖y − Xw‖ it is the shortest. X is m × p with the bias's column of ones (L2), which counts in ‖w‖
//! like any other; y m numbers, w* p. With full rank it is the least squares solution of `orthogonal.rs`. The rank is found
//! on columns scaled to one length, so it does not depend on units; the norm is that of w as it is. A complete orthogonal
//! decomposition, as LAPACK's `gelsy`: Golub & Van Loan 2013, section 5.5.2. NumPy's `lstsq` finds the rank from the
//! singular values of X as it is, and so cuts off columns in small units.

use super::normal_equations::refine;
use super::{Design, Orthogonal, Problem};
use crate::num::{MatMut, Matrix, Qr, transpose, vector};

/// X⁺, as factors.
#[derive(Clone, Debug)]
pub struct MinimumNorm<'d> {
    first: Orthogonal<'d>,
    /// Of Sᵀ E, p × r.
    second: Qr,
    /// E, powers of two.
    scales: Vec<f64>,
}

impl<'d> MinimumNorm<'d> {
    /// Factors X.
    #[must_use]
    pub fn new(design: &'d Design) -> Self {
        let first = Orthogonal::new(design);
        let s = first.triangle();
        let (r, p) = (s.rows(), s.cols());
        let scale = |row: &[f64]| vector::power_of_two(vector::norm(row));
        let scales: Vec<f64> = (0..r).map(|k| scale(s.row(k))).collect();
        let mut transposed = Matrix::zeros(p, r);
        transpose(s.view(), MatMut::new(p, r, transposed.data_mut()));
        Self { first, second: Qr::new(transposed.view(), &scales), scales }
    }

    /// r
    #[must_use]
    pub fn rank(&self) -> usize {
        self.first.rank()
    }

    /// X⁺ b, p numbers.
    fn apply(&self, mut b: Vec<f64>) -> Vec<f64> {
        self.first.qr.apply_transposed(&mut b);
        let mut c: Vec<f64> = self.second.order().iter().map(|&k| b[k] * self.scales[k]).collect();
        self.second.solve_transposed(&mut c);
        let mut w = vec![0.0; self.first.scales.len()];
        let rank = self.second.rank();
        w[..rank].copy_from_slice(&c[..rank]);
        self.second.apply(&mut w);
        w
    }

    /// w*, p numbers, for targets y.
    ///
    /// # Errors
    /// Where sums overflow.
    pub fn solve(&self, y: &[f64]) -> Result<Vec<f64>, Problem> {
        let design = self.first.design;
        match self.first.solve(y) {
            Err(Problem::RankDeficient { .. }) => {}
            of_full_rank => return of_full_rank,
        }
        refine(&self.first.scales, |w| self.apply(design.residuals(w, y).iter().map(|r| r.value()).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::{Purpose, Stream};

    /// Lecture L44: of a square, invertible X, X⁺ is the inverse, from both sides.
    #[test]
    fn the_pseudo_inverse_of_an_invertible_matrix_is_its_inverse() {
        let mut stream = Stream::new(44, Purpose::Data, 0);
        for n in [1, 2, 5, 20] {
            let x = Matrix::new(n, n, (0..n * n).map(|_| stream.normal()).collect());
            let design = Design::new(x.view(), false);
            let solver = MinimumNorm::new(&design);
            let unit = |i: usize| (0..n).map(|j| if i == j { 1.0 } else { 0.0 }).collect::<Vec<f64>>();
            // Columns of X⁺.
            let inverse: Vec<Vec<f64>> = (0..n).map(|i| solver.solve(&unit(i)).unwrap()).collect();
            let row = |k: usize| inverse.iter().map(|column| column[k]).collect::<Vec<f64>>();
            for (i, column) in inverse.iter().enumerate() {
                for k in 0..n {
                    let of_x: Vec<f64> = (0..n).map(|j| x.row(j)[i]).collect();
                    // Conditions of a few hundred, twenty rows.
                    assert!((vector::dot(x.row(k), column) - unit(i)[k]).abs() < 1e-11, "X X⁺, n = {n}");
                    assert!((vector::dot(&row(k), &of_x) - unit(i)[k]).abs() < 1e-11, "X⁺ X, n = {n}");
                }
            }
            assert_eq!(solver.rank(), n);
        }
    }
}
