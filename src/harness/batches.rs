//! What L-BFGS minimizes from iteration to iteration: the loss of the whole training part, or where a spec lifts that refusal, of one
//! mini-batch after the other.

use crate::data::Part;
use crate::digest::Digest;
use crate::num::{Real, Seed};
use crate::plan::RunSpec;
use crate::solve::takes_mini_batches;
use std::borrow::Cow;

/// The batches of a solver, in the order in which a training would see them.
pub(super) struct Batches<'a, R: Real> {
    run: &'a RunSpec,
    whole: &'a Part<R>,
    here: Cow<'a, Part<R>>,
    /// Of this epoch, from the next batch on.
    order: Vec<usize>,
    epochs: u64,
    /// Whether an iteration was taken on this batch.
    is_used: bool,
}

impl<'a, R: Real> Batches<'a, R> {
    /// At the first batch; `digest` takes the order of the samples.
    pub fn new(run: &'a RunSpec, whole: &'a Part<R>, digest: &mut Digest) -> Self {
        let here = Cow::Borrowed(whole);
        let mut batches = Self { run, whole, here, order: Vec::new(), epochs: 0, is_used: false };
        if batches.are_several() {
            batches.next(digest);
        }
        batches
    }

    /// Whether iterations are on batches.
    pub fn are_several(&self) -> bool {
        takes_mini_batches(&self.run.optimizer)
    }

    /// The samples of the iteration to come.
    pub fn part(&self) -> &Part<R> {
        &self.here
    }

    /// Goes on to the samples of the next iteration; false where they are the same.
    pub fn advance(&mut self, digest: &mut Digest) -> bool {
        let goes_on = std::mem::replace(&mut self.is_used, true) && self.are_several();
        if goes_on {
            self.next(digest);
        }
        goes_on
    }

    fn next(&mut self, digest: &mut Digest) {
        let samples = self.whole.samples();
        let batch = self.run.train.batch.of(samples).clamp(1, samples.max(1));
        let is_over = self.order.is_empty() || self.run.train.drop_last && self.order.len() < batch;
        if is_over {
            let seed = Seed { run: self.run.train.order_seed.unwrap_or(self.run.seed), network: 0 };
            self.run.train.order.of_epoch(samples, seed, self.epochs, &mut self.order);
            let bytes: Vec<u8> = self.order.iter().flat_map(|&sample| (sample as u64).to_le_bytes()).collect();
            digest.field("epoch", &bytes);
            self.epochs += 1;
        }
        let rows: Vec<usize> = self.order.drain(..batch.min(self.order.len())).collect();
        self.here = Cow::Owned(self.whole.gather(&rows));
    }
}
