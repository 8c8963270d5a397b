//! Matthews' correlation between the predicted and the true classes, for any number of classes.
//!
//! R_K = (n c − Σ_k t_k p_k) / √((n² − Σ_k p_k²) (n² − Σ_k t_k²)), with c answers right of n, t_k of class k and p_k that say it
//!
//! 1 is perfect, and chance is 0, as is a constant prediction. Undefined where all samples of a part have one class (scikit-learn's
//! `matthews_corrcoef` says 0 then). All sums are of whole numbers, and exact.

use super::classified::Classified;
use super::{Computed, Measure, Words};
use crate::num::Real;
use crate::registry::Entry;

pub const MEASURE: Measure = Measure {
    entry: Entry {
        name: "matthews",
        description: "correlation between predicted and true classes, 0 for chance",
        revision: 1,
        source: "Matthews 1975; for more classes Gorodkin 2004",
        parameters: &[],
    },
    words: Words { table: "Matthews", sentence: "Matthews correlation", axis: "Matthews correlation", ..Words::of("") },
    bounds: [-1.0, 1.0],
    constant: Some(0.0),
    computed: Computed::FromClasses(matthews),
    ..Measure::SHARE
};

#[allow(clippy::cast_precision_loss)] // one rounding of each exact sum
fn matthews(of: &Classified) -> Option<f64> {
    let confusion = of.confusion();
    let sum = |of: &dyn Fn(usize) -> u64| (0..confusion.classes).map(|class| i128::from(of(class))).sum::<i128>();
    let products = |a: &dyn Fn(usize) -> u64, b: &dyn Fn(usize) -> u64| {
        (0..confusion.classes).map(|class| i128::from(a(class)) * i128::from(b(class))).sum::<i128>()
    };
    let (right, is, said) = (|k| confusion.right(k), |k| confusion.true_count(k), |k| confusion.said_count(k));
    let all = sum(&is);
    let covariance = all * sum(&right) - products(&is, &said);
    let [of_truth, of_said] = [all * all - products(&is, &is), all * all - products(&said, &said)];
    match (of_truth, of_said) {
        (0, _) => None,
        (_, 0) => Some(0.0),
        _ => Some((covariance as f64 / (Real::sqrt(of_truth as f64) * Real::sqrt(of_said as f64))).clamp(-1.0, 1.0)),
    }
}
