//! An upright axis at a place of a panel: its ticks, and the pixels of values.

use super::axis::PlotAxis;
use super::panel::SIZE;
use super::scale::Scale;
use super::sheet::{Anchor, Area, DrawResult, line, text};
use plotters::coord::ranged1d::{BoldPoints, Ranged, ValueFormatter};
use plotters::prelude::*;

const TICK: i32 = 28;
const GRID: RGBColor = RGBColor(224, 224, 224);

/// An axis between two heights of an area.
pub struct Upright<'a> {
    axis: &'a PlotAxis,
    scale: Scale,
    top: i32,
    bottom: i32,
}

impl<'a> Upright<'a> {
    /// With room for these values.
    pub fn new(axis: &'a PlotAxis, values: impl Iterator<Item = f64>, (top, bottom): (i32, i32)) -> Self {
        Self { axis, scale: axis.scale(values, bottom - top, TICK), top, bottom }
    }

    /// The height of a value.
    pub fn pixel(&self, value: f64) -> i32 {
        self.scale.map(&self.axis.place(value), (self.bottom, self.top))
    }

    /// The axis with its ticks left of it, each with a line up to `right`.
    pub fn draw(&self, area: &Area<'_>, x: i32, right: i32) -> DrawResult {
        self.draw_ticks(area, x, Some(right))?;
        line(area, (x, self.top), (x, self.bottom), BLACK, 1)
    }

    /// The same with its ticks at the right.
    pub fn draw_at_end(&self, area: &Area<'_>, x: i32) -> DrawResult {
        self.draw_ticks(area, x, None)?;
        line(area, (x, self.top), (x, self.bottom), BLACK, 1)
    }

    fn draw_ticks(&self, area: &Area<'_>, x: i32, lines_to: Option<i32>) -> DrawResult {
        for place in self.scale.key_points(BoldPoints(usize::MAX)) {
            let y = self.scale.map(&place, (self.bottom, self.top));
            let (x, anchor) = match lines_to {
                Some(right) => {
                    line(area, (x, y), (right, y), GRID, 1)?;
                    (x - 6, Anchor::Right)
                }
                None => (x + 6, Anchor::Left),
            };
            text(area, &self.scale.format_ext(&place), (x, y), SIZE, anchor, BLACK)?;
        }
        Ok(())
    }
}
