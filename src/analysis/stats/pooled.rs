//! The standard deviation of paired differences, pooled over all pairs of methods.
//!
//! With S the covariance of k methods over n seeds, centred by rows and columns, the mean over all pairs of the variance of their
//! difference is 2 tr S / (k − 1). It has between n − 1 degrees of freedom, where one method alone scatters, and (k − 1)(n − 1),
//! where all scatter alike; (n − 1) (tr S)² / tr S² lies between them.
//!
//! A pair may scatter more or less than the mean of all: what is planned with it holds on average over the pairs.
//!
//! Source: Box 1954, "Some theorems on quadratic forms"; Greenhouse and Geisser 1959 for the estimate of the degrees of freedom.

/// What results tell of how differences scatter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pooled {
    pub deviation: f64,
    pub freedom: f64,
}

/// Of these methods, each with its results on the same seeds. `None` for fewer than 2 methods or seeds, and where no difference
/// varies.
#[must_use]
#[allow(clippy::cast_precision_loss)] // counts of methods and seeds
pub fn pooled(methods: &[Vec<f64>]) -> Option<Pooled> {
    let (k, n) = (methods.len(), methods.iter().map(Vec::len).min()?);
    if k < 2 || n < 2 {
        return None;
    }
    let of_method: Vec<f64> = methods.iter().map(|row| super::mean(&row[..n])).collect::<Option<_>>()?;
    let of_seed: Vec<f64> = (0..n)
        .map(|seed| super::mean(&methods.iter().map(|row| row[seed]).collect::<Vec<_>>()))
        .collect::<Option<_>>()?;
    let all = super::mean(&of_method)?;
    let rest = |method: usize, seed: usize| methods[method][seed] - of_method[method] - of_seed[seed] + all;
    // Both ways the products of what is left have the same trace, and their squares too.
    let rows: Vec<Vec<f64>> = if k < n {
        (0..k).map(|method| (0..n).map(|seed| rest(method, seed)).collect()).collect()
    } else {
        (0..n).map(|seed| (0..k).map(|method| rest(method, seed)).collect()).collect()
    };
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>() / (n as f64 - 1.0);
    let trace: f64 = rows.iter().map(|row| product(row, row)).sum();
    let squares: f64 = rows.iter().flat_map(|a| rows.iter().map(|b| product(a, b).powi(2))).sum();
    // Equal results that differ in their last bits do not vary.
    let size = methods.iter().flatten().fold(0.0_f64, |most, x| most.max(x.abs()));
    (trace.is_finite() && trace > (1e-12 * size).powi(2)).then(|| Pooled {
        deviation: (2.0 * trace / (k as f64 - 1.0)).sqrt(),
        freedom: (n as f64 - 1.0) * trace * trace / squares,
    })
}

#[cfg(test)]
mod tests {
    use super::super::Spread;
    use super::*;

    fn deviation(a: &[f64], b: &[f64]) -> f64 {
        Spread::of(&a.iter().zip(b).map(|(a, b)| a - b).collect::<Vec<_>>()).unwrap().sd.unwrap()
    }

    #[test]
    fn it_is_the_mean_variance_of_all_pairs() {
        let rows = [vec![0.5, 0.7, 0.6, 0.9], vec![0.4, 0.8, 0.6, 0.6], vec![0.1, 0.7, 0.9, 0.8]];
        let pairs = [(0, 1), (0, 2), (1, 2)].map(|(i, j): (usize, usize)| deviation(&rows[i], &rows[j]).powi(2));
        let found = pooled(&rows).unwrap();
        assert!((found.deviation.powi(2) - pairs.iter().sum::<f64>() / 3.0).abs() < 1e-12, "{found:?}");
        assert!((3.0..=6.0).contains(&found.freedom), "{found:?}");
        let two = pooled(&rows[..2]).unwrap();
        assert!((two.deviation.powi(2) - pairs[0]).abs() < 1e-12 && (two.freedom - 3.0).abs() < 1e-9, "{two:?}");
    }

    #[test]
    fn what_does_not_vary_tells_nothing() {
        assert_eq!(pooled(&[vec![0.5, 0.6], vec![0.6, 0.7]]), None);
        assert_eq!(pooled(&[vec![0.5, 0.6]]), None);
        assert_eq!(pooled(&[vec![0.5], vec![0.6]]), None);
        assert_eq!(pooled(&[]), None);
    }
}
