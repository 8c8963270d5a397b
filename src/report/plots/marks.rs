//! The marks of a panel: lines, bands, bars, and signs of methods that fail.

use super::axis::PlotAxis;
use super::lines::{PlotLine, Point};
use super::palette::PAPER;
use super::sheet::{Anchor, Area, DrawResult, colour, marker, style, text};
use plotters::prelude::*;

/// The room of a sign that a method fails.
const SIGN: (i32, i32) = (36, 14);

/// What draws the marks of a panel.
pub struct Marks<'m, 'a> {
    pub area: &'m Area<'a>,
    pub methods: &'m [String],
    /// Of a point, on the panel.
    pub pixel: &'m dyn Fn(f64, f64) -> (i32, i32),
}

impl Marks<'_, '_> {
    pub fn path(&self, line: &PlotLine) -> Vec<(i32, i32)> {
        line.points.iter().map(|point| (self.pixel)(point.x, point.y)).collect()
    }

    /// A light fill between fine edges.
    pub fn band(&self, line: &PlotLine) -> DrawResult {
        let colour = colour(style(self.methods, &line.method));
        let edge = |of: fn(&Point) -> f64| line.points.iter().map(move |point| (self.pixel)(point.x, of(point)));
        let (upper, lower): (Vec<_>, Vec<_>) = (edge(|p| p.high).collect(), edge(|p| p.low).collect());
        let around: Vec<_> = upper.iter().chain(lower.iter().rev()).copied().collect();
        self.area.draw(&Polygon::new(around, colour.mix(0.1)))?;
        for edge in [upper, lower] {
            self.area.draw(&PathElement::new(edge, colour.mix(0.4).stroke_width(1)))?;
        }
        Ok(())
    }

    pub fn main(&self, line: &PlotLine, (y, whiskers, aside): (&PlotAxis, bool, i32)) -> DrawResult {
        let style = style(self.methods, &line.method);
        let moved = |(x, y): (i32, i32)| (x + aside, y);
        let path: Vec<_> = self.path(line).into_iter().map(moved).collect();
        if whiskers {
            for point in &line.points {
                let ends = [point.low, point.high].map(|end| moved((self.pixel)(point.x, end)));
                self.area.draw(&PathElement::new(ends.to_vec(), colour(style).mix(0.7).stroke_width(1)))?;
            }
        }
        self.area.draw(&PathElement::new(path.clone(), colour(style).stroke_width(2)))?;
        // Some eight markers, shifted from method to method so that they do not cover one another.
        let every = path.len().div_ceil(8).max(1);
        let place = self.methods.iter().position(|method| *method == line.method).unwrap_or(0);
        for at in path.iter().skip(place * every / self.methods.len().max(1)).step_by(every) {
            marker(self.area, style, *at)?;
        }
        if whiskers {
            for (_, at) in line.points.iter().zip(&path).filter(|(point, _)| y.cuts(point.y)) {
                text(self.area, "↓", (at.0 + 9, at.1 - 2), 14, Anchor::Middle, colour(style))?;
            }
        }
        Ok(())
    }

    pub fn thin(&self, line: &PlotLine, colour: RGBColor, dots: bool) -> DrawResult {
        let path = self.path(line);
        if dots {
            for at in &path {
                self.area.draw(&Circle::new(*at, 2, colour.filled()))?;
            }
        }
        self.area.draw(&PathElement::new(path, colour.stroke_width(1)))?;
        Ok(())
    }

    pub fn bars(&self, line: &PlotLine, width: f64) -> DrawResult {
        let colour = colour(style(self.methods, &line.method));
        for point in &line.points {
            let corners = [(self.pixel)(point.x - 0.5 * width, point.y), (self.pixel)(point.x + 0.5 * width, 0.0)];
            self.area.draw(&Rectangle::new(corners, colour.filled()))?;
            self.area.draw(&Rectangle::new(corners, PAPER.stroke_width(1)))?;
        }
        Ok(())
    }
}

/// Where methods fail, their signs at the panel's foot, one above the other where they would touch.
pub fn draw_signs(
    area: &Area<'_>,
    methods: &[String],
    lines: &[PlotLine],
    foot: impl Fn(f64) -> (i32, i32),
) -> DrawResult {
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
}
