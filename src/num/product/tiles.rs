//! Products in tiles of C that stay in registers while k runs.
//!
//! A tile is M rows × N vectors of C. For each k it takes M numbers of the left factor, each copied to a whole vector,
//! and N vectors of the right one: M · N multiply-adds for M + N loads. The left factor is read with the M numbers side
//! by side, so it is laid out anew unless it lies so already (transposed, or a single row); the right one is laid out
//! anew where it is transposed or its rows lie so far apart that the cache cannot hold them (`pack.rs`). Long sums are cut
//! into pieces of [`DEPTH`] terms, which go on from what C holds.

use super::super::Real;
use super::super::lanes::SCRATCH;
use super::pack::{pack_left, pack_right, pack_right_transposed};
use crate::num::MatRef;
use pulp::{Simd, WithSimd};

/// Terms of each sum that are added before the next tile has its turn: 32 columns of them fill the first cache.
pub const DEPTH: usize = 256;
/// Rows of the left factor that are laid out at a time: a multiple of every tile's rows.
const ROWS: usize = 132;
/// The most columns of a tile.
const WIDTH: usize = 32;
const _: () = assert!(SCRATCH >= DEPTH * (ROWS + WIDTH), "room for both factors");
/// From how many numbers on the right factor is laid out anew for 64 rows or more.
const LARGE: usize = 8192;

/// Where the sums begin.
#[derive(Clone, Copy)]
pub enum Start<'a, R> {
    Zero,
    /// Each row of C at this row.
    Row(&'a [R]),
    /// At what C holds.
    Here,
}

/// A factor as it lies in memory: row after row of `cols` numbers; `transposed`: it stands for its transpose.
#[derive(Clone, Copy)]
pub struct Factor<'a, R> {
    pub data: &'a [R],
    pub cols: usize,
    transposed: bool,
}

impl<'a, R> Factor<'a, R> {
    pub fn plain(matrix: MatRef<'a, R>) -> Self {
        Self { data: matrix.data(), cols: matrix.cols(), transposed: false }
    }
    pub fn transposed(matrix: MatRef<'a, R>) -> Self {
        Self { data: matrix.data(), cols: matrix.cols(), transposed: true }
    }
    pub fn is_transposed(&self) -> bool {
        self.transposed
    }
    /// Of a left factor, the length of the sums.
    pub fn depth(&self) -> usize {
        if self.transposed { self.data.len().checked_div(self.cols).unwrap_or(0) } else { self.cols }
    }
    /// The transpose of a transposed factor, or of a single column.
    pub fn flipped(self) -> Self {
        let cols = if self.transposed { self.cols } else { self.data.len() };
        Self { cols, transposed: false, ..self }
    }
}

/// C ← start + A · B.
pub struct Product<'a, R> {
    pub start: Start<'a, R>,
    pub a: Factor<'a, R>,
    pub b: Factor<'a, R>,
    pub c: &'a mut [R],
    pub cols: usize,
    pub depth: usize,
    pub scratch: &'a mut [R; SCRATCH],
}

impl<R: Real> WithSimd for Product<'_, R> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let one_row = self.c.len() == self.cols;
        if self.cols == 1 && !one_row && !self.a.transposed {
            self.times_column(simd);
        } else if S::REGISTER_COUNT >= 32 {
            self.run::<S, 12, 8>(simd);
        } else {
            self.run::<S, 4, 4>(simd);
        }
    }
}

impl<R: Real> Product<'_, R> {
    /// In tiles of M rows, or of P where the left factor is read as it is.
    #[inline(always)]
    fn run<S: Simd, const M: usize, const P: usize>(self, simd: S) {
        let Self { start, a, b, c, cols, depth, scratch } = self;
        let (for_a, for_b) = scratch.split_at_mut(DEPTH * ROWS);
        let (lanes, all) = (R::lanes::<S>(), c.len() / cols);
        let side_by_side = a.transposed || all == 1;
        // For two vectors of columns the work of laying out would not come back.
        let packs = !side_by_side && cols > 2 * lanes;
        for k in (0..depth).step_by(DEPTH) {
            let piece = (depth - k).min(DEPTH);
            let start = if k == 0 { start } else { Start::Here };
            for (block, c) in c.chunks_mut(if packs { ROWS * cols } else { all * cols }).enumerate() {
                let (i, rows) = (block * ROWS, c.len() / cols);
                let left = if packs {
                    pack_left::<R, M>(a, i..i + rows, k..k + piece, for_a);
                    Left { data: for_a, stride: M, panel: Some(piece * M) }
                } else {
                    let (data, stride) = if a.transposed { (&a.data[k * a.cols..], a.cols) } else { (&a.data[k..], 1) };
                    Left { data, stride, panel: None }
                };
                let mut j = 0;
                while j < cols {
                    let vectors = if cols - j > lanes { 2 } else { 1 };
                    let (width, room) = ((cols - j).min(vectors * lanes), vectors * lanes);
                    let far = rows >= 64 && piece * b.cols > LARGE;
                    let right = if b.transposed {
                        pack_right_transposed(b, k..k + piece, j..j + width, room, for_b);
                        Right { data: &[], stride: 1, whole: 0, rest: for_b }
                    } else {
                        // The last rows of B have no full vectors' width behind j.
                        let data = &b.data[k * b.cols + j..];
                        let fits = if data.len() < room { 0 } else { (data.len() - room) / b.cols + 1 };
                        let whole = if far { 0 } else { fits.min(piece) };
                        pack_right(b, k + whole..k + piece, j..j + width, room, for_b);
                        Right { data, stride: b.cols, whole, rest: for_b }
                    };
                    let tile = Tile { start, left, right, depth: piece, cols, j, width };
                    match (vectors, packs || side_by_side) {
                        (2, true) => tile.rows_side_by_side::<S, M, 2>(simd, c),
                        (_, true) => tile.rows_side_by_side::<S, M, 1>(simd, c),
                        (2, false) => tile.rows_as_they_are::<S, P, 2>(simd, a, k, c),
                        (_, false) => tile.rows_as_they_are::<S, P, 1>(simd, a, k, c),
                    }
                    j += width;
                }
            }
        }
    }

    /// One column leaves nothing for a vector to run over: every lane computes the same sum, eight rows at a time. Single
    /// numbers would do, but where AVX-512 is at hand the compiler gathers them into vectors, which takes longer.
    #[inline(always)]
    fn times_column<S: Simd>(self, simd: S) {
        const ROWS_AT_A_TIME: usize = 8;
        const MOST_LANES: usize = 16;
        let Self { start, a, b, c, depth, .. } = self;
        let (b, last) = (&b.data[..depth], c.len() - 1);
        for (block, c) in c.chunks_mut(ROWS_AT_A_TIME).enumerate() {
            let rows: [&[R]; ROWS_AT_A_TIME] =
                from_each(|m| &a.data[(block * ROWS_AT_A_TIME + m).min(last) * a.cols..][..depth]);
            let mut sums: [R::Vector<S>; ROWS_AT_A_TIME] = from_each(
                #[inline(always)]
                |m| {
                    let start = match start {
                        Start::Zero => R::ZERO,
                        Start::Row(row) => row[0],
                        Start::Here => c[m.min(c.len() - 1)],
                    };
                    R::splat(simd, start)
                },
            );
            for k in 0..depth {
                let b = R::splat(simd, b[k]);
                for m in 0..ROWS_AT_A_TIME {
                    sums[m] = R::vector_mul_add(simd, R::splat(simd, rows[m][k]), b, sums[m]);
                }
            }
            for (c, sums) in c.iter_mut().zip(sums) {
                let mut lanes = [R::ZERO; MOST_LANES];
                R::store(simd, sums, &mut lanes[..R::lanes::<S>()]);
                *c = lanes[0];
            }
        }
    }
}

/// The left factor, k by k: number (i, k) at k · `stride` + i, or in panels of `stride` rows, one behind the other.
#[derive(Clone, Copy)]
struct Left<'a, R> {
    data: &'a [R],
    stride: usize,
    /// Numbers of a panel.
    panel: Option<usize>,
}

/// Columns of the right factor: the first `whole` k where they are, `stride` apart, then the others in `rest`.
#[derive(Clone, Copy)]
struct Right<'a, R> {
    data: &'a [R],
    stride: usize,
    whole: usize,
    rest: &'a [R],
}

/// Columns j to j + `width` of C, and what is multiplied for them.
struct Tile<'a, R> {
    start: Start<'a, R>,
    left: Left<'a, R>,
    right: Right<'a, R>,
    depth: usize,
    cols: usize,
    j: usize,
    width: usize,
}

type Sums<R, S, const M: usize, const N: usize> = [[<R as super::super::lanes::Lanes>::Vector<S>; N]; M];

impl<R: Real> Tile<'_, R> {
    /// All rows of C, from M at a time to single ones.
    #[inline(always)]
    fn rows_side_by_side<S: Simd, const M: usize, const N: usize>(&self, simd: S, c: &mut [R]) {
        let (mut i, rows) = (0, c.len() / self.cols);
        macro_rules! rows {
            ($rows:expr) => {
                while rows - i >= $rows {
                    self.side_by_side::<S, M, { $rows }, N>(simd, c, i);
                    i += $rows;
                }
            };
        }
        while rows - i >= M {
            self.side_by_side::<S, M, M, N>(simd, c, i);
            i += M;
        }
        if M > 8 {
            rows!(8);
        }
        rows!(4);
        rows!(2);
        rows!(1);
    }

    #[inline(always)]
    fn rows_as_they_are<S: Simd, const P: usize, const N: usize>(
        &self,
        simd: S,
        a: Factor<'_, R>,
        k: usize,
        c: &mut [R],
    ) {
        let (mut i, rows) = (0, c.len() / self.cols);
        while rows - i >= P {
            self.as_they_are::<S, P, N>(simd, a, k, c, i);
            i += P;
        }
        while rows - i >= 1 {
            self.as_they_are::<S, 1, N>(simd, a, k, c, i);
            i += 1;
        }
    }

    /// Rows i to i + M of C, with the left factor's M numbers side by side in panels of P.
    #[inline(always)]
    fn side_by_side<S: Simd, const P: usize, const M: usize, const N: usize>(&self, simd: S, c: &mut [R], i: usize) {
        let Left { data, stride, panel } = self.left;
        let width = N * R::lanes::<S>();
        let (mut sums, Right { whole, .. }) = (self.begin::<S, M, N>(simd, c, i), self.right);
        let rest = self.right.rest[..(self.depth - whole) * width].chunks_exact(width);
        // The same twice: where the panel's stride is known to the compiler, it has less to reckon.
        if let Some(numbers) = panel {
            let (first, data) = (i % P, &data[i / P * numbers..][..numbers]);
            let mut numbers = data.as_chunks::<P>().0.iter();
            for (b, a) in self.whole_rows::<S, N>().zip(numbers.by_ref()) {
                let a = &a[first..first + M];
                add_terms(simd, &mut sums, |m| a[m], b);
            }
            for (b, a) in rest.zip(numbers) {
                let a = &a[first..first + M];
                add_terms(simd, &mut sums, |m| a[m], b);
            }
        } else {
            let mut numbers = data.chunks(stride);
            for (b, a) in self.whole_rows::<S, N>().zip(numbers.by_ref()) {
                let a = &a[i..i + M];
                add_terms(simd, &mut sums, |m| a[m], b);
            }
            for (b, a) in rest.zip(numbers) {
                let a = &a[i..i + M];
                add_terms(simd, &mut sums, |m| a[m], b);
            }
        }
        self.finish(simd, sums, c, i);
    }

    /// The same with the left factor row by row, as it lies in memory.
    #[inline(always)]
    fn as_they_are<S: Simd, const M: usize, const N: usize>(
        &self,
        simd: S,
        a: Factor<'_, R>,
        k: usize,
        c: &mut [R],
        i: usize,
    ) {
        let rows: [&[R]; M] = from_each(|m| &a.data[(i + m) * a.cols + k..][..self.depth]);
        let Right { whole, rest, .. } = self.right;
        let mut sums = self.begin::<S, M, N>(simd, c, i);
        for (k, b) in self.whole_rows::<S, N>().enumerate() {
            add_terms(simd, &mut sums, |m| rows[m][k], b);
        }
        for (k, b) in (whole..self.depth).zip(rest.chunks_exact(N * R::lanes::<S>())) {
            add_terms(simd, &mut sums, |m| rows[m][k], b);
        }
        self.finish(simd, sums, c, i);
    }

    /// The right factor's rows that are read where they are.
    #[inline(always)]
    fn whole_rows<S: Simd, const N: usize>(&self) -> impl Iterator<Item = &[R]> {
        let Right { data, stride, whole, .. } = self.right;
        (0..whole).map(move |k| &data[k * stride..][..N * R::lanes::<S>()])
    }

    /// The sums of rows i to i + M before the first term.
    #[inline(always)]
    fn begin<S: Simd, const M: usize, const N: usize>(&self, simd: S, c: &[R], i: usize) -> Sums<R, S, M, N> {
        let mut sums = [[R::splat(simd, R::ZERO); N]; M];
        match self.start {
            Start::Zero => {}
            Start::Row(row) => sums.fill(self.load::<S, N>(simd, row, self.j)),
            Start::Here => {
                for m in 0..M {
                    sums[m] = self.load::<S, N>(simd, c, (i + m) * self.cols + self.j);
                }
            }
        }
        sums
    }

    /// N vectors from `start` on. What lies behind the tile's width comes along, where something does: those lanes are not
    /// kept.
    #[inline(always)]
    fn load<S: Simd, const N: usize>(&self, simd: S, numbers: &[R], start: usize) -> [R::Vector<S>; N] {
        let lanes = R::lanes::<S>();
        let numbers = &numbers[start..(start + N * lanes).min(numbers.len())];
        from_each(
            #[inline(always)]
            |n| R::load(simd, &numbers[(n * lanes).min(numbers.len())..((n + 1) * lanes).min(numbers.len())]),
        )
    }

    #[inline(always)]
    fn finish<S: Simd, const M: usize, const N: usize>(&self, simd: S, sums: Sums<R, S, M, N>, c: &mut [R], i: usize) {
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

/// One term of each sum: `a(m)` times the row b, for each of M rows.
#[inline(always)]
fn add_terms<R: Real, S: Simd, const M: usize, const N: usize>(
    simd: S,
    sums: &mut Sums<R, S, M, N>,
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
fn from_each<T: Copy, const N: usize>(of: impl Fn(usize) -> T) -> [T; N] {
    let mut all = [of(0); N];
    for n in 1..N {
        all[n] = of(n);
    }
    all
}
