//! The expected time to a target, misses counted.
//!
//! Over runs of one method on one data set: the time spent in all runs, those that missed with all they spent, divided by the
//! number that hit. It is the time to expect if one started again after each miss. Infinite, here `None`, without a hit.
//!
//! The mean over hits alone must not be reported: a method that hits once by luck would look fast. With few hits it is
//! a rough figure; the share of hits belongs beside it.
//!
//! Source: Hansen et al. 2009/2021, "COCO: a platform for comparing continuous optimizers", the expected runtime (ERT); Price 1997.

/// How one run went: the time at which it reached the target, or what it spent in vain.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimeToTarget {
    /// In the unit of the times given.
    pub expected: Option<f64>,
    pub hits: usize,
    pub runs: usize,
}

/// From one entry per run: `Ok` the time to the target, `Err` the time spent without reaching it.
#[must_use]
#[allow(clippy::cast_precision_loss)] // counts of runs
pub fn time_to_target(runs: &[Result<f64, f64>]) -> TimeToTarget {
    let hits = runs.iter().filter(|run| run.is_ok()).count();
    let spent: f64 = runs.iter().map(|run| run.unwrap_or_else(|spent| spent)).sum();
    TimeToTarget { expected: (hits > 0).then(|| spent / hits as f64), hits, runs: runs.len() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: 100 and 300 steps to the target, 500 in vain.
    #[test]
    fn misses_cost_what_they_spent() {
        let missed = time_to_target(&[Ok(100.0), Err(500.0), Ok(300.0)]);
        assert_eq!(missed, TimeToTarget { expected: Some(450.0), hits: 2, runs: 3 });
        assert_eq!(time_to_target(&[Err(5.0)]).expected, None);
    }
}
