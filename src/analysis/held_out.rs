//! The sampling error of held-out rows, by a jackknife over groups of them: all seeds are tested on the same rows, so how far other
//! rows would differ no seed shows.
//!
//! With θ the mean over seeds of what is compared, of all rows, and θ₍g₎ the same without the rows of group g of G, the variance of θ over
//! draws of the rows is estimated by (G − 1)/G Σ (θ₍g₎ − θ̄)², with G − 1 degrees of freedom. It holds for smooth functions of the rows: means,
//! R², F1, areas under curves; for a median it would not.
//!
//! Source: Efron and Tibshirani 1993, "An introduction to the bootstrap", chapter 11; Busing, Meijer and van der Leeden 1999 for groups.

use super::stats::mean;
use crate::record::GROUPS;
use std::collections::{BTreeMap, BTreeSet};

/// Of each seed what is compared, without each group of held-out rows.
pub type WithoutRows = BTreeMap<u64, Vec<f64>>;

/// The variance of a weighted sum of methods' means over the seeds that all have; none if a run did not measure that.
#[must_use]
#[allow(clippy::cast_precision_loss)] // a few groups
pub fn variance_of_sum(of: &[(&WithoutRows, f64)]) -> Option<f64> {
    let seeds = of.iter().map(|(values, _)| values.keys().copied().collect::<BTreeSet<u64>>());
    let seeds = seeds.reduce(|a, b| &a & &b).filter(|seeds| !seeds.is_empty())?;
    let of_method = |(values, weight): &(&WithoutRows, f64), group: usize| {
        let values: Vec<f64> = seeds.iter().map(|seed| values[seed][group]).collect();
        Some(weight * mean(&values)?)
    };
    let sums = (0..GROUPS).map(|group| of.iter().map(|method| of_method(method, group)).sum::<Option<f64>>());
    let sums: Vec<f64> = sums.collect::<Option<_>>()?;
    let centre = mean(&sums)?;
    let groups = GROUPS as f64;
    Some((groups - 1.0) / groups * sums.iter().map(|sum| (sum - centre) * (sum - centre)).sum::<f64>())
}

/// Degrees of freedom of such a variance.
#[allow(clippy::cast_precision_loss)] // a few groups
pub const FREEDOM: f64 = GROUPS as f64 - 1.0;
