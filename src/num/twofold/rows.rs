//! Rows of a matrix times a vector, and sums over rows, in twice the precision and in the CPU's vectors.
//!
//! Each dot product runs in eight sums side by side, over the places p, p + 8, …, added in pairs at the end; each sum over rows
//! as [`Sums::add_multiple`].

use super::{PARTS, Sums, Twofold, two_sum};
use crate::num::lanes::{Lanes, dispatch};
use crate::num::{MatRef, product::from_each};
use pulp::{Simd, WithSimd};

/// Rows whose dot products are finished side by side, and that are added to sums at a time.
const ROWS: usize = 4;

/// r_i ← r_i + x_i · w for the rows x_i of X, m × p; w has p numbers, r m.
///
/// # Panics
/// Where the shapes do not fit: a mistake in the calling code.
pub fn add_dots(x: MatRef<'_, f64>, w: &[f64], r: &mut [Twofold]) {
    assert_eq!((x.cols(), x.rows()), (w.len(), r.len()), "shapes of dot products");
    let (whole, rest) = w.as_chunks::<PARTS>();
    let mut last = [0.0; PARTS];
    last[..rest.len()].copy_from_slice(rest);
    dispatch(Dots { x, whole, last, r });
}

struct Dots<'a> {
    x: MatRef<'a, f64>,
    /// w in blocks, and what is left of it, filled up with zeros: they change no sum.
    whole: &'a [[f64; PARTS]],
    last: [f64; PARTS],
    r: &'a mut [Twofold],
}

impl WithSimd for Dots<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        match S::F64_LANES {
            8 => self.run::<S, 1>(simd),
            4 => self.run::<S, 2>(simd),
            2 => self.run::<S, 4>(simd),
            _ => self.run::<S, 8>(simd),
        }
    }
}

impl Dots<'_> {
    /// V: vectors that hold the [`PARTS`] sums.
    #[inline(always)]
    fn run<S: Simd, const V: usize>(self, simd: S) {
        let Self { x, whole, last, r } = self;
        for (group, r) in r.chunks_mut(ROWS).enumerate() {
            let (mut high, mut low) = ([[0.0; PARTS]; ROWS], [[0.0; PARTS]; ROWS]);
            for (at, start) in r.iter().enumerate() {
                let (mut sums, mut errors) = ([simd.splat_f64s(0.0); V], [simd.splat_f64s(0.0); V]);
                (sums[0], errors[0]) = (f64::load(simd, &[start.high]), f64::load(simd, &[start.low]));
                let (blocks, rest) = x.row(ROWS * group + at).as_chunks::<PARTS>();
                for (a, b) in blocks.iter().zip(whole) {
                    let (a, b) = (S::as_simd_f64s(a).0, S::as_simd_f64s(b).0);
                    for v in 0..V {
                        (sums[v], errors[v]) = plus_product(simd, sums[v], errors[v], a[v], b[v]);
                    }
                }
                if !rest.is_empty() {
                    let lanes = S::F64_LANES;
                    let b = S::as_simd_f64s(&last).0;
                    for v in 0..V {
                        let a = &rest[(v * lanes).min(rest.len())..((v + 1) * lanes).min(rest.len())];
                        (sums[v], errors[v]) = plus_product(simd, sums[v], errors[v], f64::load(simd, a), b[v]);
                    }
                }
                S::as_mut_simd_f64s(&mut high[at]).0.copy_from_slice(&sums);
                S::as_mut_simd_f64s(&mut low[at]).0.copy_from_slice(&errors);
            }
            for count in [4, 2, 1] {
                for part in 0..count {
                    for at in 0..ROWS {
                        let (sum, error) = two_sum(high[at][part], high[at][part + count]);
                        high[at][part] = sum;
                        low[at][part] = low[at][part] + error + low[at][part + count];
                    }
                }
            }
            for (at, r) in r.iter_mut().enumerate() {
                *r = Twofold { high: high[at][0], low: low[at][0] };
            }
        }
    }
}

impl Sums {
    /// sum_j ← sum_j + Σ_i r_i x_ij, row after row, for the rows of X, m × p; r has m numbers.
    ///
    /// # Panics
    /// Where the shapes do not fit: a mistake in the calling code.
    pub fn add_rows(&mut self, r: &[Twofold], x: MatRef<'_, f64>) {
        assert_eq!((x.cols(), x.rows()), (self.high.len(), r.len()), "shapes of sums over rows");
        dispatch(TwofoldRows { r, x, to: self });
    }
}

struct TwofoldRows<'a> {
    r: &'a [Twofold],
    x: MatRef<'a, f64>,
    to: &'a mut Sums,
}

impl WithSimd for TwofoldRows<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let (fours, rest) = self.r.as_chunks::<ROWS>();
        let Self { x, to, .. } = self;
        for (at, r) in fours.iter().enumerate() {
            add_rows(simd, r, x, ROWS * at, to);
        }
        for (i, r) in (ROWS * fours.len()..).zip(rest) {
            add_rows(simd, &[*r], x, i, to);
        }
    }
}

/// Adds R rows of X from row i on.
#[inline(always)]
fn add_rows<S: Simd, const R: usize>(simd: S, r: &[Twofold; R], x: MatRef<'_, f64>, i: usize, to: &mut Sums) {
    let p = x.cols();
    let rows: [&[f64]; R] = from_each(
        #[inline(always)]
        |at| &x.row(i + at)[..p],
    );
    let (highs, high_rest) = S::as_mut_simd_f64s(&mut to.high[..p]);
    let (lows, low_rest) = S::as_mut_simd_f64s(&mut to.low[..p]);
    let vectors: [&[S::f64s]; R] = from_each(
        #[inline(always)]
        |at| &S::as_simd_f64s(rows[at]).0[..highs.len()],
    );
    for (j, (high, low)) in highs.iter_mut().zip(lows).enumerate() {
        (*high, *low) = plus_multiples(simd, *high, *low, r, |at| vectors[at][j]);
    }
    if !high_rest.is_empty() {
        let (high, low) = (f64::load(simd, high_rest), f64::load(simd, low_rest));
        let first = p - high_rest.len();
        let (high, low) = plus_multiples(simd, high, low, r, |at| f64::load(simd, &rows[at][first..]));
        f64::store(simd, high, high_rest);
        f64::store(simd, low, low_rest);
    }
}

/// Adds r times a vector `x(at)` of each of R rows, one after the other.
#[inline(always)]
fn plus_multiples<S: Simd, const R: usize>(
    simd: S,
    mut high: S::f64s,
    mut low: S::f64s,
    r: &[Twofold; R],
    x: impl Fn(usize) -> S::f64s,
) -> (S::f64s, S::f64s) {
    for (at, r) in r.iter().enumerate() {
        let x = x(at);
        (high, low) = plus_product(simd, high, low, simd.splat_f64s(r.high), x);
        low = simd.add_f64s(low, simd.mul_f64s(simd.splat_f64s(r.low), x));
    }
    (high, low)
}

/// [`Twofold::plus_product`] of each lane.
#[inline(always)]
fn plus_product<S: Simd>(simd: S, high: S::f64s, low: S::f64s, a: S::f64s, b: S::f64s) -> (S::f64s, S::f64s) {
    let product = simd.mul_f64s(a, b);
    let product_error = simd.mul_add_f64s(a, b, simd.neg_f64s(product));
    let sum = simd.add_f64s(high, product);
    let b_part = simd.sub_f64s(sum, high);
    let error = simd.add_f64s(simd.sub_f64s(high, simd.sub_f64s(sum, b_part)), simd.sub_f64s(product, b_part));
    (sum, simd.add_f64s(low, simd.add_f64s(error, product_error)))
}

#[cfg(test)]
mod tests {
    use super::super::dot;
    use super::*;
    use crate::num::lanes::levels::at_each;
    use crate::num::{Matrix, Purpose, Stream};

    /// Bit for bit the sums one by one, at sizes around every block's edge and at every level of vectors.
    #[test]
    fn rows_follow_the_definition() {
        for (m, p) in [(0, 3), (1, 1), (4, 8), (7, 11), (9, 16), (6, 29)] {
            let mut stream = Stream::new(3, Purpose::Data, 9);
            let mut numbers = |count: usize| -> Vec<f64> { (0..count).map(|_| stream.normal()).collect() };
            let (x, w) = (Matrix::new(m, p, numbers(m * p)), numbers(p));
            let start: Vec<Twofold> = numbers(m).iter().map(|&y| Twofold::of(y).plus(1e-17)).collect();
            let expected: Vec<Twofold> = start.iter().enumerate().map(|(i, &y)| dot(y, x.row(i), &w)).collect();
            let mut sums = Sums::new(p);
            expected.iter().enumerate().for_each(|(i, &r)| sums.add_multiple(r, x.row(i)));
            at_each(|| {
                let (mut r, mut of_rows) = (start.clone(), Sums::new(p));
                add_dots(x.view(), &w, &mut r);
                of_rows.add_rows(&r, x.view());
                assert_eq!(r, expected, "{m} × {p}");
                assert!(of_rows.iter().eq(sums.iter()), "{m} × {p}");
            });
        }
    }
}
