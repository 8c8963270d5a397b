//! Averages of the parameters along one run (lecture L41), one file each: the averaged network is the one that is evaluated and
//! kept.
//!
//! Training goes on from θ; θ̄ is only looked at. Until the average has begun, θ is what is evaluated. Shapes: θ̄ has θ's.
//!
//! Add one: a file with its `ENTRY` and one line in [`ENTRIES`].

#![warn(missing_docs)]

mod ema;
mod none;
mod polyak;

use crate::num::{ByPrecision, PerPrecision, Real};
use crate::registry::{Choice, Chosen, Entry, Registered};

/// An average in the registry.
pub struct AverageEntry {
    /// What it says of itself.
    pub entry: Entry,
    /// The parameter that says after how many epochs it begins, if it has one.
    pub begins: Option<&'static str>,
    /// Mostly `ByPrecision { f32: &build, f64: &build }` for a function that is generic over the precision.
    pub build: ByPrecision<Averages>,
}

/// What makes an average of so many parameters; `None` if nothing is to be averaged.
pub struct Averages;

impl PerPrecision for Averages {
    type Of<R: Real> = dyn Fn(&Choice, usize) -> Option<Box<dyn Average<R>>> + Send + Sync;
}

impl Registered for AverageEntry {
    fn entry(&self) -> &Entry {
        &self.entry
    }
}

/// The mean of the parameters.
pub const POLYAK: AverageEntry = polyak::ENTRY;
/// An exponential moving average.
pub const EMA: AverageEntry = ema::ENTRY;

/// Every average, in the order in which `burnmark list` shows them.
pub const ENTRIES: &[&AverageEntry] = &[&none::ENTRY, &polyak::ENTRY, &ema::ENTRY];

/// θ̄ of one training.
pub trait Average<R> {
    /// Takes in the parameters after a step of an epoch.
    fn update(&mut self, epoch: u64, theta: &[R]);

    /// θ̄, once it has begun.
    fn mean(&self) -> Option<&[R]>;
}

/// A fresh average of so many parameters; `None` if nothing is to be averaged.
#[must_use]
pub fn build<R: Real>(average: &Chosen<AverageEntry>, parameters: usize) -> Option<Box<dyn Average<R>>> {
    average.entry.build.of::<R>()(&average.choice, parameters)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    fn after(average: &Chosen<AverageEntry>, iterates: &[(u64, f64)]) -> Option<f64> {
        let mut average = build::<f64>(average, 1).unwrap();
        iterates.iter().for_each(|&(epoch, theta)| average.update(epoch, &[theta]));
        average.mean().map(|mean| mean[0])
    }

    /// Worked by hand, exact in binary.
    #[test]
    fn averages_follow_their_formulas() {
        let polyak = |from| Chosen::of(&polyak::ENTRY).with("from", Value::Integer(from));
        assert_eq!(after(&polyak(0), &[(0, 1.0), (0, 3.0), (1, 8.0), (1, 0.0)]), Some(3.0));
        assert_eq!(after(&polyak(1), &[(0, 1.0), (0, 3.0), (1, 8.0), (1, 0.0)]), Some(4.0));
        assert_eq!(after(&polyak(2), &[(0, 1.0), (1, 0.0)]), None);
        let ema = Chosen::of(&ema::ENTRY).with("decay", Value::Number(0.75));
        assert_eq!(after(&ema, &[(0, 4.0), (0, 8.0), (1, 1.0)]), Some(0.75 * 5.0 + 0.25));
        assert!(build::<f32>(&Chosen::of(&none::ENTRY), 3).is_none());
    }
}
