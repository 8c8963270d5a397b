//! ChaCha8's blocks by the vector: what long masks are drawn from.
//!
//! A block is 16 words, a function of key, nonce and the block's number (Bernstein 2008, "ChaCha, a variant of Salsa20",
//! with 8 rounds and a counter and nonce of 64 bits each). Each lane of a vector computes a block of its own, so 16
//! blocks at a time come out word by word: [`Blocks::next`] gives word w of block l at place 16 w + l. That order is
//! part of the definition, whatever the width of the CPU's vectors.

use pulp::{Simd, WithSimd};

/// Words that come at a time: 16 of each of 16 blocks.
pub const WORDS: usize = 256;
const BLOCKS: usize = 16;

/// "expand 32-byte k"
const CONSTANTS: [u32; 4] = [0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574];

/// The blocks of a key and a nonce, from the first on.
#[derive(Clone)]
pub struct Blocks {
    key: [u32; 8],
    nonce: u64,
    /// The first block that has not been given.
    next: u64,
}

impl Blocks {
    pub fn new(key: [u8; 32], nonce: u64) -> Self {
        let (words, _) = key.as_chunks::<4>();
        Self { key: std::array::from_fn(|i| u32::from_le_bytes(words[i])), nonce, next: 0 }
    }
}

/// The next 16 blocks, word by word, to be computed at some level of vectors.
pub struct Next<'a> {
    pub blocks: &'a mut Blocks,
    pub words: &'a mut [u32; WORDS],
}

impl WithSimd for Next<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { blocks, words } = self;
        for first in (0..BLOCKS).step_by(S::U32_LANES) {
            blocks.lanes(simd, first, words);
        }
        blocks.next += BLOCKS as u64;
    }
}

impl Blocks {
    /// As many blocks as a vector has lanes, from the one that is `first` among the 16.
    #[inline(always)]
    fn lanes<S: Simd>(&self, simd: S, first: usize, words: &mut [u32; WORDS]) {
        let mut counters = [[0; BLOCKS]; 2];
        for (lane, number) in (self.next + first as u64..).take(S::U32_LANES).enumerate() {
            [counters[0][lane], counters[1][lane]] = halves(number);
        }
        let mut start = [simd.splat_u32s(0); 16];
        for (word, &constant) in start.iter_mut().zip(CONSTANTS.iter().chain(&self.key)) {
            *word = simd.splat_u32s(constant);
        }
        [start[12], start[13]] = counters.map(|half| S::as_simd_u32s(&half[..S::U32_LANES]).0[0]);
        [start[14], start[15]] = halves(self.nonce).map(|half| simd.splat_u32s(half));

        let mut x = start;
        for _ in 0..4 {
            for [a, b, c, d] in [[0, 4, 8, 12], [1, 5, 9, 13], [2, 6, 10, 14], [3, 7, 11, 15]] {
                quarter_round(simd, &mut x, a, b, c, d);
            }
            for [a, b, c, d] in [[0, 5, 10, 15], [1, 6, 11, 12], [2, 7, 8, 13], [3, 4, 9, 14]] {
                quarter_round(simd, &mut x, a, b, c, d);
            }
        }
        for (w, (&x, &start)) in x.iter().zip(&start).enumerate() {
            let to = &mut words[BLOCKS * w + first..][..S::U32_LANES];
            S::as_mut_simd_u32s(to).0[0] = simd.add_u32s(x, start);
        }
    }
}

/// The lower and the upper 32 bits.
#[allow(clippy::cast_possible_truncation)]
fn halves(number: u64) -> [u32; 2] {
    [number as u32, (number >> 32) as u32]
}

#[inline(always)]
fn quarter_round<S: Simd>(simd: S, x: &mut [S::u32s; 16], a: usize, b: usize, c: usize, d: usize) {
    x[a] = simd.add_u32s(x[a], x[b]);
    x[d] = rotated(simd, simd.xor_u32s(x[d], x[a]), 16);
    x[c] = simd.add_u32s(x[c], x[d]);
    x[b] = rotated(simd, simd.xor_u32s(x[b], x[c]), 12);
    x[a] = simd.add_u32s(x[a], x[b]);
    x[d] = rotated(simd, simd.xor_u32s(x[d], x[a]), 8);
    x[c] = simd.add_u32s(x[c], x[d]);
    x[b] = rotated(simd, simd.xor_u32s(x[b], x[c]), 7);
}

/// Each lane rotated to the left by this many bits.
#[inline(always)]
fn rotated<S: Simd>(simd: S, x: S::u32s, bits: u32) -> S::u32s {
    let left = simd.wrapping_dyn_shl_u32s(x, simd.splat_u32s(bits));
    simd.or_u32s(left, simd.wrapping_dyn_shr_u32s(x, simd.splat_u32s(32 - bits)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::lanes::dispatch;
    use crate::num::lanes::levels::at_each;
    use chacha20::ChaCha8Rng;
    use chacha20::rand_core::{Rng, SeedableRng};

    /// Word by word what the `chacha20` crate gives block by block, across the counter's 32nd bit too.
    #[test]
    fn blocks_are_chacha8s() {
        let key: [u8; 32] = std::array::from_fn(|i| u8::try_from(7 * i).unwrap());
        for first in [0, (1_u64 << 32) - 8] {
            let mut expected = ChaCha8Rng::from_seed(key);
            expected.set_stream(0x1234_5678_9abc_def0);
            expected.set_block_pos(first);
            let expected: Vec<u32> = (0..2 * WORDS).map(|_| expected.next_u32()).collect();
            at_each(|| {
                let mut blocks = Blocks { next: first, ..Blocks::new(key, 0x1234_5678_9abc_def0) };
                for expected in expected.chunks(WORDS) {
                    let mut words = [0; WORDS];
                    dispatch(Next { blocks: &mut blocks, words: &mut words });
                    for (place, &word) in words.iter().enumerate() {
                        assert_eq!(word, expected[place % 16 * 16 + place / 16]);
                    }
                }
            });
        }
    }
}
