//! The features of a set, in the narrowest type that holds each of them exactly: bytes, f32 or f64.
//!
//! What goes over all of them goes over rows or pieces, turned into f64 as they are needed. Whoever asks for them as a matrix
//! gets one, which is kept from then on.

use crate::num::Matrix;
use std::borrow::Cow;
use std::ops::Deref;
use std::sync::OnceLock;

/// Numbers in the order of a file, all in the narrowest of three types that holds each of them exactly.
#[derive(Clone, Debug, PartialEq)]
pub enum FigureList {
    /// Whole numbers from 0 to 255, none of them −0.
    Bytes(Vec<u8>),
    Short(Vec<f32>),
    Full(Vec<f64>),
}

impl Default for FigureList {
    fn default() -> Self {
        Self::Bytes(Vec::new())
    }
}

impl From<&[f64]> for FigureList {
    fn from(numbers: &[f64]) -> Self {
        let mut list = Self::default();
        list.extend(numbers);
        list
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // compared with what it was
fn byte(number: f64) -> Option<u8> {
    let byte = number as u8;
    (f64::from(byte).to_bits() == number.to_bits()).then_some(byte)
}

#[allow(clippy::cast_possible_truncation)] // compared with what it was
fn short(number: f64) -> Option<f32> {
    let short = number as f32;
    (f64::from(short).to_bits() == number.to_bits()).then_some(short)
}

impl FigureList {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Bytes(numbers) => numbers.len(),
            Self::Short(numbers) => numbers.len(),
            Self::Full(numbers) => numbers.len(),
        }
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Puts numbers behind the others; all of them become wider where one of these needs it.
    pub fn extend(&mut self, piece: &[f64]) {
        match self {
            Self::Bytes(numbers) => {
                if piece.iter().all(|number| byte(*number).is_some()) {
                    numbers.extend(piece.iter().filter_map(|number| byte(*number)));
                } else {
                    *self = Self::Short(numbers.iter().map(|number| f32::from(*number)).collect());
                    self.extend(piece);
                }
            }
            Self::Short(numbers) => {
                if piece.iter().all(|number| short(*number).is_some()) {
                    numbers.extend(piece.iter().filter_map(|number| short(*number)));
                } else {
                    *self = Self::Full(numbers.iter().map(|number| f64::from(*number)).collect());
                    self.extend(piece);
                }
            }
            Self::Full(numbers) => numbers.extend(piece),
        }
    }

    /// Puts the numbers of another list behind the others.
    pub fn append(&mut self, other: &Self) {
        let mut room = Vec::new();
        for start in (0..other.len()).step_by(PIECE) {
            let count = PIECE.min(other.len() - start);
            self.extend(other.numbers(start, count, &mut room));
        }
    }

    /// So many numbers from one on, in `room` unless they lie in f64 already.
    fn numbers<'n>(&'n self, start: usize, count: usize, room: &'n mut Vec<f64>) -> &'n [f64] {
        room.clear();
        match self {
            Self::Bytes(numbers) => room.extend(numbers[start..start + count].iter().map(|number| f64::from(*number))),
            Self::Short(numbers) => room.extend(numbers[start..start + count].iter().map(|number| f64::from(*number))),
            Self::Full(numbers) => return &numbers[start..start + count],
        }
        room
    }

    /// All of them in f64.
    #[must_use]
    pub fn into_f64(self) -> Vec<f64> {
        match self {
            Self::Bytes(numbers) => numbers.into_iter().map(f64::from).collect(),
            Self::Short(numbers) => numbers.into_iter().map(f64::from).collect(),
            Self::Full(numbers) => numbers,
        }
    }

    /// The place of the first that is not finite, and that number.
    #[must_use]
    pub fn first_not_finite(&self) -> Option<(usize, f64)> {
        let at = match self {
            Self::Bytes(_) => None,
            Self::Short(numbers) => numbers.iter().position(|number| !number.is_finite()),
            Self::Full(numbers) => numbers.iter().position(|number| !number.is_finite()),
        };
        at.map(|at| (at, self.numbers(at, 1, &mut Vec::new())[0]))
    }
}

/// Numbers that are turned into f64 at a time, where all are gone over: a part of the second cache.
const PIECE: usize = 1 << 12;

/// The features of m samples, m × n.
#[derive(Clone, Debug)]
pub struct Figures {
    rows: usize,
    cols: usize,
    /// Where they are kept narrow.
    narrow: Option<FigureList>,
    wide: OnceLock<Matrix<f64>>,
}

impl From<Matrix<f64>> for Figures {
    fn from(matrix: Matrix<f64>) -> Self {
        Self { rows: matrix.rows(), cols: matrix.cols(), narrow: None, wide: OnceLock::from(matrix) }
    }
}

/// As a matrix, which is made where they are kept narrow, and kept.
impl Deref for Figures {
    type Target = Matrix<f64>;

    fn deref(&self) -> &Matrix<f64> {
        self.wide.get_or_init(|| {
            let numbers = self.narrow.clone().unwrap_or_default();
            Matrix::new(self.rows, self.cols, numbers.into_f64())
        })
    }
}

impl PartialEq for Figures {
    fn eq(&self, other: &Self) -> bool {
        (self.rows, self.cols) == (other.rows, other.cols) && self.pieces().eq(other.pieces())
    }
}

impl Figures {
    /// # Panics
    /// Where there are not `rows · cols` numbers: a mistake in the calling code.
    #[must_use]
    pub fn new(rows: usize, cols: usize, numbers: FigureList) -> Self {
        assert_eq!(numbers.len(), rows * cols, "{rows} × {cols} figures");
        match numbers {
            FigureList::Full(numbers) => Matrix::new(rows, cols, numbers).into(),
            narrow => Self { rows, cols, narrow: Some(narrow), wide: OnceLock::new() },
        }
    }

    /// m
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// n
    #[must_use]
    pub fn cols(&self) -> usize {
        self.cols
    }

    /// Them as they are kept, where that is narrower than f64.
    #[must_use]
    pub fn narrow(&self) -> Option<&FigureList> {
        self.narrow.as_ref()
    }

    /// Whether all are whole numbers from 0 to 255, as far as is known without looking at them.
    #[must_use]
    pub fn are_bytes(&self) -> bool {
        matches!(self.narrow, Some(FigureList::Bytes(_)))
    }

    /// All numbers row by row, in pieces of the same lengths for sets of the same size.
    pub fn pieces(&self) -> impl Iterator<Item = Cow<'_, [f64]>> {
        let count = self.rows * self.cols;
        (0..count).step_by(PIECE).map(move |start| {
            let (length, mut room) = (PIECE.min(count - start), Vec::new());
            match (&self.narrow, self.wide.get()) {
                (Some(narrow), None) => {
                    narrow.numbers(start, length, &mut room);
                    Cow::Owned(room)
                }
                _ => Cow::Borrowed(&self.data()[start..start + length]),
            }
        })
    }

    /// The numbers of a row, in `room` where they are kept narrow.
    pub fn row_in<'n>(&'n self, row: usize, room: &'n mut Vec<f64>) -> &'n [f64] {
        match (&self.narrow, self.wide.get()) {
            (Some(narrow), None) => narrow.numbers(row * self.cols, self.cols, room),
            _ => self.row(row),
        }
    }

    /// The numbers of a column.
    pub fn column(&self, column: usize) -> impl Iterator<Item = f64> + use<'_> {
        (0..self.rows).map(move |row| {
            let at = row * self.cols + column;
            match (&self.narrow, self.wide.get()) {
                (Some(FigureList::Bytes(numbers)), None) => f64::from(numbers[at]),
                (Some(FigureList::Short(numbers)), None) => f64::from(numbers[at]),
                _ => self.data()[at],
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_narrowest_type_holds_each_number_exactly() {
        let third = 1.0 / 3.0;
        let bytes: Vec<f64> = (0..=255).map(f64::from).collect();
        for (numbers, expected) in [
            (vec![], "Bytes"),
            (bytes.clone(), "Bytes"),
            (vec![1.0, 256.0], "Short"),
            (vec![3.0, -1.0], "Short"),
            (vec![0.0, -0.0], "Short"),
            (vec![7.0, 0.5, f64::INFINITY], "Short"),
            (vec![7.0, third], "Full"),
            (vec![0.5, third], "Full"),
            (vec![7.0, 1e300], "Full"),
        ] {
            let mut by_one = FigureList::default();
            numbers.iter().for_each(|number| by_one.extend(&[*number]));
            let at_once = FigureList::from(numbers.as_slice());
            assert!(format!("{at_once:?}").starts_with(expected), "{at_once:?}");
            let bits = |list: FigureList| list.into_f64().into_iter().map(f64::to_bits).collect::<Vec<_>>();
            assert_eq!(bits(by_one.clone()), bits(at_once.clone()));
            assert!(numbers.iter().map(|number| number.to_bits()).eq(bits(at_once.clone())));
            let not_finite = numbers.iter().position(|number| !number.is_finite());
            assert_eq!(at_once.first_not_finite().map(|(at, _)| at), not_finite);
            let mut joined = FigureList::from(bytes.as_slice());
            joined.append(&at_once);
            assert_eq!(bits(joined), bits(FigureList::from([bytes.as_slice(), &numbers].concat().as_slice())));
        }
    }

    #[test]
    fn narrow_figures_are_those_of_the_matrix() {
        let (rows, cols) = (7000, 5); // more than a piece
        for divisor in [1, 2, 3] {
            let number = |at: usize| f64::from(u32::try_from(at * 7 % 256).unwrap()) / f64::from(divisor);
            let matrix = Matrix::new(rows, cols, (0..rows * cols).map(number).collect());
            let figures = Figures::new(rows, cols, FigureList::from(matrix.data()));
            assert_eq!((figures.are_bytes(), figures.narrow.is_some()), (divisor == 1, divisor < 3));
            assert!(figures.pieces().flat_map(Cow::into_owned).eq(matrix.data().iter().copied()));
            assert_eq!(figures.row_in(6999, &mut Vec::new()), matrix.row(6999));
            assert!(figures.column(3).eq((0..rows).map(|row| matrix.row(row)[3])));
            assert!(figures.wide.get().is_none() == (divisor < 3), "nobody asked for a matrix");
            assert_eq!(figures, Figures::from(matrix.clone()));
            assert_eq!(*figures, matrix);
            assert_eq!(figures, Figures::from(matrix), "once it is wide, too");
        }
    }
}
