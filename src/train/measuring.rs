//! The measures that a run is asked for, from the same outputs as its loss and metric.

use super::Predictions;
use super::predictions::argmax;
use crate::data::Targets;
use crate::measure::{Classified, Computed, Estimates, Measure, Predicted};
use crate::model::{Loss, Network};
use crate::num::{MatRef, Real};
use crate::record::{Evaluation, Measured, OfParts, in_groups};

/// A number for each measure; `None` if it is undefined.
pub(super) type Numbers = Vec<Option<f64>>;

/// What a model predicts.
#[must_use]
pub fn predicted(network: &Network) -> Predicted {
    let probabilities = matches!(network.loss(), Loss::BinaryCrossEntropy | Loss::CrossEntropy);
    match network.loss() {
        Loss::SquaredError => Predicted::Numbers,
        Loss::Objective => Predicted::Nothing,
        _ => Predicted::Classes { count: network.outputs().max(2), probabilities },
    }
}

/// The measures of one run, along its curve.
pub(super) struct Measuring {
    loss: Loss,
    /// K.
    classes: usize,
    /// Each with whether it fits what the model predicts.
    measures: Vec<(&'static Measure, bool)>,
    /// Of how many groups of held-out rows each is left out in turn.
    groups: usize,
    points: Vec<Measured>,
}

impl Measuring {
    pub fn new(network: &Network, measures: &[&'static Measure], groups: usize) -> Self {
        let of = predicted(network);
        let empty = |name: String| Measured { name, points: Vec::new() };
        let names = measures.iter().map(|measure| measure.name());
        let of_rows = in_groups(names.clone(), groups);
        Self {
            groups,
            loss: network.loss(),
            classes: network.outputs().max(2),
            measures: measures.iter().map(|measure| (*measure, measure.unfit(of).is_none())).collect(),
            points: names.map(str::to_owned).chain(of_rows).map(empty).collect(),
        }
    }

    /// Puts what follows from the sum of squared weights into the numbers of a part.
    pub fn with_weights(&self, numbers: &mut Numbers, squares: impl Fn() -> f64) {
        for (place, (measure, _)) in self.measures.iter().enumerate() {
            if let Computed::FromWeights(_) = measure.computed {
                numbers[place] = measure.of_weights(squares());
            }
        }
    }

    /// Of a part where nothing is measured.
    pub fn nothing(&self) -> Numbers {
        vec![None; self.measures.len()]
    }

    /// How many groups of held-out rows are left out in turn.
    pub fn groups(&self) -> usize {
        self.groups
    }

    /// Adds to the numbers of the whole test part what loss, metric and measures are without each group.
    pub fn with_groups(numbers: Numbers, without: &[(Evaluation, Numbers)]) -> Numbers {
        let finite = |number: f64| Some(number).filter(|number| number.is_finite());
        let losses = without.iter().map(|(of, _)| finite(of.loss));
        let metrics = without.iter().map(|(of, _)| finite(of.metric));
        let measures =
            (0..numbers.len()).flat_map(|place| without.iter().map(move |(_, of)| of.get(place).copied().flatten()));
        let groups: Numbers = losses.chain(metrics).chain(measures).collect();
        numbers.into_iter().chain(groups).collect()
    }

    /// Whether outputs are to be measured at all.
    pub fn is_asked(&self) -> bool {
        self.measures.iter().any(|(_, fits)| *fits)
    }

    /// Of the outputs s of one network, a row per answer.
    pub fn of_outputs<R: Real>(&self, s: MatRef<'_, R>, targets: &Targets<R>) -> Numbers {
        let Targets::Classes(truth) = targets else {
            return self.of_numbers(&s.data().iter().map(|s| s.to_f64()).collect::<Vec<_>>(), targets);
        };
        let mut predictions = Predictions::new(self.loss, s.rows(), s.cols());
        predictions.add(1.0, s);
        let rows = || (0..s.rows()).map(|answer| s.row(answer));
        // By the rule of the metric: roundings of probabilities make no ties.
        let said: Vec<u32> = rows().map(|s| class_of(self.loss, s)).collect();
        let scores: Vec<f64> = match s.cols() {
            1 => rows().map(|s| s[0].to_f64()).collect(),
            2 => rows().map(|s| s[1].to_f64() - s[0].to_f64()).collect(),
            _ => Vec::new(),
        };
        self.of_classes(truth, &said, &scores, predictions)
    }

    /// Of the mean prediction of several networks.
    pub fn of_mean<R: Real>(&self, predictions: &Predictions, targets: &Targets<R>) -> Numbers {
        let mean = predictions.clone().mean();
        let Targets::Classes(truth) = targets else { return self.of_numbers(&mean, targets) };
        let rows = || mean.chunks_exact((mean.len() / truth.len().max(1)).max(1));
        let said: Vec<u32> = rows().map(|of| class_of(self.loss, of)).collect();
        let scores: Vec<f64> = match rows().next().map_or(0, <[f64]>::len) {
            1 => mean.clone(),
            2 => rows().map(|of| of[1] - of[0]).collect(),
            _ => Vec::new(),
        };
        self.of_classes(truth, &said, &scores, predictions.clone())
    }

    fn of_classes(&self, truth: &[u32], said: &[u32], scores: &[f64], predictions: Predictions) -> Numbers {
        let log_probabilities = if predictions.are_probabilities() { predictions.mean() } else { Vec::new() };
        let classes = self.classes;
        let of = Classified { classes, truth, said, scores, log_probabilities: &log_probabilities };
        self.measures.iter().map(|(measure, fits)| measure.of_classes(&of).filter(|_| *fits)).collect()
    }

    fn of_numbers<R: Real>(&self, said: &[f64], targets: &Targets<R>) -> Numbers {
        let Targets::Values(truth) = targets else { return vec![None; self.measures.len()] };
        let truth: Vec<f64> = truth.data().iter().map(|y| y.to_f64()).collect();
        let of = Estimates { truth: &truth, said };
        self.measures.iter().map(|(measure, fits)| measure.of_values(&of).filter(|_| *fits)).collect()
    }

    /// Adds a point of the curve: numbers of the training, validation and test part, none of a part that was not looked at.
    pub fn add(&mut self, [train, validation, test]: [Option<Numbers>; 3]) {
        for (place, measured) in self.points.iter_mut().enumerate() {
            let of = |part: &Option<Numbers>| part.as_ref().and_then(|numbers| numbers.get(place).copied().flatten());
            measured.points.push(OfParts { train: of(&train), validation: of(&validation), test: of(&test) });
        }
    }

    pub fn into_points(self) -> Vec<Measured> {
        self.points
    }
}

/// The class that the outputs of one answer say: the first of the largest (lecture L10); of one output class 1 where ŷ > ½, that is
/// where s > 0 (lecture L7), or as the perceptron where s ≥ 0 (lecture L1).
#[must_use]
pub fn class_of<R: Real>(loss: Loss, s: &[R]) -> u32 {
    match (loss, s) {
        (Loss::SignedSquaredError, [s]) => u32::from(*s >= R::ZERO),
        (_, [s]) => u32::from(*s > R::ZERO),
        (_, s) => u32::try_from(argmax(s)).unwrap_or(u32::MAX),
    }
}
