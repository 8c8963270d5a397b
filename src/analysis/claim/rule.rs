//! The verdict on each of several claims: the interval of its mean contrast against the range that the claim names, at a level that
//! all claims share by Holm's procedure (Holm 1979).

use crate::analysis::stats::{CorrectedT, Interval, LEVEL, least_p};
use serde::Serialize;

/// What the runs say of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClaimVerdict {
    /// The interval lies within the range.
    Supported,
    /// It lies outside.
    Contradicted,
    /// Neither.
    Undecided,
    /// The identity holds on every problem and seed.
    Exact,
}

impl ClaimVerdict {
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Supported => "supported",
            Self::Contradicted => "contradicted",
            Self::Undecided => "undecided",
            Self::Exact => "exact",
        }
    }
}

/// A mean contrast against a range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeanAgainst {
    pub test: CorrectedT,
    pub repetitions: usize,
    pub low: f64,
    pub high: f64,
}

impl MeanAgainst {
    /// Whether the mean lies within the range: which of both verdicts its test is about.
    #[must_use]
    pub fn is_within(&self) -> bool {
        (self.low..=self.high).contains(&self.test.mean)
    }

    /// Two-sided p of that verdict: below a level just where the interval of that level is on one side of both ends.
    #[must_use]
    pub fn p(&self) -> f64 {
        let (test, mean) = (self.test, self.test.mean);
        let of = |bound: f64| if bound.is_finite() { test.p_of(bound) } else { 0.0 };
        let p = if self.is_within() {
            of(self.low).max(of(self.high))
        } else if mean < self.low {
            of(self.low)
        } else {
            of(self.high)
        };
        p.min(1.0)
    }

    /// Whether so many repetitions can show anything: the signs of fewer agree by chance.
    #[must_use]
    pub fn is_enough(&self) -> bool {
        least_p(self.repetitions) <= LEVEL
    }
}

/// The least number of repetitions for a verdict.
#[must_use]
pub fn least_repetitions() -> usize {
    (2..=64).find(|repetitions| least_p(*repetitions) <= LEVEL).unwrap_or(usize::MAX)
}

/// A claim's verdict with the level of its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ruled {
    pub verdict: ClaimVerdict,
    /// p, corrected for all claims.
    pub adjusted_p: f64,
    pub level: f64,
    pub interval: Option<Interval>,
}

/// The verdicts on all these claims together: the chance of any wrong one is at most [`LEVEL`].
#[must_use]
#[allow(clippy::cast_precision_loss)] // a count of claims
pub fn holm(all: &[MeanAgainst]) -> Vec<Ruled> {
    let p: Vec<f64> = all.iter().map(MeanAgainst::p).collect();
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.sort_by(|a, b| p[*a].total_cmp(&p[*b]));
    let mut ruled: Vec<Option<Ruled>> = vec![None; all.len()];
    let (mut adjusted, mut stopped) = (0.0_f64, None);
    for (rank, place) in order.into_iter().enumerate() {
        let left = (all.len() - rank) as f64;
        adjusted = adjusted.max((p[place] * left).min(1.0));
        let shown = stopped.is_none() && p[place] * left < LEVEL;
        let level = stopped.unwrap_or(LEVEL / left);
        if !shown && stopped.is_none() {
            // All that follow have a greater p: none of their intervals at this level leaves its range.
            stopped = Some(level);
        }
        let of = &all[place];
        let verdict = match (shown && of.is_enough(), of.is_within()) {
            (true, true) => ClaimVerdict::Supported,
            (true, false) => ClaimVerdict::Contradicted,
            (false, _) => ClaimVerdict::Undecided,
        };
        ruled[place] = Some(Ruled { verdict, adjusted_p: adjusted, level, interval: of.test.interval(level) });
    }
    ruled.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn against(values: &[f64], low: f64, high: f64) -> MeanAgainst {
        MeanAgainst { test: CorrectedT::of(values, 0.0).unwrap(), repetitions: values.len(), low, high }
    }

    const VALUES: [f64; 8] = [1.1, 0.9, 1.3, 0.8, 1.0, 1.2, 0.7, 1.0];

    #[test]
    fn the_range_decides() {
        let verdict = |low, high| holm(&[against(&VALUES, low, high)])[0].verdict;
        assert_eq!(verdict(0.5, f64::INFINITY), ClaimVerdict::Supported);
        assert_eq!(verdict(1.5, f64::INFINITY), ClaimVerdict::Contradicted);
        assert_eq!(verdict(1.0, f64::INFINITY), ClaimVerdict::Undecided);
        assert_eq!(verdict(-2.0, 2.0), ClaimVerdict::Supported);
        assert_eq!(verdict(-2.0, 1.1), ClaimVerdict::Undecided);
        assert_eq!(verdict(f64::NEG_INFINITY, 0.5), ClaimVerdict::Contradicted);
        let few = against(&VALUES[..4], 0.0, f64::INFINITY);
        assert_eq!(holm(&[few])[0].verdict, ClaimVerdict::Undecided, "four signs agree by chance");
        assert_eq!(least_repetitions(), 6);
    }

    /// At its own level each interval lies on one side of the ends just where there is a verdict.
    #[test]
    fn interval_and_verdict_agree_for_any_number_of_claims() {
        for count in [1, 3, 40] {
            let all: Vec<MeanAgainst> =
                (0..count).map(|place| against(&VALUES, 0.05 * f64::from(place), f64::INFINITY)).collect();
            for (of, ruled) in all.iter().zip(holm(&all)) {
                let interval = ruled.interval.unwrap();
                let beside = interval.low > of.low || interval.high < of.low;
                assert_eq!(beside, ruled.verdict != ClaimVerdict::Undecided, "{count}: {of:?} {ruled:?}");
                assert_eq!(ruled.adjusted_p < LEVEL, ruled.verdict != ClaimVerdict::Undecided);
            }
        }
    }

    /// Holm's own example of the procedure: p 0.01, 0.04, 0.03, 0.005 become 0.03, 0.06, 0.06, 0.02.
    #[test]
    fn more_claims_take_more() {
        let one = holm(&[against(&VALUES, 0.8, f64::INFINITY)])[0];
        let four = holm(&[against(&VALUES, 0.8, f64::INFINITY); 4])[0];
        assert!(one.verdict == ClaimVerdict::Supported && four.adjusted_p > one.adjusted_p);
    }
}
