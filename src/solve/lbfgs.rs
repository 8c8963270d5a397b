//! L-BFGS (lecture L29): a quasi-Newton direction from the last steps, for any smooth function.
//!
//! d = −H_t g by the two-loop recursion over the last pairs s = θ_{t+1} − θ_t, y = g_{t+1} − g_t,
//! from H_t⁰ = (s·y / y·y) I; θ ← θ + αd, α by a line search that satisfies the strong Wolfe conditions
//! (`line_search.rs`), first try α = 1, before any pair min(1, 1/‖g‖₁)
//!
//! - `memory`: pairs kept, default 10.
//! - `tolerance`: it is at rest where ‖g‖_∞ is no larger, default 1e-10.
//!
//! Shapes: θ, g, s and y hold one number per weight. It needs the same function at each step, so the whole training part
//! and no noise: a gradient of another batch makes y a difference of two functions, and the curvature in it means nothing
//! (lecture C20); with `mini_batches` it takes them all the same ([`Lbfgs::go_on_with`]). At rest, too, where no step lowers the loss in this precision. Nocedal 1980; Nocedal & Wright 2006,
//! algorithms 7.4 and 7.5. PyTorch's `LBFGS` has the same first step, takes several iterations per `step()` and has no line
//! search unless told.

use super::line_search::{Trial, is_flat_enough, strong_wolfe};
use crate::num::{Precision, Real};
use std::collections::VecDeque;

/// L and g at a point: writes g and returns L, or says with an error of its own why it cannot.
pub type Oracle<'a, R, E> = dyn FnMut(&[R], &mut [R]) -> Result<R, E> + 'a;

/// A minimization between two iterations.
#[derive(Clone, Debug)]
pub struct Lbfgs<R> {
    memory: usize,
    tolerance: f64,
    theta: Vec<R>,
    gradient: Vec<R>,
    loss: R,
    pairs: VecDeque<CurvaturePair<R>>,
    /// α of the last step.
    alpha: f64,
    /// Whether the last pair is of the last step.
    is_fresh: bool,
    searches: Searches,
}

/// How the line searches went so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Searches {
    pub all: u64,
    /// Those that ended without a step by the strong Wolfe conditions.
    pub failed: u64,
}

#[derive(Clone, Debug)]
struct CurvaturePair<R> {
    s: Vec<R>,
    y: Vec<R>,
    /// 1 / s·y
    rho: R,
}

/// How an iteration ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Iteration {
    Stepped,
    /// Nothing is left to do.
    AtRest,
}

fn dot<R: Real>(a: &[R], b: &[R]) -> R {
    a.iter().zip(b).fold(R::ZERO, |sum, (&a, &b)| sum + a * b)
}

fn add_multiple<R: Real>(factor: R, x: &[R], y: &mut [R]) {
    y.iter_mut().zip(x).for_each(|(y, &x)| *y += factor * x);
}

impl<R: Real> Lbfgs<R> {
    /// At a start.
    ///
    /// # Errors
    /// Those of the oracle.
    pub fn new<E>(memory: usize, tolerance: f64, start: Vec<R>, oracle: &mut Oracle<'_, R, E>) -> Result<Self, E> {
        let mut gradient = vec![R::ZERO; start.len()];
        let loss = oracle(&start, &mut gradient)?;
        let (pairs, searches) = (VecDeque::new(), Searches::default());
        Ok(Self { memory, tolerance, theta: start, gradient, loss, pairs, alpha: 1.0, is_fresh: false, searches })
    }

    /// Goes on with another function, such as the loss of another batch, from where it is. What it then takes for the curvature along
    /// its last step is also the difference of the two functions' gradients, as in PyTorch.
    ///
    /// # Errors
    /// Those of the oracle.
    pub fn go_on_with<E>(&mut self, oracle: &mut Oracle<'_, R, E>) -> Result<(), E> {
        let before = self.gradient.clone();
        self.loss = oracle(&self.theta, &mut self.gradient)?;
        if self.is_fresh
            && let Some(CurvaturePair { s, mut y, .. }) = self.pairs.pop_back()
        {
            y.iter_mut().zip(&self.gradient).zip(&before).for_each(|((y, &after), &before)| *y += after - before);
            self.keep_pair(s, y);
        }
        self.is_fresh = false;
        Ok(())
    }

    /// How its line searches went.
    #[must_use]
    pub fn searches(&self) -> Searches {
        self.searches
    }

    /// θ
    #[must_use]
    pub fn theta(&self) -> &[R] {
        &self.theta
    }

    /// L(θ)
    #[must_use]
    pub fn loss(&self) -> R {
        self.loss
    }

    /// α of the last step; 1 before the first.
    #[must_use]
    pub fn alpha(&self) -> f64 {
        self.alpha
    }

    /// Takes a step, if one is left to take.
    ///
    /// # Errors
    /// Those of the oracle.
    pub fn step<E>(&mut self, oracle: &mut Oracle<'_, R, E>) -> Result<Iteration, E> {
        let largest = self.gradient.iter().fold(0.0, |largest: f64, g| largest.max(g.to_f64().abs()));
        if !self.loss.is_finite() || largest <= self.tolerance {
            return Ok(Iteration::AtRest);
        }
        let mut direction = self.direction();
        let mut slope = dot(&self.gradient, &direction).to_f64();
        // Rounding can spoil what the pairs say; the gradient itself always points down.
        #[allow(clippy::neg_cmp_op_on_partial_ord)]
        if !(slope < 0.0) {
            self.pairs.clear();
            direction = self.gradient.iter().map(|&g| -g).collect();
            slope = dot(&self.gradient, &direction).to_f64();
        }
        let sum: f64 = self.gradient.iter().map(|g| g.to_f64().abs()).sum();
        let first = if self.pairs.is_empty() { (1.0 / sum).min(1.0) } else { 1.0 };
        let start = Trial { alpha: 0.0, value: self.loss.to_f64(), slope };
        let (mut point, mut gradient) = (self.theta.clone(), self.gradient.clone());
        // Every trial's point and gradient: which one is taken, the search tells in the end.
        let mut tried: Vec<(f64, Vec<R>, Vec<R>, R)> = Vec::new();
        let found = strong_wolfe(start, first, |alpha| {
            point.copy_from_slice(&self.theta);
            add_multiple(R::from_f64(alpha), &direction, &mut point);
            let loss = oracle(&point, &mut gradient)?;
            tried.push((alpha, point.clone(), gradient.clone(), loss));
            Ok::<_, E>(Trial { alpha, value: loss.to_f64(), slope: dot(&gradient, &direction).to_f64() })
        })?;
        self.searches.all += 1;
        self.searches.failed += u64::from(!found.is_some_and(|found| is_flat_enough(found, slope)));
        let Some(found) = found else { return Ok(Iteration::AtRest) };
        let place = tried.iter().position(|(alpha, ..)| *alpha == found.alpha).expect("it was tried");
        let (alpha, point, gradient, loss) = tried.swap_remove(place);
        if point == self.theta {
            return Ok(Iteration::AtRest);
        }
        self.keep(&point, &gradient);
        (self.alpha, self.theta, self.gradient, self.loss) = (alpha, point, gradient, loss);
        Ok(Iteration::Stepped)
    }

    /// −H g
    fn direction(&self) -> Vec<R> {
        let mut q = self.gradient.clone();
        let mut alphas = Vec::with_capacity(self.pairs.len());
        for pair in self.pairs.iter().rev() {
            let alpha = pair.rho * dot(&pair.s, &q);
            add_multiple(-alpha, &pair.y, &mut q);
            alphas.push(alpha);
        }
        if let Some(last) = self.pairs.back() {
            let gamma = R::ONE / (last.rho * dot(&last.y, &last.y));
            q.iter_mut().for_each(|q| *q *= gamma);
        }
        for (pair, alpha) in self.pairs.iter().zip(alphas.into_iter().rev()) {
            let beta = pair.rho * dot(&pair.y, &q);
            add_multiple(alpha - beta, &pair.s, &mut q);
        }
        q.iter_mut().for_each(|q| *q = -*q);
        q
    }

    /// Keeps the pair of this step, if it has curvature that can be told from rounding.
    fn keep(&mut self, theta: &[R], gradient: &[R]) {
        let difference = |a: &[R], b: &[R]| -> Vec<R> { a.iter().zip(b).map(|(&a, &b)| a - b).collect() };
        self.keep_pair(difference(theta, &self.theta), difference(gradient, &self.gradient));
    }

    fn keep_pair(&mut self, s: Vec<R>, y: Vec<R>) {
        let (curvature, size) = (dot(&s, &y), dot(&y, &y));
        let epsilon = match R::PRECISION {
            Precision::F32 => f64::from(f32::EPSILON),
            Precision::F64 => f64::EPSILON,
        };
        self.is_fresh = curvature.to_f64() > epsilon * size.to_f64();
        if self.is_fresh {
            if self.pairs.len() == self.memory {
                self.pairs.pop_front();
            }
            self.pairs.push_back(CurvaturePair { s, y, rho: R::ONE / curvature });
        }
    }
}
