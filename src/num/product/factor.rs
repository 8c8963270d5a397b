//! What a product is made of: its factors, and where its sums begin.

use super::super::MatRef;

/// Where the sums begin.
#[derive(Clone, Copy)]
pub enum SumStart<'a, R> {
    Zero,
    /// Each row of C at this row.
    Row(&'a [R]),
    /// At what C holds.
    Here,
}

/// A factor as it lies in memory: row after row of `cols` numbers; `transposed`: it stands for its transpose.
#[derive(Clone, Copy)]
pub struct ProductFactor<'a, R> {
    pub data: &'a [R],
    pub cols: usize,
    transposed: bool,
}

impl<'a, R> ProductFactor<'a, R> {
    #[allow(clippy::needless_pass_by_value)] // two words and a reference
    pub fn plain(matrix: MatRef<'a, R>) -> Self {
        Self { data: matrix.data(), cols: matrix.cols(), transposed: false }
    }
    #[allow(clippy::needless_pass_by_value)]
    pub fn transposed(matrix: MatRef<'a, R>) -> Self {
        Self { data: matrix.data(), cols: matrix.cols(), transposed: true }
    }
    pub fn is_transposed(&self) -> bool {
        self.transposed
    }
    /// Of a left factor, the length of the sums.
    pub fn depth(&self) -> usize {
        if self.transposed { self.rows() } else { self.cols }
    }
    /// How many rows lie in memory.
    pub fn rows(&self) -> usize {
        self.data.len().checked_div(self.cols).unwrap_or(0)
    }
    /// The rows of a left factor from one on.
    pub fn after(self, row: usize) -> Self {
        let start = if self.transposed { row } else { row * self.cols };
        Self { data: &self.data[start..], ..self }
    }
    /// The transpose of a transposed factor, or of a single column.
    pub fn flipped(self) -> Self {
        let cols = if self.transposed { self.cols } else { self.data.len() };
        Self { cols, transposed: false, ..self }
    }
}
