//! Matrix products whose every sum runs in one fixed order, whatever the CPU.
//!
//! Each element is `c_ij = (…((c⁰_ij + a_i0 b_0j) + a_i1 b_1j) + …)`: ascending in k, a fused multiply-add at each
//! step. Vectors run over independent outputs j and registers over blocks of rows i, so neither their width nor the
//! blocking can be seen in the result. Without hardware multiply-add the same exactly rounded operation is done in
//! software. How it is done fast stands in `num/product/tiles.rs`.

mod factor;
mod gram;
mod pack;
mod row_sums;
mod tile;
mod tiles;

use super::crew::{Divisible, side_by_side};
use super::lanes::dispatch;
use super::{MatMut, MatRef, Real};
use factor::{ProductFactor, SumStart};
pub use gram::Gram;
use row_sums::RowSums;
pub(super) use tile::from_each;
use tiles::Product;

/// C = A · B, for A `m × k`, B `k × n`, C `m × n`.
///
/// # Panics
/// Where the shapes do not fit: a mistake in the calling code.
pub fn product<R: Real>(a: MatRef<'_, R>, b: MatRef<'_, R>, c: MatMut<'_, R>) {
    assert_eq!((a.cols(), a.rows(), b.cols()), (b.rows(), c.rows(), c.cols()), "shapes of a product");
    accumulate(SumStart::Zero, ProductFactor::plain(a), ProductFactor::plain(b), c);
}

/// C ← C + A · B: the sums of a product go on where those in C ended.
///
/// # Panics
/// Where the shapes do not fit.
pub fn add_product<R: Real>(a: MatRef<'_, R>, b: MatRef<'_, R>, c: MatMut<'_, R>) {
    assert_eq!((a.cols(), a.rows(), b.cols()), (b.rows(), c.rows(), c.cols()), "shapes of a product");
    accumulate(SumStart::Here, ProductFactor::plain(a), ProductFactor::plain(b), c);
}

/// C = A · B with the row `bias` (`n` numbers) added to each row, as the first term of each sum: a linear layer.
///
/// # Panics
/// Where the shapes do not fit.
pub fn product_with_bias<R: Real>(a: MatRef<'_, R>, bias: &[R], b: MatRef<'_, R>, c: MatMut<'_, R>) {
    assert_eq!((a.cols(), a.rows(), b.cols()), (b.rows(), c.rows(), c.cols()), "shapes of a product");
    assert_eq!(bias.len(), c.cols(), "a bias per column");
    accumulate(SumStart::Row(bias), ProductFactor::plain(a), ProductFactor::plain(b), c);
}

/// C = Aᵀ · B, for A `k × m`, B `k × n`, C `m × n`: the gradient of a linear layer's weights.
///
/// # Panics
/// Where the shapes do not fit.
pub fn product_transposed_left<R: Real>(a: MatRef<'_, R>, b: MatRef<'_, R>, c: MatMut<'_, R>) {
    assert_eq!((a.rows(), a.cols(), b.cols()), (b.rows(), c.rows(), c.cols()), "shapes of a product");
    accumulate(SumStart::Zero, ProductFactor::transposed(a), ProductFactor::plain(b), c);
}

/// C ← C + Aᵀ · B, as [`product_transposed_left`]: for weights that are used more than once.
///
/// # Panics
/// Where the shapes do not fit.
pub fn add_product_transposed_left<R: Real>(a: MatRef<'_, R>, b: MatRef<'_, R>, c: MatMut<'_, R>) {
    assert_eq!((a.rows(), a.cols(), b.cols()), (b.rows(), c.rows(), c.cols()), "shapes of a product");
    accumulate(SumStart::Here, ProductFactor::transposed(a), ProductFactor::plain(b), c);
}

/// C = A · Bᵀ, for A `m × k`, B `n × k`, C `m × n`: the backward message of a linear layer.
///
/// # Panics
/// Where the shapes do not fit.
pub fn product_transposed_right<R: Real>(a: MatRef<'_, R>, b: MatRef<'_, R>, c: MatMut<'_, R>) {
    assert_eq!((a.cols(), a.rows(), b.rows()), (b.cols(), c.rows(), c.cols()), "shapes of a product");
    accumulate(SumStart::Zero, ProductFactor::plain(a), ProductFactor::transposed(b), c);
}

/// s_j = Σ_i b_ij, in ascending i from 0: the gradient of a bias. `add`: from the s_j that are there.
///
/// # Panics
/// Where the shapes do not fit.
pub fn sum_rows<R: Real>(b: MatRef<'_, R>, add: bool, sums: &mut [R]) {
    assert_eq!(b.cols(), sums.len(), "a sum per column");
    if !add {
        sums.fill(R::ZERO);
    }
    if let [sum] = sums {
        *sum = b.data().iter().fold(*sum, |sum, &x| sum + x);
        return;
    }
    dispatch(RowSums { b, sums });
}

/// B = Aᵀ, for A `m × n`, B `n × m`.
///
/// # Panics
/// Where the shapes do not fit.
pub fn transpose<R: Real>(a: MatRef<'_, R>, mut b: MatMut<'_, R>) {
    assert_eq!((a.rows(), a.cols()), (b.cols(), b.rows()), "shapes of a transpose");
    let rows = a.rows();
    for i in 0..rows {
        for (j, &value) in a.row(i).iter().enumerate() {
            b.data()[j * rows + i] = value;
        }
    }
}

/// C ← start + A · B, for factors that are given as they lie in memory.
fn accumulate<R: Real>(start: SumStart<'_, R>, a: ProductFactor<'_, R>, b: ProductFactor<'_, R>, mut c: MatMut<'_, R>) {
    let (rows, cols, depth) = (c.rows(), c.cols(), a.depth());
    if rows == 0 || cols == 0 {
        return;
    }
    if depth == 0 {
        match start {
            SumStart::Zero => c.data().fill(R::ZERO),
            SumStart::Row(row) => c.data().chunks_exact_mut(cols).for_each(|c| c.copy_from_slice(row)),
            SumStart::Here => {}
        }
        return;
    }
    let c = c.into_data();
    // One column of Aᵀ · b is the row bᵀ · A: the same products in the same order, and vectors run along it.
    let (a, b, cols) = if cols == 1 && a.is_transposed() { (b.flipped(), a.flipped(), rows) } else { (a, b, cols) };
    let least = LEAST_TERMS.div_ceil(cols * depth).max(LEAST_ROWS);
    side_by_side(ProductRows { start, a, b, c, cols, depth }, least, ROWS_OF_PARTS, |rows| {
        let ProductRows { start, a, b, c, cols, depth } = rows;
        R::with_scratch(|scratch| dispatch(Product { start, a, b, c, cols, depth, scratch }));
    });
}

/// Multiply-adds that are worth another thread: some 10 µs, where starting its part and waiting for it takes one or two
/// (docs/performance.md).
const LEAST_TERMS: usize = 1 << 19;
/// Rows of C that are worth another thread, which lays all of B out for them.
const LEAST_ROWS: usize = 16;
/// Threads have multiples of so many rows, which are whole tiles.
const ROWS_OF_PARTS: usize = 4;

/// Some rows of a product.
struct ProductRows<'a, R> {
    start: SumStart<'a, R>,
    a: ProductFactor<'a, R>,
    b: ProductFactor<'a, R>,
    c: &'a mut [R],
    cols: usize,
    depth: usize,
}

impl<R: Real> Divisible for ProductRows<'_, R> {
    fn length(&self) -> usize {
        self.c.len() / self.cols
    }

    fn divide(self, at: usize) -> (Self, Self) {
        let (c, rest) = self.c.split_at_mut(at * self.cols);
        (Self { c, ..self }, Self { c: rest, a: self.a.after(at), ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::crew::{by_threads, threads_taken};
    use crate::num::lanes::levels::at_each;
    use crate::num::{Matrix, Purpose, Stream};

    fn random<R: Real>(rows: usize, cols: usize, index: u64) -> Matrix<R> {
        let mut stream = Stream::new(7, Purpose::Data, index);
        Matrix::new(rows, cols, (0..rows * cols).map(|_| R::from_f64(stream.normal())).collect())
    }

    /// The definition, one sum at a time.
    fn plain<R: Real>(a: &Matrix<R>, bias: &[R], b: &Matrix<R>) -> Vec<R> {
        let mut c = Vec::new();
        for i in 0..a.rows() {
            for (j, &first) in bias.iter().enumerate() {
                c.push((0..a.cols()).fold(first, |sum, k| a.row(i)[k].mul_add(b.row(k)[j], sum)));
            }
        }
        c
    }

    /// Bit for bit, since the order of each sum is part of the definition; at sizes around every block's edge, and at
    /// every level of vectors.
    fn every_size_matches<R: Real>() {
        let small = [(1, 1, 1), (4, 3, 32), (5, 64, 10), (33, 7, 61), (3, 2, 15), (8, 130, 64), (9, 5, 1), (1, 9, 40)];
        let large =
            [(13, 300, 1), (27, 515, 33), (150, 257, 70), (64, 33, 257), (1, 700, 5), (290, 260, 67), (50, 300, 10)];
        for (m, k, n) in small.into_iter().chain(large) {
            let (a, b) = (random::<R>(m, k, 1), random::<R>(k, n, 2));
            let bias = random::<R>(1, n, 3);
            let with_bias = plain(&a, bias.data(), &b);
            let without = plain(&a, &vec![R::ZERO; n], &b);
            // The sums go on: that is what a bias per element would give.
            let onward = |at: usize| (0..k).fold(without[at], |sum, l| a.row(at / n)[l].mul_add(b.row(l)[at % n], sum));
            let added: Vec<R> = (0..m * n).map(onward).collect();
            let (mut a_transposed, mut b_transposed) = (Matrix::zeros(k, m), Matrix::zeros(n, k));
            transpose(a.view(), MatMut::new(k, m, a_transposed.data_mut()));
            transpose(b.view(), MatMut::new(n, k, b_transposed.data_mut()));
            let every_product = || {
                at_each(|| {
                    let mut c = Matrix::new(m, n, vec![R::from_f64(f64::NAN); m * n]);
                    let mut is = |name: &str, expected: &[R], of: &dyn Fn(MatMut<'_, R>)| {
                        of(MatMut::new(m, n, c.data_mut()));
                        assert_eq!(c.data(), expected, "{name}, {m} × {k} × {n}");
                    };
                    is("bias", &with_bias, &|c| product_with_bias(a.view(), bias.data(), b.view(), c));
                    is("plain", &without, &|c| product(a.view(), b.view(), c));
                    is("added", &added, &|c| add_product(a.view(), b.view(), c));
                    is("left", &without, &|c| product_transposed_left(a_transposed.view(), b.view(), c));
                    is("left, added", &added, &|c| add_product_transposed_left(a_transposed.view(), b.view(), c));
                    is("right", &without, &|c| product_transposed_right(a.view(), b_transposed.view(), c));
                });
            };
            every_product();
            for threads in [2, 3, 8] {
                let taken = by_threads(threads, || {
                    every_product();
                    threads_taken()
                });
                assert!(taken == threads || m < 8, "{m} rows by {taken} threads of {threads}");
            }
        }
    }

    #[test]
    fn products_follow_the_definition_bit_for_bit() {
        every_size_matches::<f32>();
        every_size_matches::<f64>();
    }

    #[test]
    fn rows_are_summed_in_their_order() {
        for (rows, cols) in [(1, 1), (300, 5), (129, 70), (0, 3)] {
            let b = random::<f32>(rows, cols, 4);
            let start = random::<f32>(1, cols, 5);
            let from = |first: &[f32]| -> Vec<f32> {
                (0..cols).map(|j| (0..rows).fold(first[j], |sum, i| sum + b.row(i)[j])).collect()
            };
            at_each(|| {
                let mut sums = start.data().to_vec();
                sum_rows(b.view(), true, &mut sums);
                assert_eq!(sums, from(start.data()));
                sum_rows(b.view(), false, &mut sums);
                assert_eq!(sums, from(&vec![0.0; cols]));
            });
        }
    }

    #[test]
    fn an_empty_inner_dimension_leaves_the_bias() {
        let mut c = [0.0_f32; 4];
        let (a, b) = (MatRef::new(2, 0, &[]), MatRef::new(0, 2, &[]));
        product_with_bias(a, &[1.0, 2.0], b, MatMut::new(2, 2, &mut c));
        assert_eq!(c, [1.0, 2.0, 1.0, 2.0]);
    }
}
