//! The paths of optimizers on the contours of a problem in two dimensions.

use super::plane::{Layout, Plane, draw_plane};
use super::sheet::{Drawn, colour, line, marker, methods, sheet, style};
use super::{Material, Plot, Shows, caption, of_each};
use crate::analysis::{Selected, select};
use crate::record::Grid;
use crate::registry::Entry;
use plotters::prelude::*;

pub const PLOT: Plot = Plot {
    entry: Entry {
        name: "paths",
        description: "paths of the optimizers on the contours of a problem in two dimensions; needs `train.curve = \"step\"`",
        source: "Rosenbrock 1960; report/plots/contour.rs",
        parameters: &[],
    },
    shows: Shows::Compared,
    draw: plot,
};

/// Levels of a contour plot, evenly spread over the logarithm of f.
const LEVELS: usize = 12;
/// The most points of a path that are drawn.
const MOST_POINTS: usize = 600;
/// More panels than this are no figure any more.
const MOST_PANELS: usize = 8;
/// A path that ends farther from the start than this, in units of the distance to the minimum and of the extent of the path
/// that stays nearest, flies off: the picture need not hold its end.
const FARTHEST: f64 = 4.0;
/// How far beyond ends and minimum the picture follows paths, in units of its longer side.
const BEYOND: f64 = 1.0;
/// The lightest and the darkest shade: every line stands out of both.
const SHADES: (u8, u8) = (255, 215);

/// A path of θ, a point before each step.
type Path = Vec<[f64; 2]>;

/// One problem with the paths on it.
struct Panel {
    title: String,
    paths: Vec<(String, Path)>,
    grid: Grid,
}

fn plot(material: &Material<'_>) -> Result<String, String> {
    let selected = select(material.configurations);
    let panels: Vec<Panel> =
        selected.chunk_by(|a, b| a.data == b.data).filter_map(|rows| panel(material, rows)).collect();
    if panels.is_empty() {
        return Err("no problem in two dimensions whose steps were kept by `train.curve = \"step\"`".to_owned());
    }
    if panels.len() > MOST_PANELS {
        return Err(format!("{} panels are too many for one figure", panels.len()));
    }
    let methods = methods(material.configurations);
    let occurs = |method: &&String| panels.iter().any(|panel| panel.paths.iter().any(|(known, _)| known == *method));
    let legend: Vec<String> = methods.iter().filter(occurs).cloned().collect();
    let each = of_each(material.configurations);
    let what = format!(
        "{each}, its first seed; every path begins at the black ring and has a marker every tenth of its steps; the black \
         cross is the minimum. What leads out of the picture is cut off. {LEVELS} shades by the logarithm of f above its least \
         value shown, darker is higher."
    );
    let titles: Vec<String> = panels.iter().map(|panel| panel.title.clone()).collect();
    let layout = Layout::of(&titles);
    sheet("Paths in the plane", &caption(&what, material.configurations), (&legend, &methods), layout.size, |body| {
        for (place, area) in body.split_evenly(layout.grid).iter().enumerate().take(panels.len()) {
            let panel = &panels[place];
            let levels = levels(&panel.grid.values);
            let shade = |cell: usize| shade(levels[cell]);
            draw_plane(&layout.titles.above(place, area)?, ("θ₀", "θ₁"), &panel.grid, shade, |plane| {
                panel.draw(plane, &methods)
            })?;
        }
        Ok(())
    })
}

fn panel(material: &Material<'_>, rows: &[Selected<'_, '_>]) -> Option<Panel> {
    let path = |row: &Selected<'_, '_>| Some((row.optimizer.clone(), path(row)?)).filter(|(_, path)| !path.is_empty());
    let paths: Vec<(String, Path)> = rows.iter().filter_map(path).collect();
    let first = rows.iter().find_map(|row| row.compared)?.runs.first()?;
    let over = |minimum: Option<[f64; 2]>| {
        let (x, y) = window(&paths, minimum)?;
        (material.objective)(first.record.run, x, y)
    };
    // Only the objective says where its minimum is.
    let grid = over(None)?;
    let grid = if grid.minimum.is_some() { over(grid.minimum)? } else { grid };
    Some(Panel { title: rows[0].data.clone(), paths, grid })
}

/// θ before each step of the first seed.
fn path(row: &Selected<'_, '_>) -> Option<Path> {
    let record = &row.compared?.runs.first()?.record;
    let place = |name: &str| record.traced.iter().position(|known| known == name);
    let (x, y) = (place("theta.0")?, place("theta.1")?);
    Some(record.steps.iter().filter_map(|point| Some([*point.traced.get(x)?, *point.traced.get(y)?])).collect())
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

/// The level of each value: evenly spread over ln(f − least + 1e-4 of the range).
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)] // from 0 to LEVELS
fn levels(values: &[f64]) -> Vec<usize> {
    let finite = || values.iter().copied().filter(|value| value.is_finite());
    let (low, high) = (finite().fold(f64::INFINITY, f64::min), finite().fold(f64::NEG_INFINITY, f64::max));
    let small = 1e-4 * (high - low);
    let level = |value: f64| {
        let share = ((value - low + small) / small).ln() / ((high - low + small) / small).ln();
        if share.is_finite() { ((share * LEVELS as f64) as usize).min(LEVELS - 1) } else { LEVELS - 1 }
    };
    values.iter().map(|value| level(*value)).collect()
}

/// From white to a gray on which every line can be seen.
fn shade(level: usize) -> RGBColor {
    let (lightest, darkest) = SHADES;
    let light = lightest - u8::try_from(level * usize::from(lightest - darkest) / (LEVELS - 1)).unwrap_or(0);
    RGBColor(light, light, light)
}

impl Panel {
    /// The paths, and what tells where they begin and where they should end.
    fn draw(&self, plane: &Plane<'_, '_>, methods: &[String]) -> Drawn {
        for (method, path) in &self.paths {
            draw_path(plane, path, style(methods, method), &self.grid)?;
        }
        if let Some((x, y)) = self.grid.minimum.map(|minimum| plane.pixel(minimum)) {
            line(plane.area, (x - 7, y - 7), (x + 7, y + 7), BLACK, 1)?;
            line(plane.area, (x - 7, y + 7), (x + 7, y - 7), BLACK, 1)?;
        }
        let start = self.paths[0].1[0];
        plane.area.draw(&Circle::new(plane.pixel(start), 7, BLACK.stroke_width(2)))?;
        Ok(())
    }
}

/// A path with a marker every tenth of its points, its line with a white edge; what leaves the rectangle is not drawn.
fn draw_path(plane: &Plane<'_, '_>, path: &Path, style: usize, grid: &Grid) -> Drawn {
    let inside = |point: &[f64; 2]| {
        let within = |value: f64, [low, high]: [f64; 2]| low <= value && value <= high;
        within(point[0], grid.x) && within(point[1], grid.y)
    };
    let every = path.len().div_ceil(MOST_POINTS).max(1);
    let shown: Vec<[f64; 2]> = path.iter().copied().step_by(every).collect();
    for stretch in shown.split(|point| !inside(point)).filter(|stretch| stretch.len() > 1) {
        let pixels: Vec<_> = stretch.iter().map(|point| plane.pixel(*point)).collect();
        plane.area.draw(&PathElement::new(pixels.clone(), WHITE.stroke_width(5)))?;
        plane.area.draw(&PathElement::new(pixels, colour(style).stroke_width(2)))?;
    }
    let tenth = path.len().div_ceil(10).max(1);
    for point in path.iter().skip(tenth - 1).step_by(tenth).filter(|point| inside(point)) {
        marker(plane.area, style, plane.pixel(*point))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_closer_near_the_least_value() {
        let levels = levels(&[0.0, 0.01, 1.0, 100.0, f64::INFINITY]);
        assert_eq!((levels[0], levels[3], levels[4]), (0, LEVELS - 1, LEVELS - 1));
        assert!(levels[1] < levels[2] && levels[2] < levels[3], "{levels:?}");
        assert_eq!(super::levels(&[2.0, 2.0]), [LEVELS - 1; 2], "a plain is a plain");
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

    #[test]
    fn shades_are_light() {
        assert_eq!([shade(0), shade(LEVELS - 1)], [255, 215].map(|light| RGBColor(light, light, light)));
    }
}
