//! The sharpness of the training loss: the largest eigenvalue of its Hessian H, by Lanczos' method.
//!
//! H v = (g(θ + h v) − g(θ − h v)) / 2h, g the gradient over the whole training part, ‖v‖ = 1, h = 2⁻²⁸ max(1, ‖θ‖_∞)
//!
//! Gradient descent with a rate η is stable along a direction whose eigenvalue is below 2/η; `sharpness-share` is η λ/2, 1 at that edge.
//! h is small, so that hardly a ReLU changes sides between the two gradients: the curvature is that of the piece where θ is. In f64 the
//! product has 7 to 8 right digits, and so has the answer. Cohen, Kaur, Li, Kolter & Talwalkar 2021, "Gradient descent on neural networks
//! typically occurs at the edge of stability", which take the same eigenvalue of the same matrix.

use super::state::NetworkState;
use crate::engine::EngineError;
use crate::num::largest_eigenvalue;

/// 2⁻²⁸
const STEP: f64 = 3.725_290_298_461_914e-9;

pub fn sharpness(state: &mut NetworkState, theta: &[f64]) -> Result<f64, EngineError> {
    let largest = theta.iter().fold(1.0, |largest: f64, theta| largest.max(theta.abs()));
    let h = STEP * largest;
    let (mut point, mut behind) = (theta.to_vec(), vec![0.0; theta.len()]);
    let trained: Vec<usize> = state.trained.iter().cloned().flatten().collect();
    largest_eigenvalue(trained.len(), |v, product| {
        let mut gradient_at = |sign: f64, gradient: &mut [f64]| {
            point.copy_from_slice(theta);
            trained.iter().zip(v).for_each(|(&at, v)| point[at] += sign * h * v);
            state.gradient(&point, gradient)
        };
        let mut ahead = vec![0.0; theta.len()];
        gradient_at(1.0, &mut ahead)?;
        gradient_at(-1.0, &mut behind)?;
        for (to, &at) in product.iter_mut().zip(&trained) {
            *to = (ahead[at] - behind[at]) / (2.0 * h);
        }
        Ok(())
    })
}
