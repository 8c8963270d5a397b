//! A data set split, scaled and cast: what a training sees.

use super::Indices;
use super::figures::Figures;
use super::scaling::Scales;
use super::set::{DataSet, Target};
use crate::num::{MatRef, Matrix, Real, Shape};
use std::borrow::Cow;

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
    /// How much each answer counts in the training loss, 1 in the mean; empty where all count alike. Of the training part only.
    pub weights: Vec<R>,
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
        let (features, values) =
            (ScaledNumbers::features(set, indices, standardize), ScaledNumbers::values(set, indices, standardize));
        let positions = set.positions();
        let part = |rows: &[usize]| Part {
            inputs: features.rows(rows),
            targets: match (&set.target, &values) {
                (Target::Classes { labels, .. }, _) => {
                    let answers = |&row: &usize| labels[row * positions..(row + 1) * positions].iter().copied();
                    Targets::Classes(rows.iter().flat_map(answers).collect())
                }
                (_, Some(values)) => {
                    let numbers = values.scales.rows(&values.numbers, rows);
                    Targets::Values(Matrix::new(rows.len() * positions, set.target.columns(), numbers))
                }
                _ => Targets::None,
            },
            weights: Vec::new(),
        };
        Self { train: part(&indices.train), validation: part(&indices.validation), test: part(&indices.test) }
    }
}

impl<R: Real> Prepared<R> {
    /// The same, of whose training answers each counts so much; none: all alike.
    #[must_use]
    pub fn weighted(mut self, weights: &[f64]) -> Self {
        self.train.weights = weights.iter().map(|&weight| R::from_f64(weight)).collect();
        self
    }

    /// The same with each row of the training part so many times in it: all rows, then all again. Scales stay what they are.
    #[must_use]
    pub fn repeated(mut self, copies: usize) -> Self {
        if copies > 1 {
            self.train.repeat(copies);
        }
        self
    }
}

impl<R: Real> Part<R> {
    /// These samples of it, in this order.
    #[must_use]
    pub fn gather(&self, rows: &[usize]) -> Self {
        let of_row = |answers: usize| answers / self.samples().max(1);
        let targets = match &self.targets {
            Targets::Classes(classes) => {
                let positions = of_row(classes.len());
                let answers = |&row: &usize| classes[row * positions..(row + 1) * positions].iter().copied();
                Targets::Classes(rows.iter().flat_map(answers).collect())
            }
            Targets::Values(values) => {
                let (positions, columns) = (of_row(values.rows()), values.cols());
                let numbers = MatRef::new(self.samples(), positions * columns, values.data());
                let gathered: Vec<R> = rows.iter().flat_map(|&row| numbers.row(row).iter().copied()).collect();
                Targets::Values(Matrix::new(rows.len() * positions, columns, gathered))
            }
            Targets::None => Targets::None,
        };
        let counted = |&row: &usize| {
            let positions = of_row(self.weights.len());
            self.weights[row * positions..(row + 1) * positions].iter().copied()
        };
        let weights = rows.iter().flat_map(counted).collect();
        Self { inputs: self.inputs.gather(rows), targets, weights }
    }

    fn repeat(&mut self, copies: usize) {
        let again =
            |matrix: &Matrix<R>| Matrix::new(matrix.rows() * copies, matrix.cols(), matrix.data().repeat(copies));
        self.inputs = again(&self.inputs);
        self.weights = self.weights.repeat(copies);
        self.targets = match &self.targets {
            Targets::Classes(classes) => Targets::Classes(classes.repeat(copies)),
            Targets::Values(values) => Targets::Values(again(values)),
            Targets::None => Targets::None,
        };
    }
}

/// A number of a set that a training cannot take.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Beyond {
    /// Counted from 0, as is the column.
    pub row: usize,
    /// Of the features; none for the target.
    pub column: Option<usize>,
    /// As the set has it.
    pub value: f64,
}

/// The first number of a set that is not finite in the precision R once it is split and scaled.
#[must_use]
pub fn beyond<R: Real>(set: &DataSet, indices: &Indices, standardize: bool) -> Option<Beyond> {
    let targets = set.target.numbers();
    if (set.features.are_bytes() || set.features.pieces().all(|piece| is_ordinary(&piece))) && is_ordinary(targets) {
        return None;
    }
    let (features, values) = scaled_set(set, indices, standardize);
    let first = |scaled: &[f64]| scaled.iter().position(|&number| !R::from_f64(number).is_finite());
    let cols = set.features.cols();
    let feature = |at: usize| Beyond { row: at / cols, column: Some(at % cols), value: set.features.data()[at] };
    let answers = set.positions() * set.target.columns();
    let target = |at: usize| Beyond { row: at / answers, column: None, value: targets[at] };
    first(features.data()).map(feature).or_else(|| first(values?.data()).map(target))
}

/// Whether numbers certainly stay finite in f32 here, so that no check is needed: all are below 10⁸ in magnitude, and none
/// but 0 is below 10⁻⁸. Two of them that differ are at least 10⁻⁸ · 2⁻⁵³ > 10⁻²⁴ apart, so that at most 10⁸ numbers
/// have a deviation of at least 10⁻²⁸, and none comes out beyond 2 · 10³⁶.
fn is_ordinary(numbers: &[f64]) -> bool {
    numbers.iter().all(|number| *number == 0.0 || (1e-8..1e8).contains(&number.abs()))
}

/// All features, and the numbers to be predicted, a row per sample.
fn scaled_set(set: &DataSet, indices: &Indices, standardize: bool) -> (Matrix<f64>, Option<Matrix<f64>>) {
    let rows: Vec<usize> = (0..set.samples()).collect();
    let all = |of: ScaledNumbers<'_>| of.rows(&rows);
    (all(ScaledNumbers::features(set, indices, standardize)), ScaledNumbers::values(set, indices, standardize).map(all))
}

/// Numbers of a set, a row per sample, and how they are scaled.
pub(super) struct ScaledNumbers<'a> {
    numbers: Cow<'a, Figures>,
    scales: Scales,
}

impl<'a> ScaledNumbers<'a> {
    pub(super) fn features(set: &'a DataSet, indices: &Indices, standardize: bool) -> Self {
        let steps = if let Shape::Sequence { steps, .. } = set.shape { steps } else { 1 };
        Self::of(set, Cow::Borrowed(&set.features), steps, (indices, standardize))
    }

    /// What is to be predicted, where it is numbers.
    pub(super) fn values(set: &'a DataSet, indices: &Indices, standardize: bool) -> Option<Self> {
        let (numbers, positions) = (set.target.numbers(), set.positions());
        if numbers.is_empty() {
            return None;
        }
        if set.gives_back {
            return Some(Self::features(set, indices, standardize));
        }
        let rows = Matrix::new(set.samples(), positions * set.target.columns(), numbers.to_vec());
        Some(Self::of(set, Cow::Owned(rows.into()), positions, (indices, standardize)))
    }

    /// Rows of `steps` times some columns, each scaled alike at all steps.
    fn of(set: &DataSet, numbers: Cow<'a, Figures>, steps: usize, (indices, standardize): (&Indices, bool)) -> Self {
        let standardize = standardize && !matches!(set.target, Target::Objective(_));
        let scales = if standardize { Scales::of(&numbers, steps, &indices.train) } else { Scales::NONE };
        Self { numbers, scales }
    }

    /// A column, scaled.
    pub(super) fn column(&self, column: usize) -> impl Iterator<Item = f64> {
        self.numbers.column(column).map(move |x| self.scales.number(column, x))
    }

    /// All of them scaled, answer by answer.
    pub(super) fn all(&self) -> Vec<f64> {
        let rows: Vec<usize> = (0..self.numbers.rows()).collect();
        self.scales.rows(&self.numbers, &rows)
    }

    fn rows<R: Real>(&self, rows: &[usize]) -> Matrix<R> {
        Matrix::new(rows.len(), self.numbers.cols(), self.scales.rows(&self.numbers, rows))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{ENTRIES, Shares, load, split};
    use crate::registry::Chosen;

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
    fn copies_are_of_the_training_part_alone_and_change_no_scale() {
        let features = Matrix::new(4, 1, vec![1.0, 3.0, 100.0, 2.0]);
        let set = DataSet::flat(features, Target::Values(vec![0.0, 2.0, 4.0, 8.0]));
        let indices = Indices { train: vec![0, 1], validation: vec![2], test: vec![3] };
        let prepared = Prepared::<f64>::new(&set, &indices, true).repeated(3);
        assert_eq!(prepared.train.inputs, Matrix::new(6, 1, [-1.0, 1.0].repeat(3)));
        assert_eq!(prepared.train.targets, Targets::Values(Matrix::new(6, 1, [-1.0, 1.0].repeat(3))));
        assert_eq!((prepared.validation.samples(), prepared.test.samples()), (1, 1));
    }

    /// Eighteen copies of 0.1 add up to a mean that is not 0.1; 7 rows of a constant feature, and one of another value.
    #[test]
    fn a_constant_column_is_shifted_by_its_value() {
        let mut features = vec![0.1; 19];
        features[18] = 0.2;
        let set = DataSet::flat(Matrix::new(19, 1, features), Target::Values((0..19_u8).map(f64::from).collect()));
        let indices = Indices { train: (0..18).collect(), validation: vec![0], test: vec![18] };
        let prepared = Prepared::<f64>::new(&set, &indices, true);
        assert_eq!(prepared.train.inputs.data(), [0.0; 18]);
        assert_eq!(prepared.test.inputs.data(), [0.2 - 0.1]);
    }

    /// The same numbers in another unit, a power of two, are the same to the last bit, at both ends of f64.
    #[test]
    fn no_unit_is_too_large_or_too_small() {
        let numbers = [3.0, -1.0, 0.7, 0.1];
        let indices = Indices { train: vec![0, 1, 2], validation: vec![3], test: vec![3] };
        let prepared = |unit: f64, standardize| {
            let set =
                DataSet::flat(Matrix::new(4, 1, numbers.map(|x| x * unit).to_vec()), Target::Values(vec![0.0; 4]));
            (Prepared::<f32>::new(&set, &indices, standardize), beyond::<f32>(&set, &indices, standardize))
        };
        let expected = prepared(1.0, true).0;
        for exponent in [-1000, -600, -30, 30, 600, 1022] {
            let (scaled, found) = prepared(libm::scalbn(1.0, exponent), true);
            assert_eq!(scaled.train.inputs, expected.train.inputs, "2^{exponent}");
            assert_eq!(scaled.test.inputs, expected.test.inputs, "2^{exponent}");
            assert_eq!(found, None);
        }
        let (_, found) = prepared(1e39, false);
        assert_eq!(found, Some(Beyond { row: 0, column: Some(0), value: 3e39 }));
    }

    #[test]
    fn what_scaling_cannot_hold_is_found() {
        let features = Matrix::new(4, 2, vec![1.0, 1e-200, 2.0, 2e-200, 3.0, 1e200, 4.0, 1e-200]);
        let set = DataSet::flat(features, Target::Values(vec![1.0, 2.0, 3.0, 1e50]));
        let indices = Indices { train: vec![0, 1], validation: vec![2], test: vec![3] };
        assert_eq!(beyond::<f64>(&set, &indices, true), Some(Beyond { row: 2, column: Some(1), value: 1e200 }));
        assert_eq!(beyond::<f64>(&set, &indices, false), None);
        let others = Indices { train: vec![0, 2], validation: vec![1], test: vec![3] };
        assert_eq!(beyond::<f32>(&set, &others, true), Some(Beyond { row: 3, column: None, value: 1e50 }));
    }

    #[test]
    fn every_built_in_set_becomes_finite_numbers() {
        for entry in ENTRIES {
            let set = load(&Chosen::of(entry)).unwrap();
            let shares = Shares::USUAL;
            let prepared = Prepared::<f32>::new(&set, &split(&set, shares, 0).unwrap(), true);
            for part in [&prepared.train, &prepared.validation, &prepared.test] {
                assert!(part.inputs.data().iter().all(|x| x.is_finite()), "{}", entry.entry.name);
            }
        }
    }
}
