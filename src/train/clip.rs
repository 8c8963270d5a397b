//! Gradient clipping by global norm: a long gradient keeps its direction and is cut to a given length.
//!
//! g ← g · min(1, c/(‖g‖ + 1e-6)), ‖g‖ over all parameters of the network at once
//!
//! - `train.clip` (c): the length, 0 or greater, default 0 (no clipping).
//!
//! Shapes: g holds one number per parameter. It acts on the gradient of the loss, **before** coupled weight decay is added,
//! as `torch.nn.utils.clip_grad_norm_` between `backward()` and `step()` does, with the same 1e-6, so that a gradient of
//! length c and a little less is shortened by 1e-6/c, too. Pascanu, Mikolov & Bengio 2013, "On the difficulty of training
//! recurrent neural networks", algorithm 1, without the 1e-6. Optax's `clip_by_global_norm` has no 1e-6 either and leaves
//! shorter gradients alone; Burn's `GradientClipping::Norm` clips each parameter tensor by its own norm.

use crate::num::Real;

/// ‖g‖, summed in ascending order in f64; scaled by the largest entry where the squares would overflow.
#[must_use]
pub fn norm<R: Real>(gradient: &[R]) -> f64 {
    let squares = gradient.iter().fold(0.0, |sum: f64, g| g.to_f64().mul_add(g.to_f64(), sum));
    if squares.is_finite() {
        return squares.sqrt();
    }
    let largest = gradient.iter().fold(0.0, |largest: f64, g| largest.max(g.to_f64().abs()));
    let scaled = gradient.iter().map(|g| g.to_f64() / largest).fold(0.0, |sum: f64, g| g.mul_add(g, sum));
    largest * scaled.sqrt()
}

/// Cuts a gradient of this norm to the length `most`.
pub fn clip<R: Real>(most: f64, norm: f64, gradient: &mut [R]) {
    let factor = most / (norm + 1e-6);
    // A NaN norm clips too, so that the gradient becomes NaN and shows.
    if factor >= 1.0 {
        return;
    }
    let factor = R::from_f64(factor);
    gradient.iter_mut().for_each(|g| *g *= factor);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `tests/oracles/traces.py` holds whole clipped trainings; these are the edges.
    #[test]
    fn long_gradients_are_cut_and_short_ones_stay() {
        let mut long = [3.0, -4.0];
        clip(0.5, norm(&long), &mut long);
        assert_eq!(long, [3.0 * (0.5 / 5.000_001), -4.0 * (0.5 / 5.000_001)]);
        let mut short = [0.3, 0.4];
        clip(0.6, norm(&short), &mut short);
        assert_eq!(short, [0.3, 0.4]);
        let mut none = [0.0_f32; 2];
        clip(1e-3, norm(&none), &mut none);
        assert_eq!(none, [0.0; 2]);
    }

    #[test]
    fn the_norm_neither_overflows_nor_hides_what_is_not_a_number() {
        let rounding = 1e-15; // a square root, a quotient and a product
        assert!((norm(&[3e200, 4e200]) / 5e200 - 1.0).abs() < rounding);
        assert!(norm(&[1.0, f64::NAN]).is_nan());
        let mut odd = [1.0, f32::NAN];
        clip(1.0, norm(&odd), &mut odd);
        assert!(odd.iter().all(|g| g.is_nan()));
        let mut infinite = [1.0, f64::INFINITY];
        clip(1.0, norm(&infinite), &mut infinite);
        assert!(infinite[1].is_nan());
    }
}
