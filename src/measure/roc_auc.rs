//! Area under the ROC curve: the probability that a sample of class 1 is ordered above one of class 0, ties half.
//!
//! AUC = (Σ_{i of class 1} r_i − n₁ (n₁ + 1) / 2) / (n₁ n₀), with r_i the rank among all scores, of ties the mean of their ranks
//!
//! The score is the output s, or ln ŷ₁ − ln ŷ₀. Of more than two classes it is the mean over classes, each by its probability against
//! the rest. ½ is chance. Undefined where a class has no sample in the part. Counts are of whole numbers, and exact. scikit-learn:
//! `roc_auc_score`, with `multi_class="ovr"` for more classes.

use super::classified::{Classified, mean};
use super::{Computed, Measure, Words};
use crate::registry::Entry;

pub const MEASURE: Measure = Measure {
    entry: Entry {
        name: "roc-auc",
        description: "probability that a sample of a class is ordered above one of the others, ties half",
        revision: 1,
        source: "Hanley and McNeil 1982",
        parameters: &[],
    },
    words: Words {
        table: "ROC AUC",
        sentence: "area under the ROC curve",
        article: "an",
        axis: "ROC AUC",
        unit: None,
        of_part: true,
    },
    constant: Some(0.5),
    computed: Computed::FromScores(roc_auc),
    ..Measure::SHARE
};

fn roc_auc(of: &Classified) -> Option<f64> {
    let against_rest = |class: usize, scores: &mut dyn Iterator<Item = f64>| {
        let mut ordered: Vec<(f64, bool)> = scores.zip(of.truth).map(|(s, &y)| (s, y as usize == class)).collect();
        area(&mut ordered)
    };
    if of.classes == 2 {
        return against_rest(1, &mut of.scores.iter().copied());
    }
    let areas = (0..of.classes).map(|class| {
        let column = of.log_probabilities.iter().skip(class).step_by(of.classes);
        against_rest(class, &mut column.copied())
    });
    mean(areas.collect::<Option<Vec<f64>>>()?.into_iter())
}

/// Of scores, each with whether it is of the class; `None` unless there are both.
#[allow(clippy::cast_precision_loss)] // counts of pairs, rounded once
fn area(scores: &mut [(f64, bool)]) -> Option<f64> {
    scores.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    // Pairs that are ordered rightly count twice, ties once.
    let (mut pairs, mut below, mut of_class) = (0_u128, 0_u128, 0_u128);
    for ties in scores.chunk_by(|(a, _), (b, _)| a == b) {
        let positive = ties.iter().filter(|(_, is)| *is).count() as u128;
        let negative = ties.len() as u128 - positive;
        pairs += positive * (2 * below + negative);
        (below, of_class) = (below + negative, of_class + positive);
    }
    let all = 2 * below * of_class;
    (all > 0).then(|| pairs as f64 / all as f64)
}
