//! What the best of k tuning trials is to be expected to reach.
//!
//! Over all subsets of k of the n trials that were made: E = Σ v₍ᵢ₎ C(i−1, k−1) / C(n, k), v₍ᵢ₎ ascending; the exact mean if the
//! trials had been made in random order and stopped after k. At k = n it is the best of all.
//!
//! Dodge et al. draw with replacement, Σ v₍ᵢ₎ ((i/n)^k − ((i−1)/n)^k), which lies lower (Tang et al. 2020); the two agree for
//! n far above k. Valid for trials that are equally good guesses, such as a grid or random draws; not for a search that
//! learns from earlier trials. Diverged trials belong in, with the worst value.
//!
//! Source: Dodge et al. 2019, "Show your work", equation 7; Sivaprasad et al. 2020, "Optimizer benchmarking needs to account for
//! hyperparameter tuning"; Tang et al. 2020, "Showing your work doesn't always work", equation 4.

use super::centre::sorted;

/// The expected best of k of these values, higher is better; `None` unless 1 ≤ k ≤ n.
#[must_use]
pub fn expected_best(values: &[f64], k: usize) -> Option<f64> {
    expected_selected(&sorted(values), k)
}

/// The same where the best is chosen by something else, such as the validation loss: values of the trials in that order,
/// the one to choose last.
#[must_use]
#[allow(clippy::cast_precision_loss)] // counts of trials
pub fn expected_selected(worst_first: &[f64], k: usize) -> Option<f64> {
    let n = worst_first.len();
    if k == 0 || k > n {
        return None;
    }
    // C(i−1, k−1) / C(n, k) from the top down: k/n for the last, then times (i − k) / (i − 1).
    let mut weight = k as f64 / n as f64;
    let mut sum = 0.0;
    for i in (k..=n).rev() {
        sum += weight * worst_first[i - 1];
        weight *= if i > 1 { (i - k) as f64 / (i - 1) as f64 } else { 0.0 };
    }
    Some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: of {1, 2, 4} the pairs' best are 2, 4, 4.
    #[test]
    fn the_best_of_pairs() {
        let values = [4.0, 1.0, 2.0];
        let of = |k| expected_best(&values, k);
        assert!((of(1).unwrap() - 7.0 / 3.0).abs() < 1e-15);
        assert!((of(2).unwrap() - 10.0 / 3.0).abs() < 1e-15);
        assert_eq!((of(3), of(0), of(4)), (Some(4.0), None, None));
        // Chosen in the order given: of the pairs' last ones 1, 2, 2.
        assert!((expected_selected(&values, 2).unwrap() - 5.0 / 3.0).abs() < 1e-15);
    }
}
