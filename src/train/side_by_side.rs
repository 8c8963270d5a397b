//! Two engines on one training, step by step.
//!
//! At the same parameters: one engine leads; at each step the other is asked the same question (the same point, batch, masks
//! and noise), and the gaps of loss and gradient are kept, the gradient's for each block of parameters. So a gap at step t is
//! that of the engines at step t and not of what came before.
//!
//! Apart: each engine trains on its own, both from the same weights by the same batches, masks and noise. Roundings then grow
//! along the way, and what is kept is how far the paths have parted.
//!
//! Gaps are those of each run's own check: max|a − b| over the block, relative to the largest entry of the whole gradient or
//! to 0.1; that of a loss relative to the largest output or to 0.1. So the bound is the same, [`super::bound`].

use super::check::{SMALL, gap, largest_output};
use super::error::TrainError;
use super::sampling::Sampling;
use super::{Settings, Stepper};
use crate::data::Prepared;
use crate::engine::Engine;
use crate::model::Network;
use crate::model::initial::initial_weights;
use crate::num::Real;
use crate::optim::Build;
use std::ops::Range;

/// The gaps of one step.
#[derive(Clone, Debug, PartialEq)]
pub struct StepGaps {
    /// Counted from 0.
    pub step: u64,
    /// Loss of the leading engine.
    pub loss: f64,
    pub loss_gap: f64,
    /// For each block, in the order of the network's layout.
    pub gradient_gaps: Vec<f64>,
}

/// How far two paths have parted after a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parted {
    /// Counted from 0.
    pub step: u64,
    /// ‖θ_a − θ_b‖ / ‖θ_a‖
    pub parameters: f64,
    /// |L_a − L_b| / max(|L_a|, 0.1), of the batch at each one's own parameters.
    pub loss: f64,
}

/// How two engines went side by side.
#[derive(Clone, Debug, PartialEq)]
pub enum Side<T> {
    /// Every step was taken.
    Whole(Vec<T>),
    /// The loss or a gradient stopped being a finite number; so far they went.
    Diverged(Vec<T>),
}

impl<T> Side<T> {
    #[must_use]
    pub fn steps(&self) -> &[T] {
        let (Self::Whole(steps) | Self::Diverged(steps)) = self;
        steps
    }
}

/// Lets one engine train and asks the other at each step, for at most `most` steps. Of an ensemble, its first network. Steps
/// whose outputs are too large to be squared are left out.
///
/// # Errors
/// Where there is no step, no initial weight or no dropout average as the settings ask for, or an engine fails.
pub fn at_the_same_parameters<R: Build>(
    settings: &Settings,
    network: &Network,
    data: &Prepared<R>,
    leading: &mut dyn Engine<R>,
    other: &mut dyn Engine<R>,
    most: u64,
) -> Result<Side<StepGaps>, TrainError> {
    let layout = network.layout();
    let mut walk = Walk::new(settings, network, data, most)?;
    let mut stepper = walk.stepper(settings, network)?;
    let mut gradient = vec![R::ZERO; network.parameter_count()];
    let mut gaps = Vec::new();
    while let Some((epoch, samples)) = walk.next_batch() {
        stepper.ask(&data.train, samples, leading)?;
        let asked = stepper.question();
        if !asked.loss.is_finite() || asked.gradient.iter().any(|g| !g.is_finite()) {
            return Ok(Side::Diverged(gaps));
        }
        let loss = other.loss_and_gradient(asked.point, &asked.batch, &mut gradient)?;
        let largest_output = largest_output(other, network.output_width(), asked.point, asked.batch.inputs)?;
        if !R::from_f64(largest_output * largest_output).is_finite() {
            stepper.update(epoch);
            continue; // at the edge of the numbers, where intermediate results overflow in one engine first
        }
        let largest = asked.gradient.iter().fold(SMALL, |largest: f64, g| largest.max(g.to_f64().abs()));
        let of_block = |place: &Range<usize>| gap(&gradient[place.clone()], &asked.gradient[place.clone()], largest);
        gaps.push(StepGaps {
            step: stepper.steps(),
            loss: asked.loss.to_f64(),
            loss_gap: gap(&[loss], &[asked.loss], largest_output),
            gradient_gaps: layout.blocks().iter().map(|block| of_block(&block.range())).collect(),
        });
        stepper.update(epoch);
    }
    Ok(Side::Whole(gaps))
}

/// Lets both engines train on their own, for at most `most` steps. Of an ensemble, its first network.
///
/// # Errors
/// Where there is no step, no initial weight or no dropout average as the settings ask for, or an engine fails.
pub fn apart<R: Build>(
    settings: &Settings,
    network: &Network,
    data: &Prepared<R>,
    engines: [&mut dyn Engine<R>; 2],
    most: u64,
) -> Result<Side<Parted>, TrainError> {
    let [first, second] = engines;
    let mut walk = Walk::new(settings, network, data, most)?;
    let (mut a, mut b) = (walk.stepper(settings, network)?, walk.stepper(settings, network)?);
    let mut parted = Vec::new();
    while let Some((epoch, samples)) = walk.next_batch() {
        let step = a.steps();
        let losses = [
            a.step(&data.train, samples, epoch, first)?.to_f64(),
            b.step(&data.train, samples, epoch, second)?.to_f64(),
        ];
        let parameters = distance(a.parameters(), b.parameters());
        let loss = (losses[0] - losses[1]).abs() / losses[0].abs().max(SMALL);
        if !parameters.is_finite() || !loss.is_finite() {
            return Ok(Side::Diverged(parted));
        }
        parted.push(Parted { step, parameters, loss });
    }
    Ok(Side::Whole(parted))
}

/// ‖a − b‖ / ‖a‖; 0 where both are 0.
fn distance<R: Real>(a: &[R], b: &[R]) -> f64 {
    let squares = |difference: &dyn Fn(usize) -> f64| {
        (0..a.len()).map(difference).fold(0.0, |sum: f64, x| x.mul_add(x, sum)).sqrt()
    };
    let apart = squares(&|i| a[i].to_f64() - b[i].to_f64());
    if apart == 0.0 { 0.0 } else { apart / squares(&|i| a[i].to_f64()) }
}

/// The batches of a training, in their order.
struct Walk {
    sampling: Sampling,
    batch: usize,
    samples: usize,
    order: Vec<usize>,
    /// The batch to come, counted over all epochs.
    next: u64,
    per_epoch: u64,
    most: u64,
}

impl Walk {
    fn new<R: Real>(settings: &Settings, network: &Network, data: &Prepared<R>, most: u64) -> Result<Self, TrainError> {
        let samples = data.train.samples();
        let per_epoch = settings.steps_per_epoch(samples);
        if per_epoch == 0 || network.parameter_count() == 0 {
            return Err(TrainError::NoStep);
        }
        let most = most.min(per_epoch.saturating_mul(settings.train.epochs));
        Ok(Self {
            sampling: Sampling::of(settings, samples, 0),
            batch: settings.batch,
            samples,
            order: Vec::new(),
            next: 0,
            per_epoch,
            most,
        })
    }

    fn stepper<R: Build>(&self, settings: &Settings, network: &Network) -> Result<Stepper<R>, TrainError> {
        let weights = initial_weights(&settings.initial, network, settings.start_seed(0))?;
        Stepper::new(settings, network, weights, self.samples)
    }

    /// The next batch with its epoch, until all are through.
    fn next_batch(&mut self) -> Option<(u64, &[usize])> {
        if self.next >= self.most {
            return None;
        }
        let (epoch, within) = (self.next / self.per_epoch, self.next % self.per_epoch);
        if within == 0 {
            self.sampling.of_epoch(epoch, &mut self.order);
        }
        self.next += 1;
        let batch = self.order.chunks(self.batch).nth(usize::try_from(within).ok()?)?;
        Some((epoch, batch))
    }
}
