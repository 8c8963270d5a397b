//! Cohen's kappa: agreement of the predicted with the true classes beyond chance.
//!
//! κ = (p_o − p_e) / (1 − p_e), with p_o the accuracy and p_e = Σ_k t_k p_k / n², that of answers in the same numbers at random
//!
//! 1 is perfect, and chance is 0, as is a constant prediction. Undefined where all samples of a part have one class (scikit-learn's
//! `cohen_kappa_score` says NaN or 0 then).

use super::classified::Classified;
use super::{Computed, Measure, Words};
use crate::registry::Entry;

pub const MEASURE: Measure = Measure {
    entry: Entry {
        name: "kappa",
        description: "agreement of predicted with true classes beyond chance, 0 for chance",
        revision: 1,
        source: "Cohen 1960",
        parameters: &[],
    },
    words: Words { table: "κ", sentence: "Cohen's κ", axis: "Cohen's κ", ..Words::of("") },
    bounds: [-1.0, 1.0],
    constant: Some(0.0),
    computed: Computed::FromClasses(kappa),
    ..Measure::SHARE
};

#[allow(clippy::cast_precision_loss)] // one rounding of each exact sum
fn kappa(of: &Classified) -> Option<f64> {
    let confusion = of.confusion();
    let classes = || 0..of.classes;
    (classes().filter(|class| confusion.true_count(*class) > 0).count() > 1).then_some(())?;
    let all = of.truth.len() as u64;
    let right = all * classes().map(|class| confusion.right(class)).sum::<u64>();
    let by_chance: u64 = classes().map(|class| confusion.true_count(class) * confusion.said_count(class)).sum();
    let most = all * all - by_chance;
    (most > 0).then(|| (right as f64 - by_chance as f64) / most as f64)
}
