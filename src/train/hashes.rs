//! Digests by which two runs can be compared bit for bit.

use crate::digest::Digest;
use crate::num::Real;

/// The digest of all networks' numbers, one network after another.
#[must_use]
pub fn hash_of_numbers<'n, R: Real>(networks: impl Iterator<Item = &'n [R]>) -> String {
    let (mut digest, mut bytes) = (Digest::of("burnmark parameters 1"), Vec::new());
    digest.field("type", R::PRECISION.name().as_bytes());
    for numbers in networks {
        bytes.clear();
        R::extend_bytes(numbers, &mut bytes);
        digest.field("network", &bytes);
    }
    digest.hex()
}

/// The digest of a batch order, before its first epoch. Each epoch of each network is a field: the samples' numbers, as u64.
#[must_use]
pub fn order_digest() -> Digest {
    Digest::of("burnmark batch order 1")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Committed; `tests/oracles/digests.py` has them from a second implementation of the bytes.
    #[test]
    fn the_digests_are_the_committed_ones() {
        let numbers = [0.5, -1.0, 1e-3];
        let one = hash_of_numbers(std::iter::once(&numbers[..]));
        assert_eq!(one, "623050ecc5d767e704d66ab671d4be0f89857ba6018596de3d3a53dfc76f76d1");
        let two = hash_of_numbers([&[0.5_f32, -1.0][..], &[2.0_f32][..]].into_iter());
        assert_eq!(two, "54664a22c34fcaa89fcc72a6ae34ac7b2a0376916c17ad89ffd1d744b48dd75c");
        let mut order = order_digest();
        assert_eq!(order.hex(), "8caffc2c6f13ddd5ed68c72cac0f2be708a5458d368402d337f17cc7ae925ae9");
        order.field("epoch", &[2_u64, 0, 1].map(u64::to_le_bytes).concat());
        assert_eq!(order.hex(), "18c42cfd50ee1ea5e4c862041f14cae50b07091a475a3c8b08a8cf940e45b631");
    }
}
