//! Products of a gang: each lane's sums are those of [`crate::num::product`], term by term.
//!
//! One kernel for all: rows r and columns c of C, whose sums run over d. The right factor is laid out in panels of N columns; the
//! left one is read where it lies, its numbers being whole vectors, or one for all lanes. A tile of M · N vectors stays in
//! registers while d runs, up to [`DEPTH`] terms at a time, and goes on from what C holds.

use crate::num::lanes::{SCRATCH, dispatch};
use crate::num::product::from_each;
use crate::num::{MatMut, MatRef, Real};
use pulp::{Simd, WithSimd};
use std::ops::Range;

/// Terms of each sum that are added before the next tile has its turn.
const DEPTH: usize = 256;

/// A left factor, m × n.
#[derive(Clone, Copy)]
pub enum GangFactor<'a, R> {
    /// The same numbers for all runs.
    Shared(MatRef<'a, R>),
    /// Each run's own, m × (n · G).
    Each(MatRef<'a, R>),
}

/// C = A · B with the row `bias` as the first term of each sum, 0 where there is none: A m × n, B n × K, C m × K, a gang of G.
///
/// # Panics
/// Where the shapes do not fit: a mistake in the calling code.
pub fn gang_product_with_bias<R: Real>(
    gang: usize,
    a: GangFactor<'_, R>,
    bias: Option<&[R]>,
    b: MatRef<'_, R>,
    c: MatMut<'_, R>,
) {
    let cols = b.cols() / gang;
    let (rows, left) = of_factor(gang, a, b.rows());
    assert_eq!((rows, b.cols()), (c.rows(), c.cols()), "shapes of a product");
    assert!(bias.is_none_or(|bias| bias.len() == b.cols()), "a bias per column");
    let start = bias.map_or(GangStart::Zero, GangStart::Row);
    let strides = Strides { left: [b.rows(), 1], right: [cols, 1] };
    run(GangTerms { start, left, right: b.data(), strides, rows, cols, depth: b.rows() }, c.into_data());
}

/// C = A · Bᵀ: A m × K, B n × K, C m × n, a gang of G.
///
/// # Panics
/// Where the shapes do not fit.
pub fn gang_product_transposed_right<R: Real>(gang: usize, a: MatRef<'_, R>, b: MatRef<'_, R>, c: MatMut<'_, R>) {
    assert_eq!((a.rows(), a.cols(), b.rows() * gang), (c.rows(), b.cols(), c.cols()), "shapes of a product");
    let (rows, cols, depth) = (a.rows(), b.rows(), a.cols() / gang);
    let strides = Strides { left: [depth, 1], right: [1, depth] };
    let left = GangLeft::Each(a.data());
    run(GangTerms { start: GangStart::Zero, left, right: b.data(), strides, rows, cols, depth }, c.into_data());
}

/// C = Aᵀ · B, or with `add` C ← C + Aᵀ · B: A m × n, B m × K, C n × K, a gang of G.
///
/// # Panics
/// Where the shapes do not fit.
pub fn gang_product_transposed_left<R: Real>(
    gang: usize,
    a: GangFactor<'_, R>,
    b: MatRef<'_, R>,
    add: bool,
    c: MatMut<'_, R>,
) {
    let (rows, cols) = (c.rows(), c.cols() / gang);
    let (depth, left) = of_factor(gang, a, rows);
    assert_eq!((depth, c.cols()), (b.rows(), b.cols()), "shapes of a product");
    let start = if add { GangStart::Here } else { GangStart::Zero };
    let strides = Strides { left: [1, rows], right: [cols, 1] };
    run(GangTerms { start, left, right: b.data(), strides, rows, cols, depth }, c.into_data());
}

/// The rows of a factor of so many columns, and its numbers.
fn of_factor<R: Real>(gang: usize, a: GangFactor<'_, R>, cols: usize) -> (usize, GangLeft<'_, R>) {
    let (matrix, width, left) = match a {
        GangFactor::Shared(matrix) => (matrix, cols, GangLeft::Shared(matrix.data())),
        GangFactor::Each(matrix) => (matrix, cols * gang, GangLeft::Each(matrix.data())),
    };
    assert_eq!(matrix.cols(), width, "shapes of a product");
    (matrix.rows(), left)
}

/// C ← start + A · B. The buffer is lent outside of what is compiled for the CPU: what lends it is not inlined.
fn run<R: Real>(terms: GangTerms<'_, R>, c: &mut [R]) {
    if terms.rows == 0 || terms.cols == 0 {
        return;
    }
    R::with_scratch(|scratch| dispatch(GangProduct { terms, c, scratch }));
}

#[derive(Clone, Copy)]
enum GangLeft<'a, R> {
    Shared(&'a [R]),
    Each(&'a [R]),
}

/// Where the sums begin.
#[derive(Clone, Copy)]
enum GangStart<'a, R> {
    Zero,
    Row(&'a [R]),
    Here,
}

/// How far the next number is, by row and by term of the left factor, and by term and by column of the right one.
#[derive(Clone, Copy)]
struct Strides {
    left: [usize; 2],
    right: [usize; 2],
}

/// What is multiplied and added: rows × cols sums of each run, of `depth` terms each.
#[derive(Clone, Copy)]
struct GangTerms<'a, R> {
    start: GangStart<'a, R>,
    left: GangLeft<'a, R>,
    right: &'a [R],
    strides: Strides,
    rows: usize,
    cols: usize,
    depth: usize,
}

struct GangProduct<'a, R> {
    terms: GangTerms<'a, R>,
    c: &'a mut [R],
    scratch: &'a mut [R; SCRATCH],
}

impl<R: Real> WithSimd for GangProduct<'_, R> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let GangTerms { left, rows, cols, .. } = self.terms;
        assert_eq!(self.c.len(), rows * cols * R::lanes::<S>(), "a gang of as many runs as there are lanes");
        match left {
            GangLeft::Shared(numbers) => self.of(
                simd,
                numbers,
                #[inline(always)]
                move |number| R::splat(simd, number),
            ),
            GangLeft::Each(numbers) => self.of(
                simd,
                R::vectors::<S>(numbers),
                #[inline(always)]
                move |vector| vector,
            ),
        }
    }
}

impl<R: Real> GangProduct<'_, R> {
    /// `left` makes a vector of a number of the left factor.
    #[inline(always)]
    fn of<S: Simd, T: Copy>(mut self, simd: S, numbers: &[T], left: impl Fn(T) -> R::Vector<S>) {
        let GangTerms { cols, depth, .. } = self.terms;
        // AVX-512 has 32 registers, others 16.
        let widest = if R::lanes::<S>() * size_of::<R>() == 64 { 4 } else { 3 };
        let mut first = 0;
        loop {
            let (terms, mut column) = ([first, (depth - first).min(DEPTH)], 0);
            while column < cols {
                let width = (cols - column).min(widest);
                match width {
                    4 => self.panel::<S, T, 4, 4>(simd, (numbers, &left), terms, column),
                    3 => self.panel::<S, T, 4, 3>(simd, (numbers, &left), terms, column),
                    2 => self.panel::<S, T, 6, 2>(simd, (numbers, &left), terms, column),
                    _ => self.panel::<S, T, 8, 1>(simd, (numbers, &left), terms, column),
                }
                column += width;
            }
            first += terms[1];
            if first == depth {
                return;
            }
            self.terms.start = GangStart::Here;
        }
    }

    /// N columns of C from `column` on, for some of the terms.
    #[inline(always)]
    fn panel<S: Simd, T: Copy, const M: usize, const N: usize>(
        &mut self,
        simd: S,
        (numbers, left): (&[T], &impl Fn(T) -> R::Vector<S>),
        [first, terms]: [usize; 2],
        column: usize,
    ) {
        let lanes = R::lanes::<S>();
        let GangTerms { start, right, strides, rows, cols, .. } = self.terms;
        let Strides { left: by, right: [right_by_term, by_column] } = strides;
        let (c, right) = (&mut *self.c, R::vectors::<S>(right));
        let panel = &mut self.scratch[..terms * N * lanes];
        for (d, to) in panel.chunks_exact_mut(N * lanes).enumerate() {
            for (n, to) in to.chunks_exact_mut(lanes).enumerate() {
                R::store(simd, right[(first + d) * right_by_term + (column + n) * by_column], to);
            }
        }
        let panel =
            PanelOfRight::<R, S, N> { numbers: R::vectors::<S>(panel).as_chunks().0, first, start, cols, column };
        if rows < M {
            for row in 0..rows {
                panel.tile::<T, 1>(simd, (numbers, by, left), row..row + 1, c);
            }
            return;
        }
        for row in (0..rows).step_by(M) {
            panel.tile::<T, M>(simd, (numbers, by, left), row..rows.min(row + M), c);
        }
    }
}

/// N columns of the right factor, term by term, and which they are.
struct PanelOfRight<'p, 'a, R: Real, S: Simd, const N: usize> {
    numbers: &'p [[R::Vector<S>; N]],
    first: usize,
    start: GangStart<'a, R>,
    cols: usize,
    column: usize,
}

impl<R: Real, S: Simd, const N: usize> PanelOfRight<'_, '_, R, S, N> {
    /// M rows of C up to the last of these, of which there are at least M; those before the first of them are calculated once more and not kept.
    #[inline(always)]
    #[allow(clippy::needless_range_loop)] // of several arrays at a time
    fn tile<T: Copy, const M: usize>(
        &self,
        simd: S,
        (numbers, [by_row, by_term], left): (&[T], [usize; 2], &impl Fn(T) -> R::Vector<S>),
        rows: Range<usize>,
        c: &mut [R],
    ) {
        let (lanes, first, terms) = (R::lanes::<S>(), rows.end - M, self.numbers.len());
        let mut sums: [[R::Vector<S>; N]; M] = from_each(
            #[inline(always)]
            |m| begin::<R, S, N>(simd, self.start, c, (first + m) * self.cols, self.column),
        );
        if by_term == 1 {
            let of: [&[T]; M] = from_each(
                #[inline(always)]
                |m| &numbers[(first + m) * by_row + self.first..][..terms],
            );
            for d in 0..terms {
                for m in 0..M {
                    let a = left(of[m][d]);
                    for n in 0..N {
                        sums[m][n] = R::vector_mul_add(simd, a, self.numbers[d][n], sums[m][n]);
                    }
                }
            }
        } else {
            // Then rows lie side by side.
            for d in 0..terms {
                let of = numbers[(self.first + d) * by_term + first..].first_chunk::<M>().expect("M rows");
                for m in 0..M {
                    let a = left(of[m]);
                    for n in 0..N {
                        sums[m][n] = R::vector_mul_add(simd, a, self.numbers[d][n], sums[m][n]);
                    }
                }
            }
        }
        for m in 0..M {
            if first + m >= rows.start {
                let c = &mut c[((first + m) * self.cols + self.column) * lanes..][..N * lanes];
                for n in 0..N {
                    R::store(simd, sums[m][n], &mut c[n * lanes..(n + 1) * lanes]);
                }
            }
        }
    }
}

/// The sums of N columns of a row before the first term; what C holds of the row begins at `row`.
#[inline(always)]
fn begin<R: Real, S: Simd, const N: usize>(
    simd: S,
    start: GangStart<'_, R>,
    c: &[R],
    row: usize,
    column: usize,
) -> [R::Vector<S>; N] {
    let (numbers, at) = match start {
        GangStart::Zero => return [R::splat(simd, R::ZERO); N],
        GangStart::Row(numbers) => (numbers, column),
        GangStart::Here => (c, row + column),
    };
    let vectors = &R::vectors::<S>(numbers)[at..at + N];
    from_each(
        #[inline(always)]
        |n| vectors[n],
    )
}

#[cfg(test)]
mod tests {
    use super::super::{gang_size, gather_lane, scatter_lane};
    use super::*;
    use crate::num::lanes::levels::at_each;
    use crate::num::{
        Matrix, Purpose, Stream, add_product_transposed_left, product, product_transposed_left,
        product_transposed_right, product_with_bias,
    };

    fn random<R: Real>(rows: usize, cols: usize, index: u64) -> Matrix<R> {
        let mut stream = Stream::new(7, Purpose::Data, index);
        Matrix::new(rows, cols, (0..rows * cols).map(|_| R::from_f64(stream.normal())).collect())
    }

    /// One matrix for each run of a gang, and all of them side by side.
    fn of_gang<R: Real>(gang: usize, rows: usize, cols: usize, index: u64) -> (Vec<Matrix<R>>, Matrix<R>) {
        let runs: Vec<Matrix<R>> = (0..gang as u64).map(|run| random(rows, cols, 100 * index + run)).collect();
        let mut lanes = Matrix::zeros(rows, cols * gang);
        runs.iter().enumerate().for_each(|(lane, run)| scatter_lane(run.data(), lanes.data_mut(), (gang, lane)));
        (runs, lanes)
    }

    /// A gang's product, and each run's own, which the tests of `num/product.rs` hold to the definition.
    fn are_equal<R: Real>(
        gang: usize,
        [rows, cols]: [usize; 2],
        of_gang: impl Fn(MatMut<'_, R>),
        alone: impl Fn(usize, MatMut<'_, R>),
    ) {
        let mut lanes = vec![R::ONE; rows * cols * gang];
        of_gang(MatMut::new(rows, cols * gang, &mut lanes));
        for run in 0..gang {
            let mut found = vec![R::ZERO; rows * cols];
            gather_lane(&lanes, (gang, run), &mut found);
            let mut expected = vec![R::ONE; rows * cols];
            alone(run, MatMut::new(rows, cols, &mut expected));
            assert!(found == expected, "run {run} of {gang}, {rows} × {cols}");
        }
    }

    fn every_size_matches<R: Real>() {
        for (m, n, k) in [(1, 1, 1), (4, 3, 3), (32, 30, 1), (33, 7, 10), (5, 300, 4), (9, 0, 2), (513, 2, 5)] {
            at_each(|| {
                let gang = gang_size::<R>();
                let shared = random::<R>(m, n, 1);
                let (z, z_lanes) = of_gang::<R>(gang, m, n, 2);
                let (w, w_lanes) = of_gang::<R>(gang, n, k, 3);
                let (bias, bias_lanes) = of_gang::<R>(gang, 1, k, 4);
                let (delta, delta_lanes) = of_gang::<R>(gang, m, k, 5);
                for is_shared in [true, false] {
                    let z = |run: usize| if is_shared { shared.view() } else { z[run].view() };
                    let factor =
                        if is_shared { GangFactor::Shared(shared.view()) } else { GangFactor::Each(z_lanes.view()) };
                    let with_bias = |c: MatMut<'_, R>| {
                        gang_product_with_bias(gang, factor, Some(bias_lanes.data()), w_lanes.view(), c);
                    };
                    are_equal(gang, [m, k], with_bias, |run, c| {
                        product_with_bias(z(run), bias[run].data(), w[run].view(), c);
                    });
                    let plain = |c: MatMut<'_, R>| gang_product_with_bias(gang, factor, None, w_lanes.view(), c);
                    are_equal(gang, [m, k], plain, |run, c| product(z(run), w[run].view(), c));
                    for add in [true, false] {
                        let left =
                            |c: MatMut<'_, R>| gang_product_transposed_left(gang, factor, delta_lanes.view(), add, c);
                        are_equal(gang, [n, k], left, |run, c| {
                            let of = if add { add_product_transposed_left } else { product_transposed_left };
                            of(z(run), delta[run].view(), c);
                        });
                    }
                }
                let right =
                    |c: MatMut<'_, R>| gang_product_transposed_right(gang, delta_lanes.view(), w_lanes.view(), c);
                are_equal(gang, [m, n], right, |run, c| {
                    product_transposed_right(delta[run].view(), w[run].view(), c);
                });
            });
        }
    }

    #[test]
    fn each_run_of_a_gang_has_the_product_that_it_has_alone() {
        every_size_matches::<f32>();
        every_size_matches::<f64>();
    }
}
