//! What the seeds of a comparison are a sample of: that is what its verdicts are about.

use crate::measure::Measure;
use crate::value::Value;
use std::collections::BTreeMap;

/// What seeds sample on a data set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sampled {
    /// Trainings on a problem without rows.
    Trainings,
    /// Splits of the same rows, with n_test / n_train: repetitions overlap.
    Splits { overlap: f64 },
    /// New draws of a generator: repetitions are independent.
    Draws,
    /// Splits of the rows that are not held out, all tested on the same held-out rows. Repetitions are independent for these rows;
    /// how far other test rows would differ they do not show.
    HeldOut {
        /// Unknown where no run was done.
        rows: Option<u64>,
    },
}

impl Sampled {
    /// By the settings of runs, and how many rows they hold out.
    #[must_use]
    pub fn of(settings: &BTreeMap<String, Value>, held_out: Option<u64>) -> Self {
        let is = |name: &str, value: &str| settings.get(name).is_some_and(|setting| setting.to_string() == value);
        if is("model.kind", "objective") {
            return Self::Trainings;
        }
        if is("data.draw", "each-seed") {
            return Self::Draws;
        }
        let is_fixed = ["data.split.holdout", "data.split.order"].iter().any(|name| settings.contains_key(*name));
        if held_out.is_some() || is_fixed {
            return Self::HeldOut { rows: held_out };
        }
        // Two of k folds test and validate. In a round, test rows differ and training rows overlap; the correction is for both, as for
        // repeated cross-validation (Bouckaert & Frank 2004).
        if let Some(folds) = settings.get("data.split.folds").and_then(Value::as_number) {
            return Self::Splits { overlap: 1.0 / (folds - 2.0) };
        }
        let share = |part: &str, usual: f64| {
            settings.get(&format!("data.split.{part}")).and_then(Value::as_number).unwrap_or(usual)
        };
        Self::Splits { overlap: share("test", 0.2) / share("train", 0.6) }
    }

    /// n_test / n_train where repetitions share rows, else 0.
    #[must_use]
    pub fn overlap(self) -> f64 {
        match self {
            Self::Splits { overlap } => overlap,
            Self::Trainings | Self::Draws | Self::HeldOut { .. } => 0.0,
        }
    }

    /// How many rows are held out, if any are.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // a count of rows
    fn held_out(self) -> Option<f64> {
        match self {
            Self::HeldOut { rows } => rows.filter(|rows| *rows > 0).map(|rows| rows as f64),
            _ => None,
        }
    }

    /// The variance of a mean accuracy over test rows that are the same for every repetition: a (1 − a) / N, with a as it were with two
    /// more right and two more wrong rows, because 40 of 40 right are no certainty (Agresti and Coull 1998). 0 where repetitions
    /// test on rows of their own, and for metrics of which the rows' shares are not known.
    #[must_use]
    pub fn variance(self, metric: &str, mean: Option<f64>) -> f64 {
        let of = |(rows, mean): (f64, f64)| {
            let share = (rows * mean + 2.0) / (rows + 4.0);
            share * (1.0 - share) / rows
        };
        self.held_out().zip(mean).filter(|_| Measure::of_metric(metric).is_share).map_or(0.0, of)
    }

    /// The same of the difference of two mean accuracies, at most: with d the difference and q the share of rows that one answers
    /// rightly and the other wrongly it is (q − d²) / N, and q is at most a + b and at most (1 − a) + (1 − b).
    #[must_use]
    pub fn variance_of_difference(self, metric: &str, means: Option<(f64, f64)>) -> f64 {
        let of = |(rows, (a, b)): (f64, (f64, f64))| {
            let most = (a + b).min(2.0 - a - b);
            (most - (a - b) * (a - b)).max(0.0) / rows
        };
        self.held_out().zip(means).filter(|_| Measure::of_metric(metric).is_share).map_or(0.0, of)
    }

    /// Whether [`Self::variance`] tells the error of test rows that repetitions do not show; what is measured of no part has none.
    #[must_use]
    pub fn includes_test_rows(self, metric: &str) -> bool {
        let measure = Measure::of_metric(metric);
        self.held_out().is_none() || measure.is_share || !measure.words.of_part
    }

    /// Of several methods or settings, the one whose repetitions share the most.
    #[must_use]
    pub fn widest(self, other: Self) -> Self {
        if other.overlap() > self.overlap() { other } else { self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_say_what_seeds_sample() {
        let of = |pairs: &[(&str, Value)]| {
            Sampled::of(&pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(), None)
        };
        let text = |word: &str| Value::text(word);
        assert_eq!(of(&[]), Sampled::Splits { overlap: 0.2 / 0.6 });
        let split = [("data.split.train", Value::Number(0.8)), ("data.split.test", Value::Number(0.1))];
        assert_eq!(of(&split), Sampled::Splits { overlap: 0.1 / 0.8 });
        assert_eq!(of(&[("data.draw", text("each-seed"))]), Sampled::Draws);
        assert_eq!(of(&[("data.draw", text("each-seed"))]).overlap(), 0.0);
        assert_eq!(of(&[("model.kind", text("objective"))]), Sampled::Trainings);
        assert_eq!(of(&[("data.split.holdout", text("0.2"))]), Sampled::HeldOut { rows: None });
        assert_eq!(of(&[("data.split.order", text("given"))]), Sampled::HeldOut { rows: None });
        assert_eq!(of(&[("data.split.folds", Value::Integer(10))]), Sampled::Splits { overlap: 0.125 });
    }

    /// The bound holds for every way in which two methods can be right and wrong, and is reached where they are never wrong together.
    #[test]
    fn the_variance_of_a_difference_is_bounded() {
        let sampled = Sampled::HeldOut { rows: Some(50) };
        let of = |a: f64, b: f64| sampled.variance_of_difference("accuracy", Some((a, b)));
        for both_right in 0..=10 {
            for only_a in 0..=10 - both_right {
                for only_b in 0..=10 - both_right - only_a {
                    let [both, a, b] = [both_right, only_a, only_b].map(|count| f64::from(count) / 10.0);
                    let truth = (a + b - (a - b) * (a - b)) / 50.0;
                    assert!(of(both + a, both + b) >= truth - 1e-15, "{both} {a} {b}");
                }
            }
        }
        assert!((of(0.9, 0.8) - (0.3 - 0.01) / 50.0).abs() < 1e-15);
        assert_eq!(sampled.variance("accuracy", Some(0.5)), 0.005);
        let all_right = 52.0 * 2.0 / (54.0 * 54.0) / 50.0;
        assert!((sampled.variance("accuracy", Some(1.0)) - all_right).abs() < 1e-15);
        assert_eq!((sampled.variance("r2", Some(0.5)), Sampled::Draws.variance("accuracy", Some(0.5))), (0.0, 0.0));
    }
}
