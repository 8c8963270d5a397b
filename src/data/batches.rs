//! The order in which samples are seen.

use crate::num::{Purpose, Stream};

/// The order of `samples` training samples in an epoch, drawn anew for each epoch. Batches are its consecutive pieces.
pub fn epoch_order(samples: usize, seed: u64, epoch: u64, order: &mut Vec<usize>) {
    order.clear();
    order.extend(0..samples);
    Stream::new(seed, Purpose::BatchOrder, epoch).shuffle(order);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_epoch_has_its_own_order_of_all_samples() {
        let (mut first, mut second) = (Vec::new(), Vec::new());
        epoch_order(50, 1, 0, &mut first);
        epoch_order(50, 1, 1, &mut second);
        assert_ne!(first, second);
        second.sort_unstable();
        assert_eq!(second, (0..50).collect::<Vec<_>>());
    }
}
