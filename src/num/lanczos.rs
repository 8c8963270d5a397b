//! The largest eigenvalue of a symmetric matrix of which only products with vectors are known: Lanczos' method.
//!
//! β_k q_{k+1} = A q_k − α_k q_k − β_{k−1} q_{k−1}, α_k = q_k·A q_k; the largest eigenvalue of the tridiagonal matrix of the α and β
//! tends to that of A from below, and is it once k = n. Every q is made orthogonal to all before, twice, since roundings would bring found
//! directions back. The first q has the numbers of a Weyl sequence, so that no draw is needed. Lanczos 1950; Golub & Van Loan 2013,
//! section 10.1; the tridiagonal matrix by bisection on Sturm's sequence, section 8.4. NumPy: `np.linalg.eigvalsh(A)[-1]`.

use super::vector::{add_multiple, dot, norm};

/// Products at most: for more than so many numbers the answer is as good as these make it.
const MOST_PRODUCTS: usize = 80;

/// Two changes of the answer in a row below this share of it end the search, where there are more numbers than products.
const SETTLED: f64 = 1e-7;

/// A direction that is left with less than this share of the largest number so far has nothing new in it.
const NOTHING_NEW: f64 = 1e-10;

/// Of a matrix of n × n; `times` writes its product with the first vector to the second. 0 for n = 0.
///
/// # Errors
/// Those of `times`.
pub fn largest_eigenvalue<E>(n: usize, mut times: impl FnMut(&[f64], &mut [f64]) -> Result<(), E>) -> Result<f64, E> {
    let (mut alphas, mut betas): (Vec<f64>, Vec<f64>) = (Vec::new(), Vec::new());
    let mut basis: Vec<Vec<f64>> = Vec::new();
    let mut next = first(n);
    let (mut value, mut settled) = (0.0, 0);
    while alphas.len() < n.min(MOST_PRODUCTS) && (n <= MOST_PRODUCTS || settled < 2) {
        let mut product = vec![0.0; n];
        times(&next, &mut product)?;
        alphas.push(dot(&next, &product));
        basis.push(next);
        let found = largest(&alphas, &betas);
        let change = (found - value).abs();
        settled = if alphas.len() > 1 && change <= SETTLED * found.abs() { settled + 1 } else { 0 };
        value = found;
        for _ in 0..2 {
            basis.iter().for_each(|q| add_multiple(-dot(q, &product), q, &mut product));
        }
        let left = norm(&product);
        let size = alphas.iter().chain(&betas).fold(0.0, |largest: f64, x| largest.max(x.abs()));
        // `!(… > …)` holds for NaN, too.
        #[allow(clippy::neg_cmp_op_on_partial_ord)]
        if !(left > NOTHING_NEW * size) {
            break;
        }
        betas.push(left);
        product.iter_mut().for_each(|x| *x /= left);
        next = product;
    }
    Ok(value)
}

/// Numbers between −½ and ½ without a pattern, of length 1.
#[allow(clippy::cast_precision_loss)] // n stays below 2⁵³
fn first(n: usize) -> Vec<f64> {
    const GOLDEN: f64 = 0.618_033_988_749_894_9;
    let numbers: Vec<f64> = (1..=n).map(|i| (i as f64 * GOLDEN).fract() - 0.5).collect();
    let length = norm(&numbers);
    numbers.into_iter().map(|x| x / length).collect()
}

/// The largest eigenvalue of a tridiagonal matrix with these numbers on its diagonal and beside it.
fn largest(alphas: &[f64], betas: &[f64]) -> f64 {
    let beside = |at: usize| betas.get(at).map_or(0.0, |beta| beta.abs());
    let row =
        |at: usize| if at > 0 { beside(at - 1) } else { 0.0 } + if at + 1 < alphas.len() { beside(at) } else { 0.0 };
    let ends = alphas.iter().enumerate().map(|(at, alpha)| (alpha - row(at), alpha + row(at)));
    let (mut low, mut high) =
        ends.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), (from, to)| (low.min(from), high.max(to)));
    if !(low.is_finite() && high.is_finite()) {
        return f64::NAN;
    }
    // All are below x where every pivot of T − x is negative.
    let all_below = |x: f64| {
        let mut pivot = 1.0;
        alphas.iter().enumerate().all(|(at, alpha)| {
            let square = if at > 0 { betas[at - 1] * betas[at - 1] } else { 0.0 };
            pivot = alpha - x - square / pivot;
            pivot < 0.0
        })
    };
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            break;
        }
        if all_below(middle) { high = middle } else { low = middle }
    }
    high
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::{Matrix, Purpose, Stream, eigenvectors};
    use std::convert::Infallible;

    fn of_matrix(matrix: &Matrix<f64>) -> f64 {
        let times = |x: &[f64], y: &mut [f64]| {
            y.iter_mut().enumerate().for_each(|(row, y)| *y = dot(matrix.row(row), x));
            Ok::<_, Infallible>(())
        };
        largest_eigenvalue(matrix.rows(), times).unwrap()
    }

    /// Beside Jacobi's rotations, which know the matrix; some roundings, and with 120 rows what is left after 80 products at most.
    #[test]
    fn the_largest_is_that_of_jacobi() {
        let mut stream = Stream::new(5, Purpose::Data, 0);
        for n in [1, 2, 3, 10, 40, 120] {
            let x: Vec<f64> = (0..n * n).map(|_| stream.normal()).collect();
            let symmetric = |at: usize| x[at] + x[(at % n) * n + at / n];
            let matrix = Matrix::new(n, n, (0..n * n).map(symmetric).collect());
            let vectors = eigenvectors(matrix.clone());
            let v: Vec<f64> = (0..n).map(|row| vectors.row(row)[0]).collect();
            let image: Vec<f64> = (0..n).map(|row| dot(matrix.row(row), &v)).collect();
            let expected = dot(&image, &v);
            let found = of_matrix(&matrix);
            let tolerance = if n <= 40 { 1e-12 } else { 1e-6 };
            assert!((found - expected).abs() < tolerance * expected.abs(), "n = {n}: {found} for {expected}");
        }
    }

    #[test]
    fn edges_end_well() {
        assert_eq!(of_matrix(&Matrix::zeros(4, 4)), 0.0);
        assert_eq!(of_matrix(&Matrix::zeros(0, 0)), 0.0);
        let negative = Matrix::new(2, 2, vec![-3.0, 0.0, 0.0, -1.0]);
        assert!((of_matrix(&negative) + 1.0).abs() < 1e-14, "the largest, not the longest");
        assert!(of_matrix(&Matrix::new(2, 2, vec![f64::NAN; 4])).is_nan());
    }
}
