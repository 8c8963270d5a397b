//! Where a handful of values lies: mean, median, interquartile mean.
//!
//! The interquartile mean leaves ⌊n/4⌋ values out at either end and averages the rest: a compromise between the mean, which
//! one bad run can move at will, and the median, which hears the middle only. With fewer than 4 values it is the mean.
//!
//! None of them must be taken over runs of which the diverged ones were left out first: the result would praise what
//! diverges.
//!
//! Source: Agarwal et al. 2021, "Deep reinforcement learning at the edge of the statistical precipice", section 4.3.

/// Σx / n; `None` for no values.
#[must_use]
#[allow(clippy::cast_precision_loss)] // counts of runs
pub fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// The middle value, or the mean of the middle two; `None` for no values.
#[must_use]
pub fn median(values: &[f64]) -> Option<f64> {
    let sorted = sorted(values);
    let half = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        n if n % 2 == 1 => Some(sorted[half]),
        _ => Some(f64::midpoint(sorted[half - 1], sorted[half])),
    }
}

/// The mean of the middle half; `None` for no values.
#[must_use]
pub fn interquartile_mean(values: &[f64]) -> Option<f64> {
    let sorted = sorted(values);
    let cut = sorted.len() / 4;
    mean(&sorted[cut..sorted.len() - cut])
}

/// Ascending.
pub(super) fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}
