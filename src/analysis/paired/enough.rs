//! How many seeds would be enough for a verdict, where there is none.
//!
//! It is a plan for another experiment, made from this one: if two methods differ in truth by what was seen, and vary between seeds
//! as was seen, so many seeds find it in four of five experiments. A few seeds estimate both roughly. It does not say how likely the
//! difference is to be real, which is what p says.

use super::super::stats::{POWER, seeds_for_difference, seeds_for_margin};
use super::super::verdict::Verdict;
use super::Paired;
use crate::record::counted;

/// Seeds that find a difference of the size that was seen with a chance of [`POWER`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Enough {
    Seeds(usize),
    /// More than [`MOST_TOLD`].
    Many,
    /// No number of them: they share rows, or the difference is 0.
    Never,
    /// A seed has no result, or there are fewer than two.
    Unknown,
}

/// More seeds than this are told as "more than".
pub const MOST_TOLD: usize = 1000;

const _: () = assert!(POWER == 0.8, "the words of answers say four of five experiments");

impl Enough {
    fn of(needed: Option<usize>, least: usize, limited: bool) -> Self {
        match needed {
            Some(seeds) if seeds <= MOST_TOLD => Self::Seeds(seeds.max(least)),
            None if limited => Self::Never,
            _ => Self::Many,
        }
    }
}

impl Paired {
    /// Seeds that would find a difference as large as this one.
    #[must_use]
    pub fn enough(&self) -> Enough {
        match (self.difference, self.scatter) {
            (Some(difference), Some(scatter)) => {
                Enough::of(self.seeds_needed, self.seeds_at_least, scatter.overlap > 0.0 || difference == 0.0)
            }
            _ => Enough::Unknown,
        }
    }

    /// Seeds that would show two methods that vary like these and do not differ to be the same within a margin.
    #[must_use]
    pub fn enough_for(&self, margin: f64) -> Enough {
        self.scatter.map_or(Enough::Unknown, |scatter| {
            let seeds = seeds_for_margin(margin, scatter, self.planned);
            Enough::of(seeds, self.seeds_at_least, scatter.overlap > 0.0)
        })
    }

    /// Whether all seeds are tested on the same held-out rows, whose sampling error no seed makes smaller.
    #[must_use]
    pub fn on_held_out_rows(&self) -> bool {
        self.shared > 0.0
    }

    /// Why a gate cannot tell that the second is no worse, and how many seeds could; `None` if it can. Without a margin a gate asks
    /// for a verdict to be possible; with one the second must be shown not to be worse by as much.
    #[must_use]
    pub fn why_open(&self, margin: Option<f64>) -> Option<String> {
        match (self.verdict, margin) {
            (Verdict::Worse | Verdict::Same | Verdict::SameWithinMargin | Verdict::Better, _) => None,
            (Verdict::TooFewSeeds, _) => {
                let (seeds, least) = (counted(self.pairs, "seed"), self.seeds_at_least);
                Some(format!("{seeds} in common, at least {least} are needed{}", self.for_one_like_this()))
            }
            (verdict, _) if verdict.is_blocked() => Some(verdict.words().trim_start_matches("no verdict: ").to_owned()),
            (_, None) => None,
            (_, Some(margin)) if self.interval.is_some_and(|interval| interval.low > -margin) => None,
            (_, Some(_)) if self.difference.is_none() => {
                Some(format!("{} of {} without a result", self.diverged, counted(self.pairs, "seed")))
            }
            (_, Some(margin)) => {
                let seeds = self.scatter.and_then(|scatter| seeds_for_difference(margin, scatter, self.planned));
                let enough = seeds.map_or("no number of seeds of these data would be enough".to_owned(), |seeds| {
                    format!("some {seeds} seeds would be enough")
                });
                Some(format!("not shown to be worse by less than {margin}; {enough}"))
            }
        }
    }

    /// `, about 14 for a difference like this`
    fn for_one_like_this(&self) -> String {
        match self.enough() {
            Enough::Seeds(seeds) => format!(", about {seeds} for a difference like this"),
            Enough::Many => format!(", more than {MOST_TOLD} for a difference like this"),
            Enough::Never => ", and no number of seeds of these data is enough for a difference like this".to_owned(),
            Enough::Unknown => String::new(),
        }
    }
}
