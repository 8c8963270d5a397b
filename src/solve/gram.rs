//! XᵀX and XᵀSX, whatever the units of the columns.

use super::design::{Design, SAFE_TO_SQUARE};
use crate::num::lanes::vectorized;
use crate::num::vector::power_of_two;
use crate::num::{Gram, MatMut, MatRef, Matrix, add_product_transposed_left};
use std::ops::Range;

/// XᵀX with the powers of two that bring each column's length into [1, 2).
#[derive(Clone, Debug)]
pub struct Gramian {
    /// On and below the diagonal. Means something only where `scales` are safe to square.
    squared: Matrix<f64>,
    /// D's diagonal, p numbers; 1 for a column of zeros.
    pub scales: Vec<f64>,
}

impl Gramian {
    /// Goes through X once; `with` is called with each block of its rows meanwhile.
    pub fn new(design: &Design, mut with: impl FnMut(Range<usize>, MatRef<'_, f64>)) -> Self {
        let mut gram = Gram::new(design.columns());
        for (rows, x) in design.blocks() {
            gram.add(x, None);
            with(rows, x);
        }
        let squared = gram.lower();
        // Columns so long or short that their squares say nothing are looked at again, with more care.
        let length = |j: usize| Some(squared.row(j)[j].sqrt()).filter(|length| SAFE_TO_SQUARE.contains(length));
        let scales = (0..design.columns()).map(|j| length(j).map(power_of_two)).collect::<Option<_>>();
        Self { scales: scales.unwrap_or_else(|| design.scales()), squared }
    }

    /// D XᵀX D for any powers of two D, on and below the diagonal.
    pub fn scaled(&self, design: &Design, scales: &[f64]) -> Matrix<f64> {
        let p = scales.len();
        if self.scales.iter().chain(scales).all(|scale| SAFE_TO_SQUARE.contains(scale)) {
            // Powers of two change no digit, so they may come last.
            let mut scaled = self.squared.clone();
            for (row, scale) in scaled.data_mut().chunks_exact_mut(p).zip(scales) {
                row.iter_mut().zip(scales).for_each(|(entry, other)| *entry *= scale * other);
            }
            return scaled;
        }
        let (mut gram, mut of_block) = (Gram::new(p), Vec::new());
        for (_, x) in design.blocks() {
            of_block.clear();
            of_block.extend(x.data().chunks_exact(p).flat_map(|row| row.iter().zip(scales).map(|(x, d)| x * d)));
            gram.add(MatRef::new(x.rows(), p, &of_block), None);
        }
        gram.lower()
    }
}

/// Σ_i weight(i) x_i x_iᵀ = XᵀSX, p × p, on and below the diagonal, for X m × p. What is above it means nothing.
pub fn weighted_gram(design: &Design, weight: impl Fn(usize) -> f64, to: &mut Matrix<f64>) {
    let (mut gram, mut weights) = (Gram::new(design.columns()), Vec::new());
    for (rows, x) in design.blocks() {
        weights.clear();
        weights.extend(rows.map(&weight));
        gram.add(x, Some(&weights));
    }
    gram.write_lower(to);
}

/// All of it: each entry a sum of its own, so that those above the diagonal may differ from those below by rounding.
pub fn weighted_product(design: &Design, weight: impl Fn(usize) -> f64, to: &mut Matrix<f64>) {
    let (p, mut scaled) = (design.columns(), Vec::new());
    to.data_mut().fill(0.0);
    for (rows, x) in design.blocks() {
        scaled.resize(x.data().len(), 0.0);
        for (i, row) in rows.zip(scaled.chunks_exact_mut(p)) {
            let (weight, x) = (weight(i), design.x.row(i));
            vectorized(
                #[inline(always)]
                move || row.iter_mut().zip(x).for_each(|(to, x)| *to = weight * x),
            );
        }
        add_product_transposed_left(MatRef::new(x.rows(), p, &scaled), x, MatMut::new(p, p, to.data_mut()));
    }
}
