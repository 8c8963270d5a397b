//! Macro F1: the mean of the F1 of all classes, each class as heavy as any other.
//!
//! macro F1 = 1/C Σ_c 2 TP_c / (2 TP_c + FP_c + FN_c), over the C classes that have a sample in the part or are predicted
//!
//! scikit-learn: `f1_score(average="macro")`; the harmonic mean of mean precision and mean recall is another number.

use super::classified::{Classified, mean};
use super::{Computed, Measure, Words};
use crate::registry::Entry;

pub const MEASURE: Measure = Measure {
    entry: Entry {
        name: "macro-f1",
        description: "mean over classes of the harmonic mean of precision and recall",
        revision: 1,
        source: "Opitz and Burst 2019, Macro F1 and Macro F1",
        parameters: &[],
    },
    words: Words::of("macro F1"),
    computed: Computed::FromClasses(macro_f1),
    ..Measure::SHARE
};

fn macro_f1(of: &Classified) -> Option<f64> {
    let confusion = of.confusion();
    mean((0..of.classes).filter_map(|class| confusion.f1(class)))
}
