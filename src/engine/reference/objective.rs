//! Objectives as modules: the parameters θ are the variables, each row x of z a point, z' = f(θ; x), m × 1.
//!
//! | f | parameter: ∂f/∂θ | backward: ∂f/∂x |
//! |---|---|---|
//! | quadratic, ½ rᵀQr with r = θ − x | Q r | −Q r |
//! | Rosenbrock, Σ_i 100 u_i² + v_i² with u_i = θ_{i+1} − θ_i², v_i = 1 − θ_i | −400 θ_i u_i − 2 v_i at i, 200 u_i at i+1 | 0 |
//! | Beale, Σ_{k=1..3} r_k² with r_k = c_k − a + a b^k | 2 Σ r_k (b^k − 1) at a, 2 Σ r_k k a b^{k−1} at b | 0 |
//!
//! c = (1.5, 2.25, 2.625). Sources: `num/objective.rs`.

use super::{Context, ForwardValues, Messages, Weights};
use crate::num::{MatMut, MatRef, Real, product};

/// What may be minimized, in numbers of one precision.
enum Function<R> {
    /// Q, n × n.
    Quadratic(Vec<R>),
    Rosenbrock,
    Beale,
}

pub struct ObjectiveModule<R> {
    function: Function<R>,
    weights: Weights,
    /// r and Q r for each point, m × n; empty where points mean nothing.
    residuals: Vec<R>,
    products: Vec<R>,
}

pub fn module<R: Real>(objective: &crate::num::Objective, weights: Weights, most_samples: usize) -> ObjectiveModule<R> {
    use crate::num::Objective as Given;
    let (function, numbers) = match objective {
        Given::Quadratic(matrix) => {
            let q = matrix.data().iter().map(|&q| R::from_f64(q)).collect();
            (Function::Quadratic(q), most_samples * matrix.cols())
        }
        Given::Rosenbrock { .. } => (Function::Rosenbrock, 0),
        Given::Beale => (Function::Beale, 0),
    };
    ObjectiveModule { function, weights, residuals: vec![R::ZERO; numbers], products: vec![R::ZERO; numbers] }
}

fn rosenbrock<R: Real>(theta: &[R]) -> R {
    theta.windows(2).fold(R::ZERO, |sum, pair| {
        let (u, v) = (pair[1] - pair[0] * pair[0], R::ONE - pair[0]);
        sum + R::from_f64(100.0) * u * u + v * v
    })
}

fn rosenbrock_gradient<R: Real>(theta: &[R], factor: R, gradient: &mut [R]) {
    for i in 0..theta.len() - 1 {
        let (u, v) = (theta[i + 1] - theta[i] * theta[i], R::ONE - theta[i]);
        gradient[i] += factor * (R::from_f64(-400.0) * theta[i] * u - R::from_f64(2.0) * v);
        gradient[i + 1] += factor * (R::from_f64(200.0) * u);
    }
}

/// c_k
const BEALE: [f64; 3] = [1.5, 2.25, 2.625];

/// r_k, b^k and k a b^{k−1} for k = 1, 2, 3.
fn beale_terms<R: Real>(theta: &[R]) -> [(R, R, R); 3] {
    let (a, b) = (theta[0], theta[1]);
    let mut before = R::ONE;
    let mut k = R::ZERO;
    BEALE.map(|c| {
        let power = before * b;
        k += R::ONE;
        let terms = (R::from_f64(c) - a + a * power, power, k * a * before);
        before = power;
        terms
    })
}

impl<R: Real> Messages<R> for ObjectiveModule<R> {
    fn forward(&mut self, context: Context<'_, R>, z: MatRef<'_, R>, mut z_next: MatMut<'_, R>) {
        let theta = &context.parameters[self.weights.layer.weights.clone()];
        match &self.function {
            Function::Quadratic(q) => {
                let (m, n) = (z.rows(), theta.len());
                let (residuals, products) = (&mut self.residuals[..m * n], &mut self.products[..m * n]);
                for (r, x) in residuals.chunks_exact_mut(n).zip(z.data().chunks_exact(n)) {
                    r.iter_mut().zip(theta).zip(x).for_each(|((r, &theta), &x)| *r = theta - x);
                }
                product(MatRef::new(m, n, residuals), MatRef::new(n, n, q), MatMut::new(m, n, products));
                for ((out, r), qr) in z_next.data().iter_mut().zip(residuals.chunks(n)).zip(products.chunks(n)) {
                    *out = R::from_f64(0.5) * r.iter().zip(qr).fold(R::ZERO, |sum, (&r, &qr)| r.mul_add(qr, sum));
                }
            }
            Function::Rosenbrock => z_next.data().fill(rosenbrock(theta)),
            Function::Beale => z_next.data().fill(beale_terms(theta).iter().fold(R::ZERO, |sum, t| sum + t.0 * t.0)),
        }
    }

    fn backward(
        &mut self,
        _context: Context<'_, R>,
        _values: ForwardValues<'_, R>,
        delta_next: MatRef<'_, R>,
        mut delta: MatMut<'_, R>,
    ) {
        delta.data().fill(R::ZERO);
        if let Function::Quadratic(_) = self.function {
            let n = delta.cols();
            for (sample, products) in self.products.chunks(n).enumerate().take(delta_next.rows()) {
                let share = delta_next.data()[sample];
                delta.row(sample).iter_mut().zip(products).for_each(|(delta, &qr)| *delta = -(share * qr));
            }
        }
    }

    fn parameter(
        &mut self,
        context: Context<'_, R>,
        _values: ForwardValues<'_, R>,
        delta_next: MatRef<'_, R>,
        gradient: &mut [R],
    ) {
        let place = self.weights.layer.weights.clone();
        let (theta, gradient) = (&context.parameters[place.clone()], &mut gradient[place]);
        if !self.weights.adds {
            gradient.fill(R::ZERO);
        }
        let total = delta_next.data().iter().fold(R::ZERO, |sum, &share| sum + share);
        match &self.function {
            Function::Quadratic(_) => {
                for (products, &share) in self.products.chunks(theta.len()).zip(delta_next.data()) {
                    gradient.iter_mut().zip(products).for_each(|(sum, &qr)| *sum = share.mul_add(qr, *sum));
                }
            }
            Function::Rosenbrock => rosenbrock_gradient(theta, total, gradient),
            Function::Beale => {
                let two = R::from_f64(2.0) * total;
                for (r, power, slope) in beale_terms(theta) {
                    gradient[0] += two * r * (power - R::ONE);
                    gradient[1] += two * r * slope;
                }
            }
        }
    }

    fn has_parameters(&self) -> bool {
        true
    }
}
