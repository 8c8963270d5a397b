//! Functions over a rectangle of the plane.

/// Cells along each side of a [`Grid`].
pub const SIDE: usize = 160;

/// A function over a rectangle of the plane, at the middles of [`SIDE`] × [`SIDE`] cells.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    /// The left and the right end.
    pub x: [f64; 2],
    /// The lower and the upper end.
    pub y: [f64; 2],
    /// Row by row, the lowest first.
    pub values: Vec<f64>,
    /// Where in the plane the function is least, inside of the rectangle or not; `None` if that is not known.
    pub minimum: Option<[f64; 2]>,
}

impl Grid {
    /// A rectangle without values.
    #[must_use]
    pub fn new(x: [f64; 2], y: [f64; 2]) -> Self {
        Self { x, y, values: Vec::new(), minimum: None }
    }

    /// The middle of a cell, counted row by row.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // small numbers
    pub fn middle(&self, cell: usize) -> [f64; 2] {
        let at = |[low, high]: [f64; 2], place: usize| low + (high - low) * (place as f64 + 0.5) / SIDE as f64;
        [at(self.x, cell % SIDE), at(self.y, cell / SIDE)]
    }
}

/// What a classifier of points in the plane answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Regions {
    /// How many there are.
    pub classes: usize,
    /// The class of each cell.
    pub grid: Grid,
    /// The training part: points and their classes.
    pub samples: Vec<([f64; 2], u32)>,
}
