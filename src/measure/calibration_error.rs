//! Expected calibration error: how far confidence and accuracy are apart, over 15 bins of confidence.
//!
//! ECE = Σ_b n_b/m · |accuracy_b − confidence_b|, bin b with the answers whose confidence is in ((b − 1)/15, b/15]
//!
//! The confidence of an answer is the probability of the predicted class; the confidence of a bin is their mean. With few answers it
//! is far above 0 for perfect probabilities too: a bin's accuracy scatters. scikit-learn has none; `calibration_curve` has its bins.

use super::classified::{Classified, probability};
use super::{Computed, Measure, Words};
use crate::registry::Entry;

pub const MEASURE: Measure = Measure {
    entry: Entry {
        name: "calibration-error",
        description: "mean distance between confidence and accuracy over 15 bins of confidence",
        revision: 1,
        source: "Naeini et al. 2015; bins as Guo et al. 2017",
        parameters: &[],
    },
    words: Words {
        table: "calibration error",
        sentence: "expected calibration error",
        article: "an",
        axis: "calibration error",
        unit: None,
        of_part: true,
    },
    bounds: [0.0, 1.0],
    // An answer on the edge of a bin may belong to either.
    engines: super::Engines::Answers,
    computed: Computed::FromProbabilities(calibration_error),
    ..Measure::ERROR
};

/// Bins of equal width.
const BINS: u32 = 15;

fn calibration_error(of: &Classified) -> Option<f64> {
    let mut gaps = [0.0; BINS as usize];
    let mut answers = 0.0;
    for ((y, log_probabilities), &said) in of.rows().zip(of.said) {
        let confidence = probability(log_probabilities[said as usize]);
        let bin = (1..BINS).take_while(|&b| confidence > f64::from(b) / f64::from(BINS)).count();
        gaps[bin] += f64::from(u8::from(y == said as usize)) - confidence;
        answers += 1.0;
    }
    (answers > 0.0).then(|| gaps.iter().map(|gap: &f64| gap.abs()).sum::<f64>() / answers)
}
