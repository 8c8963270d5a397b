//! Measure: the geometric mean of the classes' recalls, G = (Π_k recall_k)^(1/K); 0 where a class is never found.

use burnmark::measure::{Classified, Computed, Measure, Words};
use burnmark::num::Real;
use burnmark::registry::Entry;

pub const MEASURE: Measure = Measure {
    entry: Entry {
        name: "geometric-mean",
        description: "geometric mean of the classes' recalls",
        revision: 1,
        source: "Kubat & Matwin 1997; examples/own-optimizer",
        parameters: &[],
    },
    words: Words::of("geometric mean of recalls"),
    computed: Computed::FromClasses(geometric_mean),
    ..Measure::SHARE
};

/// Undefined where a class has no sample in the part.
#[allow(clippy::cast_precision_loss)] // a few classes
fn geometric_mean(of: &Classified) -> Option<f64> {
    let confusion = of.confusion();
    let recalls: Option<Vec<f64>> = (0..of.classes).map(|class| confusion.recall(class)).collect();
    let recalls = recalls?;
    let logarithms = recalls.iter().map(|recall| Real::ln(*recall)).sum::<f64>();
    Some(Real::exp(logarithms / of.classes as f64))
}
