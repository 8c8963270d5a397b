//! XᵀX, weighted or scaled, without another X: a block of rows is scaled at a time.

use crate::num::{MatMut, MatRef, Matrix, add_product_transposed_left};

/// Rows of X that are scaled at a time: small enough for a core's cache.
const ROWS: usize = 64;

/// `gram` = Σ_i weight(i) x_i x_iᵀ = XᵀSX, p × p, for X m × p.
pub fn weighted_gram(x: &Matrix<f64>, weight: impl Fn(usize) -> f64, gram: &mut Matrix<f64>) {
    let p = x.cols();
    gram.data_mut().fill(0.0);
    let mut scaled = vec![0.0; ROWS.min(x.rows()) * p];
    for start in (0..x.rows()).step_by(ROWS) {
        let end = x.rows().min(start + ROWS);
        for (i, row) in (start..end).zip(scaled.chunks_exact_mut(p)) {
            let weight = weight(i);
            row.iter_mut().zip(x.row(i)).for_each(|(to, x)| *to = weight * x);
        }
        let block = MatRef::new(end - start, p, &scaled[..(end - start) * p]);
        add_product_transposed_left(block, x.view().rows_between(start, end), MatMut::new(p, p, gram.data_mut()));
    }
}

/// D XᵀX D, p × p, for X m × p and a diagonal D: so that columns in any units can be squared.
#[must_use]
pub fn scaled_gram(x: &Matrix<f64>, scales: &[f64]) -> Matrix<f64> {
    let p = x.cols();
    let mut gram = Matrix::zeros(p, p);
    let mut scaled = vec![0.0; ROWS.min(x.rows()) * p];
    for start in (0..x.rows()).step_by(ROWS) {
        let end = x.rows().min(start + ROWS);
        for (i, row) in (start..end).zip(scaled.chunks_exact_mut(p)) {
            row.iter_mut().zip(x.row(i)).zip(scales).for_each(|((to, x), scale)| *to = scale * x);
        }
        let block = MatRef::new(end - start, p, &scaled[..(end - start) * p]);
        add_product_transposed_left(block, block, MatMut::new(p, p, gram.data_mut()));
    }
    gram
}
