//! One training step: gather the batch, draw masks and noise, ask the engine for the gradient, add the decay, update.
//!
//! Every buffer is made once, so a step allocates nothing (with an engine and an optimizer that do not either).

mod lanes;
#[cfg(test)]
mod tests;

pub(super) use lanes::{LaneRun, LaneSteps};

use super::clip::{clip, norm};
use super::drawn::DrawnLabels;
use super::draws::StepDraws;
use super::error::TrainError;
use super::quantities::StepProbe;
use super::regularize::{
    DropConnect, RegularizeSettings, WeightNoise, add_weight_decay, penalty, shrink, soft_threshold,
};
use super::running::Running;
use super::scale::{FactorGroup, by_factor};
use super::trace::Trace;
use super::{Average, Settings, Thinned, average};
use crate::data::Part;
use crate::engine::{Batch, Engine, EngineError};
use crate::model::Network;
use crate::num::{Block, Real};
use crate::optim::{Build, Now, Optimizer, build};
use crate::record::StepPoint;
use crate::schedule::Schedule;

/// A training between two steps.
pub struct Stepper<R> {
    parameters: Vec<R>,
    optimizer: Box<dyn Optimizer<R>>,
    schedule: Schedule,
    regularize: RegularizeSettings,
    draws: StepDraws<R>,
    weight_noise: WeightNoise,
    dropconnect: DropConnect<R>,
    thinned: Option<Thinned<R>>,
    average: Option<Box<dyn Average<R>>>,
    /// What the optimizer reports in the place of θ; empty where it reports θ.
    reported: Vec<R>,
    /// Parts of θ that no gradient moves.
    running: Running<R>,
    /// The blocks on which weight decay and the L1 threshold act, by the factors of their strength.
    decayed: Vec<FactorGroup>,
    thresholded: Vec<FactorGroup>,
    steps: u64,
    learning_rate: f64,
    /// The optimizer's look-ahead point, and whether it was wanted at the last step: else the parameters are the point.
    point: Vec<R>,
    looks_ahead: bool,
    /// Whether a step takes a second gradient.
    looks_again: bool,
    /// Gradients that the last step took.
    gradients: u64,
    /// Labels from the network's own answers, for optimizers that want such a gradient.
    drawn: DrawnLabels<R>,
    /// The same with noise and without omitted connections, where the engine is asked; empty where it is the same.
    perturbed: Vec<R>,
    gradient: Vec<R>,
    loss: R,
    /// The largest norm of a gradient; 0 for any.
    clip: f64,
    /// Where the numbers of each step are asked for: those besides loss, rate and norm.
    trace: Option<Trace>,
    /// Where quantities of the steps are asked for.
    probe: Option<StepProbe<R>>,
    /// ‖g‖ at the last step, where it was needed.
    gradient_norm: f64,
}

impl<R: Build> Stepper<R> {
    /// A training at step 0, on a training part of this many samples.
    ///
    /// # Errors
    /// Where dropout's exact average is too large.
    pub fn new(settings: &Settings, network: &Network, parameters: Vec<R>, samples: usize) -> Result<Self, TrainError> {
        Self::of_network(settings, network, parameters, samples, 0)
    }

    /// The training of one of the networks of an ensemble.
    pub(super) fn of_network(
        settings: &Settings,
        network: &Network,
        parameters: Vec<R>,
        samples: usize,
        number: u32,
    ) -> Result<Self, TrainError> {
        let (rate, epochs) = (settings.optimizer.choice.number("lr"), settings.train.epochs);
        let steps = settings.steps_per_epoch(samples).saturating_mul(epochs);
        let schedule = Schedule::new(&settings.annealing, rate, epochs, steps);
        let (count, regularize) = (parameters.len(), settings.regularize);
        let weights = network.weights();
        let seed = settings.dropout_seed(number);
        let weight_noise = WeightNoise::new(regularize.weight_noise, &weights, seed);
        let dropconnect = DropConnect::new(regularize.dropconnect, &weights, count, seed);
        let perturbed = if weight_noise.is_active() || dropconnect.is_active() { count } else { 0 };
        let scale = settings.train.lr_scale;
        let layout =
            network.layout().with_rates(|layout, block| scale.of(layout, block)).with_seed(settings.start_seed(number));
        let optimizer = build(&settings.optimizer, &layout);
        let frozen = network.frozen();
        let moves = |block: &Block| !frozen.iter().any(|place| place.contains(&block.range().start));
        let decay = |block: &Block| {
            // Decoupled decay goes by the block's rate.
            let rate = if regularize.decoupled { block.rate } else { 1.0 };
            if moves(block) { regularize.decay_scale.of(&layout, block) * rate } else { 0.0 }
        };
        let threshold = |block: &Block| if block.role.is_penalized() && moves(block) { block.rate } else { 0.0 };
        Ok(Self {
            learning_rate: schedule.learning_rate(0, 0),
            schedule,
            draws: StepDraws::new(settings, network, number),
            weight_noise,
            dropconnect,
            thinned: Thinned::new(&regularize, network, seed)?,
            reported: if optimizer.reports() { parameters.clone() } else { Vec::new() },
            optimizer,
            average: average::build(&settings.average, count),
            regularize,
            running: Running::new(network),
            decayed: by_factor(&layout, decay),
            thresholded: by_factor(&layout, threshold),
            steps: 0,
            point: vec![R::ZERO; count],
            looks_ahead: false,
            looks_again: false,
            gradients: 0,
            drawn: DrawnLabels::new(network, seed),
            perturbed: vec![R::ZERO; perturbed],
            gradient: vec![R::ZERO; count],
            loss: R::ZERO,
            clip: settings.train.clip,
            trace: settings.train.keeps_steps().then(|| Trace::new(network)),
            probe: None,
            gradient_norm: f64::NAN,
            parameters,
        })
    }
}

impl<R: Real> Stepper<R> {
    /// The same, whose steps are measured.
    pub(super) fn probed(self, probe: Option<StepProbe<R>>) -> Self {
        Self { probe, ..self }
    }

    /// What is asked for of its steps, so far.
    pub(super) fn probe(&self) -> Option<&StepProbe<R>> {
        self.probe.as_ref()
    }

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
    ) -> Result<R, EngineError> {
        self.ask(part, samples, engine)?;
        self.update(epoch);
        Ok(self.loss)
    }

    /// The first half of a step: draws what this step draws and asks the engine for loss and gradient.
    pub(super) fn ask(
        &mut self,
        part: &Part<R>,
        samples: &[usize],
        engine: &mut dyn Engine<R>,
    ) -> Result<(), EngineError> {
        self.gradients = 0;
        self.draws.draw(part, samples, self.steps);
        if self.optimizer.wants_drawn(&self.parameters) {
            self.ask_with_drawn_labels(engine)?;
        }
        self.looks_ahead = self.optimizer.look_ahead(&self.parameters, &mut self.point);
        self.ask_engine(engine)?;
        self.running.take(&mut self.gradient, &self.parameters);
        if self.optimizer.look_again(&self.parameters, &self.gradient, &mut self.point) {
            (self.looks_ahead, self.looks_again) = (true, true);
            self.ask_engine(engine)?;
        } else {
            self.running.give_back(&mut self.gradient);
        }
        Ok(())
    }

    /// Loss and gradient at the point, or at the parameters, for the batch as it was drawn.
    fn ask_engine(&mut self, engine: &mut dyn Engine<R>) -> Result<(), EngineError> {
        let point = if self.looks_ahead { &self.point } else { &self.parameters };
        if !self.perturbed.is_empty() {
            self.perturbed.copy_from_slice(point);
            self.weight_noise.add(self.steps, &mut self.perturbed);
            self.dropconnect.draw(self.steps);
            self.dropconnect.apply(&mut self.perturbed);
        }
        let asked = if self.perturbed.is_empty() { point } else { &self.perturbed };
        let batch = self.draws.batch();
        self.loss = engine.loss_and_gradient(asked, &batch, &mut self.gradient)?;
        self.gradients += 1;
        Ok(())
    }

    /// Gives the optimizer the gradient at the parameters with labels drawn from the network's answers to the batch.
    fn ask_with_drawn_labels(&mut self, engine: &mut dyn Engine<R>) -> Result<(), EngineError> {
        let batch = self.draws.batch();
        engine.outputs(&self.parameters, batch.inputs, self.drawn.outputs(self.draws.samples()))?;
        self.drawn.draw(self.steps);
        let batch = Batch { targets: self.drawn.targets(), ..batch };
        engine.loss_and_gradient(&self.parameters, &batch, &mut self.gradient)?;
        self.running.take(&mut self.gradient, &self.parameters);
        self.optimizer.take_drawn(&self.gradient);
        self.gradients += 1;
        Ok(())
    }

    /// The second half: from the engine's answer to the next parameters.
    pub(super) fn update(&mut self, epoch: u64) {
        self.running.take(&mut self.gradient, &self.parameters);
        self.dropconnect.apply(&mut self.gradient);
        if self.trace.is_some() || self.probe.is_some() || self.clip > 0.0 {
            self.gradient_norm = norm(&self.gradient);
        }
        if let Some(trace) = &mut self.trace {
            trace.take(&self.gradient, &self.parameters);
        }
        if let Some(probe) = &mut self.probe {
            probe.begin(&self.parameters, self.gradients * self.draws.samples() as u64);
        }
        if self.clip > 0.0 {
            clip(self.clip, self.gradient_norm, &mut self.gradient);
        }
        let RegularizeSettings { weight_decay, decoupled, l1, .. } = self.regularize;
        let coupled = if decoupled { 0.0 } else { weight_decay };
        let point = if self.looks_ahead { &self.point } else { &self.parameters };
        for FactorGroup { factor, places } in &self.decayed {
            add_weight_decay(R::from_f64(coupled * factor), places, point, &mut self.gradient);
        }
        let loss = if self.optimizer.needs_loss() {
            let penalties = self.decayed.iter().map(|of| penalty(R::from_f64(coupled * of.factor), &of.places, point));
            penalties.fold(self.loss, |loss, penalty| loss + penalty)
        } else {
            R::from_f64(f64::NAN)
        };
        self.learning_rate = self.schedule.learning_rate(self.steps, epoch);
        if decoupled && weight_decay > 0.0 {
            for FactorGroup { factor, places } in &self.decayed {
                let share = self.learning_rate * weight_decay * factor;
                shrink(R::from_f64(share), places, &mut self.parameters);
            }
        }
        let now = Now { learning_rate: R::from_f64(self.learning_rate), loss };
        self.optimizer.step(now, &mut self.parameters, &self.gradient);
        if l1 > 0.0 {
            for FactorGroup { factor, places } in &self.thresholded {
                soft_threshold(R::from_f64(self.learning_rate * l1 * factor), places, &mut self.parameters);
            }
        }
        self.running.put(&mut self.parameters);
        if let Some(probe) = &mut self.probe {
            probe.end(&self.parameters, self.gradient_norm);
        }
        if !self.reported.is_empty() {
            self.optimizer.report(&self.parameters, &mut self.reported);
            self.running.put(&mut self.reported);
        }
        if let Some(average) = &mut self.average {
            average.update(epoch, if self.reported.is_empty() { &self.parameters } else { &self.reported });
        }
        self.steps += 1;
    }

    /// θ
    #[must_use]
    pub fn parameters(&self) -> &[R] {
        &self.parameters
    }

    /// The parameters that are evaluated and kept: θ, or its average once that has begun.
    #[must_use]
    pub fn reported(&self) -> &[R] {
        let reported = if self.reported.is_empty() { &self.parameters } else { &self.reported };
        self.average.as_ref().and_then(|average| average.mean()).unwrap_or(reported)
    }

    /// The reported parameters, and the thinned networks that stand for them at test time, if some do.
    pub(super) fn thinned(&mut self) -> (&[R], Option<&mut Thinned<R>>) {
        let reported = if self.reported.is_empty() { &self.parameters } else { &self.reported };
        let theta = self.average.as_ref().and_then(|average| average.mean()).unwrap_or(reported);
        (theta, self.thinned.as_mut())
    }

    /// Whether thinned networks stand for this one at test time.
    pub(super) fn is_thinned(&self) -> bool {
        self.thinned.is_some()
    }

    /// How many gradients a step takes, where it is more than one.
    #[must_use]
    pub(super) fn gradients_per_step(&self) -> Option<u64> {
        self.looks_again.then_some(2)
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

    /// The batch's mean loss at the last step, before the update.
    #[must_use]
    pub fn loss(&self) -> R {
        self.loss
    }

    /// The last step's row of the curve by steps.
    #[must_use]
    pub(super) fn point(&self) -> StepPoint {
        let Self { loss, learning_rate, gradient_norm, .. } = *self;
        let mut traced = self.trace.as_ref().map(|trace| trace.numbers().to_vec()).unwrap_or_default();
        traced.extend(self.probe.iter().flat_map(StepProbe::numbers));
        StepPoint { step: self.steps - 1, loss: loss.to_f64(), learning_rate, gradient_norm, traced }
    }

    /// What the engine was asked last, and what it answered, before the update.
    pub(super) fn question(&self) -> GradientQuestion<'_, R> {
        self.question_of(self.draws.batch())
    }

    /// The same of a batch that it has not drawn itself.
    pub(super) fn question_of<'a>(&'a self, batch: Batch<'a, R>) -> GradientQuestion<'a, R> {
        let Self { perturbed, gradient, loss, .. } = self;
        let point = if self.looks_ahead { &self.point } else { &self.parameters };
        let point = if perturbed.is_empty() { point } else { perturbed };
        GradientQuestion { point, batch, gradient, loss: *loss }
    }
}

/// A question to an engine and its answer.
pub struct GradientQuestion<'a, R> {
    /// θ where the gradient was asked for.
    pub point: &'a [R],
    pub batch: Batch<'a, R>,
    pub gradient: &'a [R],
    pub loss: R,
}
