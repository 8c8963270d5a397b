//! Balanced accuracy: the mean of the recalls of all classes, each class as heavy as any other.
//!
//! balanced accuracy = 1/C Σ_c TP_c / (TP_c + FN_c), over the C classes that have a sample in the part
//!
//! A constant prediction reaches 1/C, however rare a class is. scikit-learn: `balanced_accuracy_score`.

use super::classified::{Classified, mean};
use super::{Computed, Measure, Words};
use crate::registry::Entry;

pub const MEASURE: Measure = Measure {
    entry: Entry {
        name: "balanced-accuracy",
        description: "mean over classes of the share of a class's samples that are found",
        revision: 1,
        source: "Brodersen et al. 2010",
        parameters: &[],
    },
    words: Words::of("balanced accuracy"),
    computed: Computed::FromClasses(balanced_accuracy),
    ..Measure::SHARE
};

fn balanced_accuracy(of: &Classified) -> Option<f64> {
    let confusion = of.confusion();
    mean((0..of.classes).filter_map(|class| confusion.recall(class)))
}
