//! The one training loop. It knows engines by their trait only; regularizers are parts of it.

mod check;
mod evaluate;
mod regularize;
mod stepper;

pub use check::{CrossCheck, bound};
pub use evaluate::{Evaluator, metric_name};
pub use regularize::{Dropout, add_weight_decay};
pub use stepper::Stepper;

use crate::data::{Prepared, epoch_order};
use crate::engine::Engine;
use crate::model::Network;
use crate::model::initial::initial_weights;
use crate::num::Real;
use crate::optim::Build;
use crate::record::{Check, CurvePoint, Hashes, Outcome};
use crate::registry::Choice;
use std::time::{Duration, Instant};

/// Everything that a training needs to know besides the network and the data.
#[derive(Clone, Debug)]
pub struct Settings {
    pub seed: u64,
    pub epochs: u64,
    /// Samples per step; the last batch of an epoch has what is left.
    pub batch: usize,
    /// Leave out an incomplete last batch.
    pub drop_last: bool,
    pub optimizer: Choice,
    pub annealing: Choice,
    pub initial: Choice,
    pub regularize: regularize::Settings,
}

pub use regularize::Settings as RegularizeSettings;

impl Settings {
    /// Steps per epoch on a training part of this many samples.
    #[must_use]
    pub fn steps_per_epoch(&self, samples: usize) -> u64 {
        let steps = if self.drop_last { samples / self.batch } else { samples.div_ceil(self.batch) };
        steps as u64
    }
}

/// What a training yields.
#[derive(Clone, Debug)]
pub struct Trained<R> {
    pub outcome: Outcome,
    pub curve: Vec<CurvePoint>,
    pub parameters: Vec<R>,
    pub hashes: Hashes,
    pub steps: u64,
    pub train_time: Duration,
    pub evaluation_time: Duration,
    pub check: Option<Check>,
}

/// Trains a network from its initial weights through all epochs, or until it diverges.
///
/// # Errors
/// Where a choice is unknown, an engine fails or a metric is undefined on the data.
pub fn train<R: Build>(
    settings: &Settings,
    network: &Network,
    data: &Prepared<R>,
    engine: &mut dyn Engine<R>,
    mut check: Option<CrossCheck<'_, R>>,
) -> Result<Trained<R>, String> {
    let parameters: Vec<R> = initial_weights(&settings.initial, network, settings.seed)?;
    let initial_weights = hash_of_numbers(&parameters);
    let mut stepper = Stepper::new(settings, network, parameters, data.train.samples())?;
    let mut evaluator = Evaluator::new(network, data)?;
    let steps_per_epoch = settings.steps_per_epoch(data.train.samples());
    if let Some(check) = &mut check {
        check.choose_steps(steps_per_epoch * settings.epochs);
    }

    let mut clock = Clock::default();
    let mut batch_order = blake3::Hasher::new();
    let mut order = Vec::new();
    let mut curve = Vec::new();
    let mut outcome = Outcome::Done;
    match clock.evaluation(|| evaluator.point(&stepper, 0, engine))? {
        Some(point) => curve.push(point),
        None => outcome = Outcome::Diverged { step: 0 },
    }
    let epochs = if outcome == Outcome::Done { settings.epochs } else { 0 };
    'epochs: for epoch in 0..epochs {
        epoch_order(data.train.samples(), settings.seed, epoch, &mut order);
        for &sample in &order {
            batch_order.update(&(sample as u64).to_le_bytes());
        }
        let whole = usize::try_from(steps_per_epoch).unwrap_or(usize::MAX);
        for samples in order.chunks(settings.batch).take(whole) {
            let loss = clock.training(|| stepper.step(&data.train, samples, epoch, engine))?;
            if let Some(check) = &mut check {
                check.after_step(&stepper)?;
            }
            if !loss.is_finite() {
                outcome = Outcome::Diverged { step: stepper.steps() - 1 };
                break 'epochs;
            }
        }
        match clock.evaluation(|| evaluator.point(&stepper, epoch + 1, engine))? {
            Some(point) => curve.push(point),
            None => {
                outcome = Outcome::Diverged { step: stepper.steps().saturating_sub(1) };
                break;
            }
        }
    }
    let hashes = Hashes {
        initial_weights,
        batch_order: batch_order.finalize().to_hex().to_string(),
        final_parameters: hash_of_numbers(stepper.parameters()),
    };
    Ok(Trained {
        outcome,
        curve,
        hashes,
        steps: stepper.steps(),
        train_time: clock.training,
        evaluation_time: clock.evaluation,
        check: check.map(CrossCheck::result),
        parameters: stepper.into_parameters(),
    })
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

fn hash_of_numbers<R: Real>(numbers: &[R]) -> String {
    let mut bytes = Vec::with_capacity(std::mem::size_of_val(numbers));
    R::extend_bytes(numbers, &mut bytes);
    blake3::hash(&bytes).to_hex().to_string()
}
