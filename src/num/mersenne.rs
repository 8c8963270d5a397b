//! NumPy's `RandomState`: the Mersenne Twister MT19937, numbers on [0, 1) of 53 bits, and normal numbers by Marsaglia's polar method.
//!
//! For data that others have drawn so; burnmark's own draws come from [`Stream`](super::Stream). `sqrt` is exact everywhere and `ln` is libm's, so that
//! the bits are the same on every CPU; NumPy's own logarithm may differ in the last one.
//!
//! Sources: Matsumoto & Nishimura 1998, "Mersenne Twister"; NumPy's `mt19937.c` and `legacy-distributions.c`, for the order of the draws.

const WORDS: usize = 624;
const MIDDLE: usize = 397;

/// A generator as `numpy.random.RandomState(seed)`.
#[derive(Clone, Debug)]
pub struct RandomState {
    words: [u32; WORDS],
    next: usize,
    /// The second normal number of a pair.
    kept: Option<f64>,
}

impl RandomState {
    /// The generator of a seed.
    #[must_use]
    #[allow(clippy::cast_possible_truncation)] // 624 places
    pub fn new(seed: u32) -> Self {
        let mut words = [seed; WORDS];
        for place in 1..WORDS {
            let before = words[place - 1];
            words[place] = 1_812_433_253_u32.wrapping_mul(before ^ (before >> 30)).wrapping_add(place as u32);
        }
        Self { words, next: WORDS, kept: None }
    }

    fn renew(&mut self) {
        for place in 0..WORDS {
            let y = (self.words[place] & 0x8000_0000) | (self.words[(place + 1) % WORDS] & 0x7fff_ffff);
            let twist = if y & 1 == 1 { 0x9908_b0df } else { 0 };
            self.words[place] = self.words[(place + MIDDLE) % WORDS] ^ (y >> 1) ^ twist;
        }
        self.next = 0;
    }

    fn bits(&mut self) -> u32 {
        if self.next == WORDS {
            self.renew();
        }
        let mut y = self.words[self.next];
        self.next += 1;
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c_5680;
        y ^= (y << 15) & 0xefc6_0000;
        y ^ (y >> 18)
    }

    /// A number on [0, 1).
    pub fn uniform(&mut self) -> f64 {
        let (high, low) = (self.bits() >> 5, self.bits() >> 6);
        (f64::from(high) * 67_108_864.0 + f64::from(low)) / 9_007_199_254_740_992.0
    }

    /// A number of mean 0 and deviation 1.
    pub fn normal(&mut self) -> f64 {
        if let Some(kept) = self.kept.take() {
            return kept;
        }
        loop {
            let (x, y) = (2.0 * self.uniform() - 1.0, 2.0 * self.uniform() - 1.0);
            let square = x * x + y * y;
            if square < 1.0 && square != 0.0 {
                let factor = (-2.0 * libm::log(square) / square).sqrt();
                self.kept = Some(factor * x);
                return factor * y;
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unreadable_literal)] // as NumPy prints them
mod tests {
    use super::*;

    /// `numpy.random.RandomState(42)`: `.uniform(size=1000)`'s first and last numbers, then `.normal(size=5)`.
    #[test]
    fn numbers_are_those_of_numpy() {
        let mut state = RandomState::new(42);
        let uniform: Vec<f64> = (0..1000).map(|_| state.uniform()).collect();
        assert_eq!(uniform[..3], FIRST);
        assert_eq!(uniform[999], LAST);
        let normal: Vec<f64> = (0..5).map(|_| state.normal()).collect();
        for (found, expected) in normal.iter().zip(NORMAL) {
            assert!((found - expected).abs() < 1e-15, "a few last bits of a logarithm: {found}, {expected}");
        }
    }

    const FIRST: [f64; 3] = [0.3745401188473625, 0.9507143064099162, 0.7319939418114051];
    const LAST: f64 = 0.44600577295795574;
    const NORMAL: [f64; 5] =
        [0.17770100093325383, -1.3353443587101013, 0.3801978510059632, 0.6105857452838231, 0.5597904479310398];
}
