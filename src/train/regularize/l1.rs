//! L1 by its proximal step, a soft threshold (lecture L35); biases are spared.
//!
//! w ← sign(w) · max(|w| − η_t λ, 0), after the optimizer's step
//!
//! - `regularize.l1` (λ): 0 or greater, default 0 (none).
//!
//! Weights become exactly 0. With gradient descent it minimizes L + λ‖w‖₁ (Daubechies, Defrise & De Mol 2004, ISTA); with
//! other optimizers the threshold is still η_t λ, not scaled like their steps. Shapes: `places` are the weights of each
//! layer within θ. PyTorch, Optax and Burn have none; adding λ·sign(w) to the gradient, as is often done there, never
//! reaches 0.

use crate::num::Real;
use std::ops::Range;

pub fn soft_threshold<R: Real>(rate_times_lambda: R, places: &[Range<usize>], theta: &mut [R]) {
    for place in places {
        theta[place.clone()].iter_mut().for_each(|w| *w = thresholded(rate_times_lambda, *w));
    }
}

#[inline(always)]
pub fn thresholded<R: Real>(rate_times_lambda: R, w: R) -> R {
    let rest = w.abs() - rate_times_lambda;
    // A NaN stays NaN.
    match (rest <= R::ZERO, w < R::ZERO) {
        (true, _) => R::ZERO,
        (false, true) => -rest,
        (false, false) => rest,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::network;
    use super::*;

    #[test]
    fn thresholding_spares_the_biases() {
        let (network, places) = network();
        let mut theta: Vec<f64> = (0..network.parameter_count()).map(|i| if i % 2 == 0 { 1.5 } else { -0.5 }).collect();
        let before = theta.clone();
        soft_threshold(0.5, &places, &mut theta);
        for layer in network.layers() {
            assert_eq!(theta[layer.bias.clone()], before[layer.bias.clone()]);
            assert!(layer.weights.clone().all(|i| theta[i] == if i % 2 == 0 { 1.0 } else { 0.0 }));
        }
        let mut odd = [f64::NAN, -3.0];
        soft_threshold(1.0, std::slice::from_ref(&(0..2)), &mut odd);
        assert!(odd[0].is_nan() && odd[1] == -2.0);
    }
}
