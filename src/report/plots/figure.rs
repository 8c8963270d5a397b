//! A figure of panels: lines with bands.

use super::axis::Axis;
use super::sheet::{Anchor, Area, Drawn, MARGIN, Titles, colour, marker, sheet, style, text};
use plotters::prelude::*;

/// One panel of a figure.
pub struct Panel {
    pub title: String,
    pub x: Axis,
    pub y: Axis,
    pub lines: Vec<Line>,
}

/// One method's line.
pub struct Line {
    /// Which method it is: picks the style.
    pub method: String,
    /// Ascending in x.
    pub points: Vec<Point>,
    /// Where the method failed altogether: its marker and ∞ at the panel's foot.
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

/// A panel without its title.
const PANEL: (u32, u32) = (560, 350);
/// The width of a panel that stands alone.
const ALONE: u32 = 760;
/// Room around a panel, and for the ticks and names of its axes.
pub const EDGE: u32 = 12;
pub const FOOT: u32 = 44;
const SIDE: u32 = 64;
/// How far ticks are apart at least, in pixels.
pub const TICK_X: i32 = 50;
const TICK_Y: i32 = 28;
/// The room of a sign that a method fails.
const SIGN: (i32, i32) = (36, 14);

/// Draws panels in a grid of two columns, with a title, a legend of the methods that occur and a caption. A method's style
/// is its place in `methods`.
pub fn draw(title: &str, caption: &str, panels: &[Panel], methods: &[String]) -> Result<String, String> {
    let columns = panels.len().clamp(1, 2);
    let rows = panels.len().div_ceil(columns).max(1);
    let wide = if columns == 1 { ALONE } else { 2 * PANEL.0 };
    let titles: Vec<String> = panels.iter().map(|panel| panel.title.clone()).collect();
    let titles =
        Titles::new(&titles, i32::try_from(wide).unwrap_or(0) / i32::try_from(columns).unwrap_or(1) - 2 * MARGIN);
    let high = (PANEL.1 + u32::try_from(titles.height()).unwrap_or(0)) * u32::try_from(rows).unwrap_or(1);
    let occurs = |method: &&String| panels.iter().flat_map(|panel| &panel.lines).any(|line| line.method == **method);
    let legend: Vec<String> = methods.iter().filter(occurs).cloned().collect();
    sheet(title, caption, (&legend, methods), (wide, high), |body| {
        for (place, area) in body.split_evenly((rows, columns)).iter().enumerate().take(panels.len()) {
            panels[place].draw(&titles.above(place, area)?, methods)?;
        }
        Ok(())
    })
}

impl Panel {
    fn draw(&self, area: &Area<'_>, methods: &[String]) -> Drawn {
        let lines = self.placed();
        let points = || lines.iter().flat_map(|line| &line.points);
        let missing = lines.iter().flat_map(|line| line.missing.iter().copied());
        let (wide, high) = area.dim_in_pixel();
        let (wide, high) = (i32::try_from(wide - SIDE - 2 * EDGE)?, i32::try_from(high - FOOT - EDGE)?);
        let x = self.x.scale(points().map(|point| point.x).chain(missing), wide, TICK_X);
        let y = self.y.scale(points().flat_map(|point| [point.y, point.low, point.high]), high, TICK_Y);
        let foot_of_y = y.range.start;
        let mut chart = ChartBuilder::on(area)
            .margin(EDGE)
            .margin_top(0)
            .x_label_area_size(FOOT)
            .y_label_area_size(SIDE)
            .build_cartesian_2d(x, y)?;
        chart
            .configure_mesh()
            .x_desc(&self.x.name)
            .y_desc(&self.y.name)
            .label_style(("sans-serif", 13))
            .axis_desc_style(("sans-serif", 14))
            .light_line_style(TRANSPARENT)
            .bold_line_style(BLACK.mix(0.12))
            .draw()?;
        let at = |x: f64, y: f64| (self.x.place(x), self.y.place(y));
        for line in lines.iter().filter(|line| line.points.iter().any(|p| p.low < p.high)) {
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
        for line in &lines {
            let style = style(methods, &line.method);
            let path = line.points.iter().map(|p| pixel(&at(p.x, p.y))).collect::<Vec<_>>();
            area.draw(&PathElement::new(path, colour(style).stroke_width(2)))?;
            // Some eight markers, shifted from method to method so that they do not cover one another.
            let every = line.points.len().div_ceil(8).max(1);
            for point in line.points.iter().skip(style * every / methods.len().max(1)).step_by(every) {
                marker(area, style, pixel(&at(point.x, point.y)))?;
            }
        }
        draw_signs(area, methods, &lines, |x| pixel(&(self.x.place(x), foot_of_y)))
    }

    /// The lines without points that no axis can show, such as infinite ones and logarithms of 0; a band that has no place ends
    /// at its line.
    fn placed(&self) -> Vec<Line> {
        let end = |band: f64, y: f64| if self.y.has(band) { band } else { y };
        let point = |point: &Point| {
            let Point { x, y, low, high } = *point;
            (self.x.has(x) && self.y.has(y)).then(|| Point { x, y, low: end(low, y), high: end(high, y) })
        };
        let line = |line: &Line| Line {
            method: line.method.clone(),
            points: line.points.iter().filter_map(point).collect(),
            missing: line.missing.iter().copied().filter(|x| self.x.has(*x)).collect(),
        };
        self.lines.iter().map(line).collect()
    }
}

/// Where methods fail, their signs at the panel's foot, one above the other where they would touch.
fn draw_signs(area: &Area<'_>, methods: &[String], lines: &[Line], foot: impl Fn(f64) -> (i32, i32)) -> Drawn {
    let mut signs: Vec<(i32, i32)> = Vec::new();
    for line in lines {
        let style = style(methods, &line.method);
        for (middle, foot) in line.missing.iter().map(|x| foot(*x)) {
            let level = free_level(&signs, middle);
            signs.push((middle, level));
            let height = foot - 10 - SIGN.1 * level;
            marker(area, style, (middle - 8, height))?;
            text(area, "∞", (middle + 8, height), 15, Anchor::Middle, colour(style))?;
        }
    }
    Ok(())
}

/// The lowest level at which a sign touches none of these, each at its pixel and level.
fn free_level(signs: &[(i32, i32)], at: i32) -> i32 {
    let taken = |level: i32| signs.iter().any(|(other, known)| *known == level && (other - at).abs() < SIGN.0);
    // Each sign takes one level at most.
    let levels = i32::try_from(signs.len()).unwrap_or(i32::MAX);
    (0..levels).find(|level| !taken(*level)).unwrap_or(levels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_do_not_touch() {
        assert_eq!(free_level(&[], 100), 0);
        assert_eq!(free_level(&[(100, 0)], 100 + SIGN.0), 0);
        assert_eq!(free_level(&[(100, 0), (130, 1)], 110), 2);
    }

    #[test]
    fn names_are_escaped() {
        let line = Line { method: "<b>&".to_owned(), points: vec![Point::at(1.0, 1.0)], missing: vec![] };
        let axis = Axis::linear("x");
        let panel = Panel { title: "<script>".to_owned(), x: axis.clone(), y: axis, lines: vec![line] };
        let svg = draw("a", "b", &[panel], &["<b>&".to_owned()]).unwrap();
        assert!(!svg.contains("<script>") && !svg.contains("<b>") && svg.contains("&lt;script&gt;"));
        assert!(svg.contains("&lt;b&gt;"), "the legend's name");
    }
}
