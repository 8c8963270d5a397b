//! A data set split, scaled and cast: what a training sees.

use super::{DataSet, Indices, Target};
use crate::num::{Matrix, Real, Shape};

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
    /// A class for each answer, counted from 0; a sample's answers side by side.
    Classes(Vec<u32>),
    /// K numbers for each answer.
    Values(Matrix<R>),
    /// None: an objective has no targets.
    None,
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
    /// A feature of a sequence is scaled alike at all steps. Points of an objective are never scaled: that would change
    /// the problem.
    #[must_use]
    pub fn new(set: &DataSet, indices: &Indices, standardize: bool) -> Self {
        let standardize = standardize && !matches!(set.target, Target::Objective(_));
        let steps = if let Shape::Sequence { steps, .. } = set.shape { steps } else { 1 };
        let features = if standardize { scaled(&set.features, steps, &indices.train) } else { set.features.clone() };
        let positions = set.positions();
        let values = match &set.target {
            Target::Values(values) => {
                let rows = Matrix::new(set.samples(), positions, values.clone());
                Some(if standardize { scaled(&rows, positions, &indices.train) } else { rows })
            }
            _ => None,
        };
        let part = |rows: &[usize]| Part {
            inputs: features.gather(rows).cast(),
            targets: match (&set.target, &values) {
                (Target::Classes { labels, .. }, _) => {
                    let answers = |&row: &usize| labels[row * positions..(row + 1) * positions].iter().copied();
                    Targets::Classes(rows.iter().flat_map(answers).collect())
                }
                (_, Some(values)) => {
                    let answers = values.gather(rows).cast::<R>();
                    Targets::Values(Matrix::new(rows.len() * positions, 1, answers.data().to_vec()))
                }
                _ => Targets::None,
            },
        };
        Self { train: part(&indices.train), validation: part(&indices.validation), test: part(&indices.test) }
    }
}

/// Rows of `steps` times some features, each feature scaled alike at all steps.
fn scaled(matrix: &Matrix<f64>, steps: usize, train: &[usize]) -> Matrix<f64> {
    let long = Matrix::new(matrix.rows() * steps, matrix.cols() / steps, matrix.data().to_vec());
    let rows: Vec<usize> = train.iter().flat_map(|&row| row * steps..(row + 1) * steps).collect();
    Matrix::new(matrix.rows(), matrix.cols(), standardized(&long, &rows).data().to_vec())
}

/// Each column's mean and standard deviation over `rows` taken from and divided out of all of `matrix`.
#[allow(clippy::cast_precision_loss)]
fn standardized(matrix: &Matrix<f64>, rows: &[usize]) -> Matrix<f64> {
    let mut result = matrix.clone();
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
        let features = Matrix::new(4, 2, vec![1.0, 5.0, 3.0, 5.0, 100.0, 7.0, 2.0, 5.0]);
        let set = DataSet::flat(features, Target::Values(vec![0.0, 2.0, 4.0, 8.0]));
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
