//! The orders in which samples are taken, and the digest of all of them.

use super::Settings;
use super::hashes::order_digest;
use super::sampling::Sampling;
use crate::digest::Digest;

/// The order of an epoch, and the digest of those so far.
#[derive(Clone)]
pub struct Orders {
    /// One per network.
    sampling: Vec<Sampling>,
    digest: Digest,
    order: Vec<usize>,
    /// The same as it is hashed.
    bytes: Vec<u8>,
}

impl Orders {
    /// Of a training part of so many samples.
    pub fn new(settings: &Settings, samples: usize) -> Self {
        let sampling = (0..settings.train.ensemble).map(|number| Sampling::of(settings, samples, number)).collect();
        Self { sampling, digest: order_digest(), order: Vec::new(), bytes: Vec::new() }
    }

    /// Draws the order of one network's epoch.
    pub fn draw(&mut self, network: u32, epoch: u64) {
        self.sampling[network as usize].of_epoch(epoch, &mut self.order);
        self.bytes.clear();
        self.bytes.extend(self.order.iter().flat_map(|&sample| (sample as u64).to_le_bytes()));
        self.digest.field("epoch", &self.bytes);
    }

    /// The samples of each step of the epoch.
    pub fn batches(&self, settings: &Settings) -> impl Iterator<Item = &[usize]> + use<'_> {
        let whole = usize::try_from(settings.steps_per_epoch(self.order.len())).unwrap_or(usize::MAX);
        self.order.chunks(settings.batch).take(whole)
    }

    pub fn digest(&self) -> String {
        self.digest.hex()
    }
}
