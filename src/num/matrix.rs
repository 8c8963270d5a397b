//! Row-major dense matrices: an owned one and two views of flat slices.

use super::Real;

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
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }
    #[must_use]
    pub fn cols(&self) -> usize {
        self.cols
    }
    #[must_use]
    pub fn data(&self) -> &'a [R] {
        self.data
    }
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
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }
    #[must_use]
    pub fn cols(&self) -> usize {
        self.cols
    }
    pub fn data(&mut self) -> &mut [R] {
        self.data
    }
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
    #[must_use]
    pub fn zeros(rows: usize, cols: usize) -> Self {
        Self::new(rows, cols, vec![R::ZERO; rows * cols])
    }
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }
    #[must_use]
    pub fn cols(&self) -> usize {
        self.cols
    }
    #[must_use]
    pub fn data(&self) -> &[R] {
        &self.data
    }
    pub fn data_mut(&mut self) -> &mut [R] {
        &mut self.data
    }
    #[must_use]
    pub fn row(&self, row: usize) -> &[R] {
        &self.data[row * self.cols..(row + 1) * self.cols]
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gather_takes_rows_in_the_order_asked() {
        let matrix = Matrix::new(3, 2, vec![1.0_f64, 2.0, 3.0, 4.0, 5.0, 6.0]);
        assert_eq!(matrix.gather(&[2, 0]).data(), [5.0, 6.0, 1.0, 2.0]);
        assert_eq!(matrix.view().rows_between(1, 2).data(), [3.0, 4.0]);
    }
}
