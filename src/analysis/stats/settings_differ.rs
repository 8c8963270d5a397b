//! Do k settings differ at all, on n seeds that all of them have? Analysis of variance in randomized blocks, the seeds being the blocks.
//!
//! With x̄ᵢ the mean of setting i, x̄ⱼ that of seed j and x̄ that of all, F = n Σᵢ (x̄ᵢ − x̄)² / (k − 1) over Σᵢⱼ (xᵢⱼ − x̄ᵢ − x̄ⱼ + x̄)² / ((k − 1)(n − 1)),
//! with k − 1 and (k − 1)(n − 1) degrees of freedom.
//!
//! It takes seeds as independent, which splits of the same rows are not: it finds a difference sooner than a verdict does. So it says when
//! nothing is to be explained, and must not be used to call one setting better than another.
//!
//! Source: Fisher 1935, The Design of Experiments; Montgomery 2017, section 4.1. The figures of the test are SciPy's.

use statrs::distribution::{ContinuousCDF, FisherSnedecor};

/// p of the test, a row of seeds for each setting; `None` for fewer than 2 settings or seeds, and rows of different lengths.
#[must_use]
#[allow(clippy::cast_precision_loss)] // counts of settings and seeds
pub fn settings_differ(rows: &[Vec<f64>]) -> Option<f64> {
    let (k, n) = (rows.len(), rows.first()?.len());
    if k < 2 || n < 2 || rows.iter().any(|row| row.len() != n) {
        return None;
    }
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let of_setting: Vec<f64> = rows.iter().map(|row| mean(row)).collect();
    let of_seed: Vec<f64> = (0..n).map(|seed| mean(&rows.iter().map(|row| row[seed]).collect::<Vec<_>>())).collect();
    let all = mean(&of_setting);
    let between = n as f64 * of_setting.iter().map(|m| (m - all).powi(2)).sum::<f64>();
    let rest = |(row, m): (&Vec<f64>, &f64)| -> f64 {
        row.iter().zip(&of_seed).map(|(x, of_seed)| (x - m - of_seed + all).powi(2)).sum()
    };
    let within: f64 = rows.iter().zip(&of_setting).map(rest).sum();
    let freedom = (k - 1) as f64;
    let f = between / within * (n - 1) as f64;
    match FisherSnedecor::new(freedom, freedom * (n - 1) as f64) {
        Ok(known) if f.is_finite() => Some(known.sf(f)),
        // Without any rest every difference is real, and without one there is none.
        _ => Some(if between > 0.0 { 0.0 } else { 1.0 }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `scipy.stats.f.sf(F, 2, 6)` with F by NumPy; of two settings the test is the paired t test, `scipy.stats.ttest_rel`.
    #[test]
    fn it_is_that_of_scipy() {
        let rows = [vec![0.5, 0.7, 0.6, 0.9], vec![0.4, 0.8, 0.6, 0.6], vec![0.1, 0.7, 0.9, 0.8]];
        assert!((settings_differ(&rows).unwrap() - 0.835_009_837_962_963_6).abs() < 1e-9);
        let two = [vec![0.5, 0.52, 0.49, 0.51, 0.5], vec![0.9, 0.91, 0.9, 0.88, 0.9]];
        assert!((settings_differ(&two).unwrap() / 5.258_048_289_656_295e-7 - 1.0).abs() < 1e-6);
    }

    #[test]
    fn what_cannot_be_tested_has_no_p() {
        assert_eq!(settings_differ(&[vec![0.5], vec![0.6]]), None);
        assert_eq!(settings_differ(&[vec![0.5, 0.6]]), None);
        assert_eq!(settings_differ(&[vec![0.5, 1.5], vec![0.75, 1.75]]), Some(0.0));
        assert_eq!(settings_differ(&[vec![0.5, 0.6], vec![0.5, 0.6]]), Some(1.0));
    }
}
