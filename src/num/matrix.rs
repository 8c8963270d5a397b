//! Row-major dense matrices: an owned one and two views of flat slices.

use super::Real;
use super::crew::{Divisible, side_by_side};
use super::lanes::dispatch;
use pulp::{Simd, WithSimd};

/// A borrowed matrix, `rows × cols`, row after row in one slice.
#[derive(Clone, Copy, Debug)]
pub struct MatRef<'a, R> {
    rows: usize,
    cols: usize,
    data: &'a [R],
}

/// A mutably borrowed matrix, `rows × cols`, row after row in one slice.
#[derive(Debug)]
pub struct MatMut<'a, R> {
    rows: usize,
    cols: usize,
    data: &'a mut [R],
}

/// An owned matrix, `rows × cols`, row after row.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix<R> {
    rows: usize,
    cols: usize,
    data: Vec<R>,
}

impl<'a, R> MatRef<'a, R> {
    /// # Panics
    /// Where `data` does not hold `rows · cols` numbers: a mistake in the calling code, never in a user's input.
    #[must_use]
    pub fn new(rows: usize, cols: usize, data: &'a [R]) -> Self {
        assert_eq!(data.len(), rows * cols, "a {rows} × {cols} matrix");
        Self { rows, cols, data }
    }
    /// How many rows there are.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }
    /// How many columns there are.
    #[must_use]
    pub fn cols(&self) -> usize {
        self.cols
    }
    /// All numbers, row by row.
    #[must_use]
    pub fn data(&self) -> &'a [R] {
        self.data
    }
    /// The numbers of a row.
    #[must_use]
    pub fn row(&self, row: usize) -> &'a [R] {
        &self.data[row * self.cols..(row + 1) * self.cols]
    }
    /// The rows from `start` to before `end`.
    #[must_use]
    pub fn rows_between(&self, start: usize, end: usize) -> MatRef<'a, R> {
        MatRef::new(end - start, self.cols, &self.data[start * self.cols..end * self.cols])
    }
    /// The same numbers with each row cut into `parts` rows.
    ///
    /// # Panics
    /// Where the columns cannot be divided so.
    #[must_use]
    pub fn split_rows(&self, parts: usize) -> MatRef<'a, R> {
        MatRef::new(self.rows * parts, self.cols / parts, self.data)
    }
}

impl<'a, R> MatMut<'a, R> {
    /// # Panics
    /// Where `data` does not hold `rows · cols` numbers.
    #[must_use]
    pub fn new(rows: usize, cols: usize, data: &'a mut [R]) -> Self {
        assert_eq!(data.len(), rows * cols, "a {rows} × {cols} matrix");
        Self { rows, cols, data }
    }
    /// How many rows there are.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }
    /// How many columns there are.
    #[must_use]
    pub fn cols(&self) -> usize {
        self.cols
    }
    /// All numbers, row by row.
    pub fn data(&mut self) -> &mut [R] {
        self.data
    }
    /// The numbers of a row.
    pub fn row(&mut self, row: usize) -> &mut [R] {
        &mut self.data[row * self.cols..(row + 1) * self.cols]
    }
    /// The same numbers with each row cut into `parts` rows.
    ///
    /// # Panics
    /// Where the columns cannot be divided so.
    #[must_use]
    pub fn split_rows(self, parts: usize) -> Self {
        Self::new(self.rows * parts, self.cols / parts, self.data)
    }
    /// The whole slice, for as long as it was borrowed.
    #[must_use]
    pub fn into_data(self) -> &'a mut [R] {
        self.data
    }
    /// The same to be read.
    #[must_use]
    pub fn as_ref(&self) -> MatRef<'_, R> {
        MatRef { rows: self.rows, cols: self.cols, data: self.data }
    }
}

impl<R: Real> Matrix<R> {
    /// # Panics
    /// Where `data` does not hold `rows · cols` numbers.
    #[must_use]
    pub fn new(rows: usize, cols: usize, data: Vec<R>) -> Self {
        assert_eq!(data.len(), rows * cols, "a {rows} × {cols} matrix");
        Self { rows, cols, data }
    }
    /// A matrix of zeros.
    #[must_use]
    pub fn zeros(rows: usize, cols: usize) -> Self {
        Self::new(rows, cols, vec![R::ZERO; rows * cols])
    }
    /// How many rows there are.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }
    /// How many columns there are.
    #[must_use]
    pub fn cols(&self) -> usize {
        self.cols
    }
    /// All numbers, row by row.
    #[must_use]
    pub fn data(&self) -> &[R] {
        &self.data
    }
    /// All numbers, row by row, to be changed.
    pub fn data_mut(&mut self) -> &mut [R] {
        &mut self.data
    }
    /// The numbers of a row.
    #[must_use]
    pub fn row(&self, row: usize) -> &[R] {
        &self.data[row * self.cols..(row + 1) * self.cols]
    }
    /// The same, borrowed.
    #[must_use]
    pub fn view(&self) -> MatRef<'_, R> {
        MatRef { rows: self.rows, cols: self.cols, data: &self.data }
    }
    /// The rows with the given numbers, in that order.
    #[must_use]
    pub fn gather(&self, rows: &[usize]) -> Self {
        let data = rows.iter().flat_map(|&row| self.row(row)).copied().collect();
        Self::new(rows.len(), self.cols, data)
    }
    /// The same matrix in another precision.
    #[must_use]
    pub fn cast<S: Real>(&self) -> Matrix<S> {
        let data = self.data.iter().map(|value| S::from_f64(value.to_f64())).collect();
        Matrix::new(self.rows, self.cols, data)
    }
}

/// The rows of a matrix with the given numbers, one behind the other, written to `to`.
///
/// # Panics
/// Where a row does not exist or `to` has not the room for exactly these.
pub fn gather_rows<R: Real>(from: MatRef<'_, R>, rows: &[usize], to: &mut [R]) {
    assert_eq!(to.len(), rows.len() * from.cols(), "room for the rows");
    let least = LEAST_GATHERED.div_ceil(from.cols().max(1));
    side_by_side(GatheredRows { from, rows, to }, least, 1, |part| {
        dispatch(Gather { from: part.from, rows: part.rows.iter().copied(), to: part.to });
    });
}

/// Numbers to be gathered that are worth another thread.
const LEAST_GATHERED: usize = 1 << 15;

/// Rows to be gathered.
struct GatheredRows<'a, R> {
    from: MatRef<'a, R>,
    rows: &'a [usize],
    to: &'a mut [R],
}

impl<R: Real> Divisible for GatheredRows<'_, R> {
    fn length(&self) -> usize {
        self.rows.len()
    }

    fn divide(self, at: usize) -> (Self, Self) {
        let ((rows, others), (to, rest)) = (self.rows.split_at(at), self.to.split_at_mut(at * self.from.cols()));
        (Self { rows, to, ..self }, Self { rows: others, to: rest, ..self })
    }
}

/// From rows of `inner` blocks to blocks of rows: number (i, t, k) of outer × inner × width goes to (t, i, k) of
/// inner × outer × width.
///
/// # Panics
/// Where one of the two has not outer · inner · width numbers.
pub fn swap_order<R: Real>(from: &[R], outer: usize, inner: usize, width: usize, to: &mut [R]) {
    assert_eq!(to.len(), from.len(), "as many numbers");
    let rows = (0..inner).flat_map(move |t| (0..outer).map(move |i| i * inner + t));
    dispatch(Gather { from: MatRef::new(outer * inner, width, from), rows, to });
}

struct Gather<'a, R, I> {
    from: MatRef<'a, R>,
    rows: I,
    to: &'a mut [R],
}

impl<R: Real, I: Iterator<Item = usize>> WithSimd for Gather<'_, R, I> {
    type Output = ();

    /// Rows are short, and a call for each to copy it would take longer than the copy.
    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let (lanes, cols) = (R::lanes::<S>(), self.from.cols());
        if cols == 0 {
            return;
        }
        let rows = self.rows.map(|row| self.from.row(row));
        let both = self.to.chunks_exact_mut(cols).zip(rows);
        if cols >= lanes {
            // By whole vectors, the last of which may overlap the one before.
            for (to, from) in both {
                for (to, from) in to.chunks_exact_mut(lanes).zip(from.chunks_exact(lanes)) {
                    R::store(simd, R::load(simd, from), to);
                }
                R::store(simd, R::load(simd, &from[cols - lanes..]), &mut to[cols - lanes..]);
            }
        } else {
            for (to, from) in both {
                let (to, to_rest) = to.as_chunks_mut::<4>();
                let (from, from_rest) = from.as_chunks::<4>();
                to.iter_mut().zip(from).for_each(|(to, from)| *to = *from);
                to_rest.iter_mut().zip(from_rest).for_each(|(to, from)| *to = *from);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::lanes::levels::at_each;

    #[test]
    fn rows_of_every_length_are_gathered() {
        for cols in [1, 3, 8, 16, 17, 30, 64] {
            let matrix = Matrix::new(5, cols, (0..5 * cols).map(|i| f64::from(u32::try_from(i).unwrap())).collect());
            let expected = matrix.gather(&[4, 0, 2]);
            at_each(|| {
                let mut to = vec![f64::NAN; 3 * cols];
                gather_rows(matrix.view(), &[4, 0, 2], &mut to);
                assert_eq!(to, expected.data());
                let swapped = matrix.gather(&[0, 2, 1, 3]);
                let mut to = vec![f64::NAN; 4 * cols];
                swap_order(&matrix.data()[..4 * cols], 2, 2, cols, &mut to);
                assert_eq!(to, swapped.data());
            });
        }
    }

    #[test]
    fn gather_takes_rows_in_the_order_asked() {
        let matrix = Matrix::new(3, 2, vec![1.0_f64, 2.0, 3.0, 4.0, 5.0, 6.0]);
        assert_eq!(matrix.gather(&[2, 0]).data(), [5.0, 6.0, 1.0, 2.0]);
        assert_eq!(matrix.view().rows_between(1, 2).data(), [3.0, 4.0]);
    }
}
