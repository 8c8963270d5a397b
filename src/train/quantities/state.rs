//! The network of a training where it stands: its gradient over the whole training part, its weights, its hidden units, the curvature of
//! its loss.
//!
//! All in f64 by the run's engine, whatever the run's precision, from the parameters that are evaluated; without noise, dropout and
//! penalties. So two engines have the same numbers but for roundings, and the batches of the training change none.

use super::activity::{Activity, HiddenLayer};
use super::noise_scale::noise_scale;
use super::sharpness::sharpness;
use super::{linear_share, scaling_gap};
use crate::data::{Part, Prepared, Targets};
use crate::engine::{self, Batch, Engine, EngineError, EngineKind, Masks};
use crate::loss::TargetsRef;
use crate::measure::Quantity;
use crate::model::{Layer, Network, Reduction};
use crate::num::{BlockRole, MatMut, MatRef, Matrix, Objective, Qr, Real};
use crate::record::OfParts;
use crate::train::clip::norm;
use crate::train::{RegularizeSettings, Thinned};
use std::ops::Range;

/// Samples that an engine is given at a time: sums over a part do not depend on the batches of the training.
pub(super) const CHUNK: usize = 256;

/// A network with its data and an engine for both.
pub struct State {
    pub(super) network: Network,
    pub(super) engine: Box<dyn Engine<f64>>,
    pub(super) data: Prepared<f64>,
    /// Parameters that training moves.
    pub(super) trained: Vec<Range<usize>>,
    hidden: Vec<HiddenLayer>,
    /// Q and R of the inputs of the training part, once they were needed.
    pub(super) inputs: Option<Qr>,
    pub(super) thinned: Option<Thinned<f64>>,
}

impl State {
    /// Of a network on its data; of hidden units only where they are asked for.
    #[must_use]
    pub fn new<R: Real>(
        kind: EngineKind,
        network: &Network,
        data: &Prepared<R>,
        asked: &[Quantity],
        regularize: &RegularizeSettings,
    ) -> Self {
        let has = |quantities: &[Quantity]| asked.iter().any(|quantity| quantities.contains(quantity));
        let hidden = |network: Network| HiddenLayer {
            engine: engine::build(kind, &network, CHUNK),
            width: network.output_width(),
        };
        let of_units = [Quantity::ZeroShare, Quantity::DeadUnits, Quantity::UnitCorrelation];
        let hidden = if has(&of_units) { network.up_to_hidden().into_iter().map(hidden).collect() } else { Vec::new() };
        Self {
            engine: engine::build(kind, network, CHUNK),
            data: Prepared { train: cast(&data.train), validation: cast(&data.validation), test: cast(&data.test) },
            trained: trained(network).map(Layer::parameters).collect(),
            hidden,
            inputs: None,
            thinned: if has(&[Quantity::ScalingGap]) { scaling_gap::thinned(regularize, network) } else { None },
            network: network.clone(),
        }
    }

    /// Goes to a point: θ and the learning rate of the last step.
    pub fn at(&mut self, theta: Vec<f64>, learning_rate: f64) -> Here<'_> {
        Here { state: self, theta, learning_rate, gradient: None, sharpness: None, activity: None }
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

/// The state at one point, where what several quantities need is computed once.
pub struct Here<'s> {
    state: &'s mut State,
    theta: Vec<f64>,
    learning_rate: f64,
    gradient: Option<Vec<f64>>,
    sharpness: Option<f64>,
    activity: Option<[Activity; 3]>,
}

impl Here<'_> {
    /// A quantity of the state; none for others.
    ///
    /// # Errors
    /// Where the engine fails.
    pub fn quantity(&mut self, quantity: Quantity) -> Result<OfParts, EngineError> {
        use Quantity as Q;
        let same = |number: Option<f64>| OfParts { train: number, validation: number, test: number };
        Ok(match quantity {
            Q::GradientNorm => same(Some(norm(self.gradient()?))),
            Q::GradientNormFirst | Q::GradientNormLast | Q::GradientNormRatio => {
                self.gradient()?;
                let gradient = self.gradient.as_deref().unwrap_or_default();
                let [first, last] = ends(&self.state.network, Layer::parameters).map(|place| norm(&gradient[place]));
                same(of_ends(quantity, first, last))
            }
            Q::WeightNormFirst | Q::WeightNormLast | Q::WeightNormRatio => {
                let ends = ends(&self.state.network, |layer| layer.weights.clone());
                let [first, last] = ends.map(|place| norm(&self.theta[place]));
                same(of_ends(quantity, first, last))
            }
            Q::Sharpness => same(Some(self.sharpness()?)),
            Q::SharpnessShare => same(Some(self.sharpness()? * self.learning_rate / 2.0)),
            Q::GradientNoiseScale => same(noise_scale(self.state, &self.theta)?),
            Q::LinearShare => same(linear_share::linear_share(self.state, &self.theta)?),
            Q::ExcessLoss => same(excess_loss(self.state, &self.theta)?),
            Q::ZeroShare => self.of_units(Activity::zero_share)?,
            Q::DeadUnits => self.of_units(Activity::dead_units)?,
            Q::UnitCorrelation => self.of_units(Activity::correlation)?,
            Q::ScalingGap => self.of_each_part(scaling_gap::scaling_gap)?,
            Q::CutLoss => self.of_each_part(super::cut_loss::cut_loss)?,
            _ => OfParts::default(),
        })
    }

    fn of_each_part(
        &mut self,
        of: impl Fn(&mut State, &[f64], Which) -> Result<Option<f64>, EngineError>,
    ) -> Result<OfParts, EngineError> {
        let mut of = |part| of(self.state, &self.theta, part);
        Ok(OfParts { train: of(Which::Train)?, validation: of(Which::Validation)?, test: of(Which::Test)? })
    }

    fn gradient(&mut self) -> Result<&[f64], EngineError> {
        if self.gradient.is_none() {
            let mut gradient = vec![0.0; self.theta.len()];
            self.state.gradient(&self.theta, &mut gradient)?;
            self.gradient = Some(gradient);
        }
        Ok(self.gradient.as_deref().unwrap_or_default())
    }

    fn sharpness(&mut self) -> Result<f64, EngineError> {
        if let Some(known) = self.sharpness {
            return Ok(known);
        }
        let found = sharpness(self.state, &self.theta)?;
        self.sharpness = Some(found);
        Ok(found)
    }

    fn of_units(&mut self, of: impl Fn(&Activity) -> Option<f64>) -> Result<OfParts, EngineError> {
        if self.activity.is_none() {
            let State { hidden, data, .. } = &mut *self.state;
            let mut look = |part: &Part<f64>| Activity::new(hidden, &self.theta, &part.inputs);
            self.activity = Some([look(&data.train)?, look(&data.validation)?, look(&data.test)?]);
        }
        let Some([train, validation, test]) = &self.activity else { return Ok(OfParts::default()) };
        Ok(OfParts { train: of(train), validation: of(validation), test: of(test) })
    }
}

/// A number of the first layer, of the last one, or the first over the last; `None` for 0/0.
fn of_ends(quantity: Quantity, first: f64, last: f64) -> Option<f64> {
    match quantity {
        Quantity::GradientNormFirst | Quantity::WeightNormFirst => Some(first),
        Quantity::GradientNormLast | Quantity::WeightNormLast => Some(last),
        _ => Some(first / last).filter(|ratio| ratio.is_finite()),
    }
}

/// The layers that training moves.
fn trained(network: &Network) -> impl Iterator<Item = &Layer> {
    network.layers().iter().filter(|layer| layer.role != BlockRole::Statistic && !layer.frozen)
}

/// Where something of the first and the last of them lies.
fn ends(network: &Network, of: impl Fn(&Layer) -> Range<usize>) -> [Range<usize>; 2] {
    let place = |layer: Option<&Layer>| layer.map_or(0..0, &of);
    [place(trained(network).next()), place(trained(network).last())]
}

/// How far a loss without a network is above its least value: ½ dᵀQd with d = θ − θ* for a quadratic, the loss itself for others, whose
/// least value is 0.
fn excess_loss(state: &mut State, theta: &[f64]) -> Result<Option<f64>, EngineError> {
    let Some(objective) = state.network.objective() else { return Ok(None) };
    let Objective::Quadratic(matrix) = objective else { return state.loss(theta, Which::Train).map(Some) };
    let best = objective.minimizer(state.data.train.inputs.view());
    let d: Vec<f64> = theta.iter().zip(best).map(|(theta, best)| theta - best).collect();
    let of_row = |row: usize| d[row] * crate::num::vector::dot(matrix.row(row), &d);
    let value = 0.5 * (0..d.len()).map(of_row).sum::<f64>();
    #[allow(clippy::cast_precision_loss)] // points stay below 2⁵³
    let points = state.data.train.samples() as f64;
    Ok(Some(if state.network.reduction() == Reduction::Sum { points * value } else { value }))
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
    let targets = match &part.targets {
        Targets::Classes(classes) => TargetsRef::Classes(&classes[answers]),
        Targets::Values(values) => TargetsRef::Values(values.view().rows_between(answers.start, answers.end)),
        Targets::None => TargetsRef::None,
    };
    Batch { inputs: part.inputs.view().rows_between(rows.start, rows.end), targets, masks: Masks(&[]) }
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
    Part { inputs: part.inputs.cast(), targets }
}
