//! Noise on weights (lecture L38): the gradient is taken at θ + ε, ε ~ N(0, s²) per weight and step; biases are spared.
//!
//! g = ∇L(θ + ε), and the update goes from θ
//!
//! - `regularize.weight_noise` (s): standard deviation, 0 or greater, default 0 (none).
//!
//! Shapes: ε has θ's. There is no noise at test time. Murray & Edwards 1994, "Enhanced MLP performance and fault tolerance
//! resulting from synaptic weight noise during training"; Graves 2011, "Practical variational inference for neural
//! networks", the form with a fixed s. One ε per step serves the whole batch. The libraries have none.

use crate::num::{Purpose, Real, Seed, Stream};
use std::ops::Range;

pub struct WeightNoise {
    seed: Seed,
    deviation: f64,
    places: Vec<Range<usize>>,
}

impl WeightNoise {
    /// For weights at these places, one per layer.
    pub fn new(deviation: f64, places: &[Range<usize>], seed: Seed) -> Self {
        Self { seed, deviation, places: places.to_vec() }
    }

    pub fn is_active(&self) -> bool {
        self.deviation > 0.0
    }

    /// Adds the noise of a step to parameters; each layer has its own stream.
    pub fn add<R: Real>(&self, step: u64, theta: &mut [R]) {
        if !self.is_active() {
            return;
        }
        for (layer, place) in (0..).zip(&self.places) {
            let mut stream = Stream::new(self.seed, Purpose::WeightNoise { layer }, step);
            theta[place.clone()].iter_mut().for_each(|w| *w += R::from_f64(self.deviation * stream.normal()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::network;
    use super::*;

    /// Deviation 0.5 over the 42 weights of 200 steps: six standard errors of mean and variance.
    #[test]
    fn weights_are_noisy_and_biases_are_not() {
        let (network, places) = network();
        let noise = WeightNoise::new(0.5, &places, Seed::from(3));
        let mut drawn: Vec<f64> = Vec::new();
        for step in 0..200 {
            let mut theta = vec![0.0_f64; network.parameter_count()];
            noise.add(step, &mut theta);
            for layer in network.layers() {
                assert!(theta[layer.bias.clone()].iter().all(|&bias| bias == 0.0));
                drawn.extend(&theta[layer.weights.clone()]);
            }
        }
        let n = f64::from(u32::try_from(drawn.len()).unwrap());
        let (mean, squares) = (drawn.iter().sum::<f64>() / n, drawn.iter().map(|e| e * e).sum::<f64>() / n);
        assert!(mean.abs() < 6.0 * 0.5 / n.sqrt(), "{mean}");
        assert!((squares - 0.25).abs() < 6.0 * 0.25 * (2.0 / n).sqrt(), "{squares}");
    }
}
