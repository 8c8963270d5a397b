//! The stream of random numbers by which statistics resample: the same for every call, so that a table shows the same
//! interval each time it is made.
//!
//! `SplitMix64` (Steele, Lea and Flood 2014) from one fixed start; whole numbers below a bound by Lemire's multiplication
//! with rejection (2019). It has nothing to do with the streams that runs draw from.

/// 64 bits of `b"analysis"`, big-endian: where every stream starts.
const START: u64 = 0x616e_616c_7973_6973;

/// A stream of random numbers.
pub struct Resampler(u64);

impl Resampler {
    pub fn new() -> Self {
        Self(START)
    }

    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Uniform on 0 .. bound, for a bound above 0.
    pub fn below(&mut self, bound: usize) -> usize {
        let bound = bound as u64;
        let threshold = bound.wrapping_neg() % bound;
        loop {
            let wide = u128::from(self.bits()) * u128::from(bound);
            #[allow(clippy::cast_possible_truncation)] // the low and the high half, on purpose
            let (high, low) = ((wide >> 64) as usize, wide as u64);
            if low >= threshold {
                return high;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of Vigna's `splitmix64.c` (2015) with state 1234567, as listed by Rosetta Code.
    #[test]
    fn the_generator_is_splitmix64() {
        let mut stream = Resampler(1_234_567);
        let expected = [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423];
        assert_eq!([stream.bits(), stream.bits(), stream.bits()], expected);
    }

    #[test]
    fn bounds_are_kept_and_all_values_occur() {
        let mut stream = Resampler::new();
        let mut counts = [0; 7];
        (0..7000).for_each(|_| counts[stream.below(7)] += 1);
        // Binomial with mean 1000 and deviation 29; five deviations.
        assert!(counts.iter().all(|count| (855..1145).contains(count)), "{counts:?}");
    }
}
