//! Accuracy: the share of answers whose class is right, the metric of a run that predicts classes.
//!
//! accuracy = 1/m Σ_i [ŷ_i = y_i]
//!
//! The predicted class is the first of the largest outputs; of one output class 1 where ŷ > ½ (lecture L7, L10). scikit-learn:
//! `accuracy_score`. It hides what happens in rare classes: see [`super::balanced_accuracy`].

use super::{Engines, Measure, Words};
use crate::registry::Entry;

/// Accuracy: the share of answers whose class is right, the metric of a run that predicts classes.
pub const MEASURE: Measure = Measure {
    entry: Entry {
        name: "accuracy",
        description: "share of answers whose class is right; every run that predicts classes has it",
        revision: 1,
        source: "lecture L7",
        parameters: &[],
    },
    words: Words { article: "an", ..Words::of("accuracy") },
    is_share: true,
    engines: Engines::FewAnswers,
    ..Measure::SHARE
};
