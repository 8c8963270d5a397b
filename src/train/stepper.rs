//! One training step: gather the batch, draw the masks, ask the engine for the gradient, add the decay, update.
//!
//! Every buffer is made once, so a step allocates nothing (with an engine and an optimizer that do not either).

use super::regularize::{Settings as RegularizeSettings, add_weight_decay, shrink, soft_threshold};
use super::{Dropout, Settings};
use crate::data::{Part, Targets};
use crate::engine::{Batch, Engine, Masks, TargetsRef};
use crate::model::Network;
use crate::num::{MatRef, Real};
use crate::optim::{Build, Optimizer, build};
use crate::schedule::Schedule;
use std::ops::Range;

/// A training between two steps.
pub struct Stepper<R> {
    parameters: Vec<R>,
    optimizer: Box<dyn Optimizer<R>>,
    schedule: Schedule,
    dropout: Dropout<R>,
    regularize: RegularizeSettings,
    /// Where the weights lie that penalties act on; they spare the biases.
    weights: Vec<Range<usize>>,
    steps: u64,
    learning_rate: f64,
    batch: Gathered<R>,
    /// Where the last gradient was taken: the parameters, or the optimizer's look-ahead point.
    point: Vec<R>,
    gradient: Vec<R>,
    loss: R,
}

/// A batch copied out of the training part.
struct Gathered<R> {
    samples: usize,
    /// Answers per sample.
    positions: usize,
    features: usize,
    inputs: Vec<R>,
    classes: Vec<u32>,
    outputs: usize,
    values: Vec<R>,
}

impl<R: Build> Stepper<R> {
    /// A training at step 0, on a training part of this many samples.
    ///
    /// # Errors
    /// Where the optimizer or the annealing rule is unknown.
    pub fn new(settings: &Settings, network: &Network, parameters: Vec<R>, samples: usize) -> Result<Self, String> {
        let (rate, epochs) = (settings.optimizer.number("lr"), settings.epochs);
        let steps = settings.steps_per_epoch(samples).saturating_mul(epochs);
        let schedule = Schedule::new(&settings.annealing, rate, epochs, steps)?;
        let (count, features, outputs) = (parameters.len(), network.inputs(), network.outputs());
        let positions = network.positions();
        Ok(Self {
            optimizer: build(&settings.optimizer, count)?,
            learning_rate: schedule.learning_rate(0, 0),
            schedule,
            dropout: Dropout::new(settings.regularize, network, settings.seed, settings.batch),
            regularize: settings.regularize,
            weights: network.layers().iter().map(|layer| layer.weights.clone()).collect(),
            steps: 0,
            batch: Gathered {
                samples: 0,
                positions,
                features,
                inputs: Vec::with_capacity(settings.batch * features),
                classes: Vec::with_capacity(settings.batch * positions),
                outputs,
                values: Vec::with_capacity(settings.batch * positions * outputs),
            },
            point: vec![R::ZERO; count],
            gradient: vec![R::ZERO; count],
            loss: R::ZERO,
            parameters,
        })
    }
}

impl<R: Real> Stepper<R> {
    /// Takes one step on these samples of the training part and returns the batch's loss before the update.
    ///
    /// # Errors
    /// Where the engine fails.
    pub fn step(
        &mut self,
        part: &Part<R>,
        samples: &[usize],
        epoch: u64,
        engine: &mut dyn Engine<R>,
    ) -> Result<R, String> {
        self.batch.gather(part, samples);
        self.dropout.draw(self.steps, samples.len());
        if !self.optimizer.look_ahead(&self.parameters, &mut self.point) {
            self.point.copy_from_slice(&self.parameters);
        }
        let batch = self.batch.view(self.dropout.masks());
        self.loss = engine.loss_and_gradient(&self.point, &batch, &mut self.gradient)?;
        add_weight_decay(self.coupled_decay(), &self.weights, &self.point, &mut self.gradient);
        self.learning_rate = self.schedule.learning_rate(self.steps, epoch);
        let RegularizeSettings { weight_decay, decoupled, l1, .. } = self.regularize;
        if decoupled && weight_decay > 0.0 {
            shrink(R::from_f64(self.learning_rate * weight_decay), &self.weights, &mut self.parameters);
        }
        self.optimizer.step(R::from_f64(self.learning_rate), &mut self.parameters, &self.gradient);
        if l1 > 0.0 {
            soft_threshold(R::from_f64(self.learning_rate * l1), &self.weights, &mut self.parameters);
        }
        self.steps += 1;
        Ok(self.loss)
    }

    /// θ
    #[must_use]
    pub fn parameters(&self) -> &[R] {
        &self.parameters
    }

    /// θ, at the end.
    #[must_use]
    pub fn into_parameters(self) -> Vec<R> {
        self.parameters
    }

    /// Steps taken so far.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// Of the last step, or of the first one to come.
    #[must_use]
    pub fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    /// What the engine was asked at the last step, and what it answered; coupled weight decay is part of the gradient.
    #[must_use]
    pub(super) fn last(&self) -> LastStep<'_, R> {
        let Self { point, gradient, loss, .. } = self;
        LastStep { point, batch: self.batch.view(self.dropout.masks()), gradient, loss: *loss }
    }

    /// Adds the decay at `point` to a gradient, as the steps do.
    pub(super) fn decay(&self, gradient: &mut [R]) {
        add_weight_decay(self.coupled_decay(), &self.weights, &self.point, gradient);
    }

    /// λ of the decay that goes through the gradient.
    fn coupled_decay(&self) -> R {
        R::from_f64(if self.regularize.decoupled { 0.0 } else { self.regularize.weight_decay })
    }
}

/// The last question to the engine and its answer.
pub(super) struct LastStep<'a, R> {
    pub point: &'a [R],
    pub batch: Batch<'a, R>,
    pub gradient: &'a [R],
    pub loss: R,
}

impl<R: Real> Gathered<R> {
    fn gather(&mut self, part: &Part<R>, samples: &[usize]) {
        self.samples = samples.len();
        self.inputs.clear();
        samples.iter().for_each(|&sample| self.inputs.extend_from_slice(part.inputs.row(sample)));
        self.classes.clear();
        self.values.clear();
        let (answers, numbers) = (self.positions, self.positions * self.outputs);
        for &sample in samples {
            match &part.targets {
                Targets::Classes(classes) => self.classes.extend_from_slice(&classes[sample * answers..][..answers]),
                Targets::Values(values) => {
                    self.values.extend_from_slice(&values.data()[sample * numbers..][..numbers]);
                }
                Targets::None => {}
            }
        }
    }

    fn view<'a>(&'a self, masks: Masks<'a, R>) -> Batch<'a, R> {
        let targets = match (self.classes.is_empty(), self.values.is_empty()) {
            (false, _) => TargetsRef::Classes(&self.classes),
            (true, false) => TargetsRef::Values(MatRef::new(self.samples * self.positions, self.outputs, &self.values)),
            (true, true) => TargetsRef::None,
        };
        Batch { inputs: MatRef::new(self.samples, self.features, &self.inputs), targets, masks }
    }
}
