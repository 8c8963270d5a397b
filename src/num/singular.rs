//! Singular values by one-sided Jacobi rotations, to a high relative accuracy also of the smallest.
//!
//! Pairs of rows are rotated until all are orthogonal; their lengths are then the singular values. For rows p, q with
//! α = ‖p‖², β = ‖q‖², γ = p·q: ζ = (β − α)/2γ, t = sign(ζ)/(|ζ| + √(1 + ζ²)), c = 1/√(1 + t²), s = ct. Hestenes 1958;
//! Demmel & Veselić 1992, "Jacobi's method is more accurate than QR". Cost: some 6 to 10 sweeps of 3n³ operations.

use super::Matrix;
use super::vector::{dot, norm};
use pulp::Arch;

/// More sweeps than any matrix has needed: convergence is quadratic.
const MOST_SWEEPS: usize = 60;

/// The singular values of `matrix`, rows × columns with rows ≤ columns, descending.
#[must_use]
pub fn singular_values(mut matrix: Matrix<f64>) -> Vec<f64> {
    let rows = matrix.rows();
    for _ in 0..MOST_SWEEPS {
        let mut rotated = false;
        for p in 0..rows {
            for q in p + 1..rows {
                rotated |= Arch::new().dispatch(|| rotate(&mut matrix, p, q));
            }
        }
        if !rotated {
            break;
        }
    }
    let mut values: Vec<f64> = (0..rows).map(|row| norm(matrix.row(row))).collect();
    values.sort_by(|a, b| b.total_cmp(a));
    values
}

/// Makes rows p < q orthogonal; false where they are.
#[inline(always)]
fn rotate(matrix: &mut Matrix<f64>, p: usize, q: usize) -> bool {
    let cols = matrix.cols();
    let (front, back) = matrix.data_mut().split_at_mut(q * cols);
    let (p, q) = (&mut front[p * cols..(p + 1) * cols], &mut back[..cols]);
    let (alpha, beta, gamma) = (dot(p, p), dot(q, q), dot(p, q));
    // `!(… > …)` holds for zero rows and for NaN, too.
    #[allow(clippy::neg_cmp_op_on_partial_ord)]
    if !(gamma.abs() > 4.0 * f64::EPSILON * (alpha * beta).sqrt()) {
        return false;
    }
    let zeta = (beta - alpha) / (2.0 * gamma);
    let t = if zeta < 0.0 { -1.0 } else { 1.0 } / (zeta.abs() + (1.0 + zeta * zeta).sqrt());
    let c = 1.0 / (1.0 + t * t).sqrt();
    let s = c * t;
    for (p, q) in p.iter_mut().zip(q) {
        (*p, *q) = (c * *p - s * *q, s * *p + c * *q);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made of known values and two rotations; some roundings.
    #[test]
    fn known_values_are_found() {
        let (c, s) = (0.6, 0.8);
        let a = Matrix::new(2, 2, vec![3.0 * c, 3.0 * s, -1e-9 * s, 1e-9 * c]);
        let turned = Matrix::new(2, 2, {
            let (p, q) = (a.row(0), a.row(1));
            vec![s * p[0] - c * q[0], s * p[1] - c * q[1], c * p[0] + s * q[0], c * p[1] + s * q[1]]
        });
        let values = singular_values(turned);
        assert!((values[0] / 3.0 - 1.0).abs() < 1e-15, "{values:?}");
        // The entries were rounded at 3e-16 · 3, which the smallest value feels.
        assert!((values[1] / 1e-9 - 1.0).abs() < 1e-6, "{values:?}");
        assert_eq!(singular_values(Matrix::zeros(3, 3)), [0.0; 3]);
    }
}
