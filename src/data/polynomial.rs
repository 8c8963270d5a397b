//! Polynomial features (lecture L32's example): every product of features up to a degree.
//!
//! x ↦ all x₁^{e₁} ⋯ x_n^{e_n} with 1 ≤ e₁ + … + e_n ≤ d, by rising degree, within one degree x₁ before x₂; there are
//! C(n + d, d) − 1. Without the constant 1: the bias is that.
//!
//! m × n becomes m × (C(n + d, d) − 1). Scaling comes after, so the powers are of the numbers as they are. The same
//! numbers in the same order as scikit-learn's `PolynomialFeatures` with `include_bias=False`.

use super::entry::check_size;
use super::error::{DataError, DataFault};
use super::set::{DataSet, Target};
use crate::num::{Matrix, Shape};
use std::borrow::Cow;

impl DataSet {
    /// The set with its polynomial features up to a degree, at least 1, in the features' place; for 1 itself.
    ///
    /// # Errors
    /// Where a row is no plain list of numbers, or they would be too many or too large.
    pub fn polynomial(&self, degree: u64) -> Result<Cow<'_, Self>, DataError> {
        if degree == 1 {
            return Ok(Cow::Borrowed(self));
        }
        if self.shape != Shape::Flat || matches!(self.target, Target::Objective(_)) {
            return Err(DataFault::Parameters
                .error("polynomial features are of plain numbers, not of images, sequences or problems without data"));
        }
        let n = self.features.cols();
        let terms = terms(n, degree).unwrap_or(usize::MAX);
        check_size(self.samples(), terms)
            .map_err(|why| why.reworded(|why| format!("degree {degree} of {n} features: {why}")))?;
        let mut data = Vec::with_capacity(self.samples() * terms);
        for row in 0..self.samples() {
            push_products(self.features.row(row), degree, &mut data);
        }
        if data.iter().any(|number| !number.is_finite()) {
            return Err(DataFault::TooLarge
                .error(format!("powers up to {degree} of these features are too large for 64-bit numbers")));
        }
        let features = Matrix::new(self.samples(), terms, data);
        let set = Self::flat(features, self.target.clone());
        Ok(Cow::Owned(Self { about: self.about.clone(), rows: self.rows.clone(), ..set }))
    }
}

/// C(n + d, d) − 1
fn terms(n: usize, degree: u64) -> Option<usize> {
    // Each partial product is a binomial coefficient itself, so every division is exact.
    let count = (1..=degree).try_fold(1_usize, |count, k| {
        let k = usize::try_from(k).ok()?;
        count.checked_mul(n.checked_add(k)?).map(|product| product / k)
    })?;
    Some(count - 1)
}

/// The products of one row: each of a degree is one of the degree before times a feature that is not before its last
/// one.
fn push_products(x: &[f64], degree: u64, into: &mut Vec<f64>) {
    let mut last: Vec<(usize, f64)> = vec![(0, 1.0)];
    for _ in 0..degree {
        last = last.iter().flat_map(|&(from, product)| (from..x.len()).map(move |j| (j, product * x[j]))).collect();
        into.extend(last.iter().map(|(_, product)| product));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::rows::Rows;

    #[test]
    fn products_come_in_order() {
        let set = |features: Vec<f64>, n| DataSet::flat(Matrix::new(1, n, features), Target::Values(vec![0.0]));
        let two = set(vec![2.0, 3.0], 2);
        assert_eq!(two.polynomial(2).unwrap().features.data(), [2.0, 3.0, 4.0, 6.0, 9.0]);
        assert_eq!(two.polynomial(3).unwrap().features.data()[5..], [8.0, 12.0, 18.0, 27.0]);
        assert_eq!(two.polynomial(1).unwrap().features.data(), [2.0, 3.0]);
        assert_eq!(set(vec![2.0], 1).polynomial(4).unwrap().features.data(), [2.0, 4.0, 8.0, 16.0]);
        let rows = Rows { groups: Some(vec![0]), ..Rows::default() };
        let grouped = DataSet { rows: rows.clone(), ..set(vec![2.0], 1) };
        assert_eq!(grouped.polynomial(2).unwrap().rows, rows, "rows keep their groups and parts");
        assert_eq!(terms(30, 20), Some(47_129_212_243_959));
        assert!(set(vec![1.0; 30], 30).polynomial(20).unwrap_err().to_string().contains("numbers"));
        assert!(set(vec![1e300], 1).polynomial(2).unwrap_err().to_string().contains("too large"));
    }
}
