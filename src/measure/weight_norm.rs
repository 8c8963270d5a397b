//! Norm of a network's weights, biases left out: what a penalty or a prior keeps small.
//!
//! ‖w‖ = √(Σ w²)
//!
//! The weights are those that are evaluated, with `train.average` the averaged ones; of an ensemble it is the root of the mean of ‖w‖² over its
//! networks. It is the same for all parts of the data. Lower counts as better, which says nothing of the predictions: so settings are never
//! chosen by it. NumPy: `np.linalg.norm` of all weights in one vector.

use super::{Better, Computed, Engines, Measure, Words};
use crate::registry::Entry;

pub const MEASURE: Measure = Measure {
    entry: Entry {
        name: "weight-norm",
        description: "Euclidean norm of the weights, biases left out; lower counts as better, and settings are never chosen by it",
        revision: 1,
        source: "lecture L30",
        parameters: &[],
    },
    words: Words { table: "weight norm", of_part: false, ..Words::of("weight norm") },
    better: Better::Lower,
    bounds: [0.0, f64::INFINITY],
    is_goal: false,
    engines: Engines::From(0.0),
    computed: Computed::FromWeights(f64::sqrt),
    ..Measure::SHARE
};
