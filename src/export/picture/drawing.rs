//! What a figure consists of: the shapes of its SVG, in the order in which they are drawn.

use super::paint::{Colour, Paint};

/// A point in pixels of the plot, from the left and from the top.
pub type PlotPoint = [f64; 2];

/// A figure.
#[derive(Debug, PartialEq)]
pub struct Drawing {
    pub width: f64,
    pub height: f64,
    pub shapes: Vec<DrawnShape>,
}

/// A shape with its colours.
#[derive(Debug, PartialEq)]
pub enum DrawnShape {
    Polygon {
        corners: Vec<PlotPoint>,
        paint: Paint,
    },
    /// Lines from point to point, never filled.
    Path {
        points: Vec<PlotPoint>,
        paint: Paint,
    },
    Circle {
        middle: PlotPoint,
        radius: f64,
        paint: Paint,
    },
    Text(TextLine),
}

/// A line of text.
#[derive(Debug, PartialEq)]
pub struct TextLine {
    pub words: String,
    /// Where its base line begins, ends or has its middle.
    pub at: PlotPoint,
    pub anchor: TextAnchor,
    /// The height of an em, in pixels.
    pub size: f64,
    /// How far it is turned about its point, in quarters of a turn, clockwise.
    pub turned: u8,
    pub colour: Colour,
    pub opacity: f64,
}

/// What of a line of text is at its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextAnchor {
    Start,
    Middle,
    End,
}

impl Drawing {
    /// All texts.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.shapes.iter().filter_map(|shape| match shape {
            DrawnShape::Text(line) => Some(line.words.as_str()),
            _ => None,
        })
    }
}

impl TextLine {
    /// Where its first letter begins, given how wide it is.
    pub fn start(&self, wide: f64) -> PlotPoint {
        let back = match self.anchor {
            TextAnchor::Start => 0.0,
            TextAnchor::Middle => wide / 2.0,
            TextAnchor::End => wide,
        };
        let [x, y] = self.turn([-back, 0.0]);
        [self.at[0] + x, self.at[1] + y]
    }

    /// A way along and below the line, as it is on the figure.
    pub fn turn(&self, [x, y]: PlotPoint) -> PlotPoint {
        match self.turned {
            0 => [x, y],
            1 => [-y, x],
            2 => [-x, -y],
            _ => [y, -x],
        }
    }
}

/// Four curves of Bézier that are a circle to a 3,700th of its radius: for each the two control points and the end, the first from the
/// right end on. Source: Goldapp 1991, Approximation of circular arcs by cubic polynomials.
pub fn circle([x, y]: PlotPoint, radius: f64) -> (PlotPoint, [[PlotPoint; 3]; 4]) {
    const KAPPA: f64 = 0.552_284_749_830_793_4; // 4 (√2 − 1) / 3
    let at = |a: f64, b: f64| [x + radius * a, y + radius * b];
    let curves = [
        [at(1.0, KAPPA), at(KAPPA, 1.0), at(0.0, 1.0)],
        [at(-KAPPA, 1.0), at(-1.0, KAPPA), at(-1.0, 0.0)],
        [at(-1.0, -KAPPA), at(-KAPPA, -1.0), at(0.0, -1.0)],
        [at(KAPPA, -1.0), at(1.0, -KAPPA), at(1.0, 0.0)],
    ];
    (at(1.0, 0.0), curves)
}
