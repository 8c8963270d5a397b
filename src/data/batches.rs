//! The order in which samples are seen.

use crate::num::{Purpose, Seed, Stream};

/// How the samples of an epoch are ordered; batches are consecutive pieces of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Shuffled anew for each epoch.
    Fresh,
    /// Shuffled once: every epoch has the order of the first.
    Fixed,
    /// As the data set has them.
    Given,
}

impl Order {
    pub const ALL: [Self; 3] = [Self::Fresh, Self::Fixed, Self::Given];

    /// The name in spec files and tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::Fixed => "fixed",
            Self::Given => "given",
        }
    }

    /// Writes the order of `samples` training samples in an epoch to `order`.
    pub fn of_epoch(self, samples: usize, seed: impl Into<Seed>, epoch: u64, order: &mut Vec<usize>) {
        order.clear();
        order.extend(0..samples);
        let drawn_for = match self {
            Self::Fresh => epoch,
            Self::Fixed => 0,
            Self::Given => return,
        };
        Stream::new(seed, Purpose::BatchOrder, drawn_for).shuffle(order);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(order: Order, epoch: u64) -> Vec<usize> {
        let mut samples = Vec::new();
        order.of_epoch(50, 1, epoch, &mut samples);
        samples
    }

    #[test]
    fn each_epoch_has_its_own_order_of_all_samples() {
        let (first, mut second) = (order(Order::Fresh, 0), order(Order::Fresh, 1));
        assert_ne!(first, second);
        second.sort_unstable();
        assert_eq!(second, (0..50).collect::<Vec<_>>());
    }

    #[test]
    fn orders_can_be_kept() {
        assert_eq!(order(Order::Fixed, 0), order(Order::Fresh, 0));
        assert_eq!(order(Order::Fixed, 7), order(Order::Fixed, 0));
        assert_eq!(order(Order::Given, 3), (0..50).collect::<Vec<_>>());
    }
}
