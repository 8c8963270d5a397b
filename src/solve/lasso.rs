//! Lasso (lecture L35): least squares with a penalty on the weights' sizes, by coordinate descent.
//!
//! minimize ½‖y − Xw‖² + λ‖w‖₁, the bias not penalized
//! w_j ← S(x_j·r + ‖x_j‖² w_j, λ) / ‖x_j‖², S(u, λ) = sign(u) max(|u| − λ, 0), r = y − Xw, one weight after the other
//!
//! - `lambda` (λ): strength, 0 or greater; from max_j |x_j·(y − ȳ)| on all weights are 0. scikit-learn's `alpha` and glmnet's λ are λ/m.
//!
//! X is m × p with the bias's column of ones (L2), y m numbers, w p. Columns are centred first where there is a bias. Passes
//! go on until a whole one moves no weight by more than 1e-12 of the largest; then the weights that are not 0 are solved for
//! exactly, w_A = (X_AᵀX_A)⁻¹(X_Aᵀy − λ sign(w_A)), and taken if they satisfy the conditions of optimality. Fails
//! (`not-converged`) after 100,000 passes, as with nearly dependent columns. Tibshirani 1996; Friedman, Hastie & Tibshirani 2010, section 2.

use super::{Design, NormalEquations, Problem};
use crate::num::vector::{add_multiple, dot};
use crate::num::{MatMut, Matrix, transpose};

const MOST_PASSES: u64 = 100_000;
/// A pass that moves less ends the iteration: relative, some digits above rounding.
const AT_REST: f64 = 1e-12;

/// What coordinate descent found.
#[derive(Clone, Debug)]
pub struct Lasso {
    /// p numbers.
    pub w: Vec<f64>,
    pub passes: u64,
}

/// The minimizer; of several (with dependent columns) the one that coordinate descent from 0 reaches.
///
/// # Errors
/// Where the passes do not come to rest.
pub fn lasso(design: &Design, y: &[f64], lambda: f64) -> Result<Lasso, Problem> {
    let mut state = State::new(design, y, lambda);
    let mut passes = 0;
    while !state.pass() {
        passes += 1;
        if passes == MOST_PASSES {
            return Err(Problem::NotConverged { iterations: passes });
        }
    }
    if let Some(exact) = state.solve_for_active() {
        state.w = exact;
    }
    Ok(Lasso { w: state.with_bias(), passes: passes + 1 })
}

struct State {
    /// The centred features, n × m: a row per feature.
    columns: Matrix<f64>,
    /// ‖x_j‖²
    squares: Vec<f64>,
    means: Vec<f64>,
    mean_y: f64,
    /// The centred targets.
    y: Vec<f64>,
    /// y − Xw
    r: Vec<f64>,
    w: Vec<f64>,
    lambda: f64,
    intercept: bool,
}

#[allow(clippy::cast_precision_loss)] // samples stay below 2⁵³
fn centre(numbers: &mut [f64]) -> f64 {
    let mean = numbers.iter().sum::<f64>() / numbers.len() as f64;
    numbers.iter_mut().for_each(|number| *number -= mean);
    mean
}

impl State {
    fn new(design: &Design, y: &[f64], lambda: f64) -> Self {
        let (m, p, intercept) = (design.samples(), design.columns(), design.intercept);
        let mut all = Matrix::zeros(p, m);
        transpose(design.x.view(), MatMut::new(p, m, all.data_mut()));
        let n = if intercept { p - 1 } else { p };
        let mut columns = Matrix::new(n, m, all.data()[(p - n) * m..].to_vec());
        let mut y = y.to_vec();
        let (mut means, mut mean_y) = (vec![0.0; n], 0.0);
        if intercept {
            means = columns.data_mut().chunks_exact_mut(m).map(centre).collect();
            mean_y = centre(&mut y);
        }
        let squares = (0..n).map(|j| dot(columns.row(j), columns.row(j))).collect();
        Self { columns, squares, means, mean_y, r: y.clone(), y, w: vec![0.0; n], lambda, intercept }
    }

    /// One weight after the other; true where nothing moves any more. What a weight moves is measured by what it moves in Xw.
    fn pass(&mut self) -> bool {
        let (mut moved, mut largest) = (0.0_f64, 0.0_f64);
        for j in 0..self.w.len() {
            let (x, square) = (self.columns.row(j), self.squares[j]);
            if square == 0.0 {
                continue;
            }
            let next = soft(dot(x, &self.r) + square * self.w[j], self.lambda) / square;
            let step = next - self.w[j];
            if step != 0.0 {
                add_multiple(-step, x, &mut self.r);
                self.w[j] = next;
            }
            moved = moved.max(step.abs() * square.sqrt());
            largest = largest.max(next.abs() * square.sqrt());
        }
        moved <= AT_REST * largest
    }

    /// The exact solution with the present signs, if it is one.
    fn solve_for_active(&self) -> Option<Vec<f64>> {
        let active: Vec<usize> = (0..self.w.len()).filter(|&j| self.w[j] != 0.0).collect();
        let (m, count) = (self.y.len(), active.len());
        if count == 0 {
            return None; // 0 is exact
        }
        let mut x = Matrix::zeros(m, count);
        for (place, &j) in active.iter().enumerate() {
            for (i, &value) in self.columns.row(j).iter().enumerate() {
                x.data_mut()[i * count + place] = value;
            }
        }
        let design = Design { x, intercept: false };
        let normal = NormalEquations::new(&design, vec![0.0; count]).ok()?;
        let signs: Vec<f64> = active.iter().map(|&j| self.lambda * self.w[j].signum()).collect();
        let solution = normal.solve_shifted(&self.y, &signs);
        let mut w = vec![0.0; self.w.len()];
        active.iter().zip(&solution).for_each(|(&j, &value)| w[j] = value);
        let kept = active.iter().all(|&j| w[j] != 0.0 && w[j].signum() == self.w[j].signum());
        (kept && self.is_optimal(&design.residuals(&solution, &self.y).iter().map(|r| r.value()).collect::<Vec<_>>()))
            .then_some(w)
    }

    /// |x_j·r| ≤ λ for all, but for rounding.
    fn is_optimal(&self, r: &[f64]) -> bool {
        let length = dot(r, r).sqrt();
        (0..self.w.len()).all(|j| {
            dot(self.columns.row(j), r).abs() <= self.lambda + 1e-13 * self.squares[j].sqrt() * length.max(self.lambda)
        })
    }

    /// The weights behind the bias that goes with them.
    fn with_bias(self) -> Vec<f64> {
        let bias = self.mean_y - dot(&self.means, &self.w);
        let bias = self.intercept.then_some(bias);
        bias.into_iter().chain(self.w).collect()
    }
}

/// S(u, λ)
fn soft(u: f64, lambda: f64) -> f64 {
    if u > lambda {
        u - lambda
    } else if u < -lambda {
        u + lambda
    } else {
        0.0
    }
}
