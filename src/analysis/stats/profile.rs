//! Performance profiles: on which share of problems is a method within a factor τ of the best one?
//!
//! The ratio of method m on problem p is cost(m, p) / min over methods of cost(·, p); a method that missed has the ratio ∞.
//! ρ(τ) is the share of problems with a ratio of at most τ. Its area over [1, T], divided by T − 1, is one number between 0
//! and 1: the mean over problems of max(0, T − ratio) / (T − 1).
//!
//! Costs are positive (steps, seconds). Problems on which every method missed have ratios ∞ for all, and count. A profile
//! depends on which methods are in it: leaving one out can turn the order of two others (Gould and Scott 2016).
//!
//! Source: Dolan and Moré 2002; the area by Dahl et al. 2023, "Benchmarking neural network training algorithms"
//! (AlgoPerf), section 4.4, with T = 4.

/// `costs[problem][method]` as ratios to the problem's least cost; `None`, a miss, becomes ∞.
#[must_use]
pub fn performance_ratios(costs: &[Vec<Option<f64>>]) -> Vec<Vec<f64>> {
    let ratios = |row: &Vec<Option<f64>>| {
        let least = row.iter().flatten().copied().fold(f64::INFINITY, f64::min);
        row.iter().map(|cost| cost.map_or(f64::INFINITY, |cost| cost / least)).collect()
    };
    costs.iter().map(ratios).collect()
}

/// ρ(τ) of one method from its ratios; `None` for no problems.
#[must_use]
#[allow(clippy::cast_precision_loss)] // counts of problems
pub fn share_within(ratios: &[f64], factor: f64) -> Option<f64> {
    let within = ratios.iter().filter(|ratio| **ratio <= factor).count();
    (!ratios.is_empty()).then(|| within as f64 / ratios.len() as f64)
}

/// The area under ρ up to T, between 0 and 1; `None` for no problems or T ≤ 1.
#[must_use]
#[allow(clippy::cast_precision_loss)] // counts
pub fn area(ratios: &[f64], up_to: f64) -> Option<f64> {
    let sum: f64 = ratios.iter().map(|ratio| (up_to - ratio).max(0.0)).sum();
    (!ratios.is_empty() && up_to > 1.0).then(|| sum / (up_to - 1.0) / ratios.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: two problems, one miss.
    #[test]
    fn profiles_count_misses() {
        let ratios = performance_ratios(&[vec![Some(10.0), Some(20.0)], vec![Some(30.0), None]]);
        assert_eq!(ratios, [[1.0, 2.0], [1.0, f64::INFINITY]]);
        let second: Vec<f64> = ratios.iter().map(|row| row[1]).collect();
        assert_eq!([1.0, 2.0, 1e9].map(|tau| share_within(&second, tau).unwrap()), [0.0, 0.5, 0.5]);
        // ρ is ½ from 2 to 4, two thirds of the way.
        assert!((area(&second, 4.0).unwrap() - 1.0 / 3.0).abs() < 1e-15);
        assert_eq!(area(&[1.0, 1.0], 4.0), Some(1.0));
        assert_eq!((share_within(&[], 1.0), area(&[1.0], 1.0)), (None, None));
    }
}
