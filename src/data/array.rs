//! Numbers in a box of any dimensions, as IDX and NumPy files hold them.

use super::error::{DataError, DataFault};
use super::figures::FigureList;
use super::table::MOST_CELLS;
use crate::num::{Image, Shape};

/// Numbers in a box.
#[derive(Clone, Debug, PartialEq)]
pub struct NumberBox {
    /// At least one, none of them 0; the first counts the samples, the last varies fastest.
    pub dimensions: Vec<usize>,
    /// Whether the file's type is one of whole numbers.
    pub whole: bool,
    pub values: FigureList,
}

impl NumberBox {
    /// What a sample is: an image if it has two dimensions, or three of which the last are channels.
    #[must_use]
    pub fn shape(&self) -> Shape {
        match self.dimensions[1..] {
            [height, width] => Shape::Image(Image { height, width, channels: 1 }),
            [height, width, channels] => Shape::Image(Image { height, width, channels }),
            _ => Shape::Flat,
        }
    }

    /// How many numbers a header's dimensions make.
    ///
    /// # Errors
    /// If there is no dimension, one of them is 0, or there are more than [`MOST_CELLS`].
    pub fn count(dimensions: &[usize]) -> Result<usize, DataError> {
        let shape = shown(dimensions);
        let numbers = dimensions.iter().try_fold(1, |product: usize, &dimension| product.checked_mul(dimension));
        match numbers {
            _ if dimensions.is_empty() => Err(DataFault::Format.error("the header has no dimension")),
            Some(0) => Err(DataFault::Format.error(format!("the header says {shape}: nothing"))),
            Some(numbers) if numbers <= MOST_CELLS => Ok(numbers),
            _ => {
                Err(DataFault::TooLarge
                    .error(format!("the header says {shape}; at most {MOST_CELLS} numbers are read")))
            }
        }
    }

    /// The same, where all numbers are finite.
    ///
    /// # Errors
    /// If one is not; names its sample.
    pub fn finite(self) -> Result<Self, DataError> {
        match self.values.first_not_finite() {
            None => Ok(self),
            Some((at, value)) => {
                let sample = at / (self.values.len() / self.dimensions[0]) + 1;
                Err(DataFault::Values.error(format!("sample {sample} holds `{value}`, which is not finite")))
            }
        }
    }
}

/// `60000 × 28 × 28`
pub fn shown(dimensions: &[usize]) -> String {
    dimensions.iter().map(ToString::to_string).collect::<Vec<_>>().join(" × ")
}
