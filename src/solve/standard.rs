//! Features shifted and scaled for an iteration, and its answer in their own units again.
//!
//! x'_j = (x_j − c_j) / d_j, with c_j the mean and d_j the deviation where there is a bias, c_j = 0 and d_j the root
//! mean square where there is none. Then w_j = w'_j / d_j and b = b' − Σ_j w_j c_j. Newton's method takes the same
//! steps in either form; rounding does less harm in this one.

use super::Design;
use crate::num::Matrix;

/// c and d.
#[derive(Clone, Debug)]
pub struct Standard {
    centres: Vec<f64>,
    deviations: Vec<f64>,
    intercept: bool,
}

impl Standard {
    /// The scaled design, and how it was scaled.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // samples stay below 2⁵³
    pub fn new(design: &Design) -> (Design, Self) {
        let (m, p) = (design.samples(), design.columns());
        let first = usize::from(design.intercept);
        let (mut centres, mut deviations) = (vec![0.0; p], vec![1.0; p]);
        // Of rows times roots of weights, a constant is the roots.
        let constant = |i: usize| design.roots.get(i).copied().unwrap_or(1.0);
        let weighted_mean = |j: usize| {
            let over = |f: &dyn Fn(usize) -> f64| (0..m).map(f).sum::<f64>();
            over(&|i| constant(i) * design.x.row(i)[j]) / over(&|i| constant(i) * constant(i))
        };
        for j in first..p {
            let centre = if design.intercept { weighted_mean(j) } else { 0.0 };
            let squares = (0..m).map(|i| design.x.row(i)[j] - centre * constant(i)).map(|x| x * x);
            let deviation = (squares.sum::<f64>() / m as f64).sqrt();
            centres[j] = centre;
            // A constant column stays: that it tells nothing shows in the factorization.
            deviations[j] = if deviation > 0.0 && deviation.is_finite() { deviation } else { 1.0 };
        }
        let mut scaled = design.clone();
        for (i, row) in scaled.x.data_mut().chunks_exact_mut(p).enumerate() {
            for j in first..p {
                row[j] = (row[j] - centres[j] * constant(i)) / deviations[j];
            }
        }
        (scaled, Self { centres, deviations, intercept: design.intercept })
    }

    /// d, p numbers; 1 for the bias.
    #[must_use]
    pub fn deviations(&self) -> &[f64] {
        &self.deviations
    }

    /// θ of the scaled features from θ of the features as they are: p × K, row by row.
    #[must_use]
    pub fn scaled(&self, theta: &[f64]) -> Vec<f64> {
        let outputs = theta.len() / self.centres.len();
        let mut scaled = theta.to_vec();
        for (j, row) in theta.chunks_exact(outputs).enumerate().skip(usize::from(self.intercept)) {
            for (k, w) in row.iter().enumerate() {
                scaled[j * outputs + k] = w * self.deviations[j];
                if self.intercept {
                    scaled[k] += w * self.centres[j];
                }
            }
        }
        scaled
    }

    /// θ of the features as they are from θ of the scaled ones: p × K, row by row.
    #[must_use]
    pub fn unscaled(&self, scaled: &[f64]) -> Vec<f64> {
        let outputs = scaled.len() / self.centres.len();
        let mut theta = scaled.to_vec();
        for (j, row) in scaled.chunks_exact(outputs).enumerate().skip(usize::from(self.intercept)) {
            for (k, w) in row.iter().enumerate() {
                theta[j * outputs + k] = w / self.deviations[j];
                if self.intercept {
                    theta[k] -= w / self.deviations[j] * self.centres[j];
                }
            }
        }
        theta
    }

    /// The covariance of unscaled parameters, J C Jᵀ, from that of scaled ones of one output; both p × p.
    #[must_use]
    pub fn unscaled_covariance(&self, covariance: &Matrix<f64>) -> Matrix<f64> {
        let p = covariance.rows();
        // Rows first, then, by symmetry, the same to the columns.
        let half: Vec<f64> = (0..p).flat_map(|i| self.unscaled(covariance.row(i))).collect();
        let half = Matrix::new(p, p, half);
        let column = |j: usize| self.unscaled(&(0..p).map(|i| half.row(i)[j]).collect::<Vec<_>>());
        Matrix::new(p, p, (0..p).flat_map(column).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::vector::dot;

    #[test]
    fn outputs_are_the_same_in_either_form() {
        let features = Matrix::new(3, 2, vec![100.0, 1e-3, 101.0, 3e-3, 105.0, 2e-3]);
        for intercept in [true, false] {
            let design = Design::new(features.view(), intercept);
            let (scaled, standard) = Standard::new(&design);
            let theta: Vec<f64> = [0.5, -1.0, 300.0][usize::from(!intercept)..].to_vec();
            let there = standard.scaled(&theta);
            for i in 0..3 {
                let (a, b) = (dot(design.x.row(i), &theta), dot(scaled.x.row(i), &there));
                assert!((a - b).abs() < 1e-12, "some roundings of numbers of size 100: {a}, {b}");
            }
            assert!(standard.unscaled(&there).iter().zip(&theta).all(|(a, b)| (a - b).abs() < 1e-12));
        }
    }
}
