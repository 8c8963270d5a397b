//! What a network is: its layers and shapes, where its parameters lie, its initial weights. No arithmetic of training.
//!
//! A network of L layers has widths n₀ (inputs), n₁, …, n_L (outputs). Its parameters θ are one flat slice: for each
//! layer the bias (n_l numbers), then the weights (n_{l−1} × n_l, row-major: row i belongs to input i). Bias and weights
//! of a layer together are the lecture's (n_{l−1}+1) × n_l matrix whose row 0 is the bias, its input fixed at 1 (L2).

pub mod activation;
pub mod initial;
pub mod weights;

pub use activation::Activation;

use std::ops::Range;

/// What the last layer's linear outputs s are trained for (lecture L11); each a mean over the batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// ½ Σ_k (y_k − s_k)², for regression.
    SquaredError,
    /// −y ln σ(s) − (1−y) ln(1−σ(s)) from one output, for two classes.
    BinaryCrossEntropy,
    /// −ln softmax(s)_y, for K classes from K outputs.
    CrossEntropy,
}

/// A feed-forward, fully connected network (lecture L12). Without hidden layers it is linear, logistic or softmax
/// regression, as its loss says.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    /// n₀ … n_L; at least two.
    widths: Vec<usize>,
    activation: Activation,
    loss: Loss,
}

/// Where one layer's parameters lie in θ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// n_{l−1}
    pub inputs: usize,
    /// n_l
    pub outputs: usize,
    /// n_l numbers.
    pub bias: Range<usize>,
    /// n_{l−1} × n_l numbers, row-major; directly behind the bias.
    pub weights: Range<usize>,
}

impl Layer {
    /// Bias and weights together.
    #[must_use]
    pub fn parameters(&self) -> Range<usize> {
        self.bias.start..self.weights.end
    }
}

impl Network {
    /// A network from its numbers of inputs, hidden units per layer and outputs.
    #[must_use]
    pub fn new(inputs: usize, hidden: &[usize], outputs: usize, activation: Activation, loss: Loss) -> Self {
        let widths = std::iter::once(inputs).chain(hidden.iter().copied()).chain([outputs]).collect();
        Self { widths, activation, loss }
    }

    #[must_use]
    pub fn inputs(&self) -> usize {
        self.widths[0]
    }

    #[must_use]
    pub fn outputs(&self) -> usize {
        self.widths[self.widths.len() - 1]
    }

    /// The activation of all hidden layers.
    #[must_use]
    pub fn activation(&self) -> Activation {
        self.activation
    }

    #[must_use]
    pub fn loss(&self) -> Loss {
        self.loss
    }

    /// The widths of what feeds each layer: n₀ … n_{L−1}, the places where dropout can act.
    #[must_use]
    pub fn fan_ins(&self) -> &[usize] {
        &self.widths[..self.widths.len() - 1]
    }

    /// The layers in order, with their places in θ.
    #[must_use]
    pub fn layers(&self) -> Vec<Layer> {
        let mut start = 0;
        let place = |pair: &[usize]| {
            let (inputs, outputs) = (pair[0], pair[1]);
            let bias = start..start + outputs;
            let weights = bias.end..bias.end + inputs * outputs;
            start = weights.end;
            Layer { inputs, outputs, bias, weights }
        };
        self.widths.windows(2).map(place).collect()
    }

    /// How many numbers θ holds.
    #[must_use]
    pub fn parameter_count(&self) -> usize {
        self.widths.windows(2).map(|pair| (pair[0] + 1) * pair[1]).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_tile_the_parameters() {
        let network = Network::new(64, &[64, 5], 10, Activation::Relu, Loss::CrossEntropy);
        let layers = network.layers();
        assert_eq!(layers[0].bias, 0..64);
        assert_eq!(layers[0].weights, 64..64 + 64 * 64);
        assert!(layers.windows(2).all(|pair| pair[0].weights.end == pair[1].bias.start));
        assert_eq!(layers.last().unwrap().weights.end, network.parameter_count());
        assert_eq!(network.parameter_count(), 65 * 64 + 65 * 5 + 6 * 10);
    }
}
