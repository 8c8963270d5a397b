//! The lines of a panel and their points.

use plotters::prelude::RGBColor;

/// One method's line.
pub struct PlotLine {
    /// Which method it is: picks the style.
    pub method: String,
    pub look: Look,
    /// Ascending in x.
    pub points: Vec<Point>,
    /// Where the method failed altogether: its marker and ∞ at the panel's foot.
    pub missing: Vec<f64>,
}

/// How a line is drawn.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Look {
    /// With markers, and its spread where there is room for it.
    Main,
    /// Dashed, without markers.
    Dashes,
    /// Thin and of this colour, with or without a small dot at each point.
    Thin { colour: RGBColor, dots: bool },
    /// A bar from 0 to each point, this wide.
    Bars { width: f64 },
}

/// A point with its spread.
#[derive(Clone, Copy, Debug)]
pub struct Point {
    pub x: f64,
    pub y: f64,
    pub low: f64,
    pub high: f64,
}

impl Point {
    /// Without a spread.
    pub fn at(x: f64, y: f64) -> Self {
        Self { x, y, low: y, high: y }
    }
}
