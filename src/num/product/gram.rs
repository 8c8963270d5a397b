//! XᵀX and XᵀSX, in tiles on and below the diagonal.
//!
//! g_ij = (…((g⁰_ij + (s_0 x_0i) x_0j) + (s_1 x_1i) x_1j) + …): sample after sample, a fused multiply-add at each, as in any
//! product here. A block of samples is laid out in panels of columns; the same panels are read as the left factor, number by
//! number, and as the right one, vector by vector.

use super::tile::{add_terms, from_each};
use crate::num::lanes::{Lanes, dispatch};
use crate::num::{MatRef, Matrix};
use pulp::{Simd, WithSimd};

/// Samples at a time: what tiles read of two panels lies in a core's first cache.
const SAMPLES: usize = 96;
/// Columns of a panel: whole tiles of any shape, in rows as in columns.
const PANEL: usize = 24;

/// A sample's part of a panel, at the start of a cache line, so that no vector lies across two.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct GramPart([f64; PANEL]);

/// A sum over samples, p × p, of which the diagonal and what is below is wanted.
#[derive(Clone, Debug)]
pub struct Gram {
    /// p
    columns: usize,
    /// Tile after tile, as [`tiles`] has them; none before the first sample.
    sums: Vec<f64>,
    /// Rows and columns of a tile, as the CPU's vectors ask for.
    tile: [usize; 2],
    /// A block of X in panels, and of SX.
    panels: Vec<GramPart>,
    weighted: Vec<GramPart>,
}

impl Gram {
    /// 0, for p columns.
    #[must_use]
    pub fn new(columns: usize) -> Self {
        Self { columns, sums: Vec::new(), tile: [1; 2], panels: Vec::new(), weighted: Vec::new() }
    }

    /// 0 again, with the same room.
    pub fn clear(&mut self) {
        self.sums.fill(0.0);
    }

    /// G ← G + Σ_i s_i x_i x_iᵀ for the rows x_i of X, m × p, and m weights s, all 1 where there are none.
    ///
    /// # Panics
    /// Where the shapes do not fit: a mistake in the calling code.
    pub fn add(&mut self, x: MatRef<'_, f64>, weights: Option<&[f64]>) {
        assert_eq!(x.cols(), self.columns, "columns of a Gram matrix");
        assert!(weights.is_none_or(|weights| weights.len() == x.rows()), "a weight for each sample");
        for start in (0..x.rows()).step_by(SAMPLES) {
            let end = x.rows().min(start + SAMPLES);
            let weights = weights.map(|weights| &weights[start..end]);
            dispatch(GramBlock { x: x.rows_between(start, end), weights, to: self });
        }
    }

    /// Writes G, p × p. What is above the diagonal means nothing.
    ///
    /// # Panics
    /// Where the shapes do not fit: a mistake in the calling code.
    pub fn write_lower(&self, to: &mut Matrix<f64>) {
        assert_eq!((to.rows(), to.cols()), (self.columns, self.columns), "the shape of a Gram matrix");
        if self.sums.is_empty() {
            to.data_mut().fill(0.0);
        }
        let (p, [rows, width]) = (self.columns, self.tile);
        for ((i, j), tile) in tiles(p, rows, width).zip(self.sums.chunks_exact(rows * width)) {
            let columns = j..p.min(j + width);
            for (row, sums) in (i..p).zip(tile.chunks_exact(width)) {
                to.data_mut()[row * p..][..p][columns.clone()].copy_from_slice(&sums[..columns.len()]);
            }
        }
    }

    /// The same as a matrix of its own.
    #[must_use]
    pub fn lower(&self) -> Matrix<f64> {
        let mut lower = Matrix::zeros(self.columns, self.columns);
        self.write_lower(&mut lower);
        lower
    }
}

/// The first row and column of each tile of which something is wanted: with panels of rows and of columns, in their order.
fn tiles(p: usize, rows: usize, width: usize) -> impl Iterator<Item = (usize, usize)> {
    let panels = (0..p).step_by(PANEL);
    let within = move |panel: usize| panel..p.min(panel + PANEL);
    panels.clone().flat_map(move |row| {
        let left = panels.clone().take_while(move |&column| column <= row);
        let of_pair = move |column: usize| {
            let columns = within(column).step_by(width);
            columns.flat_map(move |j| within(row).step_by(rows).filter(move |i| i + rows > j).map(move |i| (i, j)))
        };
        left.flat_map(of_pair)
    })
}

struct GramBlock<'a> {
    x: MatRef<'a, f64>,
    weights: Option<&'a [f64]>,
    to: &'a mut Gram,
}

impl WithSimd for GramBlock<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        if S::F64_LANES == 8 {
            self.run::<S, 8, 3>(simd); // AVX-512, which has 32 registers
        } else {
            self.run::<S, 6, 2>(simd);
        }
    }
}

impl GramBlock<'_> {
    /// In tiles of M rows and N vectors of columns.
    #[inline(always)]
    fn run<S: Simd, const M: usize, const N: usize>(self, simd: S) {
        let Self { x, weights, to: Gram { columns: p, sums, tile, panels, weighted } } = self;
        let (width, samples) = (N * S::F64_LANES, x.rows());
        assert!(PANEL.is_multiple_of(M) && PANEL.is_multiple_of(width), "whole tiles in a panel");
        pack(x, None, panels);
        if weights.is_some() {
            pack(x, weights, weighted);
        }
        if sums.is_empty() {
            *tile = [M, width];
            sums.resize(tiles(*p, M, width).count() * M * width, 0.0);
        }
        let (right, left) = (&panels[..], if weights.is_some() { &weighted[..] } else { &panels[..] });
        let panel = |of: usize| of / PANEL * samples..(of / PANEL + 1) * samples;
        for ((i, j), sums) in tiles(*p, M, width).zip(sums.chunks_exact_mut(M * width)) {
            add_tile::<S, M, N>(simd, &left[panel(i)], i % PANEL, &right[panel(j)], j % PANEL, sums);
        }
    }
}

/// Adds to a tile of M rows and N vectors of columns what a block of samples gives, from columns i and j of panels on.
#[inline(always)]
fn add_tile<S: Simd, const M: usize, const N: usize>(
    simd: S,
    left: &[GramPart],
    i: usize,
    right: &[GramPart],
    j: usize,
    to: &mut [f64],
) {
    let lanes = S::F64_LANES;
    let place = |m: usize, n: usize| (m * N + n) * lanes..(m * N + n + 1) * lanes;
    let mut sums: [[S::f64s; N]; M] = from_each(
        #[inline(always)]
        |m| {
            from_each(
                #[inline(always)]
                |n| f64::load(simd, &to[place(m, n)]),
            )
        },
    );
    for (GramPart(a), GramPart(b)) in left.iter().zip(right) {
        let a = &a[i..i + M];
        add_terms(simd, &mut sums, |m| a[m], &b[j..j + N * lanes]);
    }
    for (m, sums) in sums.into_iter().enumerate() {
        for (n, sum) in sums.into_iter().enumerate() {
            f64::store(simd, sum, &mut to[place(m, n)]);
        }
    }
}

/// Rows of X, each times its weight, in panels: a panel's part of each row one behind the other, the last one's filled up
/// with what was there.
#[inline(always)]
fn pack(x: MatRef<'_, f64>, weights: Option<&[f64]>, to: &mut Vec<GramPart>) {
    let samples = x.rows();
    to.resize(samples * x.cols().div_ceil(PANEL), GramPart([0.0; PANEL]));
    for k in 0..samples {
        let (weight, row) = (weights.map_or(1.0, |weights| weights[k]), x.row(k));
        let (whole, rest) = row.as_chunks::<PANEL>();
        let mut to = to.iter_mut().skip(k).step_by(samples);
        for (from, GramPart(to)) in whole.iter().zip(to.by_ref()) {
            to.iter_mut().zip(from).for_each(|(to, from)| *to = weight * from);
        }
        if let Some(GramPart(to)) = to.next() {
            for (to, from) in to.iter_mut().zip(rest) {
                *to = weight * from;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::lanes::levels::at_each;
    use crate::num::{Purpose, Stream};

    /// The definition, one sum at a time, from sums that are there, at sizes around every block's edge and at every level
    /// of vectors.
    #[test]
    fn sums_follow_the_definition_on_and_below_the_diagonal() {
        for (m, p) in [(1, 1), (3, 5), (64, 47), (130, 48), (20, 101), (300, 25), (0, 3)] {
            let mut stream = Stream::new(7, Purpose::Data, 6);
            let x = Matrix::new(m, p, (0..m * p).map(|_| stream.normal()).collect());
            let weights: Vec<f64> = (0..m).map(|_| stream.normal()).collect();
            let entry = |i: usize, j: usize| {
                let first = (0..m).fold(0.0, |sum, k| x.row(k)[i].mul_add(x.row(k)[j], sum));
                (0..m).fold(first, |sum, k| (weights[k] * x.row(k)[i]).mul_add(x.row(k)[j], sum))
            };
            at_each(|| {
                let mut gram = Gram::new(p);
                gram.add(x.view(), Some(&weights));
                gram.clear();
                gram.add(x.view(), None);
                gram.add(x.view(), Some(&weights));
                for i in 0..p {
                    assert!((0..=i).all(|j| gram.lower().row(i)[j] == entry(i, j)), "{m} × {p}, row {i}");
                }
            });
        }
    }
}
