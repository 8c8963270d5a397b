//! The settings of a training, as a spec gives them.

use super::average::{self, AverageEntry};
use super::batch::BatchSize;
use super::curve::Curve;
use super::named::by_name;
use super::regularize::RegularizeSettings;
use super::scale::RateScale;
use super::stop::StopRule;
use crate::data::{ClassWeights, Order};
use crate::engine::EngineKind;
use crate::measure::Measure;
use crate::model::Reduction;
use crate::model::initial::{self, Initial};
use crate::num::Seed;
use crate::optim::{self, OptimizerEntry};
use crate::registry::{Choice, Chosen};
use crate::schedule::{self, ScheduleEntry};
use crate::value::Value;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a spec says of a training, `[train]`: a field for each key of the section.
#[allow(clippy::struct_excessive_bools)] // each is a key
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainSpec {
    pub epochs: u64,
    pub batch: BatchSize,
    pub drop_last: bool,
    #[serde(with = "by_name")]
    pub reduction: Reduction,
    #[serde(with = "by_name")]
    pub order: Order,
    pub clip: f64,
    /// Factors of the learning rate by block.
    #[serde(default = "one_rate", skip_serializing_if = "is_one_rate")]
    pub lr_scale: RateScale,
    /// Epochs from one evaluation to the next.
    pub evaluate_every: u64,
    /// Epochs, at least, from one evaluation of the training part to the next; absent where it is 1.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub evaluate_train_every: u64,
    /// Steps from one evaluation of the validation loss within epochs to the next; absent for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evaluate_steps: Option<u64>,
    pub early_stopping: bool,
    pub patience: u64,
    /// What else ends a training; absent for nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop: Option<Choice>,
    /// The least progress per strip, per mille; absent where it is 0.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub least_progress: f64,
    /// Epochs of a strip; absent where it is the usual one.
    #[serde(default = "usual_strip", skip_serializing_if = "is_usual_strip")]
    pub strip: u64,
    pub average: Choice,
    pub ensemble: u32,
    /// Whether each network learns from rows drawn with replacement; absent where it does not.
    #[serde(default, skip_serializing_if = "is_off")]
    pub bootstrap: bool,
    /// How much each class counts in the training loss; absent where all count alike.
    #[serde(default, skip_serializing_if = "ClassWeights::is_even")]
    pub class_weights: ClassWeights,
    #[serde(with = "by_name")]
    pub curve: Curve,
    /// The names of what is measured besides loss and metric, in the registry's order; absent where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub measures: Vec<String>,
    /// Whether held-out rows are measured without each tenth of them; absent where they are not.
    #[serde(default, skip_serializing_if = "is_off")]
    pub jackknife: bool,
    /// Seeds of single sources of randomness, in the place of the run's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_seed: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_seed: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dropout_seed: Option<u64>,
}

impl TrainSpec {
    /// One epoch in batches of this size and nothing else: a base to change, for tests and examples.
    #[must_use]
    pub fn plain(batch: usize) -> Self {
        Self {
            epochs: 1,
            batch: BatchSize::Samples(batch),
            drop_last: false,
            reduction: Reduction::Mean,
            order: Order::Fresh,
            clip: 0.0,
            lr_scale: RateScale::NONE,
            evaluate_every: 1,
            evaluate_train_every: 1,
            evaluate_steps: None,
            early_stopping: false,
            patience: 1,
            stop: None,
            least_progress: 0.0,
            strip: USUAL_STRIP,
            average: Choice { kind: "none".to_owned(), parameters: BTreeMap::new() },
            ensemble: 1,
            bootstrap: false,
            class_weights: ClassWeights::Even,
            curve: Curve::Epoch,
            measures: Vec::new(),
            jackknife: false,
            start_seed: None,
            order_seed: None,
            dropout_seed: None,
        }
    }

    /// Whether the parts are evaluated after so many epochs.
    #[must_use]
    pub fn is_evaluated_after(&self, epochs: u64) -> bool {
        epochs.is_multiple_of(self.evaluate_every) || epochs == self.epochs
    }

    /// Whether some of the steps are kept, all of them or those after which the validation part is evaluated.
    #[must_use]
    pub fn keeps_steps(&self) -> bool {
        self.curve == Curve::Step || self.evaluate_steps.is_some()
    }

    /// Whether samples, or their order, are drawn.
    #[must_use]
    pub fn draws_samples(&self) -> bool {
        self.order != Order::Given || self.bootstrap
    }

    /// What is measured besides loss and metric.
    #[must_use]
    pub fn measures(&self) -> Vec<&'static Measure> {
        self.measures.iter().filter_map(|name| Measure::find(name)).collect()
    }
}

/// The strip of a spec that says none, and of Prechelt.
pub const USUAL_STRIP: u64 = 5;

const fn usual_strip() -> u64 {
    USUAL_STRIP
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde's form
const fn is_usual_strip(strip: &u64) -> bool {
    *strip == USUAL_STRIP
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde's form
fn is_zero(number: &f64) -> bool {
    *number == 0.0
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde's form
const fn is_off(flag: &bool) -> bool {
    !*flag
}

const fn one_rate() -> RateScale {
    RateScale::NONE
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde's form
fn is_one_rate(scale: &RateScale) -> bool {
    *scale == RateScale::NONE
}

const fn one() -> u64 {
    1
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde's form
const fn is_one(number: &u64) -> bool {
    *number == 1
}

/// Everything that a training needs to know besides the network and the data.
#[derive(Clone, Debug)]
pub struct Settings {
    pub seed: u64,
    /// By which quantities of the training's state are computed, where they are asked for.
    pub engine: EngineKind,
    /// What the spec says of the training.
    pub train: TrainSpec,
    /// Samples per step; the last batch of an epoch has what is left.
    pub batch: usize,
    /// What ends a training besides its last epoch and patience.
    pub stop: StopRule,
    /// What is evaluated and kept of the parameters along the run.
    pub average: Chosen<AverageEntry>,
    pub optimizer: Chosen<OptimizerEntry>,
    pub annealing: Chosen<ScheduleEntry>,
    pub initial: Initial,
    pub regularize: RegularizeSettings,
}

impl Settings {
    /// The seed of a network's initial weights.
    #[must_use]
    pub fn start_seed(&self, network: u32) -> Seed {
        Seed { run: self.train.start_seed.unwrap_or(self.seed), network }
    }

    /// The seed of the order of its samples.
    #[must_use]
    pub fn order_seed(&self, network: u32) -> Seed {
        Seed { run: self.train.order_seed.unwrap_or(self.seed), network }
    }

    /// The seed of what is omitted in its training, and of noise.
    #[must_use]
    pub fn dropout_seed(&self, network: u32) -> Seed {
        Seed { run: self.train.dropout_seed.unwrap_or(self.seed), network }
    }

    /// One epoch of gradient descent without annealing or regularizers from zero weights, by batches of this size: a base
    /// to change, for tests and examples.
    #[must_use]
    pub fn plain(batch: usize) -> Self {
        Self {
            seed: 0,
            engine: EngineKind::Reference,
            train: TrainSpec::plain(batch),
            batch,
            stop: StopRule { rule: None, least_progress: 0.0, strip: USUAL_STRIP },
            average: Chosen::of(average::ENTRIES[0]),
            optimizer: Chosen::of(optim::ENTRIES[0]).with("lr", Value::Number(0.1)),
            annealing: Chosen::of(schedule::ENTRIES[0]),
            initial: Initial::of(&initial::ZERO),
            regularize: RegularizeSettings::NONE,
        }
    }

    /// Epochs without a lower validation loss after which training stops; `None`: all epochs are trained.
    #[must_use]
    pub fn patience(&self) -> Option<u64> {
        self.train.early_stopping.then_some(self.train.patience)
    }

    /// The first epoch at whose end training may stop before all epochs; `None` where it does not.
    #[must_use]
    pub fn may_stop_after(&self) -> Option<u64> {
        if self.stop.is_any() { Some(1) } else { self.patience() }
    }

    /// Steps per epoch on a training part of this many samples.
    #[must_use]
    pub fn steps_per_epoch(&self, samples: usize) -> u64 {
        let steps = if self.train.drop_last { samples / self.batch } else { samples.div_ceil(self.batch) };
        steps as u64
    }
}
