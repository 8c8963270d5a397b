//! Householder's QR factorization with column pivoting, X P = Q R: least squares without squared condition numbers.
//!
//! x ← x − τ v (v·x), v = x ∓ ‖x‖ e_k scaled to v_k = 1
//!
//! Step k takes the column with the largest part left, and reflects it onto a multiple of the k-th unit vector. So |R_kk|
//! falls, and the first that is no more than rounding tells the rank. Businger & Golub 1965, "Linear least squares
//! solutions by Householder transformations"; Golub & Van Loan 2013, algorithm 5.4.1. As LAPACK's `geqp3`, which leaves the
//! rank to the caller.

use super::lanes::vectorized;
use super::vector::{PARTS, add_multiple, dot, whole_blocks, with_rest};
use super::{MatRef, Matrix};

/// Q, R and P.
#[derive(Clone, Debug)]
pub struct Qr {
    /// m
    rows: usize,
    /// n × m: column k after the other. Above the diagonal R's, from it on v's without its leading 1.
    columns: Matrix<f64>,
    diagonal: Vec<f64>,
    tau: Vec<f64>,
    /// Which column of X stands at place k.
    order: Vec<usize>,
    rank: usize,
}

impl Qr {
    /// Factors X D, X m × n and D diagonal, its columns of about one length.
    ///
    /// # Panics
    /// Where D has not n numbers: a mistake in the calling code.
    #[must_use]
    pub fn new(x: MatRef<'_, f64>, scales: &[f64]) -> Self {
        let (m, n) = (x.rows(), x.cols());
        assert_eq!(scales.len(), n, "a scale for each column");
        let mut columns = Matrix::zeros(n, m);
        // A cache line of each column at a time.
        for first in (0..m).step_by(8) {
            let rows = first..m.min(first + 8);
            for (j, (column, scale)) in columns.data_mut().chunks_exact_mut(m).zip(scales).enumerate() {
                column[rows.clone()].iter_mut().zip(rows.clone()).for_each(|(to, i)| *to = x.row(i)[j] * scale);
            }
        }
        let (tau, order) = (Vec::new(), (0..n).collect());
        let mut qr = Self { rows: m, columns, diagonal: Vec::new(), tau, order, rank: 0 };
        let tolerance = qr.tolerance();
        let factored = &mut qr;
        vectorized(
            #[inline(always)]
            || factored.factor(tolerance),
        );
        qr
    }

    /// What is left of a column counts as 0 if it is no more than this share of its length: rounding reaches some units in the
    /// last place, growing slowly with the size.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // sizes stay below 2⁵³
    pub fn tolerance(&self) -> f64 {
        8.0 * self.rows.max(self.columns.rows()) as f64 * f64::EPSILON
    }

    #[inline(always)]
    fn factor(&mut self, tolerance: f64) {
        let (m, n) = (self.rows, self.columns.rows());
        let mut left: Vec<f64> = (0..n).map(|j| dot(self.columns.row(j), self.columns.row(j))).collect();
        let mut trusted = left.clone();
        let largest = left.iter().fold(0.0, |largest: f64, &left| largest.max(left)).sqrt();
        for k in 0..n.min(m) {
            let best = (k..n).fold(k, |best, j| if left[j] > left[best] { j } else { best });
            self.exchange(k, best);
            left.swap(k, best);
            trusted.swap(k, best);
            let norm = {
                let part = &self.columns.row(k)[k..];
                dot(part, part).sqrt()
            };
            // `!(… > …)` holds for NaN, too.
            #[allow(clippy::neg_cmp_op_on_partial_ord)]
            if !(norm > tolerance * largest) {
                return;
            }
            self.reflect(k, norm);
            let (done, rest) = self.columns.data_mut().split_at_mut((k + 1) * m);
            let (v, tau) = (&done[k * m + k..], self.tau[k]);
            let mut fours = rest.chunks_exact_mut(4 * m);
            for four in &mut fours {
                let (ab, cd) = four.split_at_mut(2 * m);
                let ((a, b), (c, d)) = (ab.split_at_mut(m), cd.split_at_mut(m));
                apply_to_each(v, tau, [a, b, c, d].map(|column| &mut column[k..]));
            }
            fours.into_remainder().chunks_exact_mut(m).for_each(|column| apply(v, tau, &mut column[k..]));
            for (column, j) in rest.chunks_exact(m).zip(k + 1..) {
                left[j] -= column[k] * column[k];
                // What is left over from a subtraction that cancels is measured anew.
                #[allow(clippy::neg_cmp_op_on_partial_ord)]
                if !(left[j] > 1e-6 * trusted[j]) {
                    left[j] = dot(&column[k + 1..], &column[k + 1..]);
                    trusted[j] = left[j];
                }
            }
            self.rank += 1;
        }
    }

    fn exchange(&mut self, a: usize, b: usize) {
        let m = self.rows;
        if a != b {
            let (front, back) = self.columns.data_mut().split_at_mut(b * m);
            front[a * m..(a + 1) * m].swap_with_slice(&mut back[..m]);
            self.order.swap(a, b);
        }
    }

    /// Makes v and τ of column k, whose part from the diagonal on has this norm.
    #[inline(always)]
    fn reflect(&mut self, k: usize, norm: f64) {
        let m = self.rows;
        let v = &mut self.columns.data_mut()[k * m + k..(k + 1) * m];
        let head = v[0];
        let diagonal = if head > 0.0 { -norm } else { norm };
        v[1..].iter_mut().for_each(|x| *x /= head - diagonal);
        v[0] = 1.0;
        self.tau.push((diagonal - head) / diagonal);
        self.diagonal.push(diagonal);
    }

    /// How many columns of X are independent, as far as rounding lets one tell.
    #[must_use]
    pub fn rank(&self) -> usize {
        self.rank
    }

    /// Which column of X stands at each place of R; those from the rank on depend on those before.
    #[must_use]
    pub fn order(&self) -> &[usize] {
        &self.order
    }

    /// b ← Qᵀ b, m numbers.
    pub fn apply_transposed(&self, b: &mut [f64]) {
        vectorized(
            #[inline(always)]
            move || {
                for k in 0..self.rank {
                    apply(&self.columns.row(k)[k..], self.tau[k], &mut b[k..]);
                }
            },
        );
    }

    /// b ← Q b, m numbers.
    pub fn apply(&self, b: &mut [f64]) {
        vectorized(
            #[inline(always)]
            move || {
                for k in (0..self.rank).rev() {
                    apply(&self.columns.row(k)[k..], self.tau[k], &mut b[k..]);
                }
            },
        );
    }

    /// R_kj at places, not columns of X.
    #[must_use]
    pub fn r(&self, k: usize, j: usize) -> f64 {
        match k.cmp(&j) {
            std::cmp::Ordering::Less => self.columns.row(j)[k],
            std::cmp::Ordering::Equal => self.diagonal[k],
            std::cmp::Ordering::Greater => 0.0,
        }
    }

    /// b ← R⁻¹ b, of the leading rank × rank block.
    pub fn solve(&self, b: &mut [f64]) {
        for j in (0..self.rank).rev() {
            b[j] /= self.diagonal[j];
            let (before, here) = b.split_at_mut(j);
            add_multiple(-here[0], &self.columns.row(j)[..j], before);
        }
    }

    /// b ← R⁻ᵀ b, of the leading rank × rank block.
    pub fn solve_transposed(&self, b: &mut [f64]) {
        for j in 0..self.rank {
            b[j] = (b[j] - dot(&self.columns.row(j)[..j], &b[..j])) / self.diagonal[j];
        }
    }
}

/// x ← x − τ v (v·x)
#[inline(always)]
fn apply(v: &[f64], tau: f64, x: &mut [f64]) {
    apply_to_each(v, tau, [x]);
}

/// The same for several x as long as v, which is then read fewer times.
#[inline(always)]
fn apply_to_each<const N: usize>(v: &[f64], tau: f64, mut x: [&mut [f64]; N]) {
    let whole = v.len() - v.len() % PARTS;
    let [sums] = whole_blocks([&v[..whole]], x.each_ref().map(|x| &x[..whole]));
    for (x, sums) in x.iter_mut().zip(sums) {
        let factor = tau * with_rest(sums, &v[whole..], &x[whole..v.len()]);
        add_multiple(-factor, v, x);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::{Purpose, Stream};

    fn random(rows: usize, cols: usize) -> Matrix<f64> {
        let mut stream = Stream::new(5, Purpose::Data, 0);
        Matrix::new(rows, cols, (0..rows * cols).map(|_| stream.normal()).collect())
    }

    /// Q R is X with its columns in P's order, to some roundings of numbers of size 10.
    #[test]
    fn factors_multiply_back() {
        for (m, n) in [(1, 1), (5, 5), (40, 7), (3, 6)] {
            let x = random(m, n);
            let qr = Qr::new(x.view(), &vec![1.0; x.cols()]);
            assert_eq!(qr.rank(), m.min(n));
            for place in 0..n {
                let mut column: Vec<f64> = (0..m).map(|k| if k < n { qr.r(k, place) } else { 0.0 }).collect();
                qr.apply(&mut column);
                let of_x = |i: usize| x.row(i)[qr.order()[place]];
                assert!((0..m).all(|i| (column[i] - of_x(i)).abs() < 1e-14), "{m} × {n}");
                qr.apply_transposed(&mut column);
                assert!((0..m).all(|k| k >= n || (column[k] - qr.r(k, place)).abs() < 1e-13));
            }
        }
    }

    #[test]
    fn triangles_are_solved() {
        let qr = Qr::new(random(20, 6).view(), &[1.0; 6]);
        let x = [1.0, -2.0, 3.0, 0.5, 0.0, 4.0];
        let mut b: Vec<f64> = (0..6).map(|k| (0..6).map(|j| qr.r(k, j) * x[j]).sum()).collect();
        qr.solve(&mut b);
        assert!(b.iter().zip(x).all(|(b, x)| (b - x).abs() < 1e-13));
        let mut b: Vec<f64> = (0..6).map(|j| (0..6).map(|k| qr.r(k, j) * x[k]).sum()).collect();
        qr.solve_transposed(&mut b);
        assert!(b.iter().zip(x).all(|(b, x)| (b - x).abs() < 1e-13));
    }

    #[test]
    fn the_rank_is_found() {
        let mut x = random(30, 5);
        for row in x.data_mut().chunks_exact_mut(5) {
            row[3] = row[0] - 2.0 * row[1];
            row[4] = 1e-9 * row[4] + row[2]; // far above rounding: independent
        }
        let qr = Qr::new(x.view(), &vec![1.0; x.cols()]);
        assert_eq!(qr.rank(), 4);
        assert_eq!(Qr::new(Matrix::zeros(4, 2).view(), &[1.0; 2]).rank(), 0);
        assert_eq!(Qr::new(random(3, 6).view(), &[1.0; 6]).rank(), 3);
    }
}
