//! Eigenvectors of symmetric matrices by cyclic Jacobi rotations.
//!
//! Pairs p < q are rotated, row by row, until no number beside the diagonal is larger than 2⁻⁴⁸ ‖A‖: ζ = (a_qq − a_pp)/2a_pq,
//! t = sign(ζ)/(|ζ| + √(1 + ζ²)), c = 1/√(1 + t²), s = ct. Jacobi 1846; Golub & Van Loan 2013, section 8.5. Cost: some 5 to 10
//! sweeps of 6n³ operations. Plain products and sums in one order: the same bits on every CPU.

use super::Matrix;

/// More sweeps than any matrix has needed: convergence is quadratic.
const MOST_SWEEPS: usize = 60;

/// What counts as 0 beside the diagonal, as a share of the norm.
const NOTHING: f64 = 3.552_713_678_800_501e-15; // 2⁻⁴⁸

/// The eigenvectors of a symmetric matrix as the columns of a matrix of the same size, by descending eigenvalue. NaN where a number
/// of the matrix is not finite. Of equal eigenvalues any vectors are right, and these are the ones that the rotations give.
#[must_use]
pub fn eigenvectors(mut a: Matrix<f64>) -> Matrix<f64> {
    let n = a.rows();
    let norm = a.data().iter().map(|x| x * x).sum::<f64>().sqrt();
    if !norm.is_finite() {
        return Matrix::new(n, n, vec![f64::NAN; n * n]);
    }
    // Row k is what becomes column k.
    let mut rows = Matrix::new(n, n, (0..n * n).map(|at| if at / n == at % n { 1.0 } else { 0.0 }).collect());
    for _ in 0..MOST_SWEEPS {
        let mut rotated = false;
        for p in 0..n {
            for q in p + 1..n {
                if a.row(p)[q].abs() > NOTHING * norm {
                    rotate(&mut a, &mut rows, p, q);
                    rotated = true;
                }
            }
        }
        if !rotated {
            break;
        }
    }
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&i, &j| a.row(j)[j].total_cmp(&a.row(i)[i]));
    let number = |at: usize| rows.row(order[at % n])[at / n];
    Matrix::new(n, n, (0..n * n).map(number).collect())
}

/// Makes the number in row p and column q 0.
fn rotate(a: &mut Matrix<f64>, vectors: &mut Matrix<f64>, p: usize, q: usize) {
    let n = a.cols();
    let zeta = (a.row(q)[q] - a.row(p)[p]) / (2.0 * a.row(p)[q]);
    let t = if zeta < 0.0 { -1.0 } else { 1.0 } / (zeta.abs() + (1.0 + zeta * zeta).sqrt());
    let c = 1.0 / (1.0 + t * t).sqrt();
    let s = c * t;
    let numbers = a.data_mut();
    for row in numbers.chunks_exact_mut(n) {
        (row[p], row[q]) = (c * row[p] - s * row[q], s * row[p] + c * row[q]);
    }
    for rows in [numbers, vectors.data_mut()] {
        let (front, back) = rows.split_at_mut(q * n);
        for (x, y) in front[p * n..(p + 1) * n].iter_mut().zip(&mut back[..n]) {
            (*x, *y) = (c * *x - s * *y, s * *x + c * *y);
        }
    }
    let numbers = a.data_mut();
    (numbers[p * n + q], numbers[q * n + p]) = (0.0, 0.0);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::{Purpose, Stream};

    #[test]
    fn vectors_are_orthogonal_and_turn_the_matrix_into_a_diagonal() {
        let mut stream = Stream::new(3, Purpose::Data, 0);
        for (n, rank) in [(1, 1), (2, 2), (7, 7), (12, 5), (40, 40), (4, 0)] {
            let x: Vec<f64> = (0..n * rank).map(|_| stream.normal()).collect();
            let entry = |i: usize, j: usize| -> f64 { (0..rank).map(|k| x[i * rank + k] * x[j * rank + k]).sum() };
            let matrix = Matrix::new(n, n, (0..n * n).map(|at| entry(at / n, at % n)).collect());
            let vectors = eigenvectors(matrix.clone());
            let column = |k: usize| -> Vec<f64> { (0..n).map(|i| vectors.row(i)[k]).collect() };
            let dot = |a: &[f64], b: &[f64]| -> f64 { a.iter().zip(b).map(|(a, b)| a * b).sum() };
            let size = 1.0 + matrix.data().iter().map(|x| x * x).sum::<f64>().sqrt();
            let mut last = f64::INFINITY;
            for k in 0..n {
                let image: Vec<f64> = (0..n).map(|i| dot(matrix.row(i), &column(k))).collect();
                let value = dot(&image, &column(k));
                assert!(value <= last + 1e-12 * size, "descending");
                last = value;
                for (j, (y, v)) in image.iter().zip(column(k)).enumerate() {
                    // Some roundings of numbers as large as the matrix.
                    assert!((y - value * v).abs() < 1e-12 * size, "n = {n}, vector {k}, place {j}");
                }
                for other in 0..n {
                    let wanted = if other == k { 1.0 } else { 0.0 };
                    assert!((dot(&column(k), &column(other)) - wanted).abs() < 1e-12, "n = {n}");
                }
            }
        }
        let nan = eigenvectors(Matrix::new(2, 2, vec![1.0, f64::NAN, f64::NAN, 1.0]));
        assert!(nan.data().iter().all(|x| x.is_nan()));
    }
}
