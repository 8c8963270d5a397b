//! Functions of θ alone that optimizers are judged on: problems without a network.
//!
//! | objective | f(θ; x) | minimum |
//! |---|---|---|
//! | quadratic | ½ (θ−x)ᵀ Q (θ−x), its mean over points x | at the points' mean |
//! | Rosenbrock | Σ_i 100 (θ_{i+1} − θ_i²)² + (1 − θ_i)² | 0 at (1, …, 1) |
//! | Beale | (1.5 − a + ab)² + (2.25 − a + ab²)² + (2.625 − a + ab³)², θ = (a, b) | 0 at (3, ½) |
//!
//! Sources: Rosenbrock 1960; Beale 1958, in Moré, Garbow & Hillstrom 1981, problems 1 and 5, with their starting points.

use super::{MatRef, Matrix};
use std::sync::Arc;

/// What is to be minimized.
#[derive(Clone, Debug, PartialEq)]
pub enum Objective {
    /// Q, n × n, symmetric.
    Quadratic(Arc<Matrix<f64>>),
    /// Σ_i 100 (θ_{i+1} − θ_i²)² + (1 − θ_i)².
    Rosenbrock {
        /// n
        dimensions: usize,
    },
    /// Beale's function of two variables.
    Beale,
}

impl Objective {
    /// n, the length of θ.
    #[must_use]
    pub fn dimensions(&self) -> usize {
        match self {
            Self::Quadratic(matrix) => matrix.cols(),
            Self::Rosenbrock { dimensions } => *dimensions,
            Self::Beale => 2,
        }
    }

    /// The usual starting point: 0 for a quadratic, (−1.2, 1, −1.2, 1, …) for Rosenbrock, (1, 1) for Beale.
    #[must_use]
    pub fn start(&self) -> Vec<f64> {
        match self {
            Self::Quadratic(matrix) => vec![0.0; matrix.cols()],
            Self::Rosenbrock { dimensions } => [-1.2, 1.0].into_iter().cycle().take(*dimensions).collect(),
            Self::Beale => vec![1.0, 1.0],
        }
    }

    /// Where the mean over these points (a row each) is least.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // points stay below 2⁵³
    pub fn minimizer(&self, points: MatRef<'_, f64>) -> Vec<f64> {
        match self {
            Self::Quadratic(_) => {
                let mut mean = vec![0.0; points.cols()];
                for row in 0..points.rows() {
                    mean.iter_mut().zip(points.row(row)).for_each(|(sum, x)| *sum += x);
                }
                mean.iter_mut().for_each(|sum| *sum /= points.rows() as f64);
                mean
            }
            Self::Rosenbrock { dimensions } => vec![1.0; *dimensions],
            Self::Beale => vec![3.0, 0.5],
        }
    }
}
