//! Features and targets shifted and scaled to mean 0 and standard deviation 1 of the training part.

use super::figures::Figures;
use crate::num::Real;
use crate::num::crew::{Divisible, side_by_side};
use crate::num::lanes::vectorized;
use crate::num::vector::power_of_two;

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
    const NONE: Self = Self { power: 1.0, mean: 0.0, deviation: 1.0 };

    #[inline(always)]
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
    pub fn of(figures: &Figures, steps: usize, rows: &[usize]) -> Self {
        let cols = figures.cols() / steps.max(1);
        let Some(&first) = rows.first().filter(|_| cols > 0) else { return Self(vec![Scaling::NONE; cols]) };
        let first = figures.row_in(first, &mut Vec::new())[..cols].to_vec();
        let (mut largest, mut varies) = (vec![0.0_f64; cols], vec![false; cols]);
        each_step(figures, rows, cols, |row| {
            let (first, largest, varies) = (first.as_slice(), largest.as_mut_slice(), varies.as_mut_slice());
            vectorized(
                #[inline(always)]
                move || {
                    let columns = first.iter().zip(largest.iter_mut().zip(varies.iter_mut()));
                    for (x, (first, (largest, varies))) in row.iter().zip(columns) {
                        *largest = largest.max(x.abs());
                        *varies |= x != first;
                    }
                },
            );
        });
        let powers: Vec<f64> = largest.into_iter().map(power_of_two).collect();
        let count = (rows.len() * steps) as f64;
        let mut means = vec![0.0; cols];
        each_step(figures, rows, cols, |row| {
            let (means, powers) = (means.as_mut_slice(), powers.as_slice());
            vectorized(
                #[inline(always)]
                move || {
                    means.iter_mut().zip(row.iter().zip(powers)).for_each(|(sum, (x, power))| *sum += x * power);
                },
            );
        });
        means.iter_mut().for_each(|sum| *sum /= count);
        let mut squares = vec![0.0; cols];
        each_step(figures, rows, cols, |row| {
            let (squares, means, powers) = (squares.as_mut_slice(), means.as_slice(), powers.as_slice());
            vectorized(
                #[inline(always)]
                move || {
                    for ((sum, x), (power, mean)) in squares.iter_mut().zip(row).zip(powers.iter().zip(means)) {
                        *sum += (x * power - mean) * (x * power - mean);
                    }
                },
            );
        });
        let of_column = |col: usize| {
            if varies[col] {
                Scaling { power: powers[col], mean: means[col], deviation: (squares[col] / count).sqrt() }
            } else {
                Scaling { power: 1.0, mean: first[col], deviation: 1.0 }
            }
        };
        Self((0..cols).map(of_column).collect())
    }

    /// These rows, scaled, one behind the other; several threads may share them.
    pub fn rows<R: Real>(&self, figures: &Figures, rows: &[usize]) -> Vec<R> {
        let mut scaled = vec![R::ZERO; rows.len() * figures.cols()];
        let least = LEAST_SCALED.div_ceil(figures.cols().max(1));
        side_by_side(
            ScaledRows { rows, cols: figures.cols(), to: &mut scaled },
            least,
            1,
            |ScaledRows { rows, cols, to }| {
                let mut room = Vec::new();
                for (row, to) in rows.iter().zip(to.chunks_exact_mut(cols.max(1))) {
                    self.write(figures.row_in(*row, &mut room), to);
                }
            },
        );
        scaled
    }

    fn write<R: Real>(&self, row: &[f64], to: &mut [R]) {
        let scales = self.0.as_slice();
        vectorized(
            #[inline(always)]
            move || {
                if scales.is_empty() {
                    to.iter_mut().zip(row).for_each(|(to, x)| *to = R::from_f64(*x));
                    return;
                }
                for (to, row) in to.chunks_exact_mut(scales.len()).zip(row.chunks_exact(scales.len())) {
                    to.iter_mut()
                        .zip(row.iter().zip(scales))
                        .for_each(|(to, (x, scaling))| *to = R::from_f64(scaling.apply(*x)));
                }
            },
        );
    }

    /// A number of this column, scaled.
    pub fn number(&self, column: usize, x: f64) -> f64 {
        if self.0.is_empty() { x } else { self.0[column % self.0.len()].apply(x) }
    }
}

/// Numbers to be scaled that are worth another thread.
const LEAST_SCALED: usize = 1 << 18;

/// Rows that are to be scaled, and where to.
struct ScaledRows<'a, R> {
    rows: &'a [usize],
    cols: usize,
    to: &'a mut [R],
}

impl<R: Real> Divisible for ScaledRows<'_, R> {
    fn length(&self) -> usize {
        self.rows.len()
    }

    fn divide(self, at: usize) -> (Self, Self) {
        let ((rows, others), (to, rest)) = (self.rows.split_at(at), self.to.split_at_mut(at * self.cols));
        (Self { rows, to, ..self }, Self { rows: others, to: rest, ..self })
    }
}

/// Gives each step of each of these rows to `each`, in order.
fn each_step(figures: &Figures, rows: &[usize], cols: usize, mut each: impl FnMut(&[f64])) {
    let mut room = Vec::new();
    for row in rows {
        figures.row_in(*row, &mut room).chunks_exact(cols).for_each(&mut each);
    }
}

#[cfg(test)]
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_possible_wrap)] // small whole numbers
mod tests {
    use super::*;
    use crate::num::crew::by_threads;
    use crate::num::lanes::levels::at_each;
    use crate::num::{Matrix, Purpose, Stream};

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
        let figures = Figures::from(matrix.clone());
        let all: Vec<usize> = (0..40).collect();
        let of = || at_each(|| Scales::of(&figures, steps, &rows).rows::<f64>(&figures, &all));
        let mut by_level = of();
        by_level.extend(by_threads(3, of));
        let scaled = by_level[0].1.clone();
        assert!(by_level.iter().all(|(_, other)| *other == scaled));
        for (at, (x, scaled)) in matrix.data().iter().zip(scaled).enumerate() {
            let column = |row: usize| (0..steps).map(move |step| (row, step * cols + at % cols));
            let of_column: Vec<f64> =
                rows.iter().flat_map(|&row| column(row)).map(|(row, col)| matrix.row(row)[col]).collect();
            assert_eq!(scaled, plain(&of_column)(*x), "number {at}");
        }
        let as_they_are: Vec<f32> = Scales::NONE.rows(&figures, &[3, 1]);
        assert_eq!(
            as_they_are[..cols * steps],
            *Matrix::new(40, cols * steps, matrix.data().to_vec()).cast::<f32>().row(3)
        );
    }
}
