//! Factors laid out anew, so that a tile reads them one number after another.
//!
//! Mostly not inlined, so compiled for the baseline: where AVX-512 is at hand, compilers turn these loops into gathers and
//! scatters, which are slower than the plain moves.

use super::super::Real;
use super::factor::ProductFactor;
use pulp::Simd;
use std::ops::Range;

/// Rows `i` of A in panels of M rows: for each k of `k` the M numbers of a panel side by side. A last panel with fewer
/// rows repeats the last one.
#[inline(never)]
pub fn pack_left<R: Real, const M: usize>(a: ProductFactor<'_, R>, i: Range<usize>, k: Range<usize>, to: &mut [R]) {
    let panels = to.chunks_exact_mut(k.len() * M);
    for (first, panel) in i.clone().step_by(M).zip(panels) {
        let rows: [&[R]; M] = std::array::from_fn(|m| {
            let row = (first + m).min(i.end - 1) * a.cols;
            &a.data[row + k.start..row + k.end]
        });
        for (k, numbers) in panel.as_chunks_mut::<M>().0.iter_mut().enumerate() {
            *numbers = std::array::from_fn(|m| rows[m][k]);
        }
    }
}

/// The same of Aᵀ: row i of it is column i of what lies in memory.
#[inline(never)]
pub fn pack_left_transposed<R: Real, const M: usize>(
    a: ProductFactor<'_, R>,
    i: Range<usize>,
    k: Range<usize>,
    to: &mut [R],
) {
    let panels = to.chunks_exact_mut(k.len() * M);
    for (first, panel) in i.clone().step_by(M).zip(panels) {
        let rows = (i.end - first).min(M);
        for (k, numbers) in k.clone().zip(panel.as_chunks_mut::<M>().0) {
            let from = &a.data[k * a.cols + first..][..rows];
            match <&[R; M]>::try_from(from) {
                Ok(from) => *numbers = *from,
                Err(_) => numbers[..rows].copy_from_slice(from),
            }
        }
    }
}

/// The first `room` numbers of rows that lie `stride` apart, one behind the other, by whole vectors.
#[inline(always)]
pub fn copy_rows<R: Real, S: Simd>(simd: S, from: &[R], stride: usize, to: &mut [R], room: usize) {
    for (to, from) in to.chunks_exact_mut(room).zip(from.chunks(stride)) {
        for (to, from) in to.chunks_exact_mut(R::lanes::<S>()).zip(from.chunks_exact(R::lanes::<S>())) {
            R::store(simd, R::load(simd, from), to);
        }
    }
}

/// The same of rows that are shorter than `room`, each with the beginning of those behind it.
#[inline(always)]
pub fn copy_overlapping<R: Real, S: Simd>(simd: S, from: &[R], stride: usize, to: &mut [R], room: usize) {
    for (row, to) in to.chunks_exact_mut(room).enumerate() {
        let from = &from[row * stride..][..room];
        for (to, from) in to.chunks_exact_mut(R::lanes::<S>()).zip(from.chunks_exact(R::lanes::<S>())) {
            R::store(simd, R::load(simd, from), to);
        }
    }
}

/// Columns `j` of rows `k` of B, each row filled up with zeros to `room` numbers.
#[inline(never)]
pub fn pack_right<R: Real>(b: ProductFactor<'_, R>, k: Range<usize>, j: Range<usize>, room: usize, to: &mut [R]) {
    for (k, to) in k.zip(to.chunks_exact_mut(room)) {
        let from = &b.data[k * b.cols..][j.clone()];
        if from.len() == room {
            to.copy_from_slice(from);
        } else {
            let (to, fill) = to.split_at_mut(from.len());
            to.iter_mut().zip(from).for_each(|(to, &from)| *to = from);
            fill.iter_mut().for_each(|to| *to = R::ZERO);
        }
    }
}

/// The same of Bᵀ: its row k is column k of what lies in memory.
#[inline(never)]
pub fn pack_right_transposed<R: Real>(
    b: ProductFactor<'_, R>,
    k: Range<usize>,
    j: Range<usize>,
    room: usize,
    to: &mut [R],
) {
    const AT_A_TIME: usize = 8;
    let column = |j: usize| &b.data[j * b.cols..][k.clone()];
    let whole = j.len() / AT_A_TIME * AT_A_TIME;
    for first in (0..whole).step_by(AT_A_TIME) {
        let columns: [&[R]; AT_A_TIME] = std::array::from_fn(|at| column(j.start + first + at));
        for (k, to) in to.chunks_exact_mut(room).take(k.len()).enumerate() {
            to[first..first + AT_A_TIME].copy_from_slice(&std::array::from_fn::<R, AT_A_TIME, _>(|at| columns[at][k]));
        }
    }
    for at in whole..j.len() {
        to.chunks_exact_mut(room).zip(column(j.start + at)).for_each(|(to, &from)| to[at] = from);
    }
    if j.len() < room {
        to.chunks_exact_mut(room).take(k.len()).for_each(|to| to[j.len()..].fill(R::ZERO));
    }
}
