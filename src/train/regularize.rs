//! Regularizers as parts of the training loop: dropout's masks (lecture L33), weight decay, coupled and decoupled (L30), and
//! L1 by soft-thresholding (L35). Penalties act on weights, never on biases.

use crate::engine::Masks;
use crate::model::Network;
use crate::num::{Purpose, Real, Stream};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// The strengths of a run's regularizers; 0 means none.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// Probability that a hidden unit's value is omitted, per sample and step.
    pub dropout: f64,
    /// Probability that an input is omitted, per sample and step.
    pub input_dropout: f64,
    /// λ of weight decay.
    pub weight_decay: f64,
    /// Whether the decay shrinks the weights itself instead of going through the gradient.
    pub decoupled: bool,
    /// λ of the L1 penalty.
    pub l1: f64,
}

impl Settings {
    /// No regularizer at all.
    pub const NONE: Self = Self { dropout: 0.0, input_dropout: 0.0, weight_decay: 0.0, decoupled: false, l1: 0.0 };
}

/// Draws inverted dropout's masks: 0 for an omitted value, 1/(1 − rate) for a kept one.
///
/// Each layer and step has its own stream, so one rate never changes another layer's draws.
pub struct Dropout<R> {
    seed: u64,
    /// Probability of omission at each of the network's places for dropout.
    rates: Vec<f64>,
    widths: Vec<usize>,
    /// One mask per place, for the largest batch; empty where the rate is 0. No masks at all where all rates are 0.
    masks: Vec<Vec<R>>,
}

impl<R: Real> Dropout<R> {
    #[must_use]
    pub fn new(settings: Settings, network: &Network, seed: u64, most_samples: usize) -> Self {
        let widths = network.dropout_places().to_vec();
        let rate = |layer| if layer == 0 { settings.input_dropout } else { settings.dropout };
        let rates: Vec<f64> = (0..widths.len()).map(rate).collect();
        let mask = |(&width, &rate): (&usize, &f64)| {
            let length = if rate > 0.0 { width * most_samples } else { 0 };
            vec![R::ZERO; length]
        };
        let masks: Vec<Vec<R>> = widths.iter().zip(&rates).map(mask).collect();
        let masks = if masks.iter().all(Vec::is_empty) { Vec::new() } else { masks };
        Self { seed, rates, widths, masks }
    }

    /// Draws the masks of a step for a batch of this many samples.
    pub fn draw(&mut self, step: u64, samples: usize) {
        for (layer, mask) in self.masks.iter_mut().enumerate().filter(|(_, mask)| !mask.is_empty()) {
            let rate = self.rates[layer];
            let number = u32::try_from(layer).expect("fewer than 2³² layers");
            let mut stream = Stream::new(self.seed, Purpose::Dropout { layer: number }, step);
            let kept = R::from_f64(1.0 / (1.0 - rate));
            stream.bernoulli(rate, kept, R::ZERO, &mut mask[..samples * self.widths[layer]]);
        }
    }

    #[must_use]
    pub fn masks(&self) -> Masks<'_, R> {
        Masks(&self.masks)
    }
}

/// Coupled weight decay: g ← g + λθ on the given places (all weights, no bias), the gradient of the penalty ½λ‖w‖².
///
/// PyTorch's `weight_decay` of `SGD` and `Adam` does the same, but on biases too. The lecture's ridge penalty λ‖w‖² (L30)
/// is twice as strong at the same λ.
pub fn add_weight_decay<R: Real>(lambda: R, places: &[Range<usize>], theta: &[R], gradient: &mut [R]) {
    if lambda == R::ZERO {
        return;
    }
    for place in places {
        for (g, &w) in gradient[place.clone()].iter_mut().zip(&theta[place.clone()]) {
            *g += lambda * w;
        }
    }
}

/// Decoupled weight decay: w ← w − η_t λ w on the given places, before the optimizer's step, whose gradient knows nothing
/// of it. With Adam this is AdamW (Loshchilov & Hutter 2019, algorithm 2, in the form of PyTorch's `AdamW`, which has no
/// separate schedule multiplier); for gradient descent it is the same as coupled decay.
pub fn shrink<R: Real>(rate_times_lambda: R, places: &[Range<usize>], theta: &mut [R]) {
    for place in places {
        for w in &mut theta[place.clone()] {
            *w -= rate_times_lambda * *w;
        }
    }
}

/// L1 by its proximal step: w ← sign(w) · max(|w| − η_t λ, 0) on the given places, after the optimizer's step. Weights
/// become exactly 0. Minimizes L + λ‖w‖₁ with gradient descent (Daubechies, Defrise & De Mol 2004, ISTA); with other
/// optimizers the threshold is still η_t λ, not scaled like their steps.
pub fn soft_threshold<R: Real>(rate_times_lambda: R, places: &[Range<usize>], theta: &mut [R]) {
    for place in places {
        for w in &mut theta[place.clone()] {
            let rest = w.abs() - rate_times_lambda;
            // What is not a number stays none.
            *w = match (rest <= R::ZERO, *w < R::ZERO) {
                (true, _) => R::ZERO,
                (false, true) => -rest,
                (false, false) => rest,
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Activation, Loss};

    const NETWORK: fn() -> Network = || Network::new(3, &[4, 5], 2, Activation::Relu, Loss::CrossEntropy);

    fn masks(dropout: f64, input_dropout: f64, step: u64) -> Vec<Vec<f64>> {
        let settings = Settings { dropout, input_dropout, ..Settings::NONE };
        let mut drawn = Dropout::new(settings, &NETWORK(), 1, 8);
        drawn.draw(step, 8);
        drawn.masks
    }

    #[test]
    fn rates_do_not_disturb_one_another() {
        assert!(masks(0.0, 0.0, 0).is_empty());
        let (hidden, both) = (masks(0.5, 0.0, 3), masks(0.5, 0.2, 3));
        assert!(hidden[0].is_empty() && both[0].len() == 24);
        assert_eq!(hidden[1..], both[1..]);
        assert!(hidden[2].iter().all(|&factor| factor == 0.0 || factor == 2.0));
        assert_ne!(masks(0.5, 0.0, 4), hidden);
    }

    #[test]
    fn decay_spares_the_biases() {
        let network = NETWORK();
        let places: Vec<_> = network.layers().iter().map(|layer| layer.weights.clone()).collect();
        let theta = vec![2.0; network.parameter_count()];
        let mut gradient = vec![1.0; theta.len()];
        add_weight_decay(0.25, &places, &theta, &mut gradient);
        for layer in network.layers() {
            assert!(gradient[layer.bias.clone()].iter().all(|&g| g == 1.0));
            assert!(gradient[layer.weights.clone()].iter().all(|&g| g == 1.5));
        }
    }

    #[test]
    fn shrinking_and_thresholding_spare_the_biases() {
        let network = NETWORK();
        let places: Vec<_> = network.layers().iter().map(|layer| layer.weights.clone()).collect();
        let mut theta: Vec<f64> = (0..network.parameter_count()).map(|i| if i % 2 == 0 { 2.0 } else { -0.5 }).collect();
        let before = theta.clone();
        shrink(0.25, &places, &mut theta);
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
