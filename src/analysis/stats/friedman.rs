//! Friedman's test: do k methods differ over N data sets? With Iman and Davenport's better approximation.
//!
//! On each data set the methods are ranked, 1 the best, equal ones with the mean of their ranks. With Rⱼ the mean rank of
//! method j, χ² = 12N / (k (k + 1)) (ΣRⱼ² − k (k + 1)² / 4), divided by 1 − Σ(t³ − t) / (N k (k² − 1)) for groups of t
//! equal ones; k − 1 degrees of freedom. F = (N − 1) χ² / (N (k − 1) − χ²) with k − 1 and (k − 1)(N − 1) degrees is less
//! conservative. With few data sets both are far off (with k = 3 and N = 2 perfect agreement has F = ∞ and yet happens by
//! chance once in six times), so verdicts go by the permutation test: the share of 99,999 drawn rankings, each row in
//! random order by itself, whose χ² is at least as large, (1 + hits) / (1 + drawn). It is valid at any N.
//!
//! The rows are data sets, never seeds: seeds of one data set are not independent problems, and hundreds of them would make
//! any difference significant. Needs k ≥ 3 methods (for 2 use [`super::signed_rank()`]) and N ≥ 2; χ² and F need N > 10 or
//! k > 5 to be close (Demšar 2006, section 3.2.2). A method that diverged on a data set ranks last there.
//!
//! Source: Friedman 1937; Iman and Davenport 1980; Demšar 2006, "Statistical comparisons of classifiers over multiple data
//! sets", section 3.2.2. χ² as `scipy.stats.friedmanchisquare`.

use super::resample::Resampler;
use statrs::distribution::{ChiSquared, ContinuousCDF, FisherSnedecor};

/// What the test says.
#[derive(Clone, Debug, PartialEq)]
pub struct Friedman {
    /// Mean rank of each method, 1 is best.
    pub ranks: Vec<f64>,
    pub data_sets: usize,
    pub chi_squared: f64,
    pub chi_squared_p: f64,
    /// Iman and Davenport's F; infinite where all data sets agree altogether.
    pub f: f64,
    pub f_p: f64,
    /// Of the permutation test.
    pub p: f64,
}

/// How many rankings are drawn.
const DRAWN: u32 = 99_999;

/// Ranks from 1 for the least value, equal ones with the mean of their ranks.
pub(super) fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut ranks = vec![0.0; values.len()];
    let mut start = 0;
    for group in order.chunk_by(|a, b| values[*a] == values[*b]) {
        #[allow(clippy::cast_precision_loss)] // counts of methods
        let rank = (2 * start + group.len() + 1) as f64 / 2.0;
        group.iter().for_each(|&place| ranks[place] = rank);
        start += group.len();
    }
    ranks
}

/// One row of ranks per data set, from scores where higher is better and `None`, a method that diverged, is worst.
fn rank_rows(scores: &[Vec<Option<f64>>]) -> Vec<Vec<f64>> {
    let costs = |row: &Vec<Option<f64>>| row.iter().map(|s| s.map_or(f64::INFINITY, |s| -s)).collect::<Vec<_>>();
    scores.iter().map(|row| ranks(&costs(row))).collect()
}

/// The methods' mean ranks over data sets.
#[must_use]
#[allow(clippy::cast_precision_loss)] // counts
pub fn average_ranks(scores: &[Vec<Option<f64>>]) -> Vec<f64> {
    let rows = rank_rows(scores);
    let methods = rows.first().map_or(0, Vec::len);
    (0..methods).map(|method| rows.iter().map(|row| row[method]).sum::<f64>() / rows.len() as f64).collect()
}

/// Tests `scores[data set][method]`, higher is better; `None` for fewer than 3 methods or 2 data sets, rows of different
/// lengths, and where all methods are equal everywhere.
#[must_use]
#[allow(clippy::cast_precision_loss)] // counts
pub fn friedman(scores: &[Vec<Option<f64>>]) -> Option<Friedman> {
    let (n, k) = (scores.len(), scores.first()?.len());
    if n < 2 || k < 3 || scores.iter().any(|row| row.len() != k) {
        return None;
    }
    let rows = rank_rows(scores);
    let tied: f64 = rows.iter().map(|row| ties(row)).sum();
    let correction = 1.0 - tied / (n * k * (k * k - 1)) as f64;
    let test = (correction > 0.0).then(|| from_ranks(average_ranks(scores), n, correction))??;
    Some(Friedman { p: permuted(rows), ..test })
}

/// The permutation test's p: how often rows in random order have sums of ranks as far apart.
fn permuted(mut rows: Vec<Vec<f64>>) -> f64 {
    let k = rows[0].len();
    let mut sums = vec![0.0; k];
    let mut squares = |rows: &[Vec<f64>]| {
        sums.iter_mut().for_each(|sum| *sum = 0.0);
        rows.iter().for_each(|row| sums.iter_mut().zip(row).for_each(|(sum, rank)| *sum += rank));
        sums.iter().map(|sum| sum * sum).sum::<f64>()
    };
    // Ranks are halves of whole numbers: sums and their squares are exact.
    let seen = squares(&rows);
    let mut stream = Resampler::new();
    let mut hits = 0;
    for _ in 0..DRAWN {
        for row in &mut rows {
            (1..k).rev().for_each(|last| row.swap(last, stream.below(last + 1)));
        }
        hits += u32::from(squares(&rows) >= seen);
    }
    f64::from(1 + hits) / f64::from(1 + DRAWN)
}

/// From mean ranks, without the permutation test; `correction` is 1 without ties.
#[allow(clippy::cast_precision_loss)] // counts
fn from_ranks(ranks: Vec<f64>, data_sets: usize, correction: f64) -> Option<Friedman> {
    let (n, k) = (data_sets as f64, ranks.len() as f64);
    let squares: f64 = ranks.iter().map(|r| r * r).sum();
    let chi_squared = 12.0 * n / (k * (k + 1.0)) * (squares - k * (k + 1.0) * (k + 1.0) / 4.0) / correction;
    let chi_squared = chi_squared.max(0.0); // roundings
    let left = n * (k - 1.0) - chi_squared;
    let f = if left > 1e-9 { (n - 1.0) * chi_squared / left } else { f64::INFINITY };
    let f_p = if f.is_finite() { FisherSnedecor::new(k - 1.0, (k - 1.0) * (n - 1.0)).ok()?.sf(f) } else { 0.0 };
    let chi_squared_p = ChiSquared::new(k - 1.0).ok()?.sf(chi_squared);
    Some(Friedman { ranks, data_sets, chi_squared, chi_squared_p, f, f_p, p: chi_squared_p })
}

/// Σ(t³ − t) over groups of equal ranks.
#[allow(clippy::cast_precision_loss)] // counts
fn ties(ranks: &[f64]) -> f64 {
    let sorted = super::centre::sorted(ranks);
    sorted.chunk_by(|a, b| a == b).map(|group| (group.len().pow(3) - group.len()) as f64).sum()
}

#[cfg(test)]
mod tests {
    use super::super::critical_difference;
    use super::*;

    /// Schneider, Balles and Hennig 2019 (DeepOBS): Adam, Momentum and SGD over 8 problems.
    #[test]
    fn the_ranks_of_deepobs_show_no_difference() {
        let test = from_ranks(vec![1.875, 2.0, 2.125], 8, 1.0).unwrap();
        assert_eq!(test.chi_squared, 0.25);
        // χ² with 2 degrees of freedom: p = exp(−χ²/2).
        assert!((test.chi_squared_p - (-0.125_f64).exp()).abs() < 1e-12, "{}", test.chi_squared_p);
        assert!((critical_difference(3, 8, 0.05).unwrap() - 1.17).abs() < 0.005);
    }

    #[test]
    fn diverged_methods_rank_last_and_equal_ones_share() {
        let scores = [vec![Some(0.5), None, Some(0.9)], vec![Some(0.7), Some(0.7), None]];
        assert_eq!(average_ranks(&scores), [1.75, 2.25, 2.0]);
        assert_eq!(friedman(&scores[..1]), None);
        assert_eq!(friedman(&[vec![Some(1.0); 3], vec![Some(2.0); 3]]), None, "all equal");
    }

    #[test]
    fn perfect_agreement_has_no_bound() {
        let row = vec![Some(3.0), Some(2.0), Some(1.0)];
        let test = friedman(&[row.clone(), row.clone(), row]).unwrap();
        assert_eq!((test.chi_squared, test.f, test.f_p), (6.0, f64::INFINITY, 0.0));
        // Once in 3!² = 36 times; five deviations of 99,999 draws.
        assert!((test.p - 1.0 / 36.0).abs() < 0.0026, "{}", test.p);
    }
}
