//! F1 of class 1 of two: the harmonic mean of its precision and recall.
//!
//! F1 = 2 TP / (2 TP + FP + FN)
//!
//! Class 1 is the second one, as `burnmark data` lists them. 0 where it is never found; undefined where it has no sample in the part
//! (scikit-learn's `f1_score` says 0 then, with a warning). For more classes there is `macro-f1`.

use super::classified::Classified;
use super::{Computed, Measure, Words};
use crate::registry::Entry;

pub const MEASURE: Measure = Measure {
    entry: Entry {
        name: "f1",
        description: "harmonic mean of precision and recall of class 1, of two classes",
        revision: 1,
        source: "van Rijsbergen 1979, chapter 7",
        parameters: &[],
    },
    words: Words { article: "an", ..Words::of("F1") },
    computed: Computed::FromTwoClasses(f1),
    ..Measure::SHARE
};

fn f1(of: &Classified) -> Option<f64> {
    let confusion = of.confusion();
    confusion.f1(1).filter(|_| confusion.true_count(1) > 0)
}
