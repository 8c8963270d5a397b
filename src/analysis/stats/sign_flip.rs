//! The sign-flip test of paired differences, exact.
//!
//! If A and B were exchangeable within each pair, every difference dᵢ could as well have had the other sign. p is the share
//! of the 2ⁿ sign patterns whose |Σ ±dᵢ| is at least that of what was seen: two-sided, exact at any n, with no normality
//! assumed. Up to [`EXACT_PAIRS`] pairs all patterns are counted; beyond, 99,999 drawn ones give (1 + hits) / (1 + drawn),
//! which is valid too.
//!
//! The least p that n pairs can show is 2 / 2ⁿ: with fewer than 6 no difference can have p < 0.05, whatever its size. Pairs
//! must belong together (one seed: same split, same initial weights) and be independent of one another. A seed that
//! diverged on one side comes as ±∞ and counts as the largest difference; on both sides as 0.
//!
//! Source: Fisher 1935, "The design of experiments", section 21. As `scipy.stats.permutation_test` with
//! `permutation_type="samples"`.

use super::resample::Resampler;

/// Up to this many pairs every sign pattern is counted, a quarter of a million patterns.
pub const EXACT_PAIRS: usize = 18;
const DRAWN: u32 = 99_999;

/// What the test says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SignFlip {
    /// Two-sided.
    pub p: f64,
    /// The least p that so many pairs can show.
    pub least_p: f64,
    pub pairs: usize,
    /// Σ dᵢ > 0: which way the test points where p is small.
    pub positive: bool,
}

/// Tests whether these differences lie around 0; `None` for no differences.
#[must_use]
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_possible_wrap)] // few pairs
pub fn sign_flip(differences: &[f64]) -> Option<SignFlip> {
    let pairs = differences.len();
    if pairs == 0 {
        return None;
    }
    let differences = bounded(differences);
    let sum = differences.iter().sum::<f64>();
    let seen = sum.abs();
    // Sums of the same numbers in another order differ by roundings only; such patterns are equal.
    let enough = seen - 1e-12 * differences.iter().map(|d| d.abs()).sum::<f64>();
    let p = if pairs <= EXACT_PAIRS {
        // A pattern and its mirror image have the same size: one sign may stay.
        let patterns = 1_u32 << (pairs - 1);
        let hits = (0..patterns).filter(|&signs| flipped(&differences, u64::from(signs)).abs() >= enough).count();
        hits as f64 / f64::from(patterns)
    } else {
        let mut stream = Resampler::new();
        let hits = (0..DRAWN).filter(|_| drawn(&differences, &mut stream).abs() >= enough).count();
        (1 + hits) as f64 / f64::from(1 + DRAWN)
    };
    let least_p = if pairs <= EXACT_PAIRS { 0.5_f64.powi(pairs as i32 - 1) } else { 1.0 / f64::from(1 + DRAWN) };
    Some(SignFlip { p, least_p, pairs, positive: sum > 0.0 })
}

/// Infinite differences become larger than the sum of all finite ones, and equal among themselves.
fn bounded(differences: &[f64]) -> Vec<f64> {
    let finite: f64 = differences.iter().filter(|d| d.is_finite()).map(|d| d.abs()).sum();
    let large = if finite > 0.0 { 2.0 * finite } else { 1.0 };
    differences.iter().map(|d| if d.is_infinite() { large.copysign(*d) } else { *d }).collect()
}

/// The sum with the signs that these bits say.
fn flipped(differences: &[f64], signs: u64) -> f64 {
    differences.iter().enumerate().map(|(i, d)| if signs >> i & 1 == 1 { -d } else { *d }).sum()
}

/// The sum with random signs.
fn drawn(differences: &[f64], stream: &mut Resampler) -> f64 {
    differences.chunks(64).map(|chunk| flipped(chunk, stream.bits())).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_pairs_show_nothing() {
        let of = |differences: &[f64]| sign_flip(differences).unwrap();
        assert_eq!(of(&[1.0; 3]), SignFlip { p: 0.25, least_p: 0.25, pairs: 3, positive: true });
        assert_eq!(of(&[1.0; 5]).p, 0.0625);
        assert_eq!(of(&[1.0; 6]).p, 0.03125);
        assert_eq!(of(&[0.0; 8]).p, 1.0);
        assert_eq!(sign_flip(&[]), None);
    }

    #[test]
    fn a_diverged_seed_is_the_largest_difference() {
        let lost = f64::NEG_INFINITY;
        assert_eq!(sign_flip(&[lost; 6]).unwrap().p, 0.03125);
        assert!(!sign_flip(&[lost; 6]).unwrap().positive);
        // Its sign decides that of the sum: half of the patterns go its way, and all of these are as large or larger
        // but for the order of the small ones.
        assert!(sign_flip(&[0.1, 0.2, 0.1, 0.3, 0.2, 0.1, lost]).unwrap().p > 0.9);
    }

    /// Twenty equal differences: p would be 2 / 2²⁰, far below what drawing can show.
    #[test]
    fn many_pairs_are_drawn() {
        assert_eq!(sign_flip(&[1.0; 20]).unwrap().p, 1e-5);
        let alternating: Vec<f64> = (0..40).map(|i| if i % 2 == 0 { 1.0 } else { -1.0 }).collect();
        assert_eq!(sign_flip(&alternating).unwrap().p, 1.0);
    }
}
