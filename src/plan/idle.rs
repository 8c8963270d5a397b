//! Annealing that does nothing, since the run is too short for it: a step every 10 of 5 epochs, a cosine over one.

use super::run_spec::{RunSpec, Section};
use crate::data::{DataSet, split};
use crate::schedule::Room;
use std::collections::HashMap;

/// What the rules of a spec need, and what its shortest run has. Every longer run has room for a rule that fits into a shorter one, so
/// that nothing more has to be known of a million combinations.
pub struct Idle {
    /// The most epochs and steps that a rule needs.
    epochs_needed: u64,
    steps_needed: u64,
    /// The fewest epochs, and steps in an epoch.
    epochs: u64,
    per_epoch: u64,
    /// Steps in an epoch, by what they depend on.
    known: HashMap<String, Option<u64>>,
}

impl Default for Idle {
    fn default() -> Self {
        Self { epochs_needed: 1, steps_needed: 1, epochs: u64::MAX, per_epoch: u64::MAX, known: HashMap::new() }
    }
}

impl Idle {
    /// Takes in what these sections of a run need and have. Whether they fit, where that can be told from them.
    pub fn add(&mut self, sections: &[Section], run: &RunSpec) -> bool {
        let (annealing, train) = (sections.contains(&Section::Annealing), sections.contains(&Section::Train));
        if train {
            self.epochs = self.epochs.min(run.train.epochs);
        }
        let Some(room) = room(run).filter(|_| annealing) else { return true };
        if room.per_step {
            self.steps_needed = self.steps_needed.max(room.least);
        } else if train {
            return room.least <= run.train.epochs; // settings that vary together
        } else {
            self.epochs_needed = self.epochs_needed.max(room.least);
        }
        true
    }

    /// Takes in how many steps an epoch of a run has, where a rule counts them.
    pub fn add_steps(&mut self, run: &RunSpec, load: impl FnOnce() -> Option<u64>) {
        if self.steps_needed > 1 {
            self.per_epoch = self.per_epoch.min(self.steps_per_epoch(run, load).unwrap_or(u64::MAX));
        }
    }

    /// Whether every rule fits into every run.
    pub fn all_fit(&self) -> bool {
        self.epochs_needed <= self.epochs && self.steps_needed <= self.epochs.saturating_mul(self.per_epoch)
    }

    /// Why a run's annealing does nothing; `load` tells the steps of an epoch.
    pub fn why(&mut self, run: &RunSpec, load: impl FnOnce() -> Option<u64>) -> Option<String> {
        let room = room(run)?;
        let (unit, has) = if room.per_step {
            ("step", run.train.epochs.saturating_mul(self.steps_per_epoch(run, load)?))
        } else {
            ("epoch", run.train.epochs)
        };
        let (annealing, least) = (&run.annealing, room.least);
        let plural = if has == 1 { "" } else { "s" };
        (least > has).then(|| {
            format!(
                "the annealing `{annealing}` does nothing in a run of {has} {unit}{plural}: it needs {least} at least"
            )
        })
    }

    fn steps_per_epoch(&mut self, run: &RunSpec, load: impl FnOnce() -> Option<u64>) -> Option<u64> {
        let key = serde_json::to_string(&(&run.data, run.train.batch, run.train.drop_last)).unwrap_or_default();
        *self.known.entry(key).or_insert_with(load)
    }
}

/// What a run's annealing rule needs to act.
fn room(run: &RunSpec) -> Option<Room> {
    run.catalogue.annealing.chosen(&run.annealing).map(|annealing| Room::of(&annealing))
}

/// The steps in an epoch of a run on a data set; `None` if it cannot be split.
pub fn steps_per_epoch(run: &RunSpec, set: &DataSet) -> Option<u64> {
    let samples = run.data.training_rows(&split(set, run.data.split, run.seed).ok()?);
    let batch = run.train.batch.of(samples).max(1);
    Some(if run.train.drop_last { samples / batch } else { samples.div_ceil(batch) } as u64)
}
