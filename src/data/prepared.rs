//! A data set split, scaled and cast: what a training sees.

use super::{DataSet, Indices, Target};
use crate::num::{Matrix, Real};

/// The three parts of a data set.
#[derive(Clone, Debug)]
pub struct Prepared<R> {
    pub train: Part<R>,
    pub validation: Part<R>,
    pub test: Part<R>,
}

/// Samples of one part.
#[derive(Clone, Debug)]
pub struct Part<R> {
    /// m × n
    pub inputs: Matrix<R>,
    pub targets: Targets<R>,
}

/// The targets of some samples, in the form that losses take.
#[derive(Clone, Debug, PartialEq)]
pub enum Targets<R> {
    /// m classes, counted from 0.
    Classes(Vec<u32>),
    /// m × K numbers.
    Values(Matrix<R>),
}

impl<R> Part<R>
where
    R: Real,
{
    /// m
    #[must_use]
    pub fn samples(&self) -> usize {
        self.inputs.rows()
    }
}

impl<R: Real> Prepared<R> {
    /// Splits and casts a set. With `standardize`, each feature and a regression's target are shifted and scaled to
    /// mean 0 and standard deviation 1 (divisor m) of the **training part**; what is constant there is only shifted.
    #[must_use]
    pub fn new(set: &DataSet, indices: &Indices, standardize: bool) -> Self {
        let features = standardized(&set.features, &indices.train, standardize);
        let values = match &set.target {
            Target::Values(values) => {
                let column = Matrix::new(values.len(), 1, values.clone());
                Some(standardized(&column, &indices.train, standardize))
            }
            Target::Classes { .. } => None,
        };
        let part = |rows: &[usize]| Part {
            inputs: features.gather(rows).cast(),
            targets: match (&set.target, &values) {
                (Target::Classes { labels, .. }, _) => Targets::Classes(rows.iter().map(|&row| labels[row]).collect()),
                (_, Some(values)) => Targets::Values(values.gather(rows).cast()),
                (Target::Values(_), None) => unreachable!("a regression has values"),
            },
        };
        Self { train: part(&indices.train), validation: part(&indices.validation), test: part(&indices.test) }
    }
}

/// Each column's mean and standard deviation over `rows` taken from and divided out of all of `matrix`.
#[allow(clippy::cast_precision_loss)]
fn standardized(matrix: &Matrix<f64>, rows: &[usize], standardize: bool) -> Matrix<f64> {
    let mut result = matrix.clone();
    if !standardize {
        return result;
    }
    let (cols, count) = (matrix.cols(), rows.len() as f64);
    for col in 0..cols {
        let over = |f: &dyn Fn(f64) -> f64| rows.iter().map(|&row| f(matrix.row(row)[col])).sum::<f64>() / count;
        let mean = over(&|x| x);
        let deviation = over(&|x| (x - mean) * (x - mean)).sqrt();
        let scale = if deviation > 0.0 { deviation } else { 1.0 };
        for value in result.data_mut().iter_mut().skip(col).step_by(cols) {
            *value = (*value - mean) / scale;
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{ENTRIES, Shares, load, split};
    use crate::registry::Choice;

    #[test]
    fn scaling_is_fitted_on_the_training_part_only() {
        let set = DataSet {
            features: Matrix::new(4, 2, vec![1.0, 5.0, 3.0, 5.0, 100.0, 7.0, 2.0, 5.0]),
            target: Target::Values(vec![0.0, 2.0, 4.0, 8.0]),
        };
        let indices = Indices { train: vec![0, 1], validation: vec![2], test: vec![3] };
        let prepared = Prepared::<f64>::new(&set, &indices, true);
        // Training mean 2 and deviation 1; the second feature is constant there, so it is only shifted.
        assert_eq!(prepared.train.inputs.data(), [-1.0, 0.0, 1.0, 0.0]);
        assert_eq!(prepared.validation.inputs.data(), [98.0, 2.0]);
        assert_eq!(prepared.train.targets, Targets::Values(Matrix::new(2, 1, vec![-1.0, 1.0])));
        assert_eq!(prepared.test.targets, Targets::Values(Matrix::new(1, 1, vec![7.0])));
    }

    #[test]
    fn every_built_in_set_becomes_finite_numbers() {
        for entry in ENTRIES {
            let set = load(&Choice::of(&entry.entry)).unwrap();
            let shares = Shares { train: 0.6, validation: 0.2, test: 0.2 };
            let prepared = Prepared::<f32>::new(&set, &split(&set, shares, 0).unwrap(), true);
            for part in [&prepared.train, &prepared.validation, &prepared.test] {
                assert!(part.inputs.data().iter().all(|x| x.is_finite()), "{}", entry.entry.name);
            }
        }
    }
}
