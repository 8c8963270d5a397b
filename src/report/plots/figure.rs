//! A figure of panels: lines with bands, one style per method, a legend above all.
//!
//! Methods differ by colour (Okabe & Ito 2008, readable by the colour-blind) and by marker (readable in black and
//! white), and keep both in every figure.

use plotters::coord::Shift;
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

const PANEL: (u32, u32) = (560, 380);
const HEAD: u32 = 84;
const FOOT: u32 = 30;
/// Okabe & Ito 2008, in an order that also differs in lightness; yellow is left out, it is too light for a line.
const COLOURS: [RGBColor; 7] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(86, 180, 233),
    RGBColor(230, 159, 0),
    RGBColor(0, 0, 0),
];

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Drawn = Result<(), Box<dyn std::error::Error>>;

/// Draws panels in a grid of two columns, with a title, a legend of all methods and a caption.
pub fn draw(title: &str, caption: &str, panels: &[Panel]) -> Result<String, String> {
    let columns = panels.len().clamp(1, 2);
    let rows = panels.len().div_ceil(columns).max(1);
    let (wide, high) = (u32::try_from(columns).unwrap_or(1), u32::try_from(rows).unwrap_or(1));
    let size = (PANEL.0 * wide, PANEL.1 * high + HEAD + FOOT);
    let mut methods: Vec<&str> = Vec::new();
    for line in panels.iter().flat_map(|panel| &panel.lines) {
        if !methods.contains(&line.method.as_str()) {
            methods.push(&line.method);
        }
    }
    let mut svg = String::new();
    draw_all(
        &SVGBackend::with_string(&mut svg, size).into_drawing_area(),
        title,
        caption,
        panels,
        (rows, columns),
        &methods,
    )
    .map_err(|why| format!("cannot draw: {why}"))?;
    Ok(svg)
}

fn draw_all(
    root: &Area<'_>,
    title: &str,
    caption: &str,
    panels: &[Panel],
    (rows, columns): (usize, usize),
    methods: &[&str],
) -> Drawn {
    root.fill(&WHITE)?;
    let height = PANEL.1 * u32::try_from(rows)?;
    let (head, rest) = root.split_vertically(HEAD);
    let (grid, foot) = rest.split_vertically(height);
    head.draw(&Text::new(title.to_owned(), (16, 12), ("sans-serif", 22).into_font()))?;
    legend(&head, methods)?;
    for (panel, area) in panels.iter().zip(grid.split_evenly((rows, columns))) {
        panel.draw(root, &area, methods)?;
    }
    foot.draw(&Text::new(caption.to_owned(), (16, 8), ("sans-serif", 13).into_font().color(&BLACK.mix(0.7))))?;
    root.present()?;
    Ok(())
}

/// Markers and names in a row under the title.
fn legend(head: &Area<'_>, methods: &[&str]) -> Drawn {
    let mut x = 20;
    for (index, method) in methods.iter().enumerate() {
        let colour = COLOURS[index % COLOURS.len()];
        head.draw(&PathElement::new(vec![(x, 58), (x + 28, 58)], colour.stroke_width(2)))?;
        marker(head, index, (x + 14, 58), colour)?;
        head.draw(&Text::new((*method).to_owned(), (x + 36, 50), ("sans-serif", 16).into_font()))?;
        x += 60 + 8 * i32::try_from(method.chars().count())?;
    }
    Ok(())
}

/// A method's marker at a pixel: filled circle, hollow square, triangle, cross or hollow circle, in turn.
fn marker(area: &Area<'_>, method: usize, (x, y): (i32, i32), colour: RGBColor) -> Drawn {
    match method % 5 {
        0 => area.draw(&Circle::new((x, y), 4, colour.filled()))?,
        1 => {
            area.draw(&Rectangle::new([(x - 4, y - 4), (x + 4, y + 4)], WHITE.filled()))?;
            area.draw(&Rectangle::new([(x - 4, y - 4), (x + 4, y + 4)], colour.stroke_width(2)))?;
        }
        2 => area.draw(&TriangleMarker::new((x, y), 6, colour.filled()))?,
        3 => area.draw(&Cross::new((x, y), 4, colour.stroke_width(2)))?,
        _ => {
            area.draw(&Circle::new((x, y), 4, WHITE.filled()))?;
            area.draw(&Circle::new((x, y), 4, colour.stroke_width(2)))?;
        }
    }
    Ok(())
}

impl Axis {
    /// Where a value lies on a linear scale.
    fn place(&self, value: f64) -> f64 {
        if self.log { value.log10() } else { value }
    }

    /// A tick's label from its place; on a log scale of more than two decades only whole powers are named.
    fn label(&self, place: f64, range: &Range<f64>) -> String {
        if !self.log {
            let decimals = if range.end - range.start < 0.1 { 3 } else { 2 };
            let text = format!("{place:.decimals$}");
            return text.trim_end_matches('0').trim_end_matches('.').to_owned();
        }
        if range.end - range.start > 2.0 && (place - place.round()).abs() > 1e-6 {
            return String::new();
        }
        let value = 10.0_f64.powf(place);
        if (1e-4..1e5).contains(&value) { short(value) } else { format!("{value:.0e}") }
    }

    /// The places of these values with a margin; a range around nothing where there are none.
    fn range(&self, values: impl Iterator<Item = f64>) -> Range<f64> {
        let places = values.map(|value| self.place(value)).filter(|place| place.is_finite());
        let (low, high) = places.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)));
        if low > high {
            return 0.0..1.0;
        }
        let margin = if high > low { 0.04 * (high - low) } else { 0.5 };
        low - margin..high + margin
    }
}

/// A number with two significant digits: `0.0032`, `0.1`, `20`.
fn short(value: f64) -> String {
    let decimals = (1.0 - value.abs().log10().floor()).clamp(0.0, 8.0);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // between 0 and 8
    let text = format!("{value:.*}", decimals as usize);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

impl Panel {
    fn draw(&self, root: &Area<'_>, area: &Area<'_>, methods: &[&str]) -> Drawn {
        let points = || self.lines.iter().flat_map(|line| &line.points);
        let missing = self.lines.iter().flat_map(|line| line.missing.iter().copied());
        let x = self.x.range(points().map(|point| point.x).chain(missing));
        let y = self.y.range(points().flat_map(|point| [point.y, point.low, point.high]));
        let mut chart = ChartBuilder::on(area)
            .caption(&self.title, ("sans-serif", 17))
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
        let styled = |line: &Line| {
            let index = methods.iter().position(|method| *method == line.method).unwrap_or(0);
            (index, COLOURS[index % COLOURS.len()])
        };
        let at = |x: f64, y: f64| (self.x.place(x), self.y.place(y));
        for line in &self.lines {
            let (_, colour) = styled(line);
            let upper = line.points.iter().map(|p| at(p.x, p.high));
            let band: Vec<_> = upper.chain(line.points.iter().rev().map(|p| at(p.x, p.low))).collect();
            chart.draw_series([Polygon::new(band, colour.mix(0.15))])?;
        }
        for line in &self.lines {
            let (index, colour) = styled(line);
            let path = line.points.iter().map(|p| at(p.x, p.y));
            chart.draw_series(LineSeries::new(path, colour.stroke_width(2)))?;
            // Some eight markers, shifted from method to method so that they do not cover one another.
            let every = line.points.len().div_ceil(8).max(1);
            for point in line.points.iter().skip(index * every / methods.len().max(1)).step_by(every) {
                marker(root, index, chart.plotting_area().map_coordinate(&at(point.x, point.y)), colour)?;
            }
        }
        for line in &self.lines {
            let (index, colour) = styled(line);
            for &x in &line.missing {
                // One above the other, where several methods fail at the same place.
                let (left, foot) = chart.plotting_area().map_coordinate(&(self.x.place(x), y.start));
                let at = (left - 6, foot - 16 - 12 * i32::try_from(index)?);
                root.draw(&Text::new("∞".to_owned(), at, ("sans-serif", 15).into_font().color(&colour)))?;
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
        assert_eq!(linear.range([].into_iter()), 0.0..1.0);
        assert_eq!(linear.range([3.0].into_iter()), 2.5..3.5);
    }

    #[test]
    fn names_are_escaped() {
        let line = Line {
            method: "<b>&".to_owned(),
            points: vec![Point { x: 1.0, y: 1.0, low: 1.0, high: 1.0 }],
            missing: vec![],
        };
        let axis = Axis { name: "x".to_owned(), log: false };
        let panel = Panel { title: "<script>".to_owned(), x: axis.clone(), y: axis, lines: vec![line] };
        let svg = draw("a", "b", &[panel]).unwrap();
        assert!(!svg.contains("<script>") && !svg.contains("<b>") && svg.contains("&lt;script&gt;"));
    }
}
