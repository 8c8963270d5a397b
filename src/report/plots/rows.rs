//! Panels whose rows are methods: a name at the left, a value axis below.

use super::figure::Axis;
use super::sheet::{Anchor, Area, Drawn, fitting, sheet, text, width};
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;

/// A panel of rows.
pub struct Strips<R> {
    pub title: String,
    pub x: Axis,
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
    pub axis: &'p Axis,
    chart: &'p ChartContext<'a, SVGBackend<'a>, Cartesian2d<RangedCoordf64, RangedCoordf64>>,
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

const PANEL: u32 = 560;
const ALONE: u32 = 760;
const ROW: usize = 34;

/// Draws panels of rows, two beside one another, `mark` one row each; `right` pixels stay free at the right end.
pub fn draw<R: Row>(
    title: &str,
    caption: &str,
    panels: &[Strips<R>],
    right: u32,
    mark: impl Fn(&Placed<'_, '_>, usize, &R) -> Drawn,
) -> Result<String, String> {
    let columns = panels.len().clamp(1, 2);
    let lines = panels.len().div_ceil(columns).max(1);
    let most = panels.iter().map(|panel| panel.rows.len()).max().unwrap_or(1);
    let high = u32::try_from(lines * (most * ROW + 110)).unwrap_or(u32::MAX);
    let wide = if columns == 1 { ALONE } else { 2 * PANEL };
    let names = panels.iter().flat_map(|panel| &panel.rows).map(|row| width(row.name(), 14)).max().unwrap_or(0);
    sheet(title, caption, (&[], &[]), (wide, high), |body| {
        for (panel, area) in panels.iter().zip(body.split_evenly((lines, columns))) {
            panel.draw(&area, (u32::try_from(names)?.min(260) + 16, right), &mark)?;
        }
        Ok(())
    })
}

impl<R: Row> Strips<R> {
    #[allow(clippy::cast_precision_loss)] // a number of rows
    fn draw(
        &self,
        area: &Area<'_>,
        (names, right): (u32, u32),
        mark: &impl Fn(&Placed<'_, '_>, usize, &R) -> Drawn,
    ) -> Drawn {
        let x = self.x.range(self.rows.iter().flat_map(Row::values));
        let mut chart = ChartBuilder::on(area)
            .caption(fitting(&self.title, 17, area), ("sans-serif", 17))
            .margin(12)
            .margin_right(12 + right)
            .x_label_area_size(44)
            .y_label_area_size(names)
            .build_cartesian_2d(x.clone(), 0.5 - self.rows.len() as f64..0.5)?;
        chart
            .configure_mesh()
            .disable_y_mesh()
            .y_labels(0)
            .x_labels(8)
            .x_desc(&self.x.name)
            .x_label_formatter(&|place| self.x.label(*place, &x))
            .label_style(("sans-serif", 13))
            .axis_desc_style(("sans-serif", 14))
            .light_line_style(TRANSPARENT)
            .bold_line_style(BLACK.mix(0.12))
            .draw()?;
        let placed = Placed { area, axis: &self.x, chart: &chart };
        for (place, row) in self.rows.iter().enumerate() {
            let ((left, y), _) = placed.ends(place);
            text(area, row.name(), (left - 10, y), 14, Anchor::Right, BLACK)?;
            mark(&placed, place, row)?;
        }
        Ok(())
    }
}
