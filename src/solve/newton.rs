//! Newton's method with damping (lecture L28): for smooth convex functions, from any start.
//!
//! d = −(H + τB)⁻¹g, θ ← θ + αd, the first of τ = 0, 10⁻⁸, 10⁻⁶, …, 1 and α = 1, ½, ¼, ⅛ with
//! L(θ + αd) ≤ L(θ) + 10⁻⁴ α g·d
//!
//! g is p numbers, H p × p, both at θ; B is a matrix that no H exceeds anywhere, known for each function. Near the
//! minimum τ = 0 and α = 1 serve: Newton's own step. Far from it H may say nothing (a saturated sigmoid has no
//! curvature), and a share of B takes its place; a step with the whole of B lowers any such loss. So the loss never
//! rises.
//!
//! Where √(−g·d), the length of what is left to go, is so small that the loss cannot tell θ from θ + d, a step counts
//! as good if it shortens that length; where it no longer does, only rounding is left and the method is at rest. There
//! the function is asked whether it has a minimum at all.
//!
//! Fails where B is singular (`rank-deficient`), where the function has no minimum (`separable`), and where no step
//! lowers the loss though it is far from flat (`not-converged`). Nocedal & Wright 2006, sections 3.1 and 3.3; Böhning &
//! Lindsay 1988 for the bound. scikit-learn's `newton-cholesky` is the same with L-BFGS behind it; statsmodels'
//! `newton` does not damp, and can run away.

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
    fn hessian(&mut self, hessian: &mut Matrix<f64>);
    /// A matrix that no H exceeds anywhere, p × p; positive definite if the function determines θ.
    fn bound(&self, bound: &mut Matrix<f64>);
    /// The size of its values at the usual start, to which differences are compared.
    fn scale(&self) -> f64;
    /// The relative rounding error of the entries of H.
    fn noise(&self) -> f64;
    /// Why there is no minimum, if the point where it stands shows it at a glance.
    fn sign_of_no_minimum(&self) -> Option<Problem> {
        None
    }
    /// Why there is no minimum, if there is none; asked where the iteration ends. At rest the gradient is 0 but for rounding, which
    /// makes a proof that there is one short.
    fn proof_of_no_minimum(&self, _at_rest: bool) -> Option<Problem> {
        None
    }
}

/// A minimization between two iterations.
pub struct Newton<F> {
    pub function: F,
    theta: Vec<f64>,
    loss: f64,
    gradient: Vec<f64>,
    hessian: Matrix<f64>,
    /// B, once it was needed.
    bound: Option<Matrix<f64>>,
    /// What differences of the loss are compared to.
    scale: f64,
    iterations: u64,
    at_rest: bool,
}

/// τ
const DAMPINGS: [f64; 6] = [0.0, 1e-8, 1e-6, 1e-4, 1e-2, 1.0];

/// A decrease −g·d below this share of the function's scale is judged by what is left to go, not by the loss: it is far
/// above the rounding of a sum over samples, and far below where Newton's step could go astray.
const FLAT: f64 = 1e-10;

/// Newton's step squares what is left to go. One that leaves more than this share of it has met rounding.
const SHORTER: f64 = 0.9;

impl<F: Convex> Newton<F> {
    /// At a start.
    ///
    /// # Errors
    /// Where its value there is no number.
    pub fn new(mut function: F, start: Vec<f64>) -> Result<Self, Problem> {
        let p = function.dimensions();
        let loss = function.move_to(&start);
        if !loss.is_finite() {
            return Err(Problem::Overflow);
        }
        let mut gradient = vec![0.0; p];
        function.gradient(&mut gradient);
        let (hessian, scale) = (Matrix::zeros(p, p), function.scale().max(loss));
        Ok(Self { function, theta: start, loss, gradient, hessian, bound: None, scale, iterations: 0, at_rest: false })
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
    /// Where the function does not determine θ, there is no minimum, or no way to it.
    pub fn step(&mut self) -> Result<bool, Problem> {
        if self.at_rest {
            return Ok(false);
        }
        self.function.hessian(&mut self.hessian);
        for damping in DAMPINGS {
            let Some(factor) = self.damped(damping)? else { continue };
            let mut direction: Vec<f64> = self.gradient.iter().map(|g| -g).collect();
            factor.solve(&mut direction);
            let slope = dot(&self.gradient, &direction);
            let flat = -slope <= FLAT * self.scale;
            if flat && !self.approach(&factor, &direction) {
                return self.rest();
            }
            if flat || self.descend(&direction, slope) {
                self.iterations += 1;
                return self.function.sign_of_no_minimum().map_or(Ok(true), Err);
            }
        }
        self.function.move_to(&self.theta);
        let stuck = Problem::NotConverged { iterations: self.iterations };
        Err(self.function.proof_of_no_minimum(false).unwrap_or(stuck))
    }

    fn rest(&mut self) -> Result<bool, Problem> {
        self.at_rest = true;
        self.function.move_to(&self.theta);
        self.function.proof_of_no_minimum(true).map_or(Ok(false), Err)
    }

    /// H + τB, factored; `None` where it is too near to a singular matrix. With τ = 0, B is not asked for.
    fn damped(&mut self, damping: f64) -> Result<Option<Cholesky>, Problem> {
        let noise = self.function.noise();
        if damping == 0.0 {
            return Ok(factor(&self.hessian, noise).ok());
        }
        if self.bound.is_none() {
            let p = self.theta.len();
            let mut bound = Matrix::zeros(p, p);
            self.function.bound(&mut bound);
            factor(&bound, noise)?;
            self.bound = Some(bound);
        }
        let mut damped = self.hessian.clone();
        let bound = self.bound.iter().flat_map(Matrix::data);
        damped.data_mut().iter_mut().zip(bound).for_each(|(h, b)| *h += damping * b);
        Ok(factor(&damped, noise).ok())
    }

    /// Takes the whole step if it shortens what is left to go, ‖L⁻¹g‖ with the present factor.
    fn approach(&mut self, factor: &Cholesky, direction: &[f64]) -> bool {
        let to_go = |gradient: &[f64]| {
            let mut scaled = gradient.to_vec();
            factor.forward(&mut scaled);
            norm(&scaled)
        };
        let next: Vec<f64> = self.theta.iter().zip(direction).map(|(theta, d)| theta + d).collect();
        let loss = self.function.move_to(&next);
        let mut gradient = vec![0.0; next.len()];
        self.function.gradient(&mut gradient);
        let (before, after) = (to_go(&self.gradient), to_go(&gradient));
        if after < before {
            (self.theta, self.loss, self.gradient) = (next, loss, gradient);
        }
        after <= SHORTER * before && before > 0.0
    }

    /// Goes along d as far as lowers the loss enough; false where that is nowhere.
    fn descend(&mut self, direction: &[f64], slope: f64) -> bool {
        for alpha in [1.0, 0.5, 0.25, 0.125] {
            let next: Vec<f64> = self.theta.iter().zip(direction).map(|(theta, d)| alpha * d + theta).collect();
            let loss = self.function.move_to(&next);
            if loss <= self.loss + 1e-4 * alpha * slope {
                (self.theta, self.loss) = (next, loss);
                self.function.gradient(&mut self.gradient);
                return true;
            }
        }
        false
    }

    /// H⁻¹ at θ, p × p.
    ///
    /// # Errors
    /// Where H cannot be told from a singular matrix there, though B can.
    pub fn covariance(&mut self) -> Result<Matrix<f64>, Problem> {
        self.function.hessian(&mut self.hessian);
        let factor = factor(&self.hessian, self.function.noise());
        Ok(factor.map_err(|_| Problem::NotConverged { iterations: self.iterations })?.inverse())
    }

    /// Steps until at rest.
    ///
    /// # Errors
    /// Where there is no minimum, or it is not reached in so many iterations.
    pub fn run(&mut self, most_iterations: u64) -> Result<(), Problem> {
        while self.step()? {
            if self.iterations >= most_iterations {
                let stuck = Problem::NotConverged { iterations: self.iterations };
                return Err(self.function.proof_of_no_minimum(false).unwrap_or(stuck));
            }
        }
        Ok(())
    }
}

fn factor(matrix: &Matrix<f64>, noise: f64) -> Result<Cholesky, Problem> {
    if (0..matrix.rows()).any(|i| matrix.row(i)[..=i].iter().any(|entry| !entry.is_finite())) {
        return Err(Problem::Overflow);
    }
    Cholesky::new(matrix.clone(), noise).map_err(|column| Problem::RankDeficient { column })
}
