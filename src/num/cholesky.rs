//! Cholesky's factorization A = LLᵀ of a symmetric positive definite matrix, with a test that sees when there is none.
//!
//! l_ij = (a_ij − Σ_{k<j} l_ik l_jk) / l_jj, l_jj = √(a_jj − Σ_{k<j} l_jk²)
//!
//! The pivot d_j = a_jj − Σ l_jk² is what is left of column j once its share along the columns before is taken away.
//! Where column j depends on them it is 0 in truth, and rounding alone in practice: of either sign, so "d_j > 0" is no
//! test, and LAPACK's `potrf`, which has no other, runs through on such matrices. With w the coefficients that express
//! column j by those before, rounding reaches up to noise · (√a_jj + Σ_i |w_i| √a_ii)²; a pivot that is no larger is
//! refused. Golub & Van Loan 2013, section 4.2; Higham 2002, theorem 10.3, for the size of the rounding.

use super::Matrix;
use super::lanes::vectorized;
use super::vector::{PARTS, add_multiple, dot, whole_blocks, with_rest};

/// L.
#[derive(Clone, Debug)]
pub struct Cholesky {
    /// n × n; what is above the diagonal means nothing.
    lower: Matrix<f64>,
}

impl Cholesky {
    /// Factors A, n × n, of which the lower triangle is read. `noise` is the relative rounding error of A's entries, as
    /// (m + n) ε for an A = XᵀX of m samples.
    ///
    /// # Errors
    /// The first column that depends on those before it, as far as can be told; or whose numbers are not finite.
    ///
    /// # Panics
    /// Where A is not square: a mistake in the calling code.
    pub fn new(a: Matrix<f64>, noise: f64) -> Result<Self, usize> {
        assert_eq!(a.rows(), a.cols(), "a square matrix");
        let n = a.rows();
        let diagonal: Vec<f64> = (0..n).map(|j| a.row(j)[j]).collect();
        let mut factor = Self { lower: a };
        for first in (0..n).step_by(PARTS) {
            let end = n.min(first + PARTS);
            for j in first..end {
                let lower = &mut factor.lower;
                let pivot = vectorized(
                    #[inline(always)]
                    || row_from(lower, j, first),
                );
                // `!(… > …)` holds for NaN, too.
                #[allow(clippy::neg_cmp_op_on_partial_ord)]
                let depends =
                    !(pivot > diagonal[j] * f64::EPSILON.sqrt()) && !(pivot > noise * factor.reach(j, &diagonal));
                if depends || !pivot.is_finite() {
                    return Err(j);
                }
                factor.lower.data_mut()[j * n + j] = pivot.sqrt();
            }
            let lower = &mut factor.lower;
            vectorized(
                #[inline(always)]
                || columns_below(lower, first, end),
            );
        }
        Ok(factor)
    }

    /// (√a_jj + Σ_i |w_i| √a_ii)²
    fn reach(&self, j: usize, diagonal: &[f64]) -> f64 {
        let mut w = self.lower.row(j)[..j].to_vec();
        self.back(&mut w);
        let of_others: f64 = w.iter().zip(diagonal).map(|(w, a)| w.abs() * a.sqrt()).sum();
        let reach = diagonal[j].max(0.0).sqrt() + of_others;
        reach * reach
    }

    /// b ← L⁻¹ b, of the first b.len() unknowns.
    pub fn forward(&self, b: &mut [f64]) {
        for i in 0..b.len() {
            let row = self.lower.row(i);
            b[i] = (b[i] - dot(&row[..i], &b[..i])) / row[i];
        }
    }

    /// b ← L⁻ᵀ b, of the first b.len() unknowns.
    fn back(&self, b: &mut [f64]) {
        for i in (0..b.len()).rev() {
            let row = self.lower.row(i);
            b[i] /= row[i];
            let (before, here) = b.split_at_mut(i);
            add_multiple(-here[0], &row[..i], before);
        }
    }

    /// b ← A⁻¹ b
    pub fn solve(&self, b: &mut [f64]) {
        self.forward(b);
        self.back(b);
    }

    /// A⁻¹, n × n.
    #[must_use]
    pub fn inverse(&self) -> Matrix<f64> {
        let n = self.lower.rows();
        let mut inverse = Matrix::zeros(n, n);
        for (j, column) in inverse.data_mut().chunks_exact_mut(n).enumerate() {
            column[j] = 1.0;
            self.solve(column);
        }
        inverse
    }
}

/// Fills row j from column `first` up to its diagonal, where the columns before are done, and returns the pivot.
#[inline(always)]
fn row_from(lower: &mut Matrix<f64>, j: usize, first: usize) -> f64 {
    let n = lower.cols();
    let (above, row) = lower.data_mut().split_at_mut(j * n);
    for i in first..j {
        let other = &above[i * n..(i + 1) * n];
        row[i] = (row[i] - dot(&row[..i], &other[..i])) / other[i];
    }
    row[j] - dot(&row[..j], &row[..j])
}

/// Fills columns `first` to `end` of all rows from `end` on, where the columns and rows before are done. `first` is a
/// multiple of [`PARTS`], so that all whole blocks of a sum lie before it.
#[inline(always)]
fn columns_below(lower: &mut Matrix<f64>, first: usize, end: usize) {
    let n = lower.cols();
    if end == n {
        return; // the last block may have fewer columns
    }
    let (above, below) = lower.data_mut().split_at_mut(end * n);
    let above: [&[f64]; PARTS] = std::array::from_fn(|at| &above[(first + at) * n..][..n]);
    let mut pairs = below.chunks_exact_mut(2 * n);
    for pair in &mut pairs {
        let (one, two) = pair.split_at_mut(n);
        fill([one, two], &above, first);
    }
    let last = pairs.into_remainder();
    if !last.is_empty() {
        fill([last], &above, first);
    }
}

/// [`PARTS`] columns of M rows from column `first` on, with the rows of the block's diagonal above them.
#[inline(always)]
fn fill<const M: usize>(mut rows: [&mut [f64]; M], above: &[&[f64]; PARTS], first: usize) {
    for (at, pair) in above.as_chunks::<2>().0.iter().enumerate() {
        let sums = whole_blocks(rows.each_ref().map(|row| &row[..first]), pair.map(|other| &other[..first]));
        for (row, sums) in rows.iter_mut().zip(sums) {
            for (i, (other, sums)) in (first + 2 * at..).zip(pair.iter().zip(sums)) {
                row[i] = (row[i] - with_rest(sums, &row[first..i], &other[first..i])) / other[i];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::{Purpose, Stream};

    fn random(rows: usize, cols: usize) -> Matrix<f64> {
        let mut stream = Stream::new(3, Purpose::Data, 0);
        Matrix::new(rows, cols, (0..rows * cols).map(|_| stream.normal()).collect())
    }

    fn gram(x: &Matrix<f64>) -> Matrix<f64> {
        let entry = |i: usize, j: usize| (0..x.rows()).map(|s| x.row(s)[i] * x.row(s)[j]).sum();
        let n = x.cols();
        Matrix::new(n, n, (0..n * n).map(|at| entry(at / n, at % n)).collect())
    }

    /// The solution reproduces b = A x; κ(A) is some hundreds here, so 1e-12 leaves two digits to spare.
    #[test]
    fn solutions_solve() {
        for n in [1, 2, 9, 30] {
            let a = gram(&random(3 * n, n));
            let truth: Vec<f64> = (0..n).map(|i| if i % 2 == 0 { 1.0 } else { -0.5 }).collect();
            let mut b: Vec<f64> = (0..n).map(|i| dot(a.row(i), &truth)).collect();
            let factor = Cholesky::new(a, 1e-14).unwrap();
            factor.solve(&mut b);
            assert!(b.iter().zip(&truth).all(|(b, truth)| (b - truth).abs() < 1e-12), "{n}: {b:?}");
            let inverse = factor.inverse();
            let symmetric = (0..n * n).all(|at| {
                let (i, j) = (at / n, at % n);
                (inverse.row(i)[j] - inverse.row(j)[i]).abs() < 1e-12
            });
            assert!(symmetric);
        }
    }

    /// Blocks of columns are another order of work, and the same sums: of each entry over the columns before it.
    #[test]
    fn entries_follow_the_definition_bit_for_bit() {
        for n in [1, 7, 8, 9, 23, 40] {
            let a = gram(&random(2 * n, n));
            let mut expected = a.clone();
            for j in 0..n {
                for i in 0..=j {
                    let (row, other) = (expected.row(j).to_vec(), expected.row(i).to_vec());
                    let left = row[i] - dot(&row[..i], &other[..i]);
                    expected.data_mut()[j * n + i] = if i < j { left / other[i] } else { left.sqrt() };
                }
            }
            let factor = Cholesky::new(a, 1e-14).unwrap();
            assert!((0..n).all(|j| factor.lower.row(j)[..=j] == expected.row(j)[..=j]), "{n}");
        }
    }

    #[test]
    fn dependent_columns_are_seen_whatever_rounding_leaves() {
        for seed in 0..50 {
            let mut stream = Stream::new(seed, Purpose::Data, 1);
            let (m, n) = (40, 6);
            let mut x = Matrix::zeros(m, n);
            for row in x.data_mut().chunks_exact_mut(n) {
                row[..n - 1].iter_mut().for_each(|x| *x = stream.normal());
                row[1] = row[0] + 1e-3 * row[1]; // nearly dependent, and still told apart
                row[n - 1] = 0.3 * row[0] - 0.7 * row[2] + 11.0 * row[1];
            }
            let noise = 46.0 * f64::EPSILON;
            assert_eq!(Cholesky::new(gram(&x), noise).err(), Some(n - 1), "seed {seed}");
            let independent = Matrix::new(m, n - 1, x.data().chunks(n).flat_map(|row| row[..n - 1].to_vec()).collect());
            assert!(Cholesky::new(gram(&independent), noise).is_ok(), "seed {seed}");
        }
        assert_eq!(Cholesky::new(Matrix::zeros(2, 2), 1e-15).err(), Some(0));
        assert_eq!(Cholesky::new(Matrix::new(1, 1, vec![f64::NAN]), 1e-15).err(), Some(0));
    }
}
