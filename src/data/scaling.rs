//! Features and targets shifted and scaled to mean 0 and standard deviation 1 of the training part.

use crate::num::vector::power_of_two;
use crate::num::{Matrix, Real};

/// How each column is shifted and scaled; none: numbers stay as they are.
pub struct Scales(Vec<Scaling>);

/// x ↦ (x · power − mean) / deviation
#[derive(Clone, Copy)]
struct Scaling {
    /// A power of two: multiplying by it is exact. With it squares neither overflow nor vanish, whatever the column's unit.
    power: f64,
    /// Of the column times `power`, as is the deviation.
    mean: f64,
    deviation: f64,
}

impl Scaling {
    fn apply(self, x: f64) -> f64 {
        (x * self.power - self.mean) / self.deviation
    }
}

impl Scales {
    /// No number changes.
    pub const NONE: Self = Self(Vec::new());

    /// Of a matrix whose rows hold the same columns `steps` times, by these rows of it. Each sum runs over the rows in order;
    /// the columns run side by side, so that memory is read as it lies.
    ///
    /// Where all numbers of a column are equal, they are only shifted, to exactly 0: their mean as a sum of roundings would leave
    /// a deviation of a rounding, and to divide by that is to make something of nothing.
    #[allow(clippy::cast_precision_loss)] // samples stay below 2⁵³
    pub fn of(matrix: &Matrix<f64>, steps: usize, rows: &[usize]) -> Self {
        let cols = matrix.cols() / steps.max(1);
        if cols == 0 {
            return Self::NONE;
        }
        let each = || rows.iter().flat_map(|&row| matrix.row(row).chunks_exact(cols));
        let first = each().next().map_or_else(|| vec![0.0; cols], <[f64]>::to_vec);
        let (mut largest, mut varies) = (vec![0.0_f64; cols], vec![false; cols]);
        for row in each() {
            for ((x, first), (largest, varies)) in row.iter().zip(&first).zip(largest.iter_mut().zip(&mut varies)) {
                *largest = largest.max(x.abs());
                *varies |= x != first;
            }
        }
        let powers: Vec<f64> = largest.into_iter().map(power_of_two).collect();
        let count = (rows.len() * steps) as f64;
        let mut means = vec![0.0; cols];
        for row in each() {
            means.iter_mut().zip(row.iter().zip(&powers)).for_each(|(sum, (x, power))| *sum += x * power);
        }
        means.iter_mut().for_each(|sum| *sum /= count);
        let mut squares = vec![0.0; cols];
        for row in each() {
            for ((sum, x), (power, mean)) in squares.iter_mut().zip(row).zip(powers.iter().zip(&means)) {
                *sum += (x * power - mean) * (x * power - mean);
            }
        }
        let of_column = |col: usize| {
            if varies[col] {
                Scaling { power: powers[col], mean: means[col], deviation: (squares[col] / count).sqrt() }
            } else {
                Scaling { power: 1.0, mean: first[col], deviation: 1.0 }
            }
        };
        Self((0..cols).map(of_column).collect())
    }

    /// These rows of the matrix, scaled, one behind the other.
    pub fn rows<R: Real>(&self, matrix: &Matrix<f64>, rows: impl ExactSizeIterator<Item = usize>) -> Vec<R> {
        let mut scaled = Vec::with_capacity(rows.len() * matrix.cols());
        for row in rows.map(|row| matrix.row(row)) {
            if self.0.is_empty() {
                scaled.extend(row.iter().map(|&x| R::from_f64(x)));
                continue;
            }
            for step in row.chunks_exact(self.0.len()) {
                scaled.extend(step.iter().zip(&self.0).map(|(&x, scaling)| R::from_f64(scaling.apply(x))));
            }
        }
        scaled
    }
}

#[cfg(test)]
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_possible_wrap)] // small whole numbers
mod tests {
    use super::*;
    use crate::num::{Purpose, Stream};

    /// The definition, one column at a time: each sum over the rows in order.
    fn plain(numbers: &[f64]) -> impl Fn(f64) -> f64 {
        let (first, count) = (numbers[0], numbers.len() as f64);
        let power = power_of_two(numbers.iter().fold(0.0, |largest: f64, x| largest.max(x.abs())));
        let mean = numbers.iter().fold(0.0, |sum, x| sum + x * power) / count;
        let squares = numbers.iter().fold(0.0, |sum, x| sum + (x * power - mean) * (x * power - mean));
        let constant = numbers.iter().all(|x| *x == first);
        move |x| if constant { x - first } else { (x * power - mean) / (squares / count).sqrt() }
    }

    #[test]
    fn columns_side_by_side_have_the_bits_of_each_alone() {
        let (mut stream, cols, steps) = (Stream::new(1, Purpose::Data, 0), 5, 3);
        let mut number =
            |at: usize| if at % cols == 2 { 0.1 } else { stream.normal() * 10_f64.powi((at % cols) as i32) };
        let matrix = Matrix::new(40, cols * steps, (0..40 * cols * steps).map(&mut number).collect());
        let rows: Vec<usize> = (0..30).map(|row| row * 7 % 40).collect();
        let scaled: Vec<f64> = Scales::of(&matrix, steps, &rows).rows(&matrix, 0..40);
        for (at, (x, scaled)) in matrix.data().iter().zip(scaled).enumerate() {
            let column = |row: usize| (0..steps).map(move |step| (row, step * cols + at % cols));
            let of_column: Vec<f64> =
                rows.iter().flat_map(|&row| column(row)).map(|(row, col)| matrix.row(row)[col]).collect();
            assert_eq!(scaled, plain(&of_column)(*x), "number {at}");
        }
        let as_they_are: Vec<f32> = Scales::NONE.rows(&matrix, [3, 1].into_iter());
        assert_eq!(
            as_they_are[..cols * steps],
            *Matrix::new(40, cols * steps, matrix.data().to_vec()).cast::<f32>().row(3)
        );
    }
}
