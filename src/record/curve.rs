//! The curve of a training, and which of its points counts.

use serde::{Deserialize, Serialize};

/// Loss and metric over one part of the data, without dropout and without the penalty of weight decay.
///
/// The metric is the accuracy for classes and the coefficient of determination R² for a regression (1 is perfect), and the
/// number of correct decimal digits of θ for a problem without data. Higher is better.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    pub loss: f64,
    pub metric: f64,
}

/// The state of a training after an epoch; epoch 0 is the state before the first step.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CurvePoint {
    pub epoch: u64,
    /// Steps taken so far.
    pub step: u64,
    /// Of the last step taken; at epoch 0 of the first one to come. Of a solver: the share of its step that was taken, 1 but
    /// for a line search.
    pub learning_rate: f64,
    /// Missing where only the other parts were looked at (`train.evaluate_train_every`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub train: Option<Evaluation>,
    pub validation: Evaluation,
    pub test: Evaluation,
}

impl CurvePoint {
    /// Each part's name and evaluation, as far as there is one.
    pub fn parts(&self) -> impl Iterator<Item = (&'static str, Evaluation)> {
        let parts = [("train", self.train), ("validation", Some(self.validation)), ("test", Some(self.test))];
        parts.into_iter().filter_map(|(name, evaluation)| Some((name, evaluation?)))
    }

    /// Whether two curves have the same bits; every NaN is the same.
    #[must_use]
    pub fn all_equal(these: &[Self], those: &[Self]) -> bool {
        these.len() == those.len() && these.iter().zip(those).all(|(this, that)| this.bits() == that.bits())
    }

    fn bits(&self) -> (u64, u64, u64, [Option<[u64; 2]>; 3]) {
        let of = |evaluation: Evaluation| [evaluation.loss, evaluation.metric].map(bits);
        let parts = [self.train, Some(self.validation), Some(self.test)].map(|part| part.map(of));
        (self.epoch, self.step, bits(self.learning_rate), parts)
    }
}

/// The bits of a number; every NaN has the same.
fn bits(number: f64) -> u64 {
    if number.is_nan() { f64::NAN.to_bits() } else { number.to_bits() }
}

/// What a step has as its last traced number where the validation part is evaluated within epochs (`train.evaluate_steps`): its loss after
/// the step.
pub const VALIDATION_LOSS: &str = "validation_loss";

/// One step of a training, where a run keeps them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepPoint {
    /// Counted from 0.
    pub step: u64,
    /// Mean loss of the batch before the update, with dropout and noise, without penalties.
    pub loss: f64,
    pub learning_rate: f64,
    /// Euclidean norm of the loss's gradient over all parameters, before clipping and decay.
    pub gradient_norm: f64,
    /// What [`super::RunResults::traced`] names, in its order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub traced: Vec<f64>,
}

impl StepPoint {
    /// Whether two curves by steps have the same bits; every NaN is the same.
    #[must_use]
    pub fn all_equal(these: &[Self], those: &[Self]) -> bool {
        these.len() == those.len() && these.iter().zip(those).all(|(this, that)| this.bits() == that.bits())
    }

    fn bits(&self) -> (u64, [u64; 3], Vec<u64>) {
        let numbers = [self.loss, self.learning_rate, self.gradient_norm].map(bits);
        (self.step, numbers, self.traced.iter().copied().map(bits).collect())
    }

    /// Whether tables can hold it; a step that is not ends a run as diverged.
    #[must_use]
    pub fn is_finite(&self) -> bool {
        self.loss.is_finite() && self.gradient_norm.is_finite() && self.traced.iter().all(|number| number.is_finite())
    }
}

/// Which epoch of a curve is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pick {
    /// The last epoch.
    Final,
    /// The epoch with the lowest validation loss, the first of equals. Epoch 0 counts only where there is no other: it is not
    /// trained.
    Best,
    /// The same among the epochs up to where the validation loss has not improved for `patience` epochs: what training
    /// with early stopping would have kept.
    Stopped { patience: u64 },
}

impl Pick {
    /// The picked point of a curve; `None` for an empty one.
    #[must_use]
    pub fn of(self, curve: &[CurvePoint]) -> Option<&CurvePoint> {
        curve.get(self.place(curve)?)
    }

    /// Its place in the curve.
    #[must_use]
    pub fn place(self, curve: &[CurvePoint]) -> Option<usize> {
        let last = curve.len().checked_sub(1)?;
        let mut best = last.min(1);
        for (place, point) in curve.iter().enumerate().skip(best) {
            if point.validation.loss < curve[best].validation.loss {
                best = place;
            } else if matches!(self, Self::Stopped { patience } if point.epoch.saturating_sub(curve[best].epoch) >= patience)
            {
                break;
            }
        }
        Some(if self == Self::Final { last } else { best })
    }
}

/// Which point of its curve a run reports: the state of a training that is compared, tuned on and tested. The tables' columns
/// begin with its name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum At {
    /// After the last epoch. With early stopping a run ends with the parameters of its best epoch.
    #[default]
    #[serde(rename = "end")]
    Final,
    /// At the lowest validation loss, which is known only afterwards.
    Best,
    /// Where early stopping by the run's patience would have ended.
    Stopped,
}

impl At {
    pub const ALL: [Self; 3] = [Self::Final, Self::Best, Self::Stopped];

    /// The name in the tables' columns.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Final => "final",
            Self::Best => "best",
            Self::Stopped => "stopped",
        }
    }

    /// The name in specs and on the command line.
    #[must_use]
    pub const fn spec_name(self) -> &'static str {
        match self {
            Self::Final => "end",
            Self::Best => "best",
            Self::Stopped => "stopped",
        }
    }

    /// The state of this name in specs.
    #[must_use]
    pub fn from_spec_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|at| at.spec_name() == name)
    }
}

/// A training blew up where it rose above its lowest validation loss by more than this many times what it had gained from the
/// untrained state.
const BLOWN_UP: f64 = 10.0;

/// Whether a training ended far above its lowest validation loss, at a loss at least twice the untrained one. Overfitting gives a
/// part of the gain back; this is more than it.
#[must_use]
pub fn blew_up(curve: &[CurvePoint]) -> bool {
    let (Some(start), Some(best), Some(end)) = (curve.first(), Pick::Best.of(curve), curve.last()) else {
        return false;
    };
    let [start, best, end] = [start, best, end].map(|point| point.validation.loss);
    let gain = if best < start { start - best } else { start.abs() };
    end - best > BLOWN_UP * gain && end > 2.0 * start
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R² of targets that do not vary is NaN, on both sides.
    #[test]
    fn curves_are_equal_by_their_bits() {
        let curve = |loss: f64, metric: f64| {
            let evaluation = Evaluation { loss, metric };
            vec![CurvePoint {
                epoch: 1,
                step: 2,
                learning_rate: 0.1,
                train: None,
                validation: evaluation,
                test: evaluation,
            }]
        };
        assert!(CurvePoint::all_equal(&curve(0.5, f64::NAN), &curve(0.5, -f64::NAN)));
        assert!(!CurvePoint::all_equal(&curve(0.0, 1.0), &curve(-0.0, 1.0)));
        assert!(!CurvePoint::all_equal(&curve(0.5, 1.0), &curve(0.5, 1.0_f64.next_up())));
        assert!(!CurvePoint::all_equal(&curve(0.5, 1.0), &[]));
        let step = |norm: f64, traced: Vec<f64>| {
            vec![StepPoint { step: 0, loss: 1.0, learning_rate: 0.1, gradient_norm: norm, traced }]
        };
        assert!(StepPoint::all_equal(&step(2.0, vec![f64::NAN]), &step(2.0, vec![f64::NAN])));
        assert!(!StepPoint::all_equal(&step(2.0, vec![1.0]), &step(2.0, vec![])));
    }

    #[test]
    fn picks_find_their_epochs() {
        let point = |(epoch, &loss): (usize, &f64)| {
            let evaluation = Evaluation { loss, metric: 0.0 };
            let (train, validation, test) = (Some(evaluation), evaluation, evaluation);
            CurvePoint { epoch: epoch as u64, step: 0, learning_rate: 0.1, train, validation, test }
        };
        let curve: Vec<CurvePoint> = [5.0, 3.0, 4.0, 3.0, 3.5, 1.0, 2.0].iter().enumerate().map(point).collect();
        let epoch = |pick: Pick| pick.of(&curve).unwrap().epoch;
        assert_eq!(epoch(Pick::Final), 6);
        assert_eq!(epoch(Pick::Best), 5);
        assert_eq!(epoch(Pick::Stopped { patience: 3 }), 1);
        assert_eq!(epoch(Pick::Stopped { patience: 4 }), 5);
        assert!(Pick::Best.of(&[]).is_none());
    }

    #[test]
    fn the_untrained_state_is_never_the_best() {
        let point = |(epoch, &loss): (usize, &f64)| {
            let evaluation = Evaluation { loss, metric: 0.0 };
            let (train, validation, test) = (Some(evaluation), evaluation, evaluation);
            CurvePoint { epoch: epoch as u64, step: 0, learning_rate: 0.1, train, validation, test }
        };
        let curve = |losses: &[f64]| losses.iter().enumerate().map(point).collect::<Vec<_>>();
        assert_eq!(Pick::Best.of(&curve(&[0.1, 0.5, 0.4])).unwrap().epoch, 2);
        assert_eq!(Pick::Stopped { patience: 1 }.of(&curve(&[0.1, 0.5, 0.6, 0.2])).unwrap().epoch, 1);
        assert_eq!(Pick::Best.of(&curve(&[0.1])).unwrap().epoch, 0, "nothing was trained");
        assert!(blew_up(&curve(&[1.1, 0.0, 1e9])));
        assert!(!blew_up(&curve(&[0.7, 0.5, 1.5])), "overfitting");
        assert!(!blew_up(&curve(&[1.0, 1.5])) && blew_up(&curve(&[1.0, 3.0, 20.0])));
        assert!(!blew_up(&curve(&[])));
    }
}
