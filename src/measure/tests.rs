//! Every measure against scikit-learn's values (`tests/oracles/measures.py`).

use super::*;
use crate::num::Real;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct Case {
    name: String,
    /// 0 for predicted numbers.
    #[serde(default)]
    classes: usize,
    truth: Vec<f64>,
    said: Vec<f64>,
    #[serde(default)]
    probabilities: Vec<f64>,
    #[serde(default)]
    confusion: Vec<u64>,
    expected: BTreeMap<String, Option<f64>>,
}

fn cases() -> Vec<Case> {
    serde_json::from_str(include_str!("../../tests/oracles/measures.json")).unwrap()
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // small whole numbers
fn classes(numbers: &[f64]) -> Vec<u32> {
    numbers.iter().map(|number| *number as u32).collect()
}

/// All but measures of weights and trainings, which scikit-learn does not know.
fn of_predictions() -> impl Iterator<Item = &'static &'static Measure> {
    ENTRIES.iter().filter(|measure| !matches!(measure.computed, Computed::FromWeights(_) | Computed::FromTraining(_)))
}

/// Ten roundings of numbers about 1, and of the logarithms that the cases have none of.
const TOLERANCE: f64 = 1e-14;

#[test]
fn measures_are_those_of_scikit_learn() {
    let mut compared: BTreeMap<&str, usize> = BTreeMap::new();
    for case in cases() {
        let (truth, said) = (classes(&case.truth), classes(&case.said));
        let log_probabilities: Vec<f64> = case.probabilities.iter().map(|p| Real::ln(*p)).collect();
        let scores: Vec<f64> = match case.classes {
            2 => log_probabilities.chunks_exact(2).map(|ln| ln[1] - ln[0]).collect(),
            _ => Vec::new(),
        };
        let classified = Classified {
            classes: case.classes,
            truth: &truth,
            said: &said,
            scores: &scores,
            log_probabilities: &log_probabilities,
        };
        if case.classes > 0 {
            assert_eq!(classified.confusion().counts, case.confusion, "{}", case.name);
        }
        let of = match case.classes {
            0 => Predicted::Numbers,
            count => Predicted::Classes { count, probabilities: true },
        };
        let fit: Vec<&str> = of_predictions().filter(|m| m.unfit(of).is_none()).map(|m| m.name()).collect();
        let mut expected: Vec<&str> = case.expected.keys().map(String::as_str).collect();
        expected.sort_by_key(|name| ENTRIES.iter().position(|known| known.name() == *name));
        assert_eq!(fit, expected, "{}", case.name);
        for measure in of_predictions().filter(|measure| measure.unfit(of).is_none()) {
            let found = match case.classes {
                0 => measure.of_values(&Estimates { truth: &case.truth, said: &case.said }),
                _ => measure.of_classes(&classified),
            };
            match (found, case.expected[measure.name()]) {
                (Some(found), Some(expected)) => {
                    assert!((found - expected).abs() < TOLERANCE, "{}, {}: {found}", measure.name(), case.name);
                    assert!(measure.bounds[0] <= found && found <= measure.bounds[1], "{}", measure.name());
                }
                (found, expected) => assert_eq!(found, expected, "{}, {}", measure.name(), case.name),
            }
            *compared.entry(measure.name()).or_default() += 1;
        }
    }
    let asked: Vec<_> = of_predictions().filter(|measure| measure.is_asked_for()).map(|m| m.name()).collect();
    assert!(asked.iter().all(|name| compared[name] >= 3), "{compared:?}");
}

/// A constant answer reaches what the entry says, on every set of labels.
#[test]
fn constants_are_as_told() {
    let truth = [0, 1, 1, 0, 1, 1];
    for measure in ENTRIES.iter().filter(|measure| measure.is_asked_for()) {
        let Some(constant) = measure.constant else { continue };
        let ln = vec![Real::ln(0.5); 12];
        let of = Classified { classes: 2, truth: &truth, said: &[1; 6], scores: &[0.0; 6], log_probabilities: &ln };
        assert_eq!(measure.of_classes(&of), Some(constant), "{}", measure.name());
    }
}

#[test]
fn what_does_not_fit_says_why() {
    let classes = |count, probabilities| Predicted::Classes { count, probabilities };
    let unfit = |name: &str, of| Measure::find(name).unwrap().unfit(of);
    assert!(unfit("f1", Predicted::Numbers).unwrap().contains("classes"));
    assert!(unfit("f1", classes(3, true)).unwrap().contains("two classes"));
    assert!(unfit("mae", classes(2, true)).unwrap().contains("numbers"));
    assert!(unfit("brier", classes(2, false)).is_some() && unfit("roc-auc", classes(2, false)).is_none());
    assert!(unfit("accuracy", classes(2, true)).is_some() && unfit("rmse", Predicted::Nothing).is_some());
    assert_eq!(Measure::of_metric("none of ours").words.sentence, "metric");
}

#[test]
fn axes_say_the_unit_where_there_is_one() {
    let axis = |name: &str| Measure::of_metric(name).axis(Some("test"));
    assert_eq!(
        ["log-loss", "mae", "accuracy", "gradient-noise-scale"].map(axis),
        [
            "test log loss (nats)",
            "test mean absolute error (target as trained on)",
            "test accuracy",
            "gradient noise scale (samples)"
        ]
    );
}
