//! Quantities of a training, of its state and its steps: what a spec asks for besides measures of predictions
//! ([`crate::measure::TrainingQuantity`]). A run that asks for none has no [`Probe`] and no [`StepProbe`], and spends nothing on them.

mod activity;
mod cut_loss;
mod fits;
mod here;
mod linear_share;
mod noise_scale;
mod scaling_gap;
mod sharpness;
mod state;
mod steps;

pub use fits::{Probed, Trainer};
use here::Here;
use state::NetworkState;
pub use steps::{KnownQuantities, StepProbe, columns as step_columns};

use super::{Stepper, TrainSpec};
use crate::data::Prepared;
use crate::engine::{EngineError, EngineKind};
use crate::measure::{Measure, TrainingQuantity};
use crate::num::Real;
use crate::record::{CurvePoint, OfParts};

/// What a run is asked for at its evaluations.
pub struct Probe {
    /// Each with its place among the measures of the spec.
    asked: Vec<(usize, TrainingQuantity)>,
    rises: Rises,
    /// Where what is asked for is of the parameters and the data.
    state: Option<NetworkState>,
}

/// What an evaluation knows.
pub struct Moment<'a, R> {
    pub point: &'a CurvePoint,
    /// The parameters that are evaluated.
    pub theta: &'a [R],
    /// What the steps know.
    pub known: &'a [(TrainingQuantity, f64)],
}

/// What steppers know of their steps; gradients are those of all of them.
#[must_use]
pub fn known<R: Real>(steppers: &[Stepper<R>]) -> KnownQuantities {
    let mut known = steppers.first().and_then(Stepper::probe).map(StepProbe::known).unwrap_or_default();
    for (quantity, number) in steppers.iter().skip(1).filter_map(Stepper::probe).flat_map(StepProbe::known) {
        let of_first =
            known.iter_mut().find(|(of, _)| *of == quantity && quantity == TrainingQuantity::GradientEvaluations);
        of_first.into_iter().for_each(|(_, sum)| *sum += number);
    }
    known
}

impl Probe {
    /// `None` if nothing is asked for that the run can have.
    #[must_use]
    pub fn new<R: Real>(
        train: &TrainSpec,
        of: &Probed<'_>,
        (engine, data): (EngineKind, &Prepared<R>),
    ) -> Option<Self> {
        let quantities = train.measures().into_iter().map(Measure::quantity).enumerate();
        let asked = quantities.filter_map(|(at, quantity)| Some((at, quantity?)));
        let asked: Vec<_> = asked.filter(|(_, quantity)| of.unfit(*quantity).is_none()).collect();
        let of_state: Vec<TrainingQuantity> =
            asked.iter().map(|(_, quantity)| *quantity).filter(|quantity| quantity.is_of_state()).collect();
        let state = || NetworkState::new(engine, of.network, data, &of_state, of.regularize);
        let state = (!of_state.is_empty()).then(state);
        (!asked.is_empty()).then(|| Self { asked, rises: Rises::default(), state })
    }

    /// What is asked for at an evaluation, each with its place.
    ///
    /// # Errors
    /// Where the engine fails.
    pub fn numbers<R: Real>(&mut self, moment: &Moment<'_, R>) -> Result<Vec<(usize, OfParts)>, EngineError> {
        let Moment { point, theta, known } = *moment;
        self.rises.add(point);
        let rises = self.rises.share();
        let theta = || theta.iter().map(|theta| theta.to_f64()).collect();
        let mut here = self.state.as_mut().map(|state| Here::new(state, theta(), point.learning_rate));
        let mut of = |quantity: TrainingQuantity| {
            Ok(match quantity {
                TrainingQuantity::LossGap => gaps(point, |part, train| part.0 - train.0),
                TrainingQuantity::MetricGap => gaps(point, |part, train| train.1 - part.1),
                TrainingQuantity::Rises => same(rises),
                _ if quantity.is_of_state() => {
                    here.as_mut().map_or(Ok(OfParts::default()), |here| here.quantity(quantity))?
                }
                _ => same(known.iter().find(|(of, _)| *of == quantity).map(|(_, number)| *number)),
            })
        };
        self.asked.iter().map(|&(at, quantity)| Ok((at, finite(of(quantity)?)))).collect()
    }
}

/// The same number for all parts.
fn same(number: Option<f64>) -> OfParts {
    OfParts { train: number, validation: number, test: number }
}

/// A difference of each part from the training part in loss and metric; nothing if that was not evaluated.
fn gaps(point: &CurvePoint, of: impl Fn((f64, f64), (f64, f64)) -> f64) -> OfParts {
    let Some(train) = point.train else { return OfParts::default() };
    let gap = |part: crate::record::Evaluation| Some(of((part.loss, part.metric), (train.loss, train.metric)));
    OfParts { train: gap(train), validation: gap(point.validation), test: gap(point.test) }
}

/// Without what is no finite number.
fn finite(of: OfParts) -> OfParts {
    let finite = |number: Option<f64>| number.filter(|number| number.is_finite());
    OfParts { train: finite(of.train), validation: finite(of.validation), test: finite(of.test) }
}

/// How often the training loss was higher than at the evaluation before.
#[derive(Default)]
struct Rises {
    last: Option<f64>,
    higher: u32,
    compared: u32,
}

impl Rises {
    fn add(&mut self, point: &CurvePoint) {
        let Some(loss) = point.train.map(|train| train.loss) else { return };
        if let Some(last) = self.last.replace(loss) {
            self.compared += 1;
            self.higher += u32::from(loss > last);
        }
    }

    /// `None` before the second evaluation.
    fn share(&self) -> Option<f64> {
        (self.compared > 0).then(|| f64::from(self.higher) / f64::from(self.compared))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activation::{Activation, TANH};
    use crate::data::{Part, Targets};
    use crate::loss::{Loss, SQUARED_ERROR};
    use crate::model::Network;
    use crate::num::Matrix;
    use crate::record::Evaluation;
    use crate::train::RegularizeSettings;

    fn point(train: Option<f64>, test: f64) -> CurvePoint {
        let of = |loss: f64| Evaluation { loss, metric: -2.0 * loss };
        CurvePoint { epoch: 0, step: 0, learning_rate: 1.0, train: train.map(of), validation: of(0.5), test: of(test) }
    }

    #[test]
    fn gaps_are_those_of_a_part_and_the_training_part() {
        let train = TrainSpec {
            measures: ["loss-gap", "metric-gap", "rises"].map(str::to_owned).to_vec(),
            ..TrainSpec::plain(1)
        };
        let network = Network::new(1, &[], 1, Activation::of(&TANH), Loss::of(&SQUARED_ERROR));
        let of = Probed {
            network: &network,
            method: Trainer::Optimizer,
            networks: 1,
            regularize: &RegularizeSettings::NONE,
        };
        let targets = || Targets::Values(Matrix::<f64>::zeros(1, 1));
        let part = || Part { inputs: Matrix::zeros(1, 1), targets: targets(), weights: Vec::new() };
        let data = Prepared { train: part(), validation: part(), test: part() };
        let with = (EngineKind::Reference, &data);
        let mut probe = Probe::new(&train, &of, with).unwrap();
        let mut at = |train, test| {
            let moment = Moment { point: &point(train, test), theta: &[0.0, 0.0], known: &[] };
            probe.numbers(&moment).unwrap()
        };
        let numbers = at(Some(0.25), 1.0);
        let gaps = OfParts { train: Some(0.0), validation: Some(0.25), test: Some(0.75) };
        assert_eq!(numbers[0], (0, gaps));
        assert_eq!(numbers[1].1, OfParts { train: Some(0.0), validation: Some(0.5), test: Some(1.5) });
        assert_eq!(numbers[2].1, OfParts::default(), "nothing to compare with");
        assert_eq!(at(None, 1.0)[0].1, OfParts::default());
        // 0.25, 0.5, 0.25: one rise of two changes.
        at(Some(0.5), 1.0);
        assert_eq!(at(Some(0.25), 1.0)[2].1, same(Some(0.5)));
        assert!(Probe::new(&TrainSpec::plain(1), &of, with).is_none());
    }
}
