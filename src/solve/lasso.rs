//! Lasso (lecture L35): least squares with a penalty on the weights' sizes, by coordinate descent.
//!
//! minimize ½‖y − Xw‖² + λ‖w‖₁, the bias not penalized
//! w_j ← S(x_j·r + ‖x_j‖² w_j, λ) / ‖x_j‖², S(u, λ) = sign(u) max(|u| − λ, 0), r = y − Xw, one weight after the other
//!
//! - `lambda` (λ): strength, 0 or greater; from max_j |x_j·(y − ȳ)| on all weights are 0. scikit-learn's `alpha` and
//!   glmnet's λ are λ/m.
//!
//! X is m × p with the bias's column of ones (L2), y m numbers, w p. Columns are centred first where there is a bias, and
//! scaled by powers of two. Coordinate descent is slow where columns nearly depend on one another; so after every few
//! passes its signs are taken for right and the weights that are not 0 solved for at once,
//! w_A = (X_AᵀX_A)⁻¹(X_Aᵀy − λ sign(w_A)): a weight that would change its sign on the way there leaves A, one whose
//! condition |x_j·r| ≤ λ does not hold joins it, until all conditions of optimality hold and w is exact (the active set
//! method of Osborne, Presnell & Turlach 2000). With λ = 0 it is the minimum-norm solution. Fails (`not-converged`) after
//! 20,000 passes.
//! Tibshirani 1996; Friedman, Hastie & Tibshirani 2010, section 2.

use super::{Design, MinimumNorm, NormalEquations, Problem};
use crate::num::vector::{add_multiple, dot, power_of_two};
use crate::num::{MatMut, Matrix, transpose};

const MOST_PASSES: u64 = 20_000;
/// Passes of coordinate descent before the signs are tried.
const PASSES: u64 = 5;
/// A pass that moves less ends the iteration: relative, some digits above rounding.
const AT_REST: f64 = 1e-14;
/// How far beyond λ rounding may carry |x_j·r|, relative to the numbers that it is made of.
const ROUNDING: f64 = 1e-13;

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
    if lambda == 0.0 {
        return Ok(Lasso { w: MinimumNorm::new(design).solve(y)?, passes: 0 });
    }
    let mut state = LassoState::new(design, y, lambda);
    for passes in 1..=MOST_PASSES {
        let at_rest = state.pass();
        if at_rest || passes % PASSES == 0 {
            // From 0 where the signs hold more weights than the samples determine.
            let zeros = vec![0.0; state.w.len()];
            let exact = state.solve_for_active(state.w.clone()) || (passes == PASSES && state.solve_for_active(zeros));
            if exact || at_rest {
                return Ok(Lasso { w: state.with_bias(), passes });
            }
        }
    }
    Err(Problem::NotConverged { iterations: MOST_PASSES })
}

/// The problem with columns d_j x_j and targets c y, whose weights are c w_j / d_j and whose penalties are c d_j λ.
struct LassoState {
    /// The centred and scaled features, n × m: a row per feature.
    columns: Matrix<f64>,
    /// ‖x_j‖²
    squares: Vec<f64>,
    /// d
    scales: Vec<f64>,
    /// c
    scale_y: f64,
    /// Of the features and the targets as they are.
    means: Vec<f64>,
    mean_y: f64,
    /// The centred and scaled targets.
    y: Vec<f64>,
    /// y − Xw
    r: Vec<f64>,
    w: Vec<f64>,
    /// λ_j
    lambdas: Vec<f64>,
    intercept: bool,
}

/// Takes the mean away and returns it; halves first, so that no sum overflows that need not. Where rows are multiplied by roots of
/// weights, it is the weighted mean.
#[allow(clippy::cast_precision_loss)] // samples stay below 2⁵³
fn centre(numbers: &mut [f64], roots: &[f64]) -> f64 {
    if !roots.is_empty() {
        let mean = dot(numbers, roots) / dot(roots, roots);
        numbers.iter_mut().zip(roots).for_each(|(number, root)| *number -= mean * root);
        return mean;
    }
    let count = numbers.len() as f64;
    let mean = numbers.iter().map(|number| number / count).sum::<f64>();
    numbers.iter_mut().for_each(|number| *number -= mean);
    mean
}

/// Multiplies by the power of two that brings the largest into [1, 2), and returns it.
fn rescale(numbers: &mut [f64]) -> f64 {
    let largest = numbers.iter().fold(0.0, |largest: f64, number| largest.max(number.abs()));
    let scale = if largest > 0.0 && largest.is_finite() { power_of_two(largest) } else { 1.0 };
    numbers.iter_mut().for_each(|number| *number *= scale);
    scale
}

impl LassoState {
    fn new(design: &Design, y: &[f64], lambda: f64) -> Self {
        let (m, p, intercept) = (design.samples(), design.columns(), design.intercept);
        let mut all = Matrix::zeros(p, m);
        transpose(design.x.view(), MatMut::new(p, m, all.data_mut()));
        let n = if intercept { p - 1 } else { p };
        let mut columns = Matrix::new(n, m, all.data()[(p - n) * m..].to_vec());
        let mut y = y.to_vec();
        let (mut means, mut mean_y) = (vec![0.0; n], 0.0);
        if intercept {
            let centre = |numbers: &mut [f64]| centre(numbers, &design.roots);
            means = columns.data_mut().chunks_exact_mut(m).map(centre).collect();
            mean_y = centre(&mut y);
        }
        let scales: Vec<f64> = columns.data_mut().chunks_exact_mut(m).map(rescale).collect();
        let scale_y = rescale(&mut y);
        let lambdas = scales.iter().map(|scale| lambda * scale * scale_y).collect();
        let squares = (0..n).map(|j| dot(columns.row(j), columns.row(j))).collect();
        let (r, w) = (y.clone(), vec![0.0; n]);
        Self { columns, squares, scales, scale_y, means, mean_y, y, r, w, lambdas, intercept }
    }

    /// One weight after the other; true where nothing moves any more. What a weight moves is measured by what it moves in
    /// Xw.
    fn pass(&mut self) -> bool {
        let (mut moved, mut largest) = (0.0_f64, 0.0_f64);
        for j in 0..self.w.len() {
            let (x, square) = (self.columns.row(j), self.squares[j]);
            if square == 0.0 {
                continue;
            }
            let next = soft(dot(x, &self.r) + square * self.w[j], self.lambdas[j]) / square;
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

    /// From these weights' signs to the exact solution; false where it is not reached, and w stays as it was.
    fn solve_for_active(&mut self, mut w: Vec<f64>) -> bool {
        let mut active: Vec<(usize, f64)> = (0..w.len()).filter(|&j| w[j] != 0.0).map(|j| (j, w[j].signum())).collect();
        // Each round lowers the objective or drops a weight; far fewer are needed than this.
        for _ in 0..20 + 10 * w.len() {
            let Some(solution) = self.on_active(&active) else {
                if self.exchange(&mut w, &mut active) {
                    continue;
                }
                return false;
            };
            let turned = |i: usize| solution[i] * active[i].1 <= 0.0;
            let reached = |i: usize| w[active[i].0] / (w[active[i].0] - solution[i]);
            let first = (0..active.len()).filter(|&i| turned(i)).min_by(|&a, &b| reached(a).total_cmp(&reached(b)));
            if let Some(first) = first {
                let share = reached(first).clamp(0.0, 1.0);
                for (&(j, _), to) in active.iter().zip(&solution) {
                    w[j] += share * (to - w[j]);
                }
                w[active[first].0] = 0.0;
                active.remove(first);
                continue;
            }
            active.iter().zip(&solution).for_each(|(&(j, _), &to)| w[j] = to);
            let r = self.residual(&w);
            let Some(joining) = self.most_violated(&r, &active) else {
                (self.w, self.r) = (w, r);
                return true;
            };
            active.push((joining, dot(self.columns.row(joining), &r).signum()));
        }
        false
    }

    /// The last column that joined is a combination of the others, x_j = X_A c: it takes their place, which leaves Xw as it is
    /// and lowers the penalty, until one of them is at 0 and leaves. False where none gets there.
    fn exchange(&self, w: &mut [f64], active: &mut Vec<(usize, f64)>) -> bool {
        let Some((joining, sign)) = active.pop() else { return false };
        let design = Design::of(self.gathered(active), false);
        let Ok(c) = MinimumNorm::new(&design).solve(self.columns.row(joining)) else { return false };
        let leaves = |i: usize| w[active[i].0] / (sign * c[i]);
        let falling = (0..active.len()).filter(|&i| leaves(i) > 0.0 && leaves(i).is_finite());
        let Some(first) = falling.min_by(|&a, &b| leaves(a).total_cmp(&leaves(b))) else { return false };
        let moved = leaves(first);
        active.iter().zip(&c).for_each(|(&(j, _), c)| w[j] -= moved * sign * c);
        w[joining] += moved * sign;
        w[active[first].0] = 0.0;
        active.remove(first);
        active.push((joining, sign));
        true
    }

    /// The columns of the active weights side by side, m × their number.
    fn gathered(&self, active: &[(usize, f64)]) -> Matrix<f64> {
        let mut x = Matrix::zeros(self.y.len(), active.len());
        for (place, &(j, _)) in active.iter().enumerate() {
            for (i, &value) in self.columns.row(j).iter().enumerate() {
                x.data_mut()[i * active.len() + place] = value;
            }
        }
        x
    }

    /// (X_AᵀX_A)⁻¹(X_Aᵀy − λ sign); `None` if these columns depend on one another.
    fn on_active(&self, active: &[(usize, f64)]) -> Option<Vec<f64>> {
        if active.is_empty() {
            return Some(Vec::new());
        }
        let design = Design::of(self.gathered(active), false);
        let normal = NormalEquations::new(&design, vec![0.0; active.len()]).ok()?;
        let shift: Vec<f64> = active.iter().map(|&(j, sign)| self.lambdas[j] * sign).collect();
        normal.solve_shifted(&self.y, &shift).ok()
    }

    fn residual(&self, w: &[f64]) -> Vec<f64> {
        let mut r = self.y.clone();
        for (j, &w) in w.iter().enumerate().filter(|(_, w)| **w != 0.0) {
            add_multiple(-w, self.columns.row(j), &mut r);
        }
        r
    }

    /// The weight at 0 whose condition |x_j·r| ≤ λ_j is furthest from holding, if one does not hold.
    fn most_violated(&self, r: &[f64], active: &[(usize, f64)]) -> Option<usize> {
        let length = dot(&self.y, &self.y).sqrt();
        let beyond = |j: usize| {
            let slope = dot(self.columns.row(j), r).abs();
            (slope - self.lambdas[j]) / self.squares[j].sqrt() - ROUNDING * length
        };
        let outside = (0..self.w.len()).filter(|&j| self.squares[j] > 0.0 && active.iter().all(|&(a, _)| a != j));
        outside.map(|j| (j, beyond(j))).filter(|(_, by)| *by > 0.0).max_by(|a, b| a.1.total_cmp(&b.1)).map(|(j, _)| j)
    }

    /// The weights in the data's units behind the bias that goes with them.
    fn with_bias(self) -> Vec<f64> {
        let w: Vec<f64> = self.w.iter().zip(&self.scales).map(|(w, scale)| w * scale / self.scale_y).collect();
        let bias = self.mean_y - dot(&self.means, &w);
        self.intercept.then_some(bias).into_iter().chain(w).collect()
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
