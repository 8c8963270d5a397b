//! Newton's method with damping (lecture L28): for smooth convex functions, from any start.
//!
//! d = −(H + τB)⁻¹g, θ ← θ + αd, the first of τ = 0, 10⁻⁸, 10⁻⁶, …, 1 and α = 1, ½, ¼, ⅛ with L(θ + αd) ≤ L(θ) + 10⁻⁴ α g·d
//!
//! g is p numbers, H p × p, both at θ; B is a matrix that no H exceeds anywhere, known for each function. Near the minimum τ = 0
//! and α = 1 serve: Newton's own step. Far from it H may say nothing (a saturated sigmoid has no curvature), and a share of B takes its place; a step
//! with the whole of B lowers any such loss. So the loss never rises, by more than its own rounding: near the minimum it is too flat
//! to be compared, and a step counts as good if it halves √(−g·d), the length of what is left to go. The method is at rest when
//! that stops falling, some roundings above 0.
//!
//! Fails where B is singular (`rank-deficient`) and where the function shows that it has no minimum
//! (`separable`). Nocedal & Wright 2006, sections 3.1 and 3.3; Böhning & Lindsay 1988 for the bound. scikit-learn's
//! `newton-cholesky` does the same with L-BFGS behind it; statsmodels' `newton` does not damp, and can run away.

use super::Problem;
use crate::num::vector::{dot, norm};
use crate::num::{Cholesky, Matrix};

/// A twice differentiable convex function of p numbers, looked at at one point at a time.
pub trait Convex {
    /// p
    fn dimensions(&self) -> usize;
    /// Moves to θ and returns the value there.
    fn move_to(&mut self, theta: &[f64]) -> f64;
    /// g where it stands, p numbers.
    fn gradient(&self, gradient: &mut [f64]);
    /// H where it stands, p × p.
    fn hessian(&self, hessian: &mut Matrix<f64>);
    /// A matrix that no H exceeds anywhere, p × p; positive definite if the function determines θ.
    fn bound(&self, bound: &mut Matrix<f64>);
    /// Why there is no minimum, if the point where it stands or the last step taken shows it.
    fn proof_of_no_minimum(&self, _step: &[f64]) -> Option<Problem> {
        None
    }
    /// The relative rounding error of the entries of H.
    fn noise(&self) -> f64;
}

/// A minimization between two iterations.
pub struct Newton<F> {
    pub function: F,
    theta: Vec<f64>,
    loss: f64,
    gradient: Vec<f64>,
    hessian: Matrix<f64>,
    /// B
    bound: Matrix<f64>,
    /// √(−g·d) at the last step.
    to_go: f64,
    iterations: u64,
    at_rest: bool,
}

/// τ
const DAMPINGS: [f64; 6] = [0.0, 1e-8, 1e-6, 1e-4, 1e-2, 1.0];

/// Changes of the loss below so many units in its last place are taken for rounding.
const ROUNDINGS: f64 = 16.0;

impl<F: Convex> Newton<F> {
    /// At a start.
    ///
    /// # Errors
    /// Where the function does not determine θ, or its value there is no number.
    pub fn new(mut function: F, start: Vec<f64>) -> Result<Self, Problem> {
        let p = function.dimensions();
        let mut bound = Matrix::zeros(p, p);
        function.bound(&mut bound);
        factor(&bound, function.noise())?;
        let loss = function.move_to(&start);
        if !loss.is_finite() {
            return Err(Problem::Overflow);
        }
        let mut newton = Self {
            function,
            loss,
            gradient: vec![0.0; p],
            hessian: Matrix::zeros(p, p),
            bound,
            to_go: f64::INFINITY,
            iterations: 0,
            at_rest: false,
            theta: start,
        };
        newton.function.gradient(&mut newton.gradient);
        Ok(newton)
    }

    /// θ, p numbers.
    #[must_use]
    pub fn theta(&self) -> &[f64] {
        &self.theta
    }

    /// L(θ)
    #[must_use]
    pub fn loss(&self) -> f64 {
        self.loss
    }

    /// ‖g‖ at θ.
    #[must_use]
    pub fn gradient_norm(&self) -> f64 {
        norm(&self.gradient)
    }

    /// Steps taken.
    #[must_use]
    pub fn iterations(&self) -> u64 {
        self.iterations
    }

    /// Takes a step; false where there is none to take: θ is the minimum, as far as rounding lets one tell.
    ///
    /// # Errors
    /// Where the function shows that it has no minimum.
    pub fn step(&mut self) -> Result<bool, Problem> {
        if !self.at_rest {
            self.function.hessian(&mut self.hessian);
            for damping in DAMPINGS {
                let Some((direction, slope)) = self.direction(damping) else { continue };
                if self.is_at_rest(slope) {
                    break;
                }
                if let Some(step) = self.descend(&direction, slope) {
                    return self.function.proof_of_no_minimum(&step).map_or(Ok(true), Err);
                }
            }
            self.at_rest = true;
            self.function.move_to(&self.theta);
        }
        Ok(false)
    }

    /// d and g·d; none where H + τB is singular.
    fn direction(&self, damping: f64) -> Option<(Vec<f64>, f64)> {
        let mut damped = self.hessian.clone();
        damped.data_mut().iter_mut().zip(self.bound.data()).for_each(|(h, b)| *h += damping * b);
        let factor = factor(&damped, self.function.noise()).ok()?;
        let mut direction: Vec<f64> = self.gradient.iter().map(|g| -g).collect();
        factor.solve(&mut direction);
        let slope = dot(&self.gradient, &direction);
        Some((direction, slope))
    }

    /// What a change of the loss must be to be more than rounding.
    fn rounding(&self) -> f64 {
        ROUNDINGS * f64::EPSILON * self.loss.abs().max(f64::MIN_POSITIVE)
    }

    /// Whether nothing is left to go, or what is left is rounding and no longer halves.
    fn is_at_rest(&self, slope: f64) -> bool {
        let to_go = (-slope).max(0.0).sqrt();
        to_go == 0.0 || (-slope <= self.rounding() && to_go > 0.5 * self.to_go)
    }

    /// Goes along d as far as lowers the loss enough; returns αd.
    fn descend(&mut self, direction: &[f64], slope: f64) -> Option<Vec<f64>> {
        let flat = -slope <= self.rounding();
        for alpha in [1.0, 0.5, 0.25, 0.125] {
            let next: Vec<f64> = self.theta.iter().zip(direction).map(|(theta, d)| alpha * d + theta).collect();
            let loss = self.function.move_to(&next);
            if loss <= self.loss + if flat { self.rounding() } else { 1e-4 * alpha * slope } {
                (self.theta, self.loss, self.to_go) = (next, loss, (-slope).sqrt());
                self.function.gradient(&mut self.gradient);
                self.iterations += 1;
                return Some(direction.iter().map(|d| alpha * d).collect());
            }
        }
        None
    }

    /// H⁻¹ at θ, p × p.
    ///
    /// # Errors
    /// Where H is singular there.
    pub fn covariance(&mut self) -> Result<Matrix<f64>, Problem> {
        self.function.hessian(&mut self.hessian);
        Ok(factor(&self.hessian, self.function.noise())?.inverse())
    }

    /// Steps until at rest.
    ///
    /// # Errors
    /// Where there is no minimum, or it is not reached in so many iterations.
    pub fn run(&mut self, most_iterations: u64) -> Result<(), Problem> {
        while self.step()? {
            if self.iterations >= most_iterations {
                return Err(Problem::NotConverged { iterations: self.iterations });
            }
        }
        Ok(())
    }
}

fn factor(matrix: &Matrix<f64>, noise: f64) -> Result<Cholesky, Problem> {
    if matrix.data().iter().any(|entry| !entry.is_finite()) {
        return Err(Problem::Overflow);
    }
    Cholesky::new(matrix.clone(), noise).map_err(|column| Problem::RankDeficient { column })
}
