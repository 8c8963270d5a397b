//! The network of a training where it stands: its gradient over the whole training part, its weights, its hidden units, the curvature of
//! its loss.
//!
//! All in f64 by the run's engine, whatever the run's precision, from the parameters that are evaluated; without noise, dropout and
//! penalties. So two engines have the same numbers but for roundings, and the batches of the training change none.

use crate::data::{Part, Prepared, Targets};
use crate::engine::{self, Batch, Engine, EngineError, EngineKind, Masks};
use crate::loss::TargetsRef;
use crate::measure::TrainingQuantity;
use crate::model::{Layer, Network, Reduction};
use crate::num::{BlockRole, MatMut, MatRef, Matrix, Qr, Real, Seed};
use crate::train::{DropoutAtTest, RegularizeSettings, Thinned};
use std::ops::Range;

/// Samples that an engine is given at a time: sums over a part do not depend on the batches of the training.
pub(super) const CHUNK: usize = 256;

/// A network with its data and an engine for both.
pub struct NetworkState {
    pub(super) network: Network,
    pub(super) engine: Box<dyn Engine<f64>>,
    pub(super) data: Prepared<f64>,
    /// Parameters that training moves.
    pub(super) trained: Vec<Range<usize>>,
    pub(super) hidden: Vec<HiddenLayer>,
    /// Q and R of the inputs of the training part, once they were needed.
    pub(super) inputs: Option<Qr>,
    pub(super) thinned: Option<Thinned<f64>>,
}

impl NetworkState {
    /// Of a network on its data; of hidden units only where they are asked for.
    #[must_use]
    pub fn new<R: Real>(
        kind: EngineKind,
        network: &Network,
        data: &Prepared<R>,
        asked: &[TrainingQuantity],
        regularize: &RegularizeSettings,
    ) -> Self {
        let has = |quantities: &[TrainingQuantity]| asked.iter().any(|quantity| quantities.contains(quantity));
        let hidden = |network: Network| HiddenLayer {
            engine: engine::build(kind, &network, CHUNK),
            width: network.output_width(),
        };
        let of_units = [TrainingQuantity::ZeroShare, TrainingQuantity::DeadUnits, TrainingQuantity::UnitCorrelation];
        let hidden = if has(&of_units) { network.up_to_hidden().into_iter().map(hidden).collect() } else { Vec::new() };
        Self {
            engine: engine::build(kind, network, CHUNK),
            data: Prepared { train: cast(&data.train), validation: cast(&data.validation), test: cast(&data.test) },
            trained: trained(network).map(Layer::parameters).collect(),
            hidden,
            inputs: None,
            thinned: if has(&[TrainingQuantity::ScalingGap]) { thinned(regularize, network) } else { None },
            network: network.clone(),
        }
    }

    /// Loss of a part and its gradient, in pieces; 0 where no gradient moves a parameter.
    pub(super) fn gradient(&mut self, theta: &[f64], gradient: &mut [f64]) -> Result<f64, EngineError> {
        let (part, positions) = (&self.data.train, self.network.positions());
        let mut of_chunk = vec![0.0; gradient.len()];
        gradient.fill(0.0);
        let mut loss = 0.0;
        for rows in chunks(part.samples()) {
            let share = share(self.network.reduction(), rows.len(), part.samples());
            loss += share * self.engine.loss_and_gradient(theta, &batch(part, positions, &rows), &mut of_chunk)?;
            gradient.iter_mut().zip(&of_chunk).for_each(|(sum, g)| *sum += share * g);
        }
        self.keep_trained(gradient);
        Ok(loss)
    }

    /// Makes 0 of what no gradient moves.
    pub(super) fn keep_trained(&self, gradient: &mut [f64]) {
        let mut from = 0;
        for place in &self.trained {
            gradient[from..place.start].fill(0.0);
            from = place.end;
        }
        gradient[from..].fill(0.0);
    }

    /// The mean loss of a part, or the sum as the training takes it.
    pub(super) fn loss(&mut self, theta: &[f64], part: Which) -> Result<f64, EngineError> {
        let part = part.of(&self.data);
        let mut gradient = vec![0.0; theta.len()];
        let mut loss = 0.0;
        for rows in chunks(part.samples()) {
            let share = share(self.network.reduction(), rows.len(), part.samples());
            let batch = batch(part, self.network.positions(), &rows);
            loss += share * self.engine.loss_and_gradient(theta, &batch, &mut gradient)?;
        }
        Ok(loss)
    }

    /// The outputs s of a part, a row per sample.
    pub(super) fn outputs(&mut self, theta: &[f64], part: Which) -> Result<Matrix<f64>, EngineError> {
        outputs(self.engine.as_mut(), self.network.output_width(), theta, &part.of(&self.data).inputs)
    }
}

/// The network up to a layer of hidden units.
pub struct HiddenLayer {
    pub engine: Box<dyn Engine<f64>>,
    pub width: usize,
}

/// A part of the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    Train,
    Validation,
    Test,
}

impl Which {
    pub fn of(self, data: &Prepared<f64>) -> &Part<f64> {
        match self {
            Self::Train => &data.train,
            Self::Validation => &data.validation,
            Self::Test => &data.test,
        }
    }
}

/// The layers that training moves.
pub(super) fn trained(network: &Network) -> impl Iterator<Item = &Layer> {
    network.layers().iter().filter(|layer| layer.role != BlockRole::Statistic && !layer.frozen)
}

/// The part of a mean, or of a sum, that a piece of so many samples is.
#[allow(clippy::cast_precision_loss)] // samples stay below 2⁵³
fn share(reduction: Reduction, samples: usize, all: usize) -> f64 {
    if reduction == Reduction::Sum { 1.0 } else { samples as f64 / all as f64 }
}

pub(super) fn chunks(samples: usize) -> impl Iterator<Item = Range<usize>> {
    (0..samples).step_by(CHUNK).map(move |start| start..samples.min(start + CHUNK))
}

/// Some rows of a part as a batch.
pub(super) fn batch<'p>(part: &'p Part<f64>, positions: usize, rows: &Range<usize>) -> Batch<'p, f64> {
    let answers = rows.start * positions..rows.end * positions;
    let weights = if part.weights.is_empty() { &[] } else { &part.weights[answers.clone()] };
    let targets = match &part.targets {
        Targets::Classes(classes) => TargetsRef::Classes(&classes[answers]),
        Targets::Values(values) => TargetsRef::Values(values.view().rows_between(answers.start, answers.end)),
        Targets::None => TargetsRef::None,
    };
    Batch { inputs: part.inputs.view().rows_between(rows.start, rows.end), targets, weights, masks: Masks(&[]) }
}

/// What an engine answers, a row per sample.
pub(super) fn outputs(
    engine: &mut dyn Engine<f64>,
    width: usize,
    theta: &[f64],
    inputs: &Matrix<f64>,
) -> Result<Matrix<f64>, EngineError> {
    let mut all = Matrix::zeros(inputs.rows(), width);
    for rows in chunks(inputs.rows()) {
        let inputs: MatRef<'_, f64> = inputs.view().rows_between(rows.start, rows.end);
        let out = &mut all.data_mut()[rows.start * width..rows.end * width];
        engine.outputs(theta, inputs, MatMut::new(rows.len(), width, out))?;
    }
    Ok(all)
}

fn cast<R: Real>(part: &Part<R>) -> Part<f64> {
    let targets = match &part.targets {
        Targets::Classes(classes) => Targets::Classes(classes.clone()),
        Targets::Values(values) => Targets::Values(values.cast()),
        Targets::None => Targets::None,
    };
    let weights = part.weights.iter().map(|weight| weight.to_f64()).collect();
    Part { inputs: part.inputs.cast(), targets, weights }
}

/// All thinned networks of a network with this dropout; `None` where there are too many, or none.
fn thinned(regularize: &RegularizeSettings, network: &Network) -> Option<Thinned<f64>> {
    let exact = RegularizeSettings { dropout_at_test: DropoutAtTest::Exact, ..*regularize };
    Thinned::new(&exact, network, Seed { run: 0, network: 0 }).ok().flatten()
}
