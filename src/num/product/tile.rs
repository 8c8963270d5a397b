//! A tile of C, M rows × N vectors, that stays in registers while k runs.
//!
//! For each k it takes M numbers of the left factor, each copied to a whole vector, and N vectors of the right one: M · N
//! multiply-adds for M + N loads.

use super::factor::{ProductFactor, SumStart};
use crate::num::Real;
use pulp::Simd;
use std::ops::Range;

/// The left factor, k by k: number (i, k) at k · `stride` + i, or in panels of `stride` rows, one behind the other.
#[derive(Clone, Copy)]
pub struct Left<'a, R> {
    pub data: &'a [R],
    pub stride: usize,
    /// Numbers of a panel.
    pub panel: Option<usize>,
}

/// Columns of the right factor: the first `whole` k where they are, `stride` apart, then the others in `rest`.
#[derive(Clone, Copy)]
pub struct Right<'a, R> {
    pub data: &'a [R],
    pub stride: usize,
    pub whole: usize,
    pub rest: &'a [R],
}

/// Columns j to j + `width` of C, and what is multiplied for them.
pub struct Tile<'a, R> {
    pub start: SumStart<'a, R>,
    pub left: Left<'a, R>,
    pub right: Right<'a, R>,
    pub depth: usize,
    pub cols: usize,
    pub j: usize,
    pub width: usize,
}

type TileSums<R, S, const M: usize, const N: usize> = [[<R as crate::num::lanes::Lanes>::Vector<S>; N]; M];

/// A tile for each P rows, then for 8, 4, 2 and 1: `$tile` is one of [`Tile`]'s methods, `$given` what it takes before the
/// first row. Eight rows become two tiles of four, not one of six and one of two, whose sums are too few to keep the
/// multipliers busy; but a tile must not reach from one panel into the next.
macro_rules! all_rows {
    ($most:ident, $rows:expr; $tile:ident $($panel:ident)?; $self:ident, $vectors:ident, $simd:ident, $($given:ident),*) => {
        let (mut i, rows, free) = (0, $rows, $self.left.panel.is_none());
        macro_rules! rows {
            ($at_a_time:expr) => {
                while rows - i >= $at_a_time && !($at_a_time == 6 && rows - i == 8 && free) {
                    $self.$tile::<S, $($panel,)? { $at_a_time }, $vectors>($simd, $($given,)* i);
                    i += $at_a_time;
                }
            };
        }
        rows!($most);
        if $most > 8 {
            rows!(8);
        }
        rows!(4);
        rows!(2);
        rows!(1);
    };
}

impl<R: Real> Tile<'_, R> {
    /// All rows of C, in tiles of P rows with the left factor's numbers side by side.
    #[inline(always)]
    pub fn rows_side_by_side<S: Simd, const P: usize, const N: usize>(&self, simd: S, c: &mut [R]) {
        all_rows!(P, c.len() / self.cols; side_by_side P; self, N, simd, c);
    }

    /// The same with the left factor row by row, as it lies in memory from the k-th number of each on.
    #[inline(always)]
    pub fn rows_as_they_are<S: Simd, const P: usize, const N: usize>(
        &self,
        simd: S,
        a: ProductFactor<'_, R>,
        k: usize,
        c: &mut [R],
    ) {
        all_rows!(P, c.len() / self.cols; as_they_are; self, N, simd, a, k, c);
    }

    /// Rows i to i + M of C, with the left factor's M numbers side by side in panels of P.
    #[inline(always)]
    fn side_by_side<S: Simd, const P: usize, const M: usize, const N: usize>(&self, simd: S, c: &mut [R], i: usize) {
        let Left { data, stride, panel } = self.left;
        let mut sums = self.begin::<S, M, N>(simd, c, i);
        if let Some(numbers) = panel {
            let (first, numbers) = (i % P, data[i / P * numbers..][..numbers].as_chunks::<P>().0);
            self.add_all(simd, &mut sums, |k| numbers[k].iter().map(|a| side_by_side(&a[first..first + M])));
        } else {
            let at = |k: usize| (k * stride + i).min(data.len());
            // Behind the last row there may be no more than is needed.
            self.add_all(simd, &mut sums, |k| {
                data[at(k.start)..].chunks(stride).take(k.len()).map(|a| side_by_side(&a[..M]))
            });
        }
        self.finish(simd, sums, c, i);
    }

    /// The same with the left factor row by row.
    #[inline(always)]
    fn as_they_are<S: Simd, const M: usize, const N: usize>(
        &self,
        simd: S,
        a: ProductFactor<'_, R>,
        k: usize,
        c: &mut [R],
        i: usize,
    ) {
        let rows: [&[R]; M] = from_each(|m| &a.data[(i + m) * a.cols + k..][..self.depth]);
        let mut sums = self.begin::<S, M, N>(simd, c, i);
        self.add_all(simd, &mut sums, |k| {
            let rows: [&[R]; M] = from_each(|m| &rows[m][k.clone()]);
            (0..k.len()).map(move |k| move |m: usize| rows[m][k])
        });
        self.finish(simd, sums, c, i);
    }

    /// Adds the terms of all k; `left` has the left factor's numbers for a range of them, M for each k.
    #[inline(always)]
    fn add_all<S: Simd, A: Fn(usize) -> R, I: Iterator<Item = A>, const M: usize, const N: usize>(
        &self,
        simd: S,
        sums: &mut TileSums<R, S, M, N>,
        left: impl Fn(Range<usize>) -> I,
    ) {
        let Right { data, stride, whole, rest } = self.right;
        let width = N * R::lanes::<S>();
        // In chunks whose length the compiler can see, so that it need not test each; but the last row of B may end where its
        // last number is, and rows shorter than the tile overlap.
        let chunks = if stride < width { 0 } else { whole.saturating_sub(1) };
        for (a, b) in left(0..chunks).zip(data[..chunks * stride].chunks_exact(stride)) {
            add_terms(simd, sums, a, &b[..width]);
        }
        for (k, a) in (chunks..whole).zip(left(chunks..whole)) {
            add_terms(simd, sums, a, &data[k * stride..][..width]);
        }
        for (a, b) in left(whole..self.depth).zip(rest[..(self.depth - whole) * width].chunks_exact(width)) {
            add_terms(simd, sums, a, b);
        }
    }

    /// The sums of rows i to i + M before the first term.
    #[inline(always)]
    fn begin<S: Simd, const M: usize, const N: usize>(&self, simd: S, c: &[R], i: usize) -> TileSums<R, S, M, N> {
        let mut sums = [[R::splat(simd, R::ZERO); N]; M];
        match self.start {
            SumStart::Zero => {}
            SumStart::Row(row) => sums.fill(Self::load::<S, N>(simd, row, self.j)),
            SumStart::Here => {
                for (m, sums) in sums.iter_mut().enumerate() {
                    *sums = Self::load::<S, N>(simd, c, (i + m) * self.cols + self.j);
                }
            }
        }
        sums
    }

    /// N vectors from `start` on. What lies behind the tile's width comes along, where something does: those lanes are not
    /// kept.
    #[inline(always)]
    fn load<S: Simd, const N: usize>(simd: S, numbers: &[R], start: usize) -> [R::Vector<S>; N] {
        let lanes = R::lanes::<S>();
        let numbers = &numbers[start..(start + N * lanes).min(numbers.len())];
        from_each(
            #[inline(always)]
            |n| R::load(simd, &numbers[(n * lanes).min(numbers.len())..((n + 1) * lanes).min(numbers.len())]),
        )
    }

    #[inline(always)]
    fn finish<S: Simd, const M: usize, const N: usize>(
        &self,
        simd: S,
        sums: TileSums<R, S, M, N>,
        c: &mut [R],
        i: usize,
    ) {
        let (lanes, cols) = (R::lanes::<S>(), self.cols);
        let c = &mut c[i * cols..(i + M) * cols];
        for m in 0..M {
            // Where the tile is as wide as C, a row's spare lanes may go where the next row goes after it.
            let spare = self.width == cols && m * cols + N * lanes <= c.len();
            let width = if spare { N * lanes } else { self.width };
            let row = &mut c[m * cols + self.j..][..width];
            for n in 0..N {
                R::store(simd, sums[m][n], &mut row[n * lanes..width.min((n + 1) * lanes)]);
            }
        }
    }
}

/// The m-th of numbers that lie side by side.
#[inline(always)]
fn side_by_side<R: Copy>(numbers: &[R]) -> impl Fn(usize) -> R {
    move |m| numbers[m]
}

/// One term of each sum: `a(m)` times the row b, for each of M rows.
#[inline(always)]
#[allow(clippy::needless_range_loop)] // iterators would hide the tile
pub fn add_terms<R: Real, S: Simd, const M: usize, const N: usize>(
    simd: S,
    sums: &mut TileSums<R, S, M, N>,
    a: impl Fn(usize) -> R,
    b: &[R],
) {
    let b: &[R::Vector<S>; N] = R::vectors::<S>(b).try_into().expect("N vectors");
    for m in 0..M {
        let a = R::splat(simd, a(m));
        for n in 0..N {
            sums[m][n] = R::vector_mul_add(simd, a, b[n], sums[m][n]);
        }
    }
}

/// `std::array::from_fn`, whose own body is not always inlined, and then not compiled for the level.
#[inline(always)]
pub fn from_each<T: Copy, const N: usize>(of: impl Fn(usize) -> T) -> [T; N] {
    let mut all = [of(0); N];
    for (n, one) in all.iter_mut().enumerate().skip(1) {
        *one = of(n);
    }
    all
}
