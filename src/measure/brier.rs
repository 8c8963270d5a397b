//! Brier score: half the mean squared distance of the probabilities from the truth.
//!
//! Brier = 1/m Σ_i ½ Σ_k (ŷ_ik − [y_i = k])²
//!
//! Of two classes this is the mean of (ŷ₁ − y)²; Brier's own score is twice as large. scikit-learn:
//! `brier_score_loss(scale_by_half=True)`.

use super::classified::{Classified, mean, probability};
use super::{Computed, Measure, Words};
use crate::registry::Entry;

pub const MEASURE: Measure = Measure {
    entry: Entry {
        name: "brier",
        description: "half the mean squared distance of the probabilities from the truth",
        revision: 1,
        source: "Brier 1950",
        parameters: &[],
    },
    words: Words { table: "Brier", sentence: "Brier score", axis: "Brier score", ..Words::of("") },
    bounds: [0.0, 1.0],
    computed: Computed::FromProbabilities(brier),
    ..Measure::ERROR
};

fn brier(of: &Classified) -> Option<f64> {
    mean(of.rows().map(|(y, log_probabilities)| {
        let distance = |(k, &ln): (usize, &f64)| probability(ln) - if k == y { 1.0 } else { 0.0 };
        0.5 * log_probabilities.iter().enumerate().map(distance).fold(0.0, |sum, d| d.mul_add(d, sum))
    }))
}
