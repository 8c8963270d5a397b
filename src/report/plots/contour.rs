//! The paths of optimizers on the contours of a problem in two dimensions.

use super::plane::{Plane, draw_plane, size};
use super::sheet::{Drawn, colour, marker, methods, sheet, style};
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
/// How far from where a path may lead, in units of the extent of the path that stays nearest: one that leaves the picture
/// leaves it.
const FARTHEST: f64 = 4.0;

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
        "{each}, its first seed; every path begins at the black ring and has a \
         marker every tenth of its way. {LEVELS} shades by the logarithm of f above its least value shown, darker is higher."
    );
    let ((wide, high), grid) = size(panels.len());
    sheet("Paths in the plane", &caption(&what, material.configurations), (&legend, &methods), (wide, high), |body| {
        for (panel, area) in panels.iter().zip(body.split_evenly(grid)) {
            let levels = levels(&panel.grid.values);
            let shade = |cell: usize| shade(levels[cell]);
            draw_plane(&area, &panel.title, ("θ₀", "θ₁"), &panel.grid, shade, |plane| {
                panel
                    .paths
                    .iter()
                    .try_for_each(|(method, path)| draw_path(plane, path, style(&methods, method), &panel.grid))?;
                let start = panel.paths[0].1[0];
                plane.area.draw(&Circle::new(plane.pixel(start), 7, BLACK.stroke_width(2)))?;
                Ok(())
            })?;
        }
        Ok(())
    })
}

fn panel(material: &Material<'_>, rows: &[Selected<'_, '_>]) -> Option<Panel> {
    let path = |row: &Selected<'_, '_>| Some((row.optimizer.clone(), path(row)?)).filter(|(_, path)| !path.is_empty());
    let paths: Vec<(String, Path)> = rows.iter().filter_map(path).collect();
    let first = rows.iter().find_map(|row| row.compared)?.runs.first()?;
    let (x, y) = window(&paths)?;
    let grid = (material.objective)(&first.record.run, x, y)?;
    Some(Panel { title: rows[0].data.clone(), paths, grid })
}

/// θ before each step of the first seed.
fn path(row: &Selected<'_, '_>) -> Option<Path> {
    let record = &row.compared?.runs.first()?.record;
    let place = |name: &str| record.traced.iter().position(|known| known == name);
    let (x, y) = (place("theta.0")?, place("theta.1")?);
    Some(record.steps.iter().filter_map(|point| Some([*point.traced.get(x)?, *point.traced.get(y)?])).collect())
}

/// What is shown: all paths, but none farther than [`FARTHEST`] times as far from their start as the nearest stays.
fn window(paths: &[(String, Path)]) -> Option<([f64; 2], [f64; 2])> {
    let start = *paths.first()?.1.first()?;
    let extent =
        |axis: usize, path: &Path| path.iter().map(|point| (point[axis] - start[axis]).abs()).fold(0.0, f64::max);
    let range = |axis: usize| {
        let least = paths.iter().map(|(_, path)| extent(axis, path)).filter(|e| *e > 0.0).fold(f64::INFINITY, f64::min);
        let most = if least.is_finite() { FARTHEST * least } else { 1.0 };
        let places = || {
            let all = paths.iter().flat_map(|(_, path)| path).map(|point| point[axis]);
            all.map(|place| place.clamp(start[axis] - most, start[axis] + most))
        };
        let (low, high) = (places().fold(f64::INFINITY, f64::min), places().fold(f64::NEG_INFINITY, f64::max));
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

/// From white to a grey on which every line can be seen.
fn shade(level: usize) -> RGBColor {
    let light = 255 - u8::try_from(level * 90 / LEVELS).unwrap_or(0);
    RGBColor(light, light, light)
}

/// A path with a marker every tenth of its points; what leaves the rectangle is not drawn.
fn draw_path(plane: &Plane<'_, '_>, path: &Path, style: usize, grid: &Grid) -> Drawn {
    let inside = |point: &[f64; 2]| {
        let within = |value: f64, [low, high]: [f64; 2]| low <= value && value <= high;
        within(point[0], grid.x) && within(point[1], grid.y)
    };
    let every = path.len().div_ceil(MOST_POINTS).max(1);
    let shown: Vec<[f64; 2]> = path.iter().copied().step_by(every).collect();
    for stretch in shown.split(|point| !inside(point)).filter(|stretch| stretch.len() > 1) {
        let pixels: Vec<_> = stretch.iter().map(|point| plane.pixel(*point)).collect();
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
        let ([left, right], [low, high]) = window(&[near, far]).unwrap();
        assert!(left < 0.0 && (4.0..6.0).contains(&right) && low < -1.0 && high > 2.0);
        assert!(window(&[]).is_none());
    }
}
