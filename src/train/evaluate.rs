//! Loss and metric over the parts of the data, without noise and without the penalty: of one network, or of the mean
//! prediction of several (an ensemble's, or those that dropout makes of one).
//!
//! Each answer counts once: sums run over answers in order, in f64, and are divided by their number at the end (the loss
//! only where the training takes means).
//!
//! | targets | metric |
//! |---|---|
//! | numbers | `r2`, the coefficient of determination; of several columns the mean of theirs, without those that do not vary in the part |
//! | classes | `accuracy`, the share of right answers |
//! | none: an objective | `digits`, the correct decimal digits of θ: −log₁₀(‖θ − θ*‖ / max(1, ‖θ*‖)), at most 17 |
//!
//! Further measures ([`crate::measure`]) come from the same outputs at the same moments, where a run is asked for them.

use super::error::TrainError;
use super::measuring::{Measuring, Numbers};
use super::of_outputs::{evaluation, largest_error, of_mean};
use super::quantities::{KnownQuantities, Moment, Probe, known};
use super::{Predictions, Stepper, TrainSpec};
use crate::data::{Part, Prepared, Targets};
use crate::engine::{Engine, EngineError};
use crate::loss::LossFunction;
use crate::measure::TrainingQuantity;
use crate::model::{Network, Reduction};
use crate::num::{Block, BlockRole, MatMut, MatRef, Matrix, Real};
use crate::record::{CurvePoint, Evaluation, GROUPS, Measured};
use std::ops::Range;

/// Evaluates networks on the three parts of one data set, with buffers of its own.
pub struct Evaluator<'a, R> {
    /// The architectures that the networks take in turn; their outputs are of one form.
    networks: Vec<&'a Network>,
    data: &'a Prepared<R>,
    /// The outputs s of the largest part, and the losses of its answers.
    buffer: Vec<R>,
    losses: Vec<R>,
    function: Box<dyn LossFunction<R>>,
    measuring: Measuring,
    /// Where the weights of each network are among its parameters.
    weights: Vec<Vec<Range<usize>>>,
    /// Where quantities of the training are asked for.
    probe: Option<Probe>,
    /// Whether the distances of the training part's outputs from their targets are asked for, and the largest at the last evaluation.
    asks_for_errors: bool,
    largest_error: Option<f64>,
}

/// Loss and metric of a part, with the further measures.
type Evaluated = (Evaluation, Numbers);

impl<'a, R: Real> Evaluator<'a, R> {
    /// For what a spec asks for besides loss and metric.
    ///
    /// # Errors
    /// Where R² is undefined because all targets of a part are equal.
    pub fn new(network: &'a Network, data: &'a Prepared<R>, train: &TrainSpec) -> Result<Self, TrainError> {
        Self::of(vec![network], data, train)
    }

    /// The same for networks of several architectures, at least one.
    pub(super) fn of(networks: Vec<&'a Network>, data: &'a Prepared<R>, train: &TrainSpec) -> Result<Self, TrainError> {
        let network = networks[0];
        let parts = [("training", &data.train), ("validation", &data.validation), ("test", &data.test)];
        for (name, part) in parts {
            if let Targets::Values(values) = &part.targets {
                let of_column = |k: usize| values.data().iter().skip(k).step_by(values.cols());
                let is_constant = |k: usize| of_column(k).all(|&value| value == values.data()[k]);
                if (0..values.cols()).all(is_constant) {
                    return Err(TrainError::EqualTargets { part: name });
                }
            }
        }
        let samples = parts.iter().map(|(_, part)| part.samples()).max().unwrap_or(0);
        let zeros = |width: usize| vec![R::ZERO; samples * width];
        let is_weights = |block: &&Block| block.role != BlockRole::Bias;
        let weights = |network: &&Network| -> Vec<Range<usize>> {
            network.layout().blocks().iter().filter(is_weights).map(Block::range).collect()
        };
        Ok(Self {
            weights: networks.iter().map(weights).collect(),
            networks,
            data,
            buffer: zeros(network.output_width()),
            losses: zeros(network.positions()),
            function: network.loss().function(samples * network.positions(), network.outputs()),
            probe: None,
            asks_for_errors: false,
            largest_error: None,
            measuring: Measuring::new(network, &train.measures(), if train.jackknife { GROUPS } else { 0 }),
        })
    }

    /// The same that says how far the training part's outputs are from their targets, where that is asked for.
    #[must_use]
    pub(super) fn with_errors(self, asks_for_errors: bool) -> Self {
        Self { asks_for_errors, ..self }
    }

    /// The largest such distance, of a single network whose training part was evaluated last.
    pub(super) fn largest_error(&self) -> Option<f64> {
        self.largest_error
    }

    /// The same that measures quantities of the training, too.
    #[must_use]
    pub fn probed(self, probe: Option<Probe>) -> Self {
        Self { probe, ..self }
    }

    /// The further measures at all points so far.
    #[must_use]
    pub fn into_measured(self) -> Vec<Measured> {
        self.measuring.into_points()
    }

    /// The curve's point after `epoch` epochs, with the training part or without; `None` where a parameter or a number in
    /// it is not finite.
    ///
    /// # Errors
    /// Where the engine fails.
    pub fn point(
        &mut self,
        steppers: &mut [Stepper<R>],
        epoch: u64,
        with_train: bool,
        engines: &mut [&mut dyn Engine<R>],
    ) -> Result<Option<CurvePoint>, EngineError> {
        // Some at a time without a branch, which compilers make vectors of.
        let all = |some: &[R]| some.iter().fold(true, |all, theta| all & theta.is_finite());
        let finite = |stepper: &Stepper<R>| stepper.reported().chunks(64).all(all);
        if !steppers.iter().all(finite) {
            return Ok(None);
        }
        self.largest_error = None;
        let data = self.data;
        let (step, learning_rate) = (steppers[0].steps(), steppers[0].learning_rate());
        let mut of = |part| self.evaluate(steppers, part, engines);
        let train = with_train.then(|| of(&data.train)).transpose()?;
        let parts = (train, of(&data.validation)?, of(&data.test)?);
        let known = if self.probe.is_some() { known(steppers) } else { KnownQuantities::new() };
        self.if_finite((epoch, step, learning_rate), parts, (steppers[0].reported(), &known))
    }

    /// The loss of the validation part between two steps of an epoch.
    ///
    /// # Errors
    /// Where the engine fails.
    pub fn validation_loss(
        &mut self,
        stepper: &mut Stepper<R>,
        engine: &mut dyn Engine<R>,
    ) -> Result<f64, EngineError> {
        let data = self.data;
        Ok(self.evaluate(std::slice::from_mut(stepper), &data.validation, &mut [engine])?.0.loss)
    }

    /// The same for parameters that no stepper holds, after so many iterations of a solver, which knows quantities of its own.
    ///
    /// # Errors
    /// Where the engine fails.
    pub fn point_of(
        &mut self,
        theta: &[R],
        (iterations, step_length): (u64, f64),
        known: &[(TrainingQuantity, f64)],
        engine: &mut dyn Engine<R>,
    ) -> Result<Option<CurvePoint>, EngineError> {
        let data = self.data;
        let mut of = |part| self.of_network(theta, part, engine);
        let parts = (Some(of(&data.train)?), of(&data.validation)?, of(&data.test)?);
        self.if_finite((iterations, iterations, step_length), parts, (theta, known))
    }

    /// The point with these losses and metrics, unless something in it is no finite number.
    fn if_finite(
        &mut self,
        (epoch, step, learning_rate): (u64, u64, f64),
        (train, validation, test): (Option<Evaluated>, Evaluated, Evaluated),
        (theta, known): (&[R], &[(TrainingQuantity, f64)]),
    ) -> Result<Option<CurvePoint>, EngineError> {
        let (train, mut of_train) = train.unzip();
        let ((validation, mut of_validation), (test, mut of_test)) = (validation, test);
        let point = CurvePoint { epoch, step, learning_rate, train, validation, test };
        let finite = |evaluation: Evaluation| evaluation.loss.is_finite() && evaluation.metric.is_finite();
        if !point.parts().map(|(_, evaluation)| evaluation).all(finite) {
            return Ok(None);
        }
        let numbers =
            self.probe.as_mut().map(|probe| probe.numbers(&Moment { point: &point, theta, known })).transpose()?;
        for (at, of) in numbers.into_iter().flatten() {
            of_train.iter_mut().for_each(|numbers| numbers[at] = of.train);
            (of_validation[at], of_test[at]) = (of.validation, of.test);
        }
        self.measuring.add([of_train, Some(of_validation), Some(of_test)]);
        Ok(Some(point))
    }

    /// Loss and metric of one network on one part.
    #[allow(clippy::cast_precision_loss)] // answers stay below 2⁵³
    fn of_network(
        &mut self,
        theta: &[R],
        part: &Part<R>,
        engine: &mut dyn Engine<R>,
    ) -> Result<Evaluated, EngineError> {
        let network = self.networks[0];
        let buffer = &mut self.buffer[..part.samples() * network.output_width()];
        let s = outputs(engine, network, theta, part, buffer)?;
        if self.asks_for_errors && std::ptr::eq(part, &raw const self.data.train) {
            self.largest_error = Some(largest_error(s.as_ref(), &part.targets));
        }
        let losses = &mut self.losses[..part.samples() * network.positions()];
        let measuring = &self.measuring;
        let mut measured =
            if measuring.is_asked() { measuring.of_outputs(s.as_ref(), &part.targets) } else { measuring.nothing() };
        measuring.with_weights(&mut measured, || squares(&self.weights[0], theta));
        if measuring.groups() > 0 && std::ptr::eq(part, &raw const self.data.test) {
            let without = |group: usize| {
                let (mut rows, targets) = without_group(s.as_ref(), &part.targets, (network.positions(), group));
                let (count, width) = (rows.len() / s.cols(), s.cols());
                let mut numbers = measuring.of_outputs(MatRef::new(count, width, &rows), &targets);
                measuring.with_weights(&mut numbers, || squares(&self.weights[0], theta));
                let losses = &mut vec![R::ZERO; count];
                let function = self.function.as_mut();
                let mut of =
                    evaluation(network.loss(), function, MatMut::new(count, width, &mut rows), &targets, losses);
                if network.reduction() == Reduction::Sum {
                    of.loss *= s.rows() as f64; // of as many answers as the whole part has
                }
                (of, numbers)
            };
            measured = Measuring::with_groups(measured, &(0..measuring.groups()).map(without).collect::<Vec<_>>());
        }
        let evaluation = evaluation(network.loss(), self.function.as_mut(), s, &part.targets, losses);
        Ok((completed(network, evaluation, theta, part), measured))
    }

    #[allow(clippy::cast_precision_loss)] // a few networks
    /// Loss and metric of one part: of one network's outputs, or of the mean prediction of all networks and of what
    /// dropout makes of each.
    fn evaluate(
        &mut self,
        steppers: &mut [Stepper<R>],
        part: &Part<R>,
        engines: &mut [&mut dyn Engine<R>],
    ) -> Result<Evaluated, EngineError> {
        if let [stepper] = &*steppers
            && !stepper.is_thinned()
        {
            return self.of_network(stepper.reported(), part, engines[0]);
        }
        let (network, count) = (self.networks[0], self.networks.len());
        let buffer = &mut self.buffer[..part.samples() * network.output_width()];
        let answers = part.samples() * network.positions();
        let mut predictions = Predictions::new(network.loss(), answers, network.outputs());
        for (number, stepper) in steppers.iter_mut().enumerate() {
            let (network, engine) = (self.networks[number % count], &mut *engines[number % count]);
            match stepper.thinned() {
                (theta, None) => predictions.add(1.0, outputs(engine, network, theta, part, buffer)?.as_ref()),
                (theta, Some(thinned)) => thinned.for_each(theta, |weight, theta| {
                    predictions.add(weight, outputs(engine, network, theta, part, buffer)?.as_ref());
                    Ok(())
                })?,
            }
        }
        let measuring = &self.measuring;
        let mut measured =
            if measuring.is_asked() { measuring.of_mean(&predictions, &part.targets) } else { measuring.nothing() };
        let of = |(number, stepper): (usize, &Stepper<R>)| squares(&self.weights[number % count], stepper.reported());
        let all = || steppers.iter().enumerate().map(of).sum::<f64>();
        measuring.with_weights(&mut measured, || all() / steppers.len() as f64);
        Ok((
            completed(network, of_mean(network.loss(), predictions, &part.targets), steppers[0].reported(), part),
            measured,
        ))
    }
}

/// With an objective's own metric, and the loss as the training takes it.
fn completed<R: Real>(network: &Network, mut evaluation: Evaluation, theta: &[R], part: &Part<R>) -> Evaluation {
    if let Some(objective) = network.objective() {
        evaluation.metric = digits(theta, &objective.minimizer(part.inputs.cast().view()));
    }
    if network.reduction() == Reduction::Sum {
        #[allow(clippy::cast_precision_loss)] // answers stay below 2⁵³
        let answers = (part.samples() * network.positions()) as f64;
        evaluation.loss *= answers;
    }
    evaluation
}

/// The outputs s of a part, a row per answer, in `buffer`.
fn outputs<'b, R: Real>(
    engine: &mut dyn Engine<R>,
    network: &Network,
    theta: &[R],
    part: &Part<R>,
    buffer: &'b mut [R],
) -> Result<MatMut<'b, R>, EngineError> {
    let (samples, width) = (part.samples(), network.output_width());
    engine.outputs(theta, part.inputs.view(), MatMut::new(samples, width, buffer))?;
    Ok(MatMut::new(samples, width, buffer).split_rows(network.positions()))
}

/// Σ w² over these parts of θ.
fn squares<R: Real>(weights: &[Range<usize>], theta: &[R]) -> f64 {
    weights.iter().flat_map(|range| &theta[range.clone()]).map(|w| w.to_f64()).fold(0.0, |sum, w| w.mul_add(w, sum))
}

/// Outputs, a row per answer, and targets without a group of samples.
fn without_group<R: Real>(
    s: MatRef<'_, R>,
    targets: &Targets<R>,
    (positions, group): (usize, usize),
) -> (Vec<R>, Targets<R>) {
    let rows = || (0..s.rows()).filter(move |row| (row / positions.max(1)) % GROUPS != group);
    let targets = match targets {
        Targets::Classes(classes) => Targets::Classes(rows().map(|row| classes[row]).collect()),
        Targets::Values(values) => {
            let kept = rows().flat_map(|row| values.row(row).to_vec()).collect();
            Targets::Values(Matrix::new(rows().count(), values.cols(), kept))
        }
        Targets::None => Targets::None,
    };
    (rows().flat_map(|row| s.row(row).to_vec()).collect(), targets)
}

/// How many decimal digits of θ are right.
fn digits<R: Real>(theta: &[R], minimizer: &[f64]) -> f64 {
    let norm = |numbers: &mut dyn Iterator<Item = f64>| numbers.fold(0.0, |sum: f64, x| x.mul_add(x, sum)).sqrt();
    let gap = norm(&mut theta.iter().zip(minimizer).map(|(theta, best)| theta.to_f64() - best));
    let relative = gap / norm(&mut minimizer.iter().copied()).max(1.0);
    if relative > 0.0 { (-libm::log10(relative)).min(MOST_DIGITS) } else { MOST_DIGITS }
}

/// What f64 can hold.
const MOST_DIGITS: f64 = 17.0;
