//! How much samples count in training: by their class, and by a column of the file.
//!
//! The weight of an answer is that of its row times that of its class, divided by the mean of these over the training part. So a
//! weighted loss is of the size of an unweighted one, and twice the weight is as good as the row twice. Nothing outside of the training
//! part has a say, and only the training loss is weighted: reported losses, metrics and measures count each answer once.

use super::about::About;
use super::error::{DataError, DataFault};
use super::set::{DataSet, Target};
use super::split::Indices;
use super::table::shortened;
use crate::value::Value;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How much each class counts in training.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Value", into = "Value")]
pub enum ClassWeights {
    /// As much as any other.
    #[default]
    Even,
    /// Each class as much as any other, however many samples it has: m / (K m_c) for the K classes of the training part, of whose m
    /// answers m_c are of class c. King & Zeng 2001; scikit-learn's `balanced`.
    Balanced,
    /// In the order of the classes.
    InOrder(Vec<f64>),
    ByLabel(BTreeMap<String, f64>),
}

/// The words for the first two.
pub const EVEN: &str = "none";
pub const BALANCED: &str = "balanced";

impl ClassWeights {
    #[must_use]
    pub fn is_even(&self) -> bool {
        *self == Self::Even
    }

    /// The weight of each class of a set, of whose training answers there are so many of each.
    ///
    /// # Errors
    /// Where there are other classes than weights.
    #[allow(clippy::cast_precision_loss)] // answers stay below 2⁵³
    pub fn of_classes(&self, about: &About, counts: &[u64]) -> Result<Vec<f64>, DataError> {
        let unfit = |message: String| Err(DataFault::Parameters.error(message));
        let name = |class: usize| about.classes.get(class).cloned().unwrap_or_else(|| class.to_string());
        match self {
            Self::Even => Ok(vec![1.0; counts.len()]),
            Self::Balanced => {
                let (all, classes) = (counts.iter().sum::<u64>(), counts.iter().filter(|count| **count > 0).count());
                let weight = |&count: &u64| if count > 0 { all as f64 / (classes as f64 * count as f64) } else { 0.0 };
                Ok(counts.iter().map(weight).collect())
            }
            Self::InOrder(weights) if weights.len() == counts.len() => Ok(weights.clone()),
            Self::InOrder(weights) => unfit(format!("{} weights for {} classes", weights.len(), counts.len())),
            Self::ByLabel(weights) => {
                let names: Vec<String> = (0..counts.len()).map(name).collect();
                if let Some(foreign) = weights.keys().find(|label| !names.contains(label)) {
                    let listed: Vec<_> = names.iter().take(10).map(|name| format!("`{}`", shortened(name))).collect();
                    let (foreign, listed) = (shortened(foreign), listed.join(", "));
                    return unfit(format!("`{foreign}` is no class; the classes are {listed}"));
                }
                match names.iter().map(|name| weights.get(name).copied().ok_or(name)).collect() {
                    Ok(weights) => Ok(weights),
                    Err(lacking) => unfit(format!("class `{}` has no weight", shortened(lacking))),
                }
            }
        }
    }
}

impl From<ClassWeights> for Value {
    /// A word, or JSON.
    fn from(weights: ClassWeights) -> Self {
        let json = |written: Result<String, serde_json::Error>| Self::text(written.unwrap_or_default());
        match weights {
            ClassWeights::Even => Self::word(EVEN),
            ClassWeights::Balanced => Self::word(BALANCED),
            ClassWeights::InOrder(weights) => json(serde_json::to_string(&weights)),
            ClassWeights::ByLabel(weights) => json(serde_json::to_string(&weights)),
        }
    }
}

/// A value that says no weights of classes.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("`{0}` are no weights of classes")]
pub struct NoClassWeights(Value);

impl TryFrom<Value> for ClassWeights {
    type Error = NoClassWeights;

    fn try_from(value: Value) -> Result<Self, NoClassWeights> {
        let read = |text: &str| match text {
            EVEN => Some(Self::Even),
            BALANCED => Some(Self::Balanced),
            list if list.starts_with('[') => serde_json::from_str(list).ok().map(Self::InOrder),
            table => serde_json::from_str(table).ok().map(Self::ByLabel),
        };
        let positive = |weight: &f64| weight.is_finite() && *weight > 0.0;
        let possible = |weights: &Self| match weights {
            Self::Even | Self::Balanced => true,
            Self::InOrder(weights) => weights.iter().all(positive),
            Self::ByLabel(weights) => weights.values().all(positive),
        };
        value.as_text().and_then(read).filter(possible).ok_or(NoClassWeights(value))
    }
}

/// How many answers of some rows are of each class; `None` if nothing is a class.
fn class_counts(set: &DataSet, rows: &[usize]) -> Vec<u64> {
    let Target::Classes { labels, count } = &set.target else { return Vec::new() };
    let (mut counts, positions) = (vec![0; *count], set.positions());
    let answers = rows.iter().flat_map(|row| row * positions..(row + 1) * positions);
    answers.for_each(|answer| counts[labels[answer] as usize] += 1);
    counts
}

/// The weight of each class in the training part, by the rule alone; `None` if all count alike.
///
/// # Errors
/// Where there are no classes, or other ones than weights.
pub fn class_weights(set: &DataSet, parts: &Indices, rule: &ClassWeights) -> Result<Vec<f64>, DataError> {
    match &set.target {
        _ if rule.is_even() => Ok(Vec::new()),
        Target::Classes { .. } => rule.of_classes(&set.about, &class_counts(set, &parts.train)),
        _ => Err(DataFault::Parameters.error("the target is no class, and classes alone have weights")),
    }
}

/// The weight of each answer of the training part, 1 in the mean; `None` if all count alike.
///
/// # Errors
/// Where classes and weights do not go together, or all weights are 0.
#[allow(clippy::cast_precision_loss)] // answers stay below 2⁵³
pub fn answer_weights(set: &DataSet, parts: &Indices, rule: &ClassWeights) -> Result<Vec<f64>, DataError> {
    let of_classes = class_weights(set, parts, rule)?;
    let of_rows = set.rows.weights.as_deref();
    if of_classes.is_empty() && of_rows.is_none() {
        return Ok(Vec::new());
    }
    let positions = set.positions();
    let weight = |row: usize, position: usize| {
        let of_class = match &set.target {
            Target::Classes { labels, .. } => of_classes.get(labels[row * positions + position] as usize),
            _ => None,
        };
        of_rows.map_or(1.0, |weights| weights[row]) * of_class.copied().unwrap_or(1.0)
    };
    let answers = parts.train.iter().flat_map(|&row| (0..positions).map(move |position| (row, position)));
    let weights: Vec<f64> = answers.map(|(row, position)| weight(row, position)).collect();
    let mean = weights.iter().sum::<f64>() / weights.len() as f64;
    if !mean.is_finite() || mean <= 0.0 {
        return Err(
            DataFault::Values.error("no row of the training part has a weight greater than 0 that can be added up")
        );
    }
    Ok(weights.into_iter().map(|weight| weight / mean).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Rows;
    use crate::num::Matrix;

    fn set() -> DataSet {
        let target = Target::Classes { labels: vec![0, 0, 0, 1, 1, 0], count: 2 };
        let mut set = DataSet::flat(Matrix::zeros(6, 1), target);
        set.about.classes = vec!["no".to_owned(), "yes".to_owned()];
        set
    }

    fn parts() -> Indices {
        Indices { train: vec![0, 1, 2, 3], validation: vec![4], test: vec![5] }
    }

    /// scikit-learn: `compute_class_weight("balanced", classes=[0, 1], y=[0, 0, 0, 1])` is [4/6, 2].
    #[test]
    fn balanced_classes_count_alike_by_the_training_part_alone() {
        let (set, balanced) = (set(), ClassWeights::Balanced);
        assert_eq!(class_weights(&set, &parts(), &balanced), Ok(vec![4.0 / 6.0, 2.0]));
        assert_eq!(answer_weights(&set, &parts(), &balanced), Ok(vec![4.0 / 6.0, 4.0 / 6.0, 4.0 / 6.0, 2.0]));
    }

    #[test]
    fn weights_of_rows_and_classes_are_multiplied_and_are_1_in_the_mean() {
        let weights = Some(vec![1.0, 2.0, 0.0, 4.0, 100.0, 100.0]);
        let set = DataSet { rows: Rows { weights, ..Rows::default() }, ..set() };
        assert_eq!(
            answer_weights(&set, &parts(), &ClassWeights::Even),
            Ok(vec![4.0 / 7.0, 8.0 / 7.0, 0.0, 16.0 / 7.0])
        );
        let by_label = ClassWeights::ByLabel([("no".to_owned(), 1.0), ("yes".to_owned(), 3.0)].into());
        let mean = (1.0 + 2.0 + 12.0) / 4.0;
        assert_eq!(answer_weights(&set, &parts(), &by_label), Ok([1.0, 2.0, 0.0, 12.0].map(|w| w / mean).to_vec()));
        let zero = DataSet { rows: Rows { weights: Some(vec![0.0; 6]), ..Rows::default() }, ..set };
        assert!(answer_weights(&zero, &parts(), &ClassWeights::Even).is_err());
    }

    #[test]
    fn what_does_not_go_together_says_why() {
        let of = |rule: ClassWeights| class_weights(&set(), &parts(), &rule).unwrap_err().to_string();
        assert_eq!(of(ClassWeights::InOrder(vec![1.0])), "1 weights for 2 classes");
        let labels =
            |names: &[&str]| ClassWeights::ByLabel(names.iter().map(|name| ((*name).to_owned(), 1.0)).collect());
        assert_eq!(of(labels(&["no", "yse"])), "`yse` is no class; the classes are `no`, `yes`");
        assert_eq!(of(labels(&["no"])), "class `yes` has no weight");
        let numbers = DataSet::flat(Matrix::zeros(6, 1), Target::Values(vec![0.0; 6]));
        assert!(class_weights(&numbers, &parts(), &ClassWeights::Balanced).is_err());
    }

    #[test]
    fn rules_are_read_as_they_are_written() {
        let labels = [("a; b: 2".to_owned(), 0.5), ("\"".to_owned(), 3.0)].into();
        for rule in [
            ClassWeights::Even,
            ClassWeights::Balanced,
            ClassWeights::InOrder(vec![1.0, 2.5]),
            ClassWeights::ByLabel(labels),
        ] {
            assert_eq!(ClassWeights::try_from(Value::from(rule.clone())), Ok(rule));
        }
        for text in ["", "even", "[0.0, 1.0]", "{\"a\":-1}", "[1", "null"] {
            assert!(ClassWeights::try_from(Value::text(text)).is_err(), "{text}");
        }
    }
}
