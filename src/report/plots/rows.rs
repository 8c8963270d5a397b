//! Panels whose rows are methods: a name at the left, a value axis below.

use super::axis::PlotAxis;
use super::design::FigureDesign;
use super::figure::{EDGE, FOOT, TICK_X};
use super::letters::{shortened, width};
use super::not_drawn::NotDrawn;
use super::palette::INK;
use super::scale::Scale;
use super::sheet::{Anchor, Area, DrawResult, MARGIN, Sheet, Titles, text};
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;

/// A panel of rows.
pub struct Strips<R> {
    pub title: String,
    pub x: PlotAxis,
    pub rows: Vec<R>,
}

/// A row's name, and the values that its axis must hold.
pub trait Row {
    fn name(&self) -> &str;
    fn values(&self) -> Vec<f64>;
}

/// Where a panel's marks go: its area and the pixel of a value in a row.
pub struct Placed<'p, 'a> {
    pub area: &'p Area<'a>,
    pub axis: &'p PlotAxis,
    chart: &'p ChartContext<'a, SVGBackend<'a>, Cartesian2d<Scale, RangedCoordf64>>,
}

impl Placed<'_, '_> {
    /// The pixel of a value, at a height in units of a row above its middle.
    #[allow(clippy::cast_precision_loss)] // a row's number
    pub fn pixel(&self, row: usize, value: f64, above: f64) -> (i32, i32) {
        let (left, top) = self.area.get_base_pixel();
        let (x, y) = self.chart.plotting_area().map_coordinate(&(self.axis.place(value), above - row as f64));
        (x - left, y - top)
    }

    /// The middle of a row at the left and at the right end of the axis.
    pub fn ends(&self, row: usize) -> ((i32, i32), (i32, i32)) {
        let (x, _) = self.chart.plotting_area().get_pixel_range();
        let (left, _) = self.area.get_base_pixel();
        let (_, y) = self.pixel(row, 1.0, 0.0);
        ((x.start - left, y), (x.end - left, y))
    }
}

const PANEL: i32 = 560;
const ALONE: i32 = 760;
/// No panel becomes narrower than this.
const LEAST: i32 = 290;
const ROW: i32 = 34;
/// A panel's height beside its title and its rows: its axis.
const BESIDE_ROWS: i32 = 80;
/// Names are no wider than this, in pixels, nor than this part of a panel.
const WIDEST_NAME: i32 = 260;
const NAME_OF_PANEL: (i32, i32) = (2, 5);
/// The golden ratio less 1: its multiples spread evenly, however many there are.
const GOLDEN: f64 = 0.618_034;

/// How high the dots of a row stand, from 0 to 1 and all different, so that equal values do not hide one another.
#[allow(clippy::cast_precision_loss)] // a number of dots
pub fn spread(dot: usize) -> f64 {
    (dot as f64 * GOLDEN).fract()
}

/// Draws panels of rows, two beside one another, `mark` one row each; `right` pixels stay free at the right end.
pub fn draw<R: Row>(
    design: &FigureDesign,
    words: (&str, &str),
    panels: Vec<Strips<R>>,
    right: u32,
    mark: impl Fn(&Placed<'_, '_>, usize, &R) -> DrawResult,
) -> Result<String, NotDrawn> {
    let panels = chosen(design, panels)?;
    let usual = if panels.len() > 1 { (2, PANEL) } else { (1, ALONE) };
    let (columns, wide) = design.columns(usual, LEAST);
    if wide < LEAST {
        return Err(NotDrawn::NoRoom { width: true, needed: LEAST });
    }
    let lines = panels.len().div_ceil(columns).max(1);
    let titles: Vec<String> = panels.iter().map(|panel| panel.title.clone()).collect();
    let titles = Titles::new(&titles, wide - 2 * MARGIN);
    let count = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
    let most = panels.iter().map(|panel| panel.rows.len()).max().unwrap_or(1);
    let high = count(most) * ROW + BESIDE_ROWS + titles.height();
    let sheet = Sheet::new(design, words, &[], design.wide.unwrap_or(wide * count(columns)));
    let high = sheet.row_height(lines, high, high)?.min(high);
    sheet.draw(high.saturating_mul(count(lines)), |body| {
        for (place, area) in body.split_evenly((lines, columns)).iter().enumerate().take(panels.len()) {
            panels[place].draw(&titles.above(place, area)?, right, &mark)?;
        }
        Ok(())
    })
}

/// The panels and rows that are asked for.
fn chosen<R: Row>(design: &FigureDesign, panels: Vec<Strips<R>>) -> Result<Vec<Strips<R>>, NotDrawn> {
    design.without_upright()?;
    let mut panels = design.panels(panels, |panel| &panel.title)?;
    for panel in &mut panels {
        panel.rows.retain(|row| design.shows(row.name()));
        panel.x.name = design.x.clone().unwrap_or_else(|| panel.x.name.clone());
    }
    panels.retain(|panel| !panel.rows.is_empty());
    Ok(panels)
}

impl<R: Row> Strips<R> {
    #[allow(clippy::cast_precision_loss)] // a number of rows
    fn draw(
        &self,
        area: &Area<'_>,
        right: u32,
        mark: &impl Fn(&Placed<'_, '_>, usize, &R) -> DrawResult,
    ) -> DrawResult {
        let names: Vec<String> = self.rows.iter().map(|row| row.name().to_owned()).collect();
        let (wide, _) = area.dim_in_pixel();
        let most = WIDEST_NAME.min(i32::try_from(wide)? * NAME_OF_PANEL.0 / NAME_OF_PANEL.1);
        let names = shortened(&names, 14, most);
        let widest = names.iter().map(|name| width(name, 14)).max().unwrap_or(0);
        let beside = u32::try_from(widest)? + 16;
        let values = self.rows.iter().flat_map(Row::values);
        let x = self.x.scale(values, i32::try_from(wide - beside - right - 2 * EDGE)?, TICK_X);
        let mut chart = ChartBuilder::on(area)
            .margin(EDGE)
            .margin_top(0)
            .margin_right(EDGE + right)
            .x_label_area_size(FOOT)
            .y_label_area_size(beside)
            .build_cartesian_2d(x, 0.5 - self.rows.len() as f64..0.5)?;
        chart
            .configure_mesh()
            .disable_y_mesh()
            .y_labels(0)
            .x_desc(&self.x.name)
            .label_style(("sans-serif", 13))
            .axis_desc_style(("sans-serif", 14))
            .light_line_style(TRANSPARENT)
            .bold_line_style(INK.mix(0.12))
            .draw()?;
        let placed = Placed { area, axis: &self.x, chart: &chart };
        for (place, (row, name)) in self.rows.iter().zip(&names).enumerate() {
            let ((left, y), _) = placed.ends(place);
            text(area, name, (left - 10, y), 14, Anchor::Right, INK)?;
            mark(&placed, place, row)?;
        }
        Ok(())
    }
}
