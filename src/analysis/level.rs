//! How the level of 5 % is shared: among the questions of a sweep, and in each between the test over data sets and the pairs on
//! single ones. A share depends on how many seeds and data sets there are, never on results, and a test that cannot reject has none.

use super::paired::Level;
use super::select::Selected;
use super::stats::{LEVEL, least_p};

/// The shares of one question.
#[derive(Clone, Copy, Debug)]
pub struct LevelShares {
    /// Of the test over data sets.
    pub over_data: f64,
    /// Of all pairs on single data sets together.
    pub pairs: Level,
}

/// The size of one of several questions, on which the shares depend.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// The most on one data set.
    pub methods: usize,
    /// Of methods on single data sets.
    pub pairs: usize,
    pub seeds: usize,
    /// Families of data sets that are compared over.
    pub families: usize,
    /// How many questions are asked of the same runs, this one among them.
    pub questions: usize,
}

impl Size {
    /// Of one of so many questions about these rows, all of which are compared with the baseline if there is one.
    #[must_use]
    pub fn of(rows: &[Selected<'_, '_>], families: usize, questions: usize, baseline: Option<&str>) -> Self {
        let blocks: Vec<&[Selected]> = rows.chunk_by(|a, b| a.data == b.data).collect();
        let pairs = |block: &&[Selected]| match baseline {
            None => block.len() * (block.len() - 1) / 2,
            Some(name) if block.iter().any(|row| row.optimizer == name) => block.len() - 1,
            Some(_) => 0,
        };
        Self {
            methods: blocks.iter().map(|block| block.len()).max().unwrap_or(0),
            pairs: blocks.iter().map(pairs).sum(),
            seeds: rows.iter().map(|row| row.results.len()).max().unwrap_or(0),
            families,
            questions,
        }
    }
}

/// The shares of a question of this size.
#[must_use]
#[allow(clippy::cast_precision_loss)] // counts
pub fn shares(Size { methods, pairs, seeds, families, questions }: Size) -> LevelShares {
    let level = LEVEL / questions.max(1) as f64;
    let least_over = if methods < 2 || families < 2 { 1.0 } else { least_over_data(methods, families) };
    let over = |share: f64| least_over < share * level;
    let single = |share: f64| pairs > 0 && least_p(seeds) * (pairs as f64) < share * level;
    let (over_share, single_share) = split(over, single);
    // What the pairs would have with enough seeds.
    let planned = if over(0.5) { 0.5 } else { 1.0 };
    LevelShares {
        over_data: over_share * level,
        pairs: Level { level: single_share * level, planned: planned * level },
    }
}

/// The shares of a test over data sets and of one on single ones, of which each says whether it can reject with a share: half each,
/// or all to the one that can.
pub fn split(over: impl Fn(f64) -> bool, single: impl Fn(f64) -> bool) -> (f64, f64) {
    match (over(0.5), single(0.5)) {
        (true, true) => (0.5, 0.5),
        (true, false) => (1.0, 0.0),
        (false, _) if over(1.0) && !single(1.0) => (1.0, 0.0),
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Two methods on 8 data sets, 4 questions: with half of its level Wilcoxon's test cannot reject, so the pairs have all of it from
    /// the number of seeds on that is said to be enough, and the test over data sets before.
    #[test]
    fn the_seeds_that_are_said_to_be_enough_are() {
        let at = |seeds| shares(Size { methods: 2, pairs: 8, seeds, families: 8, questions: 4 });
        let level = LEVEL / 4.0;
        assert_eq!([10, 11, 12].map(|seeds| at(seeds).pairs.level), [0.0, level, level]);
        assert_eq!([10, 11, 12].map(|seeds| at(seeds).over_data), [level, 0.0, 0.0]);
        assert!([10, 11, 12].iter().all(|&seeds| at(seeds).pairs.planned == level && least_p(11) * 8.0 < level));
    }
}
