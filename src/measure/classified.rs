//! Predictions beside the truth, as measures take them.

use crate::num::Real;

/// Predicted classes, a number or a row for each answer.
#[derive(Clone, Copy, Debug)]
pub struct Classified<'a> {
    /// K.
    pub classes: usize,
    /// The true class of each answer.
    pub truth: &'a [u32],
    /// The predicted class: by the rule that the accuracy has, ties included.
    pub said: &'a [u32],
    /// Of two classes: larger where class 1 is more likely; empty for more classes.
    pub scores: &'a [f64],
    /// ln ŷ, m × K; empty for a model without probabilities, and where no measure asks.
    pub log_probabilities: &'a [f64],
}

/// Predicted numbers beside the true ones, all targets of all answers.
#[derive(Clone, Copy, Debug)]
pub struct Estimates<'a> {
    /// The true numbers.
    pub truth: &'a [f64],
    /// The predicted numbers.
    pub said: &'a [f64],
}

/// How often each class was taken for each: counts by true class, then by predicted class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confusion {
    /// How many classes there are.
    pub classes: usize,
    /// K × K, a row for each true class.
    pub counts: Vec<u64>,
}

impl Confusion {
    /// Of these answers.
    #[must_use]
    pub fn of(classes: usize, truth: &[u32], said: &[u32]) -> Self {
        let mut counts = vec![0; classes * classes];
        truth.iter().zip(said).for_each(|(&y, &said)| counts[y as usize * classes + said as usize] += 1);
        Self { classes, counts }
    }

    /// A class's answers that are right.
    #[must_use]
    pub fn right(&self, class: usize) -> u64 {
        self.counts[class * self.classes + class]
    }

    /// How many answers belong to a class.
    #[must_use]
    pub fn true_count(&self, class: usize) -> u64 {
        self.counts[class * self.classes..][..self.classes].iter().sum()
    }

    /// How many answers say a class.
    #[must_use]
    pub fn said_count(&self, class: usize) -> u64 {
        self.counts.iter().skip(class).step_by(self.classes).sum()
    }

    /// The share of a class's answers that are right; `None` if none belongs to it.
    #[must_use]
    pub fn recall(&self, class: usize) -> Option<f64> {
        ratio(self.right(class), self.true_count(class))
    }

    /// 2 TP / (2 TP + FP + FN) of a class; `None` if no answer belongs to it or says it.
    #[must_use]
    pub fn f1(&self, class: usize) -> Option<f64> {
        ratio(2 * self.right(class), self.true_count(class) + self.said_count(class))
    }
}

/// `None` for a ratio to 0.
#[allow(clippy::cast_precision_loss)] // counts of answers
fn ratio(count: u64, of: u64) -> Option<f64> {
    (of > 0).then(|| count as f64 / of as f64)
}

impl Classified<'_> {
    /// How often each class was taken for each.
    #[must_use]
    pub fn confusion(&self) -> Confusion {
        Confusion::of(self.classes, self.truth, self.said)
    }

    /// Each answer's class with the logarithms of its probabilities.
    pub fn rows(&self) -> impl Iterator<Item = (usize, &[f64])> {
        self.truth.iter().map(|&y| y as usize).zip(self.log_probabilities.chunks_exact(self.classes.max(1)))
    }
}

/// The classes of a run's test part, with their names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confused {
    /// The names of the classes.
    pub names: Vec<String>,
    /// How often each true class is taken for each class.
    pub confusion: Confusion,
}

impl Confused {
    /// As a table: its head, and a row for each true class, with the share of its samples that are found.
    #[must_use]
    pub fn table(&self) -> (Vec<String>, Vec<Vec<String>>) {
        let Self { names, confusion } = self;
        let head = [&["true class".to_owned()], names.as_slice(), &["recall".to_owned()]].concat();
        let row = |(class, name): (usize, &String)| {
            let counts = &confusion.counts[class * confusion.classes..][..confusion.classes];
            let recall = confusion.recall(class).map_or("–".to_owned(), |recall| format!("{recall:.4}"));
            [vec![name.clone()], counts.iter().map(ToString::to_string).collect(), vec![recall]].concat()
        };
        (head, names.iter().enumerate().map(row).collect())
    }
}

/// The mean; `None` of nothing.
#[allow(clippy::cast_precision_loss)] // counts of answers
pub fn mean(numbers: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = numbers.fold((0.0, 0_u64), |(sum, count), number| (sum + number, count + 1));
    (count > 0).then(|| sum / count as f64)
}

/// A probability by its logarithm, with the bits that `exp` has on every machine.
pub fn probability(logarithm: f64) -> f64 {
    Real::exp(logarithm)
}
