//! The one training loop. It knows engines by their trait only; regularizers are parts of it.

pub mod average;
mod batch;
mod check;
mod clip;
mod curve;
mod drawn;
mod draws;
mod error;
mod evaluate;
mod gang;
mod hashes;
mod measuring;
mod named;
mod of_outputs;
mod orders;
mod predictions;
mod quantities;
mod regularize;
mod running;
mod sampling;
mod scale;
mod settings;
mod side_by_side;
mod stepper;
pub mod stop;
mod thinned;
mod trace;

pub use average::Average;
pub use batch::{BatchSize, FULL, NoBatch};
pub use check::{CrossCheck, bound};
pub use clip::norm;
pub use curve::Curve;
pub use drawn::can_be_drawn;
pub use error::TrainError;
pub use evaluate::Evaluator;
pub use gang::{Ganged, can_be_ganged, train_gang};
pub use hashes::{hash_of_numbers, order_digest};
pub use measuring::predicted;
pub(crate) use named::{Named, by_name};
pub use predictions::Predictions;
pub use quantities::{KnownQuantities, Probe, Probed, StepProbe, Trainer};
pub use regularize::{Dropout, DropoutAtTest, RegularizeSettings, add_weight_decay, penalty};
pub use scale::{DecayScale, LayerScale, RateScale};
pub use settings::{Settings, TrainSpec, USUAL_STRIP};
pub use side_by_side::{Parted, Side, StepGaps, apart, at_the_same_parameters};
pub use stepper::{GradientQuestion, Stepper};
pub use thinned::{MOST_UNITS, Thinned, feeds_layers, units};
pub use trace::{Trace, trace_names};

use crate::data::Prepared;
use crate::engine::{Engine, EngineError};
use crate::model::Network;
use crate::model::initial::initial_weights;
use crate::num::Real;
use crate::optim::Build;
use crate::record::{Check, CurvePoint, Hashes, Outcome, RunResults, StepPoint};
use orders::Orders;
use regularize::EarlyStopping;
use std::time::{Duration, Instant};
use stop::Course;
pub use stop::LEARNED;

/// What a training yields.
#[derive(Clone, Debug)]
pub struct Trained<R> {
    /// Without what the caller knows: the metric's name, the names of what the steps keep, and the held-out rows.
    pub results: RunResults,
    /// The parameters that are reported, one vector per network: with early stopping the best ones.
    pub parameters: Vec<Vec<R>>,
    /// Steps of all networks together.
    pub steps: u64,
    pub train_time: Duration,
    pub evaluation_time: Duration,
    pub check: Option<Check>,
}

/// Trains a network, or an ensemble of them side by side, from initial weights through all epochs, or until it diverges or
/// early stopping ends it. The networks of an ensemble have initial weights, batch orders and noise of their own; the
/// first has those of a run of one.
///
/// # Errors
/// Where there are no initial weights or no dropout average as the settings ask for, an engine fails, or a metric is undefined on
/// the data.
pub fn train<R: Build>(
    settings: &Settings,
    network: &Network,
    data: &Prepared<R>,
    engine: &mut dyn Engine<R>,
    check: Option<CrossCheck<'_, R>>,
) -> Result<Trained<R>, TrainError> {
    train_members(settings, vec![Member { network, engine, check }], data)
}

/// An architecture of an ensemble's networks, with the engine that computes it and the other one, where that checks it.
pub struct Member<'n, 'e, 'c, R> {
    pub network: &'n Network,
    pub engine: &'e mut dyn Engine<R>,
    pub check: Option<CrossCheck<'c, R>>,
}

/// The same for networks of several architectures, at least one, which the ensemble takes in turn. They give outputs of one form.
///
/// # Errors
/// As [`train`].
pub fn train_members<R: Build>(
    settings: &Settings,
    members: Vec<Member<'_, '_, '_, R>>,
    data: &Prepared<R>,
) -> Result<Trained<R>, TrainError> {
    let mut training = Training::new(settings, members, data)?;
    let outcome = training.run()?;
    Ok(training.finish(outcome))
}

/// A training in hand.
struct Training<'a, 'e, 'c, R> {
    settings: &'a Settings,
    data: &'a Prepared<R>,
    /// Which the networks take in turn.
    members: Vec<Member<'a, 'e, 'c, R>>,
    /// One per network.
    steppers: Vec<Stepper<R>>,
    /// Their digest.
    initial_weights: String,
    evaluator: Evaluator<'a, R>,
    clock: Clock,
    orders: Orders,
    curve: Vec<CurvePoint>,
    /// From which epoch on the training part is evaluated again.
    train_due: u64,
    steps_curve: Vec<StepPoint>,
    course: Course,
    early_stopping: Option<EarlyStopping<R>>,
}

/// How an evaluation leaves the training.
#[derive(PartialEq, Eq)]
enum After {
    GoOn,
    Stop,
    /// Something is no finite number.
    Diverged,
}

impl<'a, 'e, 'c, R: Build> Training<'a, 'e, 'c, R> {
    /// At step 0.
    fn new(
        settings: &'a Settings,
        mut members: Vec<Member<'a, 'e, 'c, R>>,
        data: &'a Prepared<R>,
    ) -> Result<Self, TrainError> {
        let samples = data.train.samples();
        let regularize = &settings.regularize;
        let network = members[0].network;
        let probed = Probed { network, method: Trainer::Optimizer, networks: settings.train.ensemble, regularize };
        let probe = Probe::new(&settings.train, &probed, (settings.engine, data));
        let mut steppers = Vec::new();
        for (number, Member { network, .. }) in
            (0..settings.train.ensemble).zip((0..members.len()).cycle().map(|of| &members[of]))
        {
            let parameters = initial_weights(&settings.initial, network, settings.start_seed(number))?;
            let steps = StepProbe::new(&settings.train, &probed, &data.train);
            steppers.push(Stepper::of_network(settings, network, parameters, samples, number)?.probed(steps));
        }
        let initial_weights = hash_of_numbers(steppers.iter().map(Stepper::parameters));
        for check in members.iter_mut().filter_map(|member| member.check.as_mut()) {
            let per_epoch = settings.steps_per_epoch(samples);
            let epochs = settings.may_stop_after().unwrap_or(settings.train.epochs);
            check.choose_steps(per_epoch.saturating_mul(settings.train.epochs), per_epoch.saturating_mul(epochs));
        }
        Ok(Self {
            settings,
            data,
            evaluator: Evaluator::of(members.iter().map(|member| member.network).collect(), data, &settings.train)?
                .with_errors(settings.stop.asks_for_errors())
                .probed(probe),
            members,
            steppers,
            initial_weights,
            clock: Clock::default(),
            orders: Orders::new(settings, samples),
            curve: Vec::new(),
            train_due: 0,
            steps_curve: Vec::new(),
            course: Course::default(),
            early_stopping: settings.may_stop_after().map(|_| EarlyStopping::new(settings.patience())),
        })
    }
}

impl<R: Real> Training<'_, '_, '_, R> {
    /// All epochs, or as many as there are until the run ends otherwise.
    fn run(&mut self) -> Result<Outcome, EngineError> {
        let after = self.evaluate(0, None)?;
        self.go_on(0, after)
    }

    /// The same from an epoch on, as the evaluation before it left the training.
    fn go_on(&mut self, from: u64, mut after: After) -> Result<Outcome, EngineError> {
        for epoch in from..self.settings.train.epochs {
            match after {
                After::GoOn => {}
                After::Stop => break,
                After::Diverged => return Ok(self.diverged()),
            }
            let mut loss = 0.0;
            for network in 0..self.settings.train.ensemble {
                let Some(own) = self.train_epoch(network, epoch)? else {
                    return Ok(Outcome::Diverged { step: self.steppers[network as usize].steps() - 1 });
                };
                loss += own;
            }
            self.course.add_training(loss / f64::from(self.settings.train.ensemble));
            let done = epoch + 1;
            if self.settings.train.is_evaluated_after(done) {
                after = self.evaluate(done, None)?;
            }
        }
        Ok(if after == After::Diverged { self.diverged() } else { Outcome::Done })
    }

    /// Divergence that an evaluation found: at the last step before it.
    fn diverged(&self) -> Outcome {
        Outcome::Diverged { step: self.steppers[0].steps().saturating_sub(1) }
    }

    /// One network's epoch; the mean loss of its samples, each before its step. `None`: the loss stopped being a finite number.
    fn train_epoch(&mut self, network: u32, epoch: u64) -> Result<Option<f64>, EngineError> {
        self.orders.draw(network, epoch);
        let stepper = &mut self.steppers[network as usize];
        let of = network as usize % self.members.len();
        let Member { engine, check, .. } = &mut self.members[of];
        let (mut sum, mut count) = (0.0, 0.0);
        for samples in self.orders.batches(self.settings) {
            self.clock.training(|| stepper.ask(&self.data.train, samples, *engine))?;
            if let Some(check) = check {
                check.after_answer(stepper)?;
            }
            self.clock.training(|| stepper.update(epoch));
            let point = match self.settings.train.evaluate_steps {
                None => (self.settings.train.curve == Curve::Step).then(|| stepper.point()),
                Some(every) if stepper.steps().is_multiple_of(every) => {
                    let evaluator = &mut self.evaluator;
                    let loss = timed(&mut self.clock.evaluation, || evaluator.validation_loss(stepper, *engine))?;
                    let mut point = stepper.point();
                    point.traced.push(loss);
                    Some(point)
                }
                Some(_) => None,
            };
            self.steps_curve.extend(point.filter(StepPoint::is_finite));
            if !stepper.loss().is_finite() {
                return Ok(None);
            }
            #[allow(clippy::cast_precision_loss)] // samples of a batch
            let weight = samples.len() as f64;
            sum += weight * stepper.loss().to_f64();
            count += weight;
        }
        Ok(Some(sum / count))
    }

    /// Whether the training part is evaluated after so many epochs.
    fn is_train_due(&self, epochs: u64) -> bool {
        self.train_due <= epochs || epochs == self.settings.train.epochs
    }

    /// Adds the curve's point after so many epochs. `computed` knows the outputs where they have been computed already.
    fn evaluate(&mut self, epochs: u64, computed: Option<&mut dyn Engine<R>>) -> Result<After, EngineError> {
        let due = self.is_train_due(epochs);
        let (evaluator, steppers) = (&mut self.evaluator, &mut self.steppers);
        if due {
            self.train_due = epochs.saturating_add(self.settings.train.evaluate_train_every);
        }
        let mut engines: Vec<&mut dyn Engine<R>> = Vec::new();
        match computed {
            Some(computed) => engines.push(computed),
            None => self.members.iter_mut().for_each(|member| engines.push(&mut *member.engine)),
        }
        let point = self.clock.evaluation(|| evaluator.point(steppers, epochs, due, &mut engines))?;
        let Some(point) = point else { return Ok(After::Diverged) };
        self.curve.push(point);
        self.course.add_validation(epochs, point.validation.loss);
        self.course.set_largest_error(evaluator.largest_error());
        let Some(early_stopping) = &mut self.early_stopping else { return Ok(After::GoOn) };
        let reported: Vec<&[R]> = steppers.iter().map(Stepper::reported).collect();
        let is_over =
            early_stopping.is_over(&point, &reported) || epochs > 0 && self.settings.stop.is_over(&self.course);
        Ok(if is_over { After::Stop } else { After::GoOn })
    }

    fn finish(self, outcome: Outcome) -> Trained<R> {
        let reported = || self.steppers.iter().map(|stepper| stepper.reported().to_vec()).collect();
        // A diverged run keeps where it was lost, for its hash.
        let best = self.early_stopping.filter(|_| outcome == Outcome::Done).and_then(EarlyStopping::into_best);
        let parameters: Vec<Vec<R>> = best.unwrap_or_else(reported);
        let hashes = Hashes {
            initial_weights: self.initial_weights,
            batch_order: self.orders.digest(),
            final_parameters: hash_of_numbers(parameters.iter().map(Vec::as_slice)),
        };
        let results = RunResults {
            outcome,
            gradients_per_step: self.steppers[0].gradients_per_step(),
            curve: self.curve,
            measured: self.evaluator.into_measured(),
            steps: self.steps_curve,
            hashes: Some(hashes),
            ..RunResults::default()
        };
        Trained {
            results,
            steps: self.steppers.iter().map(Stepper::steps).sum(),
            train_time: self.clock.training,
            evaluation_time: self.clock.evaluation,
            check: self
                .members
                .into_iter()
                .filter_map(|member| member.check.map(CrossCheck::result))
                .reduce(Check::worse),
            parameters,
        }
    }
}

/// Time spent in steps and in evaluations.
#[derive(Default)]
struct Clock {
    training: Duration,
    evaluation: Duration,
}

impl Clock {
    fn training<T>(&mut self, work: impl FnOnce() -> T) -> T {
        timed(&mut self.training, work)
    }

    fn evaluation<T>(&mut self, work: impl FnOnce() -> T) -> T {
        timed(&mut self.evaluation, work)
    }
}

fn timed<T>(total: &mut Duration, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = work();
    *total += start.elapsed();
    result
}
