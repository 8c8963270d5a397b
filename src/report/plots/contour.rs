//! The paths of methods on the contours of a problem in two dimensions.

use super::captions::{caption, of_each};
use super::isolines::isolines;
use super::not_drawn::NotDrawn;
use super::palette::{CONTOUR, INK, LEVELS, PAPER, shade};
use super::plane::{Plane, PlaneLayout, draw_plane};
use super::plot::{Material, Plot, Shows};
use super::sheet::{DrawResult, LegendKey, colour, line, marker, methods, style};
use crate::analysis::Selected;
use crate::record::Grid;
use plotters::prelude::*;
use std::collections::BTreeSet;

pub const PLOT: Plot = Plot {
    name: "paths",
    description: "paths of the methods on the contours of a problem in two dimensions; needs `train.curve = \"step\"`",
    source: "Rosenbrock 1960; report/plots/contour.rs",
    shows: Shows::Compared,
    asks: false,
    draw: plot,
};

/// The most points of a path that are drawn.
const MOST_POINTS: usize = 600;
/// More panels than this are no figure any more.
const MOST_PANELS: usize = 8;
/// A path that ends farther from the start than this, in units of the distance to the minimum and of the extent of the path
/// that stays nearest, flies off: the picture need not hold its end.
const FARTHEST: f64 = 4.0;
/// How far beyond ends and minimum the picture follows paths, in units of its longer side.
const BEYOND: f64 = 1.0;
/// A point farther out than this is in no picture; nearer, all distances are finite numbers.
const OUTERMOST: f64 = 1e150;
/// The widths of a path and of its light edge, for a projector.
const PATH: (u32, u32) = (4, 8);

/// A path of θ, a point before each step.
type Path = Vec<[f64; 2]>;

/// One problem with the paths on it.
struct ContourPanel {
    title: String,
    paths: Vec<(String, Path)>,
    grid: Grid,
}

fn plot(material: &Material<'_>) -> Result<String, NotDrawn> {
    let panels: Vec<ContourPanel> =
        material.selected.chunk_by(|a, b| a.data == b.data).filter_map(|rows| panel(material, rows)).collect();
    if panels.is_empty() {
        return Err("no problem in two dimensions whose steps were kept by `train.curve = \"step\"`".into());
    }
    let design = material.design;
    let panels = design.panels(panels, |panel| &panel.title)?;
    if panels.len() > MOST_PANELS {
        return Err(NotDrawn::TooManyPanels(panels.len()));
    }
    let methods = methods(material.configurations);
    let occurs = |method: &&String| panels.iter().any(|panel| panel.paths.iter().any(|(known, _)| known == *method));
    let legend: Vec<String> = methods.iter().filter(occurs).cloned().collect();
    let each = of_each(material.configurations);
    let what = format!(
        "{each}, its first seed; rings: where paths begin; markers: every tenth of a path's steps; cross: \
         the minimum. What leads out of the picture is cut off. Lines and {LEVELS} shades by the logarithm of f above its least \
         value shown, darker is higher."
    );
    let titles: Vec<String> = panels.iter().map(|panel| panel.title.clone()).collect();
    let caption = caption(&what, material.configurations);
    let legend = LegendKey::of(&legend, &methods);
    let names = (design.x.as_deref().unwrap_or("θ₀"), design.y.as_deref().unwrap_or("θ₁"));
    let words = ("Paths in the plane", caption.as_str());
    PlaneLayout::of(design, &titles)?.draw(design, words, (&legend, panels.len()), |area, place| {
        let panel = &panels[place];
        let heights = heights(&panel.grid.values);
        let shade = |cell: usize| shade(level(heights[cell]));
        draw_plane(area, names, &panel.grid, shade, |plane| {
            draw_contours(plane, &panel.grid, &heights)?;
            panel.draw(plane, &methods)
        })
    })
}

fn panel(material: &Material<'_>, rows: &[Selected<'_, '_>]) -> Option<ContourPanel> {
    let rows: Vec<&Selected> = rows.iter().filter(|row| material.design.shows(&row.optimizer)).collect();
    let path = |row: &&Selected<'_, '_>| Some((row.optimizer.clone(), path(row)?)).filter(|(_, path)| !path.is_empty());
    let paths: Vec<(String, Path)> = rows.iter().filter_map(path).collect();
    let first = rows.iter().find_map(|row| row.compared)?.runs.first()?;
    let over = |minimum: Option<[f64; 2]>| {
        let (x, y) = window(&paths, minimum)?;
        (material.objective)(first.record.run, x, y)
    };
    // Only the objective says where its minimum is.
    let minimum = over(None)?.minimum.filter(is_near);
    let mut grid = over(minimum)?;
    grid.minimum = minimum;
    Some(ContourPanel { title: rows[0].data.clone(), paths, grid })
}

/// θ before each step of the first seed.
fn path(row: &Selected<'_, '_>) -> Option<Path> {
    let record = &row.compared?.runs.first()?.record;
    let place = |name: &str| record.traced.iter().position(|known| known == name);
    let (x, y) = (place("theta.0")?, place("theta.1")?);
    let points = record.steps.iter().filter_map(|point| Some([*point.traced.get(x)?, *point.traced.get(y)?]));
    Some(points.take_while(is_near).collect())
}

/// Whether a point can be in a picture; NaN is not.
fn is_near(point: &[f64; 2]) -> bool {
    point.iter().all(|place| place.abs() <= OUTERMOST)
}

/// What is shown: the start, the minimum where it is known, and the ends of all paths that do not fly off; and of their ways
/// what does not lead far beyond.
fn window(paths: &[(String, Path)], minimum: Option<[f64; 2]>) -> Option<([f64; 2], [f64; 2])> {
    let start = *paths.first()?.1.first()?;
    let distance = |point: &[f64; 2]| (point[0] - start[0]).abs().max((point[1] - start[1]).abs());
    let extents = paths.iter().map(|(_, path)| path.iter().map(distance).fold(0.0, f64::max));
    let nearest = extents.filter(|extent| *extent > 0.0).fold(f64::INFINITY, f64::min);
    let reach = minimum.as_ref().map_or(0.0, distance).max(if nearest.is_finite() { nearest } else { 0.0 });
    let ends = paths.iter().filter_map(|(_, path)| path.last()).filter(|end| distance(end) <= FARTHEST * reach);
    let held: Vec<[f64; 2]> = ends.copied().chain([start]).chain(minimum).collect();
    let sides = [0, 1].map(|axis| bounds(held.iter().map(|point| point[axis])));
    let longer = sides.iter().map(|[low, high]| high - low).fold(0.0, f64::max).max(reach);
    let range = |axis: usize| {
        let [low, high] = sides[axis];
        let points = paths.iter().flat_map(|(_, path)| path).map(|point| point[axis]);
        let near = points.map(|place| place.clamp(low - BEYOND * longer, high + BEYOND * longer));
        let [low, high] = bounds(near.chain([low, high]));
        let margin = 0.15 * (high - low).max(1e-6 * (1.0 + start[axis].abs()));
        [low - margin, high + margin]
    };
    let (x, y) = (range(0), range(1));
    // A path along one axis alone has some width all the same.
    let widened = |[low, high]: [f64; 2], other: [f64; 2]| {
        let short = (0.1 * (other[1] - other[0]) - (high - low)).max(0.0) / 2.0;
        [low - short, high + short]
    };
    Some((widened(x, y), widened(y, x)))
}

/// The least and the greatest of these numbers.
fn bounds(numbers: impl Iterator<Item = f64>) -> [f64; 2] {
    numbers.fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], number| [low.min(number), high.max(number)])
}

/// The height of each value in levels: evenly spread over ln(f − least + 1e-4 of the range).
#[allow(clippy::cast_precision_loss)] // a small number
fn heights(values: &[f64]) -> Vec<f64> {
    // Differences of quarters are finite.
    let values: Vec<f64> = values.iter().map(|value| 0.25 * value).collect();
    let finite = || values.iter().copied().filter(|value| value.is_finite());
    let (low, high) = (finite().fold(f64::INFINITY, f64::min), finite().fold(f64::NEG_INFINITY, f64::max));
    let (small, top) = (1e-4 * (high - low), LEVELS as f64);
    let height = |value: f64| {
        let share = ((value - low + small) / small).ln() / ((high - low + small) / small).ln();
        if share.is_finite() { share * top } else { top }
    };
    values.iter().map(|value| height(*value)).collect()
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // from 0 to LEVELS
fn level(height: f64) -> usize {
    (height as usize).min(LEVELS - 1)
}

/// A line between each two levels.
#[allow(clippy::cast_precision_loss)] // a small number
fn draw_contours(plane: &Plane<'_, '_>, grid: &Grid, heights: &[f64]) -> DrawResult {
    for height in 1..LEVELS {
        for line in isolines(grid, heights, height as f64) {
            let mut pixels: Vec<_> = line.into_iter().map(|point| plane.pixel(point)).collect();
            pixels.dedup();
            plane.area.draw(&PathElement::new(pixels, CONTOUR.stroke_width(2)))?;
        }
    }
    Ok(())
}

impl ContourPanel {
    /// The paths, and what tells where they begin and where they should end.
    fn draw(&self, plane: &Plane<'_, '_>, methods: &[String]) -> DrawResult {
        for (method, path) in &self.paths {
            draw_path(plane, path, style(methods, method), &self.grid)?;
        }
        for (method, path) in &self.paths {
            draw_markers(plane, path, style(methods, method), &self.grid)?;
        }
        if let Some((x, y)) = self.grid.minimum.map(|minimum| plane.pixel(minimum)) {
            line(plane.area, (x - 9, y - 9), (x + 9, y + 9), INK, 3)?;
            line(plane.area, (x - 9, y + 9), (x + 9, y - 9), INK, 3)?;
        }
        let starts = self.paths.iter().map(|(_, path)| plane.pixel(path[0])).collect::<BTreeSet<_>>();
        for start in starts {
            plane.area.draw(&Circle::new(start, 9, INK.stroke_width(3)))?;
        }
        Ok(())
    }
}

/// A path's line with a light edge; what leaves the rectangle is not drawn.
fn draw_path(plane: &Plane<'_, '_>, path: &Path, style: usize, grid: &Grid) -> DrawResult {
    let every = path.len().div_ceil(MOST_POINTS).max(1);
    let last = path.last().filter(|_| !(path.len() - 1).is_multiple_of(every));
    let shown: Vec<[f64; 2]> = path.iter().step_by(every).chain(last).copied().collect();
    for stretch in shown.split(|point| !is_inside(grid, point)).filter(|stretch| stretch.len() > 1) {
        let pixels: Vec<_> = stretch.iter().map(|point| plane.pixel(*point)).collect();
        plane.area.draw(&PathElement::new(pixels.clone(), PAPER.stroke_width(PATH.1)))?;
        plane.area.draw(&PathElement::new(pixels, colour(style).stroke_width(PATH.0)))?;
    }
    Ok(())
}

/// A marker at every tenth of a path's points.
fn draw_markers(plane: &Plane<'_, '_>, path: &Path, style: usize, grid: &Grid) -> DrawResult {
    let tenth = path.len().div_ceil(10).max(1);
    let points = path.iter().skip(tenth - 1).step_by(tenth).filter(|point| is_inside(grid, point));
    points.into_iter().try_for_each(|point| marker(plane.area, style, plane.pixel(*point)))
}

fn is_inside(grid: &Grid, point: &[f64; 2]) -> bool {
    let within = |value: f64, [low, high]: [f64; 2]| low <= value && value <= high;
    within(point[0], grid.x) && within(point[1], grid.y)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_closer_near_the_least_value() {
        let levels = |values: &[f64]| heights(values).into_iter().map(level).collect::<Vec<_>>();
        let found = levels(&[0.0, 0.01, 1.0, 100.0, f64::INFINITY]);
        assert_eq!((found[0], found[3], found[4]), (0, LEVELS - 1, LEVELS - 1));
        assert!(found[1] < found[2] && found[2] < found[3], "{found:?}");
        assert_eq!(levels(&[2.0, 2.0]), [LEVELS - 1; 2], "a plain is a plain");
    }

    #[test]
    fn a_path_that_runs_away_leaves_the_picture() {
        let near = ("a".to_owned(), vec![[0.0, 0.0], [1.0, 2.0]]);
        let far = ("b".to_owned(), vec![[0.0, 0.0], [1e9, -1.0]]);
        let paths = [near, far];
        let ([left, right], [low, high]) = window(&paths, None).unwrap();
        assert!(left < 0.0 && (3.0..4.0).contains(&right) && low < -1.0 && (2.0..4.0).contains(&high));
        assert!(window(&[], None).is_none());
        let ([_, right], [low, _]) = window(&paths, Some([-1.0, -5.0])).unwrap();
        assert!(low < -5.0 && right < 20.0, "the minimum is shown, and not what flies off");
    }

    #[test]
    fn a_path_that_stays_near_its_start_hides_no_other() {
        let slow = ("a".to_owned(), vec![[-1.2, 1.0], [-1.19, 1.0]]);
        let fast = ("b".to_owned(), vec![[-1.2, 1.0], [0.0, 3.0], [1.0, 1.1]]);
        let ([left, right], [low, high]) = window(&[slow, fast], Some([1.0, 1.0])).unwrap();
        assert!(left < -1.2 && right > 1.0 && low < 1.0 && high > 2.0, "{left} {right} {low} {high}");
    }
}
