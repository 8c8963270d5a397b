//! XᵀX, weighted or scaled, without another X: a block of rows is scaled at a time.

use crate::num::lanes::vectorized;
use crate::num::{MatMut, MatRef, Matrix, add_product_transposed_left, add_symmetric_product};
use std::ops::Range;

/// Rows that are taken at a time: what a tile needs of so many lies in a core's first cache.
const ROWS: usize = 128;

/// Which entries are wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Entries {
    All,
    /// The diagonal and what is below: what a Cholesky factorization reads. Of the others, only some are there.
    Lower,
}

/// `gram` = Σ_i weight(i) x_i x_iᵀ = XᵀSX, p × p, for X m × p.
pub fn weighted_gram(x: &Matrix<f64>, weight: impl Fn(usize) -> f64, entries: Entries, gram: &mut Matrix<f64>) {
    let p = x.cols();
    gram.data_mut().fill(0.0);
    for_each_block(x, |rows, scaled| {
        for (i, row) in rows.clone().zip(scaled.chunks_exact_mut(p)) {
            let (weight, x) = (weight(i), x.row(i));
            vectorized(
                #[inline(always)]
                move || row.iter_mut().zip(x).for_each(|(to, x)| *to = weight * x),
            );
        }
        let (left, right) = (MatRef::new(rows.len(), p, scaled), x.view().rows_between(rows.start, rows.end));
        let gram = MatMut::new(p, p, gram.data_mut());
        match entries {
            Entries::All => add_product_transposed_left(left, right, gram),
            Entries::Lower => add_symmetric_product(left, right, gram),
        }
    });
}

/// D XᵀX D, p × p, for X m × p and a diagonal D of powers of two, so that columns in any units can be squared: its
/// [`Entries::Lower`].
#[must_use]
pub fn scaled_gram(x: &Matrix<f64>, scales: &[f64]) -> Matrix<f64> {
    let p = x.cols();
    let mut gram = Matrix::zeros(p, p);
    if scales.iter().all(|scale| SAFE_TO_SQUARE.contains(scale)) {
        // Powers of two change no digit, so they may come last.
        for start in (0..x.rows()).step_by(ROWS) {
            let block = x.view().rows_between(start, x.rows().min(start + ROWS));
            add_symmetric_product(block, block, MatMut::new(p, p, gram.data_mut()));
        }
        for (row, scale) in gram.data_mut().chunks_exact_mut(p).zip(scales) {
            row.iter_mut().zip(scales).for_each(|(entry, other)| *entry *= scale * other);
        }
        return gram;
    }
    for_each_block(x, |rows, scaled| {
        for (i, row) in rows.clone().zip(scaled.chunks_exact_mut(p)) {
            row.iter_mut().zip(x.row(i)).zip(scales).for_each(|((to, x), scale)| *to = scale * x);
        }
        let block = MatRef::new(rows.len(), p, scaled);
        add_symmetric_product(block, block, MatMut::new(p, p, gram.data_mut()));
    });
    gram
}

/// Sums of squares of numbers of this size neither overflow nor vanish.
pub const SAFE_TO_SQUARE: Range<f64> = 1e-100..1e100;

/// Calls `of` with the rows of each block of X and room for as many numbers.
fn for_each_block(x: &Matrix<f64>, mut of: impl FnMut(Range<usize>, &mut [f64])) {
    let (m, p) = (x.rows(), x.cols());
    let mut scaled = vec![0.0; ROWS.min(m) * p];
    for start in (0..m).step_by(ROWS) {
        let end = m.min(start + ROWS);
        of(start..end, &mut scaled[..(end - start) * p]);
    }
}
