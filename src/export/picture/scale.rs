//! How large a figure becomes.

/// How large a figure becomes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FigureScale {
    /// Points (1/72 inch) of the file for a pixel of the plot.
    pub points: f64,
    /// Pixels of a PNG for an inch.
    pub dpi: f64,
}
