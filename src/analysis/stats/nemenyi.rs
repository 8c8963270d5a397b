//! Nemenyi's critical difference: how far apart the mean ranks of two methods must lie.
//!
//! CD = q √(k (k + 1) / (6N)), with q the 1 − α point of the studentized range of k values divided by √2. Two methods whose
//! mean ranks differ by less than CD are not told apart.
//!
//! To be used after [`super::friedman()`] found a difference, over N data sets (never seeds), with at least 2 methods. With
//! few data sets it sees coarse differences only.
//!
//! Source: Nemenyi 1963; Demšar 2006, section 3.2.2 and table 5.

use super::normal::quantile;
use super::studentized_range::studentized_range_quantile;

/// CD for k methods over N data sets, at the level α; `None` for fewer than 2 methods or no data set.
#[must_use]
#[allow(clippy::cast_precision_loss)] // counts
pub fn critical_difference(methods: usize, data_sets: usize, level: f64) -> Option<f64> {
    let k = u16::try_from(methods).ok().filter(|k| *k >= 2)?;
    if data_sets == 0 {
        return None;
    }
    let q = studentized_range_quantile(1.0 - level, k) / std::f64::consts::SQRT_2;
    let k = f64::from(k);
    Some(q * (k * (k + 1.0) / (6.0 * data_sets as f64)).sqrt())
}

/// The difference of mean ranks from which on one of k − 1 methods is told apart from a baseline: z √(k (k + 1) / (6N)), z the normal
/// quantile of 1 − α / (2 (k − 1)) (Dunn 1961; Demšar 2006, section 3.2.2 and table 5b).
#[must_use]
#[allow(clippy::cast_precision_loss)] // counts
pub fn difference_to_baseline(methods: usize, data_sets: usize, level: f64) -> Option<f64> {
    let k = u16::try_from(methods).ok().filter(|k| *k >= 2).map(f64::from)?;
    let z = quantile(1.0 - level / (2.0 * (k - 1.0)));
    (data_sets > 0).then(|| z * (k * (k + 1.0) / (6.0 * data_sets as f64)).sqrt())
}

/// The largest groups of methods whose mean ranks lie within `difference` of one another, as positions in the order of
/// ascending ranks: (first, last), at least two methods each, none within another.
#[must_use]
pub fn cliques(ascending_ranks: &[f64], difference: f64) -> Vec<(usize, usize)> {
    let mut groups: Vec<(usize, usize)> = Vec::new();
    for (first, rank) in ascending_ranks.iter().enumerate() {
        let last = ascending_ranks.partition_point(|other| other - rank < difference) - 1;
        if last > first && groups.last().is_none_or(|(_, end)| last > *end) {
            groups.push((first, last));
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Demšar's example in section 3.2.3: four methods on 14 data sets, 2.394 √(4 · 5 / (6 · 14)) = 1.16 at 5 %, where all pairs ask
    /// for 1.25.
    #[test]
    fn a_baseline_asks_for_less() {
        let found = difference_to_baseline(4, 14, 0.05).unwrap();
        assert!((found - 1.168).abs() < 2e-3 && found < critical_difference(4, 14, 0.05).unwrap(), "{found}");
    }

    #[test]
    fn groups_are_the_largest() {
        assert_eq!(cliques(&[1.0, 1.5, 3.0, 3.2], 1.0), [(0, 1), (2, 3)]);
        assert_eq!(cliques(&[1.0, 1.5, 2.2, 2.4], 1.0), [(0, 1), (1, 3)]);
        assert_eq!(cliques(&[1.0, 3.0], 1.0), []);
        assert_eq!(cliques(&[], 1.0), []);
        assert_eq!(critical_difference(1, 8, 0.05), None);
    }
}
