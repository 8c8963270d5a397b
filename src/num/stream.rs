//! Random streams by purpose.
//!
//! A stream is keyed by (seed, purpose, index) and by nothing else, so adding dropout cannot change the batches, and
//! all optimizers start from the same weights and see the same batches in the same order. The raw bits are ChaCha8's
//! (a counter-based generator with a published definition); everything made of them is defined here and pinned by test
//! vectors, since libraries change their distributions between releases.

use super::chacha::{Blocks, Next, WORDS};
use super::lanes::dispatch;
use chacha20::ChaCha8Rng;
use chacha20::rand_core::{Rng, SeedableRng};
use pulp::{Simd, WithSimd};

/// Whose randomness: the run's seed and, where a run trains several networks, which of them (0: the first).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seed {
    /// The run's seed.
    pub run: u64,
    /// Which network of the run.
    pub network: u32,
}

impl From<u64> for Seed {
    fn from(run: u64) -> Self {
        Self { run, network: 0 }
    }
}

/// What a stream of random numbers is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A generated data set; index: 0.
    Data,
    /// The seed of a generated set of which each run's seed has a draw of its own; index: the set's seed.
    Draw,
    /// Which sample goes to training, validation or test; index: 0.
    Split,
    /// Which samples are held out for every seed; seed and index: 0.
    Holdout,
    /// Which fold each sample is in; seed: the round; index: 0.
    Folds,
    /// Initial weights of one layer (counted from 0); index: 0.
    InitialWeights { layer: u32 },
    /// The first steps of the weights of an optimizer that draws them; index: 0.
    FirstSteps,
    /// The order of the samples; index: the epoch.
    BatchOrder,
    /// Which training rows a network learns from, drawn with replacement; index: 0.
    Bootstrap,
    /// Which values are omitted by dropout before one layer (0: the inputs); index: the step.
    Dropout { layer: u32 },
    /// Which weights of one layer are omitted by DropConnect; index: the step.
    DropConnect { layer: u32 },
    /// Noise on the inputs of a batch; index: the step.
    InputNoise,
    /// Noise on the weights of one layer; index: the step.
    WeightNoise { layer: u32 },
    /// Which values are omitted before one layer in a thinned network drawn for evaluation; index: that network's number.
    ThinnedNetwork { layer: u32 },
    /// Labels drawn from the network's answers; index: the step.
    DrawnLabels,
    /// What a spec's range draws for one setting; index: the first 8 bytes, little-endian, of the BLAKE3 of its name.
    Setting,
}

impl Purpose {
    /// 8 letters that tell the purposes apart, and the layer.
    fn tag(self) -> ([u8; 8], u32) {
        match self {
            Self::Data => (*b"data    ", 0),
            Self::Draw => (*b"draw    ", 0),
            Self::Split => (*b"split   ", 0),
            Self::Holdout => (*b"holdout ", 0),
            Self::Folds => (*b"folds   ", 0),
            Self::InitialWeights { layer } => (*b"weights ", layer),
            Self::FirstSteps => (*b"1st-step", 0),
            Self::BatchOrder => (*b"batches ", 0),
            Self::Bootstrap => (*b"bootstrp", 0),
            Self::Dropout { layer } => (*b"dropout ", layer),
            Self::DropConnect { layer } => (*b"connect ", layer),
            Self::InputNoise => (*b"in-noise", 0),
            Self::WeightNoise { layer } => (*b"w-noise ", layer),
            Self::ThinnedNetwork { layer } => (*b"thinned ", layer),
            Self::DrawnLabels => (*b"labels  ", 0),
            Self::Setting => (*b"setting ", 0),
        }
    }
}

/// An endless stream of random numbers, the same on every machine.
pub struct Stream(ChaCha8Rng);

impl Stream {
    /// The stream of this seed, purpose and index. Its ChaCha8 key is the run's seed (8 bytes, little-endian), the
    /// purpose's tag (8), its layer (4), the network's number (4) and 8 bytes of zero; its nonce is the index.
    #[must_use]
    pub fn new(seed: impl Into<Seed>, purpose: Purpose, index: u64) -> Self {
        let (seed, (tag, layer)) = (seed.into(), purpose.tag());
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.run.to_le_bytes());
        key[8..16].copy_from_slice(&tag);
        key[16..20].copy_from_slice(&layer.to_le_bytes());
        key[20..24].copy_from_slice(&seed.network.to_le_bytes());
        let mut generator = ChaCha8Rng::from_seed(key);
        generator.set_stream(index);
        Self(generator)
    }

    /// 32 random bits.
    pub fn bits(&mut self) -> u32 {
        self.0.next_u32()
    }

    /// Uniform on [0, 1): 53 random bits divided by 2⁵³.
    #[allow(clippy::cast_precision_loss)] // 53 bits are exact in an f64
    pub fn uniform(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 * (1.0 / (1_u64 << 53) as f64)
    }

    /// Standard normal, N(0, 1), by Box and Muller's transform (1958) of two uniform numbers, cosine branch.
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * libm::log1p(-self.uniform())).sqrt();
        radius * libm::cos(std::f64::consts::TAU * self.uniform())
    }

    /// Uniform on 0 .. bound without bias, by Lemire's multiplication with rejection (2019, algorithm 5).
    ///
    /// # Panics
    /// Where `bound` is 0.
    pub fn below(&mut self, bound: u32) -> u32 {
        assert!(bound > 0, "a number below 0 does not exist");
        let threshold = bound.wrapping_neg() % bound;
        loop {
            let wide = u64::from(self.bits()) * u64::from(bound);
            let [high, low] = [(wide >> 32) as u32, (wide & 0xffff_ffff) as u32];
            if low >= threshold {
                return high;
            }
        }
    }

    /// Puts `items` in random order (Fisher and Yates, from the last place down).
    ///
    /// # Panics
    /// For 2³² items or more.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let bound = u32::try_from(last + 1).expect("fewer than 2³² items");
            items.swap(last, self.below(bound) as usize);
        }
    }

    /// Fills a mask from the whole stream: each place is `kept` with probability 1 − `omission` and `omitted` else,
    /// independently, by comparing 32 random bits with `omission` · 2³² (rounded down, so the probability is exact to
    /// 2⁻³²). The places take the stream's words in the order of `num::chacha`: place 256 g + 16 w + l has word w of block
    /// 16 g + l.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // in range by the definition of a probability
    pub fn bernoulli<T: Copy>(self, omission: f64, kept: T, omitted: T, mask: &mut [T]) {
        let threshold = (omission * 4_294_967_296.0) as u64;
        let blocks = Blocks::new(self.0.get_seed(), self.0.get_stream());
        dispatch(Mask { blocks, threshold, kept, omitted, places: mask });
    }
}

/// A mask to be drawn.
struct Mask<'a, T> {
    blocks: Blocks,
    threshold: u64,
    kept: T,
    omitted: T,
    places: &'a mut [T],
}

impl<T: Copy> WithSimd for Mask<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { mut blocks, threshold, kept, omitted, places } = self;
        let mut words = [0; WORDS];
        for places in places.chunks_mut(WORDS) {
            Next { blocks: &mut blocks, words: &mut words }.with_simd(simd);
            for (place, &bits) in places.iter_mut().zip(&words) {
                *place = if u64::from(bits) < threshold { omitted } else { kept };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_differ_by_seed_purpose_layer_and_index_only() {
        let first = |seed: u64, purpose, index| Stream::new(seed, purpose, index).bits();
        let base = first(1, Purpose::Dropout { layer: 1 }, 3);
        assert_eq!(base, first(1, Purpose::Dropout { layer: 1 }, 3));
        assert_ne!(base, first(2, Purpose::Dropout { layer: 1 }, 3));
        assert_ne!(base, first(1, Purpose::Dropout { layer: 2 }, 3));
        assert_ne!(base, first(1, Purpose::InitialWeights { layer: 1 }, 3));
        assert_ne!(base, first(1, Purpose::Dropout { layer: 1 }, 4));
        let second = Stream::new(Seed { run: 1, network: 1 }, Purpose::Dropout { layer: 1 }, 3).bits();
        assert_ne!(base, second);
        let noises = [
            Purpose::Dropout { layer: 1 },
            Purpose::DropConnect { layer: 1 },
            Purpose::InputNoise,
            Purpose::WeightNoise { layer: 1 },
            Purpose::ThinnedNetwork { layer: 1 },
            Purpose::DrawnLabels,
            Purpose::Setting,
        ];
        let drawn: std::collections::BTreeSet<u32> = noises.into_iter().map(|purpose| first(1, purpose, 3)).collect();
        assert_eq!(drawn.len(), noises.len(), "each has a stream of its own");
    }

    /// A change here changes every result ever published: raise `NUMERICS_VERSION` or undo it. The figures are those of
    /// a second implementation, `tests/oracles/streams.py`.
    #[test]
    fn test_vectors() {
        let stream = |purpose| Stream::new(42, purpose, 5);
        let second = Seed { run: 42, network: 1 };
        assert_eq!(Stream::new(second, Purpose::BatchOrder, 5).bits(), VECTOR_SECOND_NETWORK);
        let first_bits = [
            stream(Purpose::DropConnect { layer: 2 }).bits(),
            stream(Purpose::InputNoise).bits(),
            stream(Purpose::WeightNoise { layer: 2 }).bits(),
            stream(Purpose::ThinnedNetwork { layer: 2 }).bits(),
        ];
        assert_eq!(first_bits, VECTOR_NOISES);
        let mut data = stream(Purpose::Data);
        assert_eq!([data.bits(), data.bits()], [VECTOR_BITS[0], VECTOR_BITS[1]]);
        let mut data = stream(Purpose::Data);
        assert_eq!([data.uniform(), data.uniform()], VECTOR_UNIFORM);
        let mut data = stream(Purpose::Data);
        assert_eq!([data.normal(), data.normal()], VECTOR_NORMAL);
        let mut order: Vec<u32> = (0..8).collect();
        stream(Purpose::BatchOrder).shuffle(&mut order);
        assert_eq!(order, VECTOR_ORDER);
        let mut mask = [0; 48];
        stream(Purpose::Dropout { layer: 1 }).bernoulli(0.5, 1, 0, &mut mask);
        assert_eq!(mask, VECTOR_MASK);
    }
    const VECTOR_NOISES: [u32; 4] = [2_231_173_874, 1_945_915_475, 3_124_516_716, 549_763_956];
    const VECTOR_SECOND_NETWORK: u32 = 3_503_531_029;
    const VECTOR_BITS: [u32; 2] = [3_122_971_262, 108_971_717];
    const VECTOR_UNIFORM: [f64; 2] = [0.025_371_955_178_473_904, 0.012_098_870_898_814_562];
    const VECTOR_NORMAL: [f64; 2] = [0.226_058_149_911_946_42, -0.198_898_325_703_688_1];
    const VECTOR_ORDER: [u32; 8] = [5, 2, 1, 6, 4, 0, 3, 7];
    const VECTOR_MASK: [i32; 48] = [
        0, 1, 0, 0, 1, 1, 0, 1, 0, 1, 1, 1, 0, 1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 1, 1, 1, 0, 0, 1, 0, 0, 0, 1, 1, 1,
        0, 1, 0, 1, 1, 0, 0, 0, 0, 0, 1,
    ];

    /// Six standard errors: a true generator fails one time in 5 · 10⁸, and the stream is fixed anyway.
    #[test]
    fn moments_are_those_of_the_distributions() {
        const COUNT: u32 = 100_000;
        let n = f64::from(COUNT);
        let mut stream = Stream::new(0, Purpose::Data, 0);
        let mean = (0..COUNT).map(|_| stream.uniform()).sum::<f64>() / n;
        assert!((mean - 0.5).abs() < 6.0 * (1.0 / 12.0 / n).sqrt());
        let draws: Vec<f64> = (0..COUNT).map(|_| stream.normal()).collect();
        assert!((draws.iter().sum::<f64>() / n).abs() < 6.0 / n.sqrt());
        assert!((draws.iter().map(|z| z * z).sum::<f64>() / n - 1.0).abs() < 6.0 * (2.0 / n).sqrt());
        let mut mask = vec![0.0; COUNT as usize];
        Stream::new(1, Purpose::Data, 0).bernoulli(0.2, 1.0, 0.0, &mut mask);
        assert!((mask.iter().sum::<f64>() / n - 0.8).abs() < 6.0 * (0.16 / n).sqrt());
    }

    #[test]
    fn every_order_of_three_is_equally_likely() {
        let mut counts = std::collections::BTreeMap::new();
        for epoch in 0..6000 {
            let mut order = [0, 1, 2];
            Stream::new(0, Purpose::BatchOrder, epoch).shuffle(&mut order);
            *counts.entry(order).or_insert(0) += 1;
        }
        assert_eq!(counts.len(), 6);
        // 1000 expected of each, standard deviation 29.
        assert!(counts.values().all(|&count: &i32| (count - 1000).abs() < 6 * 29), "{counts:?}");
    }

    #[test]
    fn certain_masks_are_certain() {
        let mut mask = [9; 64];
        Stream::new(0, Purpose::Data, 0).bernoulli(0.0, 1, 0, &mut mask);
        assert_eq!(mask, [1; 64]);
        Stream::new(0, Purpose::Data, 0).bernoulli(1.0, 1, 0, &mut mask);
        assert_eq!(mask, [0; 64]);
    }
}
