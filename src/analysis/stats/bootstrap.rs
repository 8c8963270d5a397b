//! Bootstrap intervals, bias-corrected and accelerated (BCa).
//!
//! θ* are the statistic's values on B resamples with replacement, z₀ = Φ⁻¹(share of θ* below θ, equals counted half),
//! a = Σdᵢ³ / (6 (Σdᵢ²)^(3/2)) with dᵢ = θ₍.₎ − θ₍ᵢ₎ from the jackknife. The ends are the quantiles of θ* at
//! Φ(z₀ + (z₀ + z) / (1 − a (z₀ + z))) for z = Φ⁻¹(α/2) and Φ⁻¹(1 − α/2).
//!
//! Needs n ≥ 3 values that are not all equal; with fewer than some 10 it is too narrow more often than it says, and
//! it must not be read as a test: [`super::sign_flip()`] is one. Values must be independent: seeds on one data set are, the
//! epochs of one run are not.
//!
//! Source: Efron 1987, "Better bootstrap confidence intervals"; Efron and Tibshirani 1993, chapter 14. As
//! `scipy.stats.bootstrap(method="BCa")`. B = 9,999 resamples from the fixed stream of `resample`.

use super::normal::{below, quantile};
use super::resample::Resampler;
use serde::Serialize;

/// How many resamples an interval is made from.
pub const RESAMPLES: usize = 9_999;

/// The two ends of an interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Interval {
    pub low: f64,
    pub high: f64,
}

/// The interval that covers the statistic with probability 1 − `level`; `None` for fewer than 3 values, for values that
/// are all equal and where one is not finite.
#[must_use]
#[allow(clippy::cast_precision_loss)] // counts of resamples
pub fn bca(values: &[f64], statistic: impl Fn(&[f64]) -> f64, level: f64) -> Option<Interval> {
    if values.len() < 3 || values.iter().any(|x| !x.is_finite()) || values.iter().all(|x| *x == values[0]) {
        return None;
    }
    let observed = statistic(values);
    let resampled = resampled(values, &statistic);
    let less = resampled.partition_point(|x| *x < observed);
    let not_more = resampled.partition_point(|x| *x <= observed);
    let z0 = quantile((less + not_more) as f64 / (2.0 * resampled.len() as f64));
    let a = acceleration(values, &statistic);
    let end = |z: f64| percentile(&resampled, below(z0 + (z0 + z) / (1.0 - a * (z0 + z))));
    let (low, high) = (end(quantile(level / 2.0)), end(quantile(1.0 - level / 2.0)));
    (low.is_finite() && high.is_finite()).then_some(Interval { low, high })
}

/// The statistic on every resample, ascending.
fn resampled(values: &[f64], statistic: &impl Fn(&[f64]) -> f64) -> Vec<f64> {
    let mut stream = Resampler::new();
    let mut sample = vec![0.0; values.len()];
    let mut draw = || {
        sample.iter_mut().for_each(|place| *place = values[stream.below(values.len())]);
        statistic(&sample)
    };
    let mut all: Vec<f64> = (0..RESAMPLES).map(|_| draw()).collect();
    all.sort_by(f64::total_cmp);
    all
}

/// The jackknife's measure of how the deviation changes with the statistic.
#[allow(clippy::cast_precision_loss)] // counts
fn acceleration(values: &[f64], statistic: &impl Fn(&[f64]) -> f64) -> f64 {
    let without = |left_out: usize| {
        let rest: Vec<f64> = values.iter().enumerate().filter(|(i, _)| *i != left_out).map(|(_, x)| *x).collect();
        statistic(&rest)
    };
    let jackknife: Vec<f64> = (0..values.len()).map(without).collect();
    let centre = jackknife.iter().sum::<f64>() / jackknife.len() as f64;
    let cubes: f64 = jackknife.iter().map(|x| (centre - x).powi(3)).sum();
    let squares: f64 = jackknife.iter().map(|x| (centre - x).powi(2)).sum();
    // A statistic that no single value moves, such as some medians, has no acceleration.
    if squares > 0.0 { cubes / (6.0 * squares.powf(1.5)) } else { 0.0 }
}

/// The quantile of sorted values by linear interpolation, NumPy's default.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)] // within the slice
fn percentile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let floor = place.floor();
    let (low, high) = (sorted[floor as usize], sorted[place.ceil() as usize]);
    low + (high - low) * (place - floor)
}

#[cfg(test)]
mod tests {
    use super::super::{mean, median};
    use super::*;

    #[test]
    fn what_cannot_have_an_interval_has_none() {
        let of = |values: &[f64]| bca(values, |x| mean(x).unwrap(), 0.05);
        assert_eq!(of(&[1.0, 2.0]), None);
        assert_eq!(of(&[1.0; 8]), None);
        assert_eq!(of(&[1.0, f64::NEG_INFINITY, 2.0]), None);
        assert_eq!(of(&[1.0, 2.0, 4.0]), of(&[1.0, 2.0, 4.0]), "the same each time");
        assert!(bca(&[1.0, 1.0, 1.0, 2.0], |x| median(x).unwrap(), 0.05).is_none_or(|i| i.low <= i.high));
    }
}
