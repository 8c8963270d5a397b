//! What the numbers of one sample are: their order within its row.

/// The shape of a row of features.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Numbers without neighbours.
    Flat,
    /// `steps` moments in time, each of `features` numbers: the first moment's come first.
    Sequence { steps: usize, features: usize },
    /// Pixels row by row, each of `channels` numbers.
    Image(Image),
}

/// An image of `height` × `width` pixels, the channels of a pixel side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Image {
    /// Rows of pixels.
    pub height: usize,
    /// Columns of pixels.
    pub width: usize,
    /// Numbers of a pixel.
    pub channels: usize,
}

impl Image {
    /// How many pixels it has.
    #[must_use]
    pub fn pixels(self) -> usize {
        self.height * self.width
    }

    /// How many numbers it takes.
    #[must_use]
    pub fn numbers(self) -> usize {
        self.pixels() * self.channels
    }
}
