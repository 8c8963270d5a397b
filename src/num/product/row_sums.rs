//! The sums of columns, row after row: the gradient of a bias.
//!
//! s_j = (…((s⁰_j + b_0j) + b_1j) + …), in ascending order of rows, as many vectors of columns side by side as keep the adders busy.

use super::tile::from_each;
use crate::num::{MatRef, Real};
use pulp::{Simd, WithSimd};

/// s ← s + Σ_i b_i, for the rows b_i of B, m × n, and n sums.
pub struct RowSums<'a, R> {
    pub b: MatRef<'a, R>,
    pub sums: &'a mut [R],
}

impl<R: Real> WithSimd for RowSums<'_, R> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { b, sums } = self;
        let (lanes, cols) = (R::lanes::<S>(), b.cols());
        let mut j = 0;
        macro_rules! columns {
            ($vectors:expr) => {
                while cols - j >= $vectors * lanes {
                    add_columns::<R, S, { $vectors }>(simd, b.data(), cols, j, &mut sums[j..j + $vectors * lanes]);
                    j += $vectors * lanes;
                }
            };
        }
        columns!(8);
        columns!(4);
        columns!(1);
        if j < cols {
            add_columns::<R, S, 1>(simd, b.data(), cols, j, &mut sums[j..]);
        }
    }
}

/// Adds rows of `cols` numbers to N vectors of sums, from column j on; of one vector there may be less than a whole.
#[inline(always)]
fn add_columns<R: Real, S: Simd, const N: usize>(simd: S, rows: &[R], cols: usize, j: usize, sums: &mut [R]) {
    let (lanes, one) = (R::lanes::<S>(), R::splat(simd, R::ONE));
    let width = sums.len().min(lanes);
    let mut vectors: [R::Vector<S>; N] = from_each(|n| R::load(simd, &sums[n * lanes..][..width]));
    for row in rows.chunks_exact(cols) {
        let row = &row[j..j + (N - 1) * lanes + width];
        for n in 0..N {
            // 1 · x + s is rounded as x + s is.
            vectors[n] = R::vector_mul_add(simd, one, R::load(simd, &row[n * lanes..][..width]), vectors[n]);
        }
    }
    for n in 0..N {
        R::store(simd, vectors[n], &mut sums[n * lanes..][..width]);
    }
}
