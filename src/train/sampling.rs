//! Which training samples a network of an ensemble sees, and in which order.
//!
//! With `train.bootstrap` network j learns from as many samples as the training part has, each drawn from all of them, so that some come
//! up more than once and about a third not at all (bagging, Breiman 1996). They are drawn once, before the first epoch, from a stream of
//! their own that is keyed by the seed of the order and j; epochs order them as they order samples. Without it each sees every sample.

use super::Settings;
use crate::data::Order;
use crate::num::{Purpose, Seed, Stream};

/// The samples of one network.
#[derive(Clone, Debug)]
pub struct Sampling {
    order: Order,
    seed: Seed,
    samples: usize,
    /// Those that were drawn, ascending.
    drawn: Option<Vec<usize>>,
}

impl Sampling {
    /// Of a training part of so many samples.
    #[must_use]
    pub fn of(settings: &Settings, samples: usize, network: u32) -> Self {
        let seed = settings.order_seed(network);
        let drawn = settings.train.bootstrap.then(|| bootstrap(samples, seed));
        Self { order: settings.train.order, seed, samples, drawn }
    }

    /// Writes the samples of an epoch in their order.
    pub fn of_epoch(&self, epoch: u64, order: &mut Vec<usize>) {
        self.order.of_epoch(self.samples, self.seed, epoch, order);
        if let Some(drawn) = &self.drawn {
            order.iter_mut().for_each(|place| *place = drawn[*place]);
        }
    }
}

/// As many of these samples, each drawn from all of them, ascending.
fn bootstrap(samples: usize, seed: Seed) -> Vec<usize> {
    let mut stream = Stream::new(seed, Purpose::Bootstrap, 0);
    let bound = u32::try_from(samples).unwrap_or(u32::MAX);
    let mut drawn: Vec<usize> = (0..samples).map(|_| stream.below(bound) as usize).collect();
    drawn.sort_unstable();
    drawn
}

#[cfg(test)]
mod tests {
    use super::*;

    /// (1 − 1/m)^m of the samples are in no draw, 0.368 in the limit; of 20 draws of 1,000 some 7 standard errors of 0.0023.
    #[test]
    fn a_third_of_the_samples_is_in_no_draw() {
        let missing = |network| {
            let mut drawn = bootstrap(1000, Seed { run: 3, network });
            assert_eq!(drawn.len(), 1000);
            drawn.dedup();
            1000 - drawn.len()
        };
        let all: usize = (0..20).map(missing).sum();
        assert!((0.35..0.385).contains(&(f64::from(u32::try_from(all).unwrap()) / 20_000.0)), "{all}");
    }

    #[test]
    fn epochs_have_the_drawn_samples_each_in_an_order_of_its_own() {
        let mut settings = Settings::plain(10);
        let of = |settings: &Settings, network: u32, epoch: u64| {
            let mut order = Vec::new();
            Sampling::of(settings, 50, network).of_epoch(epoch, &mut order);
            order
        };
        let sorted = |mut order: Vec<usize>| {
            order.sort_unstable();
            order
        };
        assert_eq!(sorted(of(&settings, 1, 0)), (0..50).collect::<Vec<_>>());
        settings.train.bootstrap = true;
        let (first, second) = (of(&settings, 0, 0), of(&settings, 0, 1));
        assert_ne!(first, second);
        assert_eq!(sorted(first.clone()), sorted(second));
        assert_ne!(sorted(first), sorted(of(&settings, 1, 0)), "each network draws its own");
        settings.train.order = Order::Given;
        assert_eq!(of(&settings, 0, 7), bootstrap(50, settings.order_seed(0)));
    }

    /// As tests/oracles/streams.py has it.
    #[test]
    fn the_draw_is_the_committed_one() {
        assert_eq!(bootstrap(12, Seed { run: 42, network: 0 }), VECTOR);
    }
    const VECTOR: [usize; 12] = [2, 2, 2, 4, 4, 6, 8, 8, 8, 8, 10, 11];
}
