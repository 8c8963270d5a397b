//! DropConnect (lecture L39): single connections are omitted; biases are spared.
//!
//! M_i = 0 with probability p, else 1/(1 − p), for each weight and step; 1 for biases
//! The loss and its gradient g' are taken at M∘θ, so ∂L/∂θ = M∘g'
//!
//! - `regularize.dropconnect` (p): probability that a weight is omitted, 0 ≤ p < 1, default 0.
//!
//! Shapes: M has θ's. At test time all weights are there: in training the kept ones are scaled up instead. Wan et al. 2013,
//! "Regularization of neural networks using DropConnect": they draw one mask per sample, omit biases too, and approximate
//! the average at test time by a normal distribution; here one mask per step serves the whole batch, so it needs nothing
//! of the engine. Neither PyTorch nor Optax nor Burn has it (`torch.nn.Dropout` on a weight tensor does this).

use crate::num::{Purpose, Real, Seed, Stream};
use std::ops::Range;

/// Draws and applies the mask of a step.
pub struct DropConnect<R> {
    seed: Seed,
    rate: f64,
    places: Vec<Range<usize>>,
    /// M, all 1 but on the weights; empty where the rate is 0.
    mask: Vec<R>,
}

impl<R: Real> DropConnect<R> {
    /// For θ of this length with its weights at these places, one per layer.
    pub fn new(rate: f64, places: &[Range<usize>], length: usize, seed: Seed) -> Self {
        let mask = vec![R::ONE; if rate > 0.0 { length } else { 0 }];
        Self { seed, rate, places: places.to_vec(), mask }
    }

    pub fn is_active(&self) -> bool {
        !self.mask.is_empty()
    }

    /// Draws M for a step; each layer has its own stream.
    pub fn draw(&mut self, step: u64) {
        if !self.is_active() {
            return;
        }
        let kept = R::from_f64(1.0 / (1.0 - self.rate));
        for (layer, place) in (0..).zip(&self.places) {
            let stream = Stream::new(self.seed, Purpose::DropConnect { layer }, step);
            stream.bernoulli(self.rate, kept, R::ZERO, &mut self.mask[place.clone()]);
        }
    }

    /// x ← M∘x, for parameters and for gradients.
    pub fn apply(&self, x: &mut [R]) {
        for (x, &factor) in x.iter_mut().zip(&self.mask) {
            *x *= factor;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::network;
    use super::*;

    #[test]
    fn weights_are_omitted_or_scaled_and_biases_stay() {
        let (network, places) = network();
        let mut connect = DropConnect::new(0.75, &places, network.parameter_count(), Seed::from(3));
        let mut drawn = |step| {
            connect.draw(step);
            let mut theta = vec![1.0; network.parameter_count()];
            connect.apply(&mut theta);
            theta
        };
        let theta = drawn(0);
        for layer in network.layers() {
            assert!(layer.bias.clone().all(|i| theta[i] == 1.0));
            assert!(layer.weights.clone().all(|i| theta[i] == 0.0 || theta[i] == 4.0));
        }
        assert!(theta.contains(&0.0) && theta.contains(&4.0));
        assert_ne!(drawn(1), theta);
        assert_eq!(drawn(0), theta, "a step has its mask");
        let none = DropConnect::<f64>::new(0.0, &places, network.parameter_count(), Seed::from(3));
        assert!(!none.is_active());
    }
}
