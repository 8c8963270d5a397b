//! How the level of 5 % is shared: among the questions of a sweep, and in each between the test over data sets and the pairs on
//! single ones. A share depends on how many seeds and data sets there are, never on results, and a test that cannot reject has none.

use super::paired::Level;
use super::select::Selected;
use super::stats::{LEVEL, least_p};

/// The shares of one question.
#[derive(Clone, Copy, Debug)]
pub struct Shares {
    /// Of the test over data sets.
    pub over_data: f64,
    /// Of all pairs on single data sets together.
    pub pairs: Level,
}

/// The shares of one of so many questions about these rows; `families` of data sets are compared over.
#[must_use]
#[allow(clippy::cast_precision_loss)] // counts
pub fn shares(rows: &[Selected<'_, '_>], families: usize, questions: usize) -> Shares {
    let level = LEVEL / questions.max(1) as f64;
    let blocks: Vec<&[Selected]> = rows.chunk_by(|a, b| a.data == b.data).collect();
    let methods = blocks.iter().map(|block| block.len()).max().unwrap_or(0);
    let pairs: usize = blocks.iter().map(|block| block.len() * (block.len() - 1) / 2).sum();
    let seeds = rows.iter().map(|row| row.results.len()).max().unwrap_or(0);
    let least_over = if methods < 2 || families < 2 { 1.0 } else { least_over_data(methods, families) };
    let over = |share: f64| least_over < share * level;
    let single = |share: f64| pairs > 0 && least_p(seeds) * (pairs as f64) < share * level;
    let (over_share, single_share) = split(over, single);
    // What the pairs would have with enough seeds.
    let planned = if over(0.5) { 0.5 } else { 1.0 };
    Shares { over_data: over_share * level, pairs: Level { level: single_share * level, planned: planned * level } }
}

/// The shares of a test over data sets and of one on single ones, of which each says whether it can reject with a share: half each,
/// or all to the one that can.
pub fn split(over: impl Fn(f64) -> bool, single: impl Fn(f64) -> bool) -> (f64, f64) {
    match (over(0.5), single(0.5)) {
        (true, true) => (0.5, 0.5),
        (true, false) => (1.0, 0.0),
        (false, false) if over(1.0) => (1.0, 0.0),
        (false, _) => (0.0, 1.0),
    }
}

/// The least p that the test over data sets can show: perfect agreement in any order. Of two methods Wilcoxon's test, 2/2ᴺ; of k
/// Friedman's by permutation, 1 / k!ᴺ⁻¹.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_possible_wrap)] // small counts
fn least_over_data(methods: usize, families: usize) -> f64 {
    let orders: f64 = (2..=methods.min(20)).map(|k| k as f64).product();
    (1.0 / orders).powi(families.min(1000) as i32 - 1).max(LEAST_DRAWN)
}

/// The least that Friedman's test shows, by as many orders as it draws.
const LEAST_DRAWN: f64 = 1e-5;
