//! Products in tiles of C that stay in registers while k runs (`tile.rs`): which tiles, in which order, and how the
//! factors are laid out for them.
//!
//! The left factor is read with the M numbers side by side, so it is laid out anew unless it lies so already (transposed, or a
//! single row); the right one is laid out anew where it is transposed, or its rows lie so far apart that the cache cannot hold
//! them, or are so short that a tile's vectors reach across them (`pack.rs`). Long sums are cut into pieces of [`DEPTH`] terms,
//! which go on from what C holds.

use super::super::Real;
use super::super::lanes::SCRATCH;
use super::factor::{ProductFactor, SumStart};
use super::pack::{copy_overlapping, copy_rows, pack_left, pack_left_transposed, pack_right, pack_right_transposed};
use super::tile::{Left, Right, Tile, from_each};
use pulp::{Simd, WithSimd};

/// Terms of each sum that are added before the next tile has its turn: 32 columns of them fill the first cache.
pub const DEPTH: usize = 128;
/// Rows of the left factor that are laid out at a time, more where sums are short: a multiple of every tile's rows.
const ROWS: usize = 132;
/// The most columns of a tile.
const WIDTH: usize = 32;
const _: () = assert!(SCRATCH >= DEPTH * (ROWS + WIDTH), "room for both factors");
/// From how many numbers on the right factor is laid out anew for 48 rows or more.
const LARGE: usize = 8192;
/// From how many numbers on a transposed left factor is laid out anew.
const FAR: usize = 65_536;

/// C ← start + A · B.
pub struct Product<'a, R> {
    pub start: SumStart<'a, R>,
    pub a: ProductFactor<'a, R>,
    pub b: ProductFactor<'a, R>,
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
        if self.cols == 1 && !one_row && !self.a.is_transposed() {
            self.times_column(simd);
        } else if S::REGISTER_COUNT >= 32 {
            self.run::<S, 12, 8>(simd);
        } else {
            self.run::<S, 6, 6>(simd);
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
        let side_by_side = a.is_transposed() || all == 1;
        // For few vectors of columns the work of laying out would not come back; numbers that lie side by side already are
        // laid out only where their rows are so far apart that each is on a page of its own.
        let few = if S::REGISTER_COUNT >= 32 { 4 } else { 8 };
        let packs = cols > few * lanes && (!side_by_side || (a.is_transposed() && a.data.len() > FAR));
        for k in (0..depth).step_by(DEPTH) {
            let piece = (depth - k).min(DEPTH);
            let start = if k == 0 { start } else { SumStart::Here };
            let at_a_time = if packs { DEPTH * ROWS / piece / M * M } else { all };
            for (block, c) in c.chunks_mut(at_a_time * cols).enumerate() {
                let (i, rows) = (block * at_a_time, c.len() / cols);
                let left = if packs {
                    if a.is_transposed() {
                        pack_left_transposed::<R, M>(a, i..i + rows, k..k + piece, for_a);
                    } else {
                        pack_left::<R, M>(a, i..i + rows, k..k + piece, for_a);
                    }
                    Left { data: for_a, stride: M, panel: Some(piece * M) }
                } else {
                    let (data, stride) =
                        if a.is_transposed() { (&a.data[k * a.cols..], a.cols) } else { (&a.data[k..], 1) };
                    Left { data, stride, panel: None }
                };
                let mut j = 0;
                while j < cols {
                    let vectors = if cols - j > lanes { 2 } else { 1 };
                    let (width, room) = ((cols - j).min(vectors * lanes), vectors * lanes);
                    let far = rows >= 48 && piece * b.cols > LARGE;
                    let right = if b.is_transposed() {
                        pack_right_transposed(b, k..k + piece, j..j + width, room, for_b);
                        Right { data: &[], stride: 1, whole: 0, rest: for_b }
                    } else {
                        // The last rows of B have no full vectors' width behind j.
                        let data = &b.data[k * b.cols + j..];
                        let fits = if data.len() < room { 0 } else { (data.len() - room) / b.cols + 1 };
                        if far && width == room {
                            copy_rows(simd, data, b.cols, &mut for_b[..piece * room], room);
                            Right { data, stride: b.cols, whole: 0, rest: for_b }
                        } else if b.cols < room && rows >= 2 * M {
                            let whole = fits.min(piece);
                            copy_overlapping(simd, data, b.cols, &mut for_b[..whole * room], room);
                            pack_right(b, k + whole..k + piece, j..j + width, room, &mut for_b[whole * room..]);
                            Right { data, stride: b.cols, whole: 0, rest: for_b }
                        } else {
                            let whole = fits.min(piece);
                            pack_right(b, k + whole..k + piece, j..j + width, room, for_b);
                            Right { data, stride: b.cols, whole, rest: for_b }
                        }
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
                        SumStart::Zero => R::ZERO,
                        SumStart::Row(row) => row[0],
                        SumStart::Here => c[m.min(c.len() - 1)],
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
