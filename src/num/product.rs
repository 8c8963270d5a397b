//! Matrix products whose every sum runs in one fixed order, whatever the CPU.
//!
//! Each element is `c_ij = (…((c⁰_ij + a_i0 b_0j) + a_i1 b_1j) + …)`: ascending in k, a fused multiply-add at each
//! step. Vectors run over independent outputs j and registers over blocks of rows i, so neither their width nor the
//! blocking can be seen in the result. The kernel is compiled once for each level of the CPU's vectors (`pulp` picks
//! one at run time); without hardware multiply-add the same exactly rounded operation is done in software.

use super::{MatMut, MatRef, Real};
use pulp::{Arch, WithSimd};

/// C = A · B, for A `m × k`, B `k × n`, C `m × n`.
///
/// # Panics
/// Where the shapes do not fit: a mistake in the calling code.
pub fn product<R: Real>(a: MatRef<'_, R>, b: MatRef<'_, R>, mut c: MatMut<'_, R>) {
    assert_eq!((a.cols(), a.rows(), b.cols()), (b.rows(), c.rows(), c.cols()), "shapes of a product");
    c.data().fill(R::ZERO);
    accumulate(a.data(), Strides { row: a.cols(), col: 1 }, a.cols(), b, c);
}

/// C ← C + A · B: the sums of a product go on where those in C ended.
///
/// # Panics
/// Where the shapes do not fit.
pub fn add_product<R: Real>(a: MatRef<'_, R>, b: MatRef<'_, R>, c: MatMut<'_, R>) {
    assert_eq!((a.cols(), a.rows(), b.cols()), (b.rows(), c.rows(), c.cols()), "shapes of a product");
    accumulate(a.data(), Strides { row: a.cols(), col: 1 }, a.cols(), b, c);
}

/// C = A · B with the row `bias` (`n` numbers) added to each row, as the first term of each sum: a linear layer.
///
/// # Panics
/// Where the shapes do not fit.
pub fn product_with_bias<R: Real>(a: MatRef<'_, R>, bias: &[R], b: MatRef<'_, R>, mut c: MatMut<'_, R>) {
    assert_eq!((a.cols(), a.rows(), b.cols()), (b.rows(), c.rows(), c.cols()), "shapes of a product");
    for row in 0..c.rows() {
        c.row(row).copy_from_slice(bias);
    }
    accumulate(a.data(), Strides { row: a.cols(), col: 1 }, a.cols(), b, c);
}

/// C = Aᵀ · B, for A `k × m`, B `k × n`, C `m × n`: the gradient of a linear layer's weights.
///
/// # Panics
/// Where the shapes do not fit.
pub fn product_transposed_left<R: Real>(a: MatRef<'_, R>, b: MatRef<'_, R>, mut c: MatMut<'_, R>) {
    assert_eq!((a.rows(), a.cols(), b.cols()), (b.rows(), c.rows(), c.cols()), "shapes of a product");
    c.data().fill(R::ZERO);
    add_product_transposed_left(a, b, c);
}

/// C ← C + Aᵀ · B, as [`product_transposed_left`]: for weights that are used more than once.
///
/// # Panics
/// Where the shapes do not fit.
pub fn add_product_transposed_left<R: Real>(a: MatRef<'_, R>, b: MatRef<'_, R>, c: MatMut<'_, R>) {
    assert_eq!((a.rows(), a.cols(), b.cols()), (b.rows(), c.rows(), c.cols()), "shapes of a product");
    accumulate(a.data(), Strides { row: 1, col: a.cols() }, a.rows(), b, c);
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

/// Where element (i, k) of the left factor lies: `i · row + k · col`.
#[derive(Clone, Copy)]
struct Strides {
    row: usize,
    col: usize,
}

fn accumulate<R: Real>(a: &[R], strides: Strides, depth: usize, b: MatRef<'_, R>, c: MatMut<'_, R>) {
    if depth == 0 || b.cols() == 0 || c.rows() == 0 {
        return;
    }
    Arch::new().dispatch(Kernel { a, strides, depth, b: b.data(), c: c.into_data(), cols: b.cols() });
}

struct Kernel<'a, R> {
    a: &'a [R],
    strides: Strides,
    depth: usize,
    b: &'a [R],
    c: &'a mut [R],
    cols: usize,
}

impl<R: Real> WithSimd for Kernel<'_, R> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: pulp::Simd>(self, _simd: S) {
        let Self { a, strides, depth, b, c, cols } = self;
        let rows = c.len() / cols;
        let mut i = 0;
        while i + 4 <= rows {
            row_block::<R, 4>(a, strides, depth, b, c, cols, i);
            i += 4;
        }
        while i < rows {
            row_block::<R, 1>(a, strides, depth, b, c, cols, i);
            i += 1;
        }
    }
}

/// Rows i to i + M of C, in blocks of columns from wide to narrow.
#[inline(always)]
fn row_block<R: Real, const M: usize>(
    a: &[R],
    strides: Strides,
    depth: usize,
    b: &[R],
    c: &mut [R],
    cols: usize,
    i: usize,
) {
    let mut j = 0;
    macro_rules! columns {
        ($width:literal) => {
            while cols - j >= $width {
                block::<R, M, $width>(a, strides, depth, b, c, cols, i, j);
                j += $width;
            }
        };
    }
    columns!(32);
    columns!(16);
    columns!(8);
    columns!(4);
    columns!(1);
}

/// An M × N block of C at (i, j), held in registers over the whole of k.
#[inline(always)]
#[allow(clippy::too_many_arguments, clippy::needless_range_loop)] // one flat kernel is what the optimizer sees through
fn block<R: Real, const M: usize, const N: usize>(
    a: &[R],
    strides: Strides,
    depth: usize,
    b: &[R],
    c: &mut [R],
    cols: usize,
    i: usize,
    j: usize,
) {
    let mut sums = [[R::ZERO; N]; M];
    for m in 0..M {
        sums[m].copy_from_slice(&c[(i + m) * cols + j..][..N]);
    }
    for k in 0..depth {
        let b_row: &[R] = &b[k * cols + j..][..N];
        for m in 0..M {
            let a_ik = a[(i + m) * strides.row + k * strides.col];
            for n in 0..N {
                sums[m][n] = a_ik.mul_add(b_row[n], sums[m][n]);
            }
        }
    }
    for m in 0..M {
        c[(i + m) * cols + j..][..N].copy_from_slice(&sums[m]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
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

    /// Bit for bit, since the order of each sum is part of the definition; at sizes around every block's edge.
    fn every_size_matches<R: Real>() {
        for (m, k, n) in [(1, 1, 1), (4, 3, 32), (5, 64, 10), (33, 7, 61), (3, 2, 15), (8, 130, 64)] {
            let (a, b) = (random::<R>(m, k, 1), random::<R>(k, n, 2));
            let bias = random::<R>(1, n, 3);
            let expected = plain(&a, bias.data(), &b);
            let mut c = Matrix::zeros(m, n);
            product_with_bias(a.view(), bias.data(), b.view(), MatMut::new(m, n, c.data_mut()));
            assert_eq!(c.data(), expected, "{m} × {k} × {n}");

            let expected = plain(&a, &vec![R::ZERO; n], &b);
            product(a.view(), b.view(), MatMut::new(m, n, c.data_mut()));
            assert_eq!(c.data(), expected, "{m} × {k} × {n}");
            add_product(a.view(), b.view(), MatMut::new(m, n, c.data_mut()));
            // The sums go on: that is what a bias per element would give.
            let onward =
                |i: usize, j: usize| (0..k).fold(expected[i * n + j], |sum, l| a.row(i)[l].mul_add(b.row(l)[j], sum));
            assert!((0..m * n).all(|at| c.data()[at] == onward(at / n, at % n)), "added, {m} × {k} × {n}");

            let mut a_transposed = Matrix::zeros(k, m);
            transpose(a.view(), MatMut::new(k, m, a_transposed.data_mut()));
            product_transposed_left(a_transposed.view(), b.view(), MatMut::new(m, n, c.data_mut()));
            assert_eq!(c.data(), expected, "transposed, {m} × {k} × {n}");
        }
    }

    #[test]
    fn products_follow_the_definition_bit_for_bit() {
        every_size_matches::<f32>();
        every_size_matches::<f64>();
    }

    #[test]
    fn an_empty_inner_dimension_leaves_the_bias() {
        let mut c = [0.0_f32; 4];
        let (a, b) = (MatRef::new(2, 0, &[]), MatRef::new(0, 2, &[]));
        product_with_bias(a, &[1.0, 2.0], b, MatMut::new(2, 2, &mut c));
        assert_eq!(c, [1.0, 2.0, 1.0, 2.0]);
    }
}
