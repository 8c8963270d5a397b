//! Regularizers as parts of the training loop, one file each. Penalties and noise act on weights, never on biases; each
//! that draws has a stream of its own, so adding one never changes another's draws.

mod dropconnect;
mod dropout;
mod early_stopping;
mod input_noise;
mod l1;
mod weight_decay;
mod weight_noise;

pub use dropconnect::DropConnect;
pub use dropout::Dropout;
pub use early_stopping::EarlyStopping;
pub use input_noise::InputNoise;
pub use l1::{soft_threshold, thresholded};
pub use weight_decay::{add_weight_decay, decayed, penalty, shrink, shrunk};
pub use weight_noise::WeightNoise;

use super::scale::DecayScale;
use serde::{Deserialize, Serialize};

/// The strengths of a run's regularizers; 0 means none.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RegularizeSettings {
    /// Probability that a hidden unit's value is omitted, per sample and step.
    pub dropout: f64,
    /// Probability that an input is omitted, per sample and step.
    pub input_dropout: f64,
    /// What stands for the thinned networks when the network is evaluated.
    pub dropout_at_test: DropoutAtTest,
    /// Thinned networks drawn for the Monte Carlo mean.
    pub dropout_samples: u64,
    /// Probability that a weight is omitted, per step.
    pub dropconnect: f64,
    /// Standard deviation of the noise on inputs, per sample and step.
    pub input_noise: f64,
    /// Standard deviation of the noise on weights, per step.
    pub weight_noise: f64,
    /// λ of weight decay.
    pub weight_decay: f64,
    /// Factors of λ by block.
    #[serde(default = "usual_decay", skip_serializing_if = "is_usual_decay")]
    pub decay_scale: DecayScale,
    /// Whether the decay shrinks the weights itself instead of going through the gradient.
    pub decoupled: bool,
    /// λ of the L1 penalty.
    pub l1: f64,
}

const fn usual_decay() -> DecayScale {
    DecayScale::NONE
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde's form
fn is_usual_decay(scale: &DecayScale) -> bool {
    *scale == DecayScale::NONE
}

/// How a network trained with dropout predicts (lecture L34; `train/thinned.rs`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DropoutAtTest {
    /// All units at once, weights as trained.
    Scaling,
    /// The mean prediction of drawn thinned networks.
    MonteCarlo,
    /// The mean prediction of all of them.
    Exact,
}

impl DropoutAtTest {
    pub const ALL: [Self; 3] = [Self::Scaling, Self::MonteCarlo, Self::Exact];

    /// The name in spec files and tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Scaling => "scaling",
            Self::MonteCarlo => "monte-carlo",
            Self::Exact => "exact",
        }
    }
}

impl RegularizeSettings {
    /// No regularizer at all.
    pub const NONE: Self = Self {
        dropout: 0.0,
        input_dropout: 0.0,
        dropout_at_test: DropoutAtTest::Scaling,
        dropout_samples: 100,
        dropconnect: 0.0,
        input_noise: 0.0,
        weight_noise: 0.0,
        weight_decay: 0.0,
        decay_scale: DecayScale::NONE,
        decoupled: false,
        l1: 0.0,
    };

    /// Whether a training draws something by them: what is omitted, or noise.
    #[must_use]
    pub fn is_drawn(&self) -> bool {
        [self.dropout, self.input_dropout, self.dropconnect, self.input_noise, self.weight_noise]
            .iter()
            .any(|of| *of > 0.0)
    }

    /// The probability of omission of what feeds a layer.
    #[must_use]
    pub fn dropout_before(&self, layer: usize) -> f64 {
        if layer == 0 { self.input_dropout } else { self.dropout }
    }
}

#[cfg(test)]
mod tests {
    use crate::activation::{self, Activation};
    use crate::loss::{CROSS_ENTROPY, Loss};
    use crate::model::Network;
    use std::ops::Range;

    /// A network and the places of its weights.
    pub fn network() -> (Network, Vec<Range<usize>>) {
        let network = Network::new(3, &[4, 5], 2, Activation::of(&activation::RELU), Loss::of(&CROSS_ENTROPY));
        let places = network.weights();
        (network, places)
    }
}
