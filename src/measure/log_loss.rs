//! Log loss: the mean of −ln ŷ of the true class.
//!
//! log loss = −1/m Σ_i ln ŷ_{i,y_i}
//!
//! In natural units. It is the loss of a model that is trained by cross-entropy, as a mean also where `train.reduction` is a sum, and
//! from logarithms, so that it is finite where a probability underflows. scikit-learn: `log_loss`.

use super::classified::{Classified, mean};
use super::{Computed, Measure, Words};
use crate::registry::Entry;

pub const MEASURE: Measure = Measure {
    entry: Entry {
        name: "log-loss",
        description: "mean of −ln of the true class's probability",
        revision: 1,
        source: "Good 1952, Rational Decisions",
        parameters: &[],
    },
    words: Words { unit: Some("nats"), ..Words::of("log loss") },
    computed: Computed::FromProbabilities(log_loss),
    ..Measure::ERROR
};

fn log_loss(of: &Classified) -> Option<f64> {
    mean(of.rows().map(|(y, log_probabilities)| -log_probabilities[y]))
}
