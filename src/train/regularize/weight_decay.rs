//! Weight decay (lecture L30), coupled and decoupled; biases are spared.
//!
//! coupled: g ← g + λw, the gradient of the penalty ½λ‖w‖², before the optimizer sees it
//! decoupled: w ← w − η_t λ w, before the optimizer's step, whose gradient knows nothing of it
//!
//! - `regularize.weight_decay` (λ): 0 or greater, default 0 (none).
//! - `regularize.decoupled`: default false.
//!
//! Shapes: `places` are the weights of each layer within θ and g. The coupled form is Hanson & Pratt 1989; the decoupled
//! one Loshchilov & Hutter 2019, algorithm 2, in the form of PyTorch's `AdamW`, which has no separate schedule multiplier:
//! with Adam it is AdamW, for gradient descent it is the coupled form. PyTorch's `weight_decay` acts on biases too. The
//! lecture's ridge penalty λ‖w‖² is twice as strong at the same λ.

use crate::num::Real;
use crate::num::lanes::vectorized;
use std::ops::Range;

#[inline(always)]
pub fn decayed<R: Real>(lambda: R, w: R, g: R) -> R {
    g + lambda * w
}

#[inline(always)]
pub fn shrunk<R: Real>(rate_times_lambda: R, w: R) -> R {
    w - rate_times_lambda * w
}

/// Coupled: g ← g + λθ on the given places.
pub fn add_weight_decay<R: Real>(lambda: R, places: &[Range<usize>], theta: &[R], gradient: &mut [R]) {
    if lambda == R::ZERO {
        return;
    }
    for place in places {
        let (gradient, theta) = (&mut gradient[place.clone()], &theta[place.clone()]);
        vectorized(
            #[inline(always)]
            move || gradient.iter_mut().zip(theta).for_each(|(g, &w)| *g = decayed(lambda, w, *g)),
        );
    }
}

/// ½λ‖w‖² over the given places, the penalty whose gradient [`add_weight_decay`] adds.
pub fn penalty<R: Real>(lambda: R, places: &[Range<usize>], theta: &[R]) -> R {
    if lambda == R::ZERO {
        return R::ZERO;
    }
    let squares = places.iter().flat_map(|place| &theta[place.clone()]).map(|&w| w * w);
    R::from_f64(0.5) * lambda * squares.sum()
}

/// Decoupled: w ← w − η_t λ w on the given places.
pub fn shrink<R: Real>(rate_times_lambda: R, places: &[Range<usize>], theta: &mut [R]) {
    for place in places {
        let theta = &mut theta[place.clone()];
        vectorized(
            #[inline(always)]
            move || theta.iter_mut().for_each(|w| *w = shrunk(rate_times_lambda, *w)),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::network;
    use super::*;

    #[test]
    fn decay_spares_the_biases() {
        let (network, places) = network();
        let theta = vec![2.0; network.parameter_count()];
        let mut gradient = vec![1.0; theta.len()];
        add_weight_decay(0.25, &places, &theta, &mut gradient);
        let mut shrunk = theta.clone();
        shrink(0.25, &places, &mut shrunk);
        for layer in network.layers() {
            assert!(layer.bias.clone().all(|i| gradient[i] == 1.0 && shrunk[i] == 2.0));
            assert!(layer.weights.clone().all(|i| gradient[i] == 1.5 && shrunk[i] == 1.5));
        }
        // 4 per weight: 3 · 4 + 4 · 5 + 5 · 2 of them.
        assert_eq!(penalty(0.25, &places, &theta), 0.5 * 0.25 * 4.0 * 42.0);
    }
}
