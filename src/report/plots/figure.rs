//! A figure of panels: lines with bands.

use super::sheet::{Anchor, Area, Drawn, colour, fitting, marker, sheet, style, text};
use plotters::prelude::*;
use std::ops::Range;

/// One panel of a figure.
pub struct Panel {
    pub title: String,
    pub x: Axis,
    pub y: Axis,
    pub lines: Vec<Line>,
}

/// An axis of a panel.
#[derive(Clone)]
pub struct Axis {
    /// What it shows, with the unit.
    pub name: String,
    pub log: bool,
}

/// One method's line.
pub struct Line {
    /// Which method it is: picks the style.
    pub method: String,
    /// Ascending in x.
    pub points: Vec<Point>,
    /// Where the method failed altogether: marked by ∞ at the panel's foot.
    pub missing: Vec<f64>,
}

/// A point with its band.
#[derive(Clone, Copy, Debug)]
pub struct Point {
    pub x: f64,
    pub y: f64,
    pub low: f64,
    pub high: f64,
}

impl Point {
    /// Without a band.
    pub fn at(x: f64, y: f64) -> Self {
        Self { x, y, low: y, high: y }
    }
}

const PANEL: (u32, u32) = (560, 380);
/// The width of a panel that stands alone.
const ALONE: u32 = 760;

/// Draws panels in a grid of two columns, with a title, a legend of the methods that occur and a caption. A method's style
/// is its place in `methods`.
pub fn draw(title: &str, caption: &str, panels: &[Panel], methods: &[String]) -> Result<String, String> {
    let columns = panels.len().clamp(1, 2);
    let rows = panels.len().div_ceil(columns).max(1);
    let wide = if columns == 1 { ALONE } else { 2 * PANEL.0 };
    let high = PANEL.1 * u32::try_from(rows).unwrap_or(1);
    let occurs = |method: &&String| panels.iter().flat_map(|panel| &panel.lines).any(|line| line.method == **method);
    let legend: Vec<String> = methods.iter().filter(occurs).cloned().collect();
    sheet(title, caption, (&legend, methods), (wide, high), |body| {
        for (panel, area) in panels.iter().zip(body.split_evenly((rows, columns))) {
            panel.draw(&area, methods)?;
        }
        Ok(())
    })
}

impl Axis {
    /// Where a value lies on a linear scale.
    pub fn place(&self, value: f64) -> f64 {
        if self.log { value.log10() } else { value }
    }

    /// A tick's label from its place; on a log scale of more than two decades only whole powers are named.
    pub fn label(&self, place: f64, range: &Range<f64>) -> String {
        if !self.log {
            let decimals = if range.end - range.start < 0.1 { 3 } else { 2 };
            let text = format!("{place:.decimals$}");
            let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
            return if text == "-0" { "0" } else { text }.to_owned();
        }
        if range.end - range.start > 2.0 && (place - place.round()).abs() > 1e-6 {
            return String::new();
        }
        number(10.0_f64.powf(place))
    }

    /// The places of these values with a margin; a range around nothing where there are none.
    pub fn range(&self, values: impl Iterator<Item = f64>) -> Range<f64> {
        let places = values.map(|value| self.place(value)).filter(|place| place.is_finite());
        let (low, high) = places.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)));
        if low > high {
            return 0.0..1.0;
        }
        let margin = if high > low { 0.04 * (high - low) } else { 0.5 };
        low - margin..high + margin
    }
}

/// A number with two significant digits, or as a power of ten where it is very small or large: `0.0032`, `20`, `1e-6`.
pub fn number(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    if !(1e-4..1e5).contains(&value.abs()) {
        return format!("{value:.0e}");
    }
    let decimals = (1.0 - value.abs().log10().floor()).clamp(0.0, 8.0);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // between 0 and 8
    let text = format!("{value:.*}", decimals as usize);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

impl Panel {
    fn draw(&self, area: &Area<'_>, methods: &[String]) -> Drawn {
        let points = || self.lines.iter().flat_map(|line| &line.points);
        let missing = self.lines.iter().flat_map(|line| line.missing.iter().copied());
        let x = self.x.range(points().map(|point| point.x).chain(missing));
        let y = self.y.range(points().flat_map(|point| [point.y, point.low, point.high]));
        let mut chart = ChartBuilder::on(area)
            .caption(fitting(&self.title, 17, area), ("sans-serif", 17))
            .margin(12)
            .x_label_area_size(44)
            .y_label_area_size(64)
            .build_cartesian_2d(x.clone(), y.clone())?;
        chart
            .configure_mesh()
            .x_desc(&self.x.name)
            .y_desc(&self.y.name)
            .x_label_formatter(&|place| self.x.label(*place, &x))
            .y_label_formatter(&|place| self.y.label(*place, &y))
            .label_style(("sans-serif", 13))
            .axis_desc_style(("sans-serif", 14))
            .light_line_style(TRANSPARENT)
            .bold_line_style(BLACK.mix(0.12))
            .draw()?;
        let at = |x: f64, y: f64| (self.x.place(x), self.y.place(y));
        for line in self.lines.iter().filter(|line| line.points.iter().any(|p| p.low < p.high)) {
            let upper = line.points.iter().map(|p| at(p.x, p.high));
            let band: Vec<_> = upper.chain(line.points.iter().rev().map(|p| at(p.x, p.low))).collect();
            chart.draw_series([Polygon::new(band, colour(style(methods, &line.method)).mix(0.15))])?;
        }
        // Pixels are those of the whole sheet; markers and signs are drawn on the panel, whose own start at its corner.
        let (left, top) = area.get_base_pixel();
        let pixel = |place: &(f64, f64)| {
            let (x, y) = chart.plotting_area().map_coordinate(place);
            (x - left, y - top)
        };
        for line in &self.lines {
            let style = style(methods, &line.method);
            let path = line.points.iter().map(|p| pixel(&at(p.x, p.y))).collect::<Vec<_>>();
            area.draw(&PathElement::new(path, colour(style).stroke_width(2)))?;
            // Some eight markers, shifted from method to method so that they do not cover one another.
            let every = line.points.len().div_ceil(8).max(1);
            for point in line.points.iter().skip(style * every / methods.len().max(1)).step_by(every) {
                marker(area, style, pixel(&at(point.x, point.y)))?;
            }
        }
        for line in &self.lines {
            let style = style(methods, &line.method);
            for &x in &line.missing {
                // One above the other, where several methods fail at the same place.
                let (left, foot) = pixel(&(self.x.place(x), y.start));
                let at = (left, foot - 10 - 12 * i32::try_from(style)?);
                text(area, "∞", at, 15, Anchor::Middle, colour(style))?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_short_and_true() {
        let log = Axis { name: String::new(), log: true };
        assert_eq!(log.label(-2.0, &(-3.0..0.0)), "0.01");
        assert_eq!(log.label(-2.5, &(-3.0..0.0)), "");
        assert_eq!(log.label(-0.5, &(-1.0..0.0)), "0.32");
        assert_eq!(log.label(-6.0, &(-8.0..0.0)), "1e-6");
        let linear = Axis { name: String::new(), log: false };
        assert_eq!(linear.label(0.95, &(0.9..1.0)), "0.95");
        assert_eq!(linear.label(20.0, &(0.0..20.0)), "20");
        assert_eq!(linear.label(-1e-17, &(-1.0..1.0)), "0");
        assert_eq!(linear.range([].into_iter()), 0.0..1.0);
        assert_eq!(linear.range([3.0].into_iter()), 2.5..3.5);
        assert_eq!([0.0, 20.0, 0.0032, 1e-6].map(number), ["0", "20", "0.0032", "1e-6"]);
    }

    #[test]
    fn names_are_escaped() {
        let line = Line { method: "<b>&".to_owned(), points: vec![Point::at(1.0, 1.0)], missing: vec![] };
        let axis = Axis { name: "x".to_owned(), log: false };
        let panel = Panel { title: "<script>".to_owned(), x: axis.clone(), y: axis, lines: vec![line] };
        let svg = draw("a", "b", &[panel], &["<b>&".to_owned()]).unwrap();
        assert!(!svg.contains("<script>") && !svg.contains("<b>") && svg.contains("&lt;script&gt;"));
        assert!(svg.contains("&lt;b&gt;"), "the legend's name");
    }
}
