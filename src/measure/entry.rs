//! What a measure says of itself: its words, direction and bounds, and how it is computed.

use super::classified::{Classified, Estimates};
use super::quantity::TrainingQuantity;
use crate::registry::{Entry, Registered};

/// A measure in the registry.
#[derive(Debug)]
pub struct Measure {
    /// What it says of itself.
    pub entry: Entry,
    /// What it is called in sentences and figures.
    pub words: Words,
    /// Which direction is better.
    pub better: Better,
    /// The least and the greatest value that it can have.
    pub bounds: [f64; 2],
    /// What the best constant prediction reaches, where this is the same for all data.
    pub constant: Option<f64>,
    /// Whether it is the share of answers that are right: a mean over answers of 0 or 1.
    pub is_share: bool,
    /// Whether it says how good predictions are, so that settings can be chosen by it.
    pub is_goal: bool,
    /// Beyond these, in f32 and f64, differences are roundings.
    pub precise_to: [f64; 2],
    /// How far its values by two engines may lie apart.
    pub engines: Engines,
    /// What it is computed from.
    pub computed: Computed,
}

/// What a measure is called.
#[derive(Debug)]
pub struct Words {
    /// In the heads of tables.
    pub table: &'static str,
    /// In sentences.
    pub sentence: &'static str,
    /// `a` or `an`.
    pub article: &'static str,
    /// On axes.
    pub axis: &'static str,
    /// What its values count or are multiples of, where that is not 1: `nats`. The axis says it in brackets.
    pub unit: Option<&'static str>,
    /// Whether it is of a part of the data, so that its axis says which.
    pub of_part: bool,
}

/// Which values are better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    /// A higher value.
    Higher,
    /// A lower value.
    Lower,
}

/// How far two engines may differ in it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Engines {
    /// By the bound, and in f32 by a few answers that lie on the edge between two classes.
    FewAnswers,
    /// By the bound in f64; in f32 one answer on an edge may change it by any amount.
    Answers,
    /// By the bound, relative to its distance from this value.
    From(f64),
    /// By any amount: next to a minimum all of it is rounding.
    Any,
}

/// How a measure is computed.
#[derive(Clone, Copy, Debug)]
pub enum Computed {
    /// With every evaluation to which it applies: see `train::evaluate`.
    Always,
    /// From the predicted classes.
    FromClasses(fn(&Classified) -> Option<f64>),
    /// From the predicted classes, of two.
    FromTwoClasses(fn(&Classified) -> Option<f64>),
    /// From what orders the answers of two classes, or the probabilities of more.
    FromScores(fn(&Classified) -> Option<f64>),
    /// From the probabilities of the classes.
    FromProbabilities(fn(&Classified) -> Option<f64>),
    /// From predicted numbers.
    FromValues(fn(&Estimates) -> f64),
    /// From the sum of the squares of the network's weights, without biases.
    FromWeights(fn(f64) -> f64),
    /// From the training's state and steps: see `train::quantities`.
    FromTraining(TrainingQuantity),
}

/// What a model predicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Predicted {
    /// One of so many classes, with probabilities or without.
    Classes {
        /// How many classes there are.
        count: usize,
        /// Whether there are probabilities.
        probabilities: bool,
    },
    /// Numbers are predicted.
    Numbers,
    /// Nothing: a function is minimized.
    Nothing,
}

impl Registered for Measure {
    fn entry(&self) -> &Entry {
        &self.entry
    }
}

impl Measure {
    /// A measure between 0 and 1, higher for better.
    pub const SHARE: Self = Self {
        entry: Entry { name: "", description: "", revision: 1, source: "", parameters: &[] },
        words: Words::of(""),
        better: Better::Higher,
        bounds: [0.0, 1.0],
        constant: None,
        is_share: false,
        is_goal: true,
        precise_to: [f64::INFINITY; 2],
        engines: Engines::Answers,
        computed: Computed::Always,
    };

    /// A mean of errors, from 0 on, lower for better.
    pub const ERROR: Self =
        Self { better: Better::Lower, bounds: [0.0, f64::INFINITY], engines: Engines::From(0.0), ..Self::SHARE };

    /// What stands for a metric that no measure of this program has: nothing is known of it but that higher is better.
    pub(super) const UNKNOWN: Self = Self {
        words: Words::of("metric"),
        bounds: [f64::NEG_INFINITY, f64::INFINITY],
        engines: Engines::Any,
        ..Self::SHARE
    };

    /// The name in specs and tables.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.entry.name
    }

    /// Whether a spec can ask for it: the others come with every evaluation.
    #[must_use]
    pub fn is_asked_for(&self) -> bool {
        !matches!(self.computed, Computed::Always)
    }

    /// The number with its sign turned where lower is better: higher is better then.
    #[must_use]
    pub fn oriented(&self, value: f64) -> f64 {
        if self.better == Better::Lower { -value } else { value }
    }

    /// What of a training it is; `None` if it is of predictions or weights.
    #[must_use]
    pub fn quantity(&self) -> Option<TrainingQuantity> {
        if let Computed::FromTraining(quantity) = self.computed { Some(quantity) } else { None }
    }

    /// The name on an axis, with the unit where it has one: `test accuracy`, `test log loss (nats)`.
    #[must_use]
    pub fn axis(&self, part: Option<&str>) -> String {
        let unit = self.words.unit.map_or(String::new(), |unit| format!(" ({unit})"));
        match part.filter(|_| self.words.of_part) {
            Some(part) => format!("{part} {}{unit}", self.words.axis),
            None => format!("{}{unit}", self.words.axis),
        }
    }

    /// Whether it says how well classes are predicted.
    #[must_use]
    pub fn is_of_classes(&self) -> bool {
        self.is_share
            || !matches!(
                self.computed,
                Computed::Always | Computed::FromValues(_) | Computed::FromWeights(_) | Computed::FromTraining(_)
            )
    }

    /// Why it cannot be computed from such predictions; `None` if it can.
    #[must_use]
    pub fn unfit(&self, of: Predicted) -> Option<&'static str> {
        match (self.computed, of) {
            (Computed::Always, _) => Some("every run to which it applies has it"),
            (Computed::FromTraining(_), _) => Some("it is no measure of predictions"),
            (_, Predicted::Nothing) => Some("there are no predictions: a function is minimized"),
            (Computed::FromValues(_), Predicted::Numbers) | (Computed::FromWeights(_), _) => None,
            (Computed::FromValues(_), _) => Some("it is a measure of numbers, and the model predicts classes"),
            (_, Predicted::Numbers) => Some("it is a measure of classes, and the model predicts numbers"),
            (Computed::FromTwoClasses(_), Predicted::Classes { count, .. }) if count != 2 => {
                Some("it is a measure of two classes, and there are more")
            }
            (Computed::FromProbabilities(_), Predicted::Classes { probabilities: false, .. }) => {
                Some("it is a measure of probabilities, and the model has none")
            }
            (Computed::FromScores(_), Predicted::Classes { count, probabilities: false }) if count != 2 => {
                Some("of more than two classes it needs probabilities, and the model has none")
            }
            _ => None,
        }
    }

    /// Of predicted classes; `None` where it is undefined or is no measure of classes.
    #[must_use]
    pub fn of_classes(&self, of: &Classified) -> Option<f64> {
        let number = match self.computed {
            Computed::FromClasses(compute)
            | Computed::FromTwoClasses(compute)
            | Computed::FromScores(compute)
            | Computed::FromProbabilities(compute) => compute(of),
            Computed::FromValues(_) | Computed::FromWeights(_) | Computed::FromTraining(_) | Computed::Always => None,
        };
        number.filter(|number| number.is_finite())
    }

    /// Of the sum of squared weights; `None` where it is no measure of weights.
    #[must_use]
    pub fn of_weights(&self, squares: f64) -> Option<f64> {
        let Computed::FromWeights(compute) = self.computed else { return None };
        Some(compute(squares)).filter(|number| number.is_finite())
    }

    /// Of predicted numbers; `None` where it is no measure of numbers.
    #[must_use]
    pub fn of_values(&self, of: &Estimates) -> Option<f64> {
        let Computed::FromValues(compute) = self.computed else { return None };
        Some(compute(of)).filter(|number| number.is_finite())
    }
}

impl PartialEq for Measure {
    fn eq(&self, other: &Self) -> bool {
        self.entry.name == other.entry.name
    }
}

impl Eq for Measure {}

impl Words {
    /// One word for all places.
    #[must_use]
    pub const fn of(word: &'static str) -> Self {
        Self { table: word, sentence: word, article: "a", axis: word, unit: None, of_part: true }
    }
}
