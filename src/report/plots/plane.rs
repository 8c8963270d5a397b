//! Panels that show a rectangle of the plane: shaded cells, and marks on them.

use super::axis::PlotAxis;
use super::design::FigureDesign;
use super::not_drawn::NotDrawn;
use super::sheet::{Area, DrawResult, LegendKey, MARGIN, Sheet, Titles};
use crate::record::{Grid, SIDE};
use plotters::prelude::*;

/// A panel without its title.
const PANEL: (i32, i32) = (560, 410);
/// No panel becomes smaller than this.
const LEAST: (i32, i32) = (240, 190);
/// How far ticks are apart at least, in pixels.
const TICK: i32 = 70;

/// A panel in the making: the pixels of points, inside the axes only.
pub struct Plane<'p, 'a> {
    pub area: &'p Area<'a>,
    pixel: Box<dyn Fn([f64; 2]) -> (i32, i32) + 'p>,
}

/// Draws the axes over a grid's rectangle, its cells in these shades, and then the marks.
pub fn draw_plane(
    area: &Area<'_>,
    names: (&str, &str),
    grid: &Grid,
    shade: impl Fn(usize) -> RGBColor,
    marks: impl FnOnce(&Plane<'_, '_>) -> DrawResult,
) -> DrawResult {
    let ([left, right], [low, high]) = (grid.x, grid.y);
    let (width, height) = area.dim_in_pixel();
    let (x, y) = (PlotAxis::linear(names.0), PlotAxis::linear(names.1));
    let x_scale = x.within(left..right, i32::try_from(width)?, TICK);
    let y_scale = y.within(low..high, i32::try_from(height)?, TICK);
    let mut chart = ChartBuilder::on(area)
        .margin(12)
        .margin_top(0)
        .x_label_area_size(44)
        .y_label_area_size(64)
        .build_cartesian_2d(x_scale, y_scale)?;
    let corner = area.get_base_pixel();
    let plotting = chart.plotting_area().clone();
    let pixel = move |[x, y]: [f64; 2]| {
        let (x, y) = plotting.map_coordinate(&(x, y));
        (x - corner.0, y - corner.1)
    };
    let plane = Plane { area, pixel: Box::new(pixel) };
    plane.cells(grid, shade)?;
    chart
        .configure_mesh()
        .disable_mesh()
        .x_desc(&x.name)
        .y_desc(&y.name)
        .label_style(("sans-serif", 13))
        .axis_desc_style(("sans-serif", 14))
        .draw()?;
    marks(&plane)
}

impl Plane<'_, '_> {
    pub fn pixel(&self, point: [f64; 2]) -> (i32, i32) {
        (self.pixel)(point)
    }

    /// The place where a cell's lower left corner lies, by column and row.
    #[allow(clippy::cast_precision_loss)] // small numbers
    fn corner(&self, grid: &Grid, column: usize, row: usize) -> (i32, i32) {
        let at = |[low, high]: [f64; 2], place: usize| low + (high - low) * place as f64 / SIDE as f64;
        self.pixel([at(grid.x, column), at(grid.y, row)])
    }

    /// Neighbours of one shade in a row are one rectangle.
    fn cells(&self, grid: &Grid, shade: impl Fn(usize) -> RGBColor) -> DrawResult {
        for row in 0..SIDE {
            let mut start = 0;
            for column in 1..=SIDE {
                let of_start = shade(row * SIDE + start);
                if column == SIDE || shade(row * SIDE + column) != of_start {
                    let (low, high) = (self.corner(grid, start, row), self.corner(grid, column, row + 1));
                    self.area.draw(&Rectangle::new([(low.0, high.1), (high.0, low.1)], of_start.filled()))?;
                    start = column;
                }
            }
        }
        Ok(())
    }

    /// Lines between neighbouring cells that `differ`, each as long as it goes on.
    pub fn borders(&self, grid: &Grid, colour: RGBColor, differ: impl Fn(usize, usize) -> bool) -> DrawResult {
        for line in 1..SIDE {
            let mut starts = [None, None];
            for place in 0..=SIDE {
                // Below this line of cells, and to its left.
                let here = |a: usize, b: usize| place < SIDE && differ(a, b);
                let between = [
                    here(line * SIDE + place, (line - 1) * SIDE + place),
                    here(place * SIDE + line, place * SIDE + line - 1),
                ];
                for (upright, start) in starts.iter_mut().enumerate() {
                    match (between[upright], *start) {
                        (true, None) => *start = Some(place),
                        (false, Some(from)) => {
                            let end = |place| match upright {
                                0 => self.corner(grid, place, line),
                                _ => self.corner(grid, line, place),
                            };
                            self.area.draw(&PathElement::new(vec![end(from), end(place)], colour.stroke_width(1)))?;
                            *start = None;
                        }
                        _ => {}
                    }
                }
            }
        }
        Ok(())
    }
}

/// How a figure of panels of this kind is laid out.
pub struct PlaneLayout {
    /// Rows and columns.
    grid: (usize, usize),
    /// Of a panel without its title.
    size: (i32, i32),
    titles: Titles,
}

impl PlaneLayout {
    /// Of panels with these titles.
    pub fn of(design: &FigureDesign, titles: &[String]) -> Result<Self, NotDrawn> {
        let (columns, wide) = design.columns((titles.len().clamp(1, 2), PANEL.0), LEAST.0);
        if wide < LEAST.0 {
            return Err(NotDrawn::NoRoom { width: true, needed: LEAST.0 });
        }
        let size = (wide, PANEL.1.min(wide * PANEL.1 / PANEL.0).max(LEAST.1));
        let titles_above = Titles::new(titles, wide - 2 * MARGIN);
        Ok(Self { size, grid: (titles.len().div_ceil(columns), columns), titles: titles_above })
    }

    /// Draws a figure, each panel by its place.
    pub fn draw(
        &self,
        design: &FigureDesign,
        words: (&str, &str),
        (legend, panels): (&[LegendKey], usize),
        panel: impl Fn(&Area<'_>, usize) -> DrawResult,
    ) -> Result<String, NotDrawn> {
        let (rows, columns) = self.grid;
        let count = |n: usize| i32::try_from(n).unwrap_or(1);
        let sheet = Sheet::new(design, words, legend, design.wide.unwrap_or(self.size.0 * count(columns)));
        let beside = self.titles.height();
        let high = sheet.row_height(rows, self.size.1 + beside, LEAST.1 + beside)?;
        sheet.draw(high * count(rows), |body| {
            let areas = body.split_evenly(self.grid);
            areas
                .iter()
                .enumerate()
                .take(panels)
                .try_for_each(|(place, area)| panel(&self.titles.above(place, area)?, place))
        })
    }
}
