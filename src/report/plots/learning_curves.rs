//! Learning curves: validation loss against epochs, one line per optimizer at its best setting, a band over seeds.

use super::axis::Axis;
use super::figure::{Line, Panel, Point, draw};
use super::sheet::methods;
use super::{Plot, Shows, caption, of_each};
use crate::analysis::{Configuration, Selected, select};
use crate::record::CurvePoint;

pub const PLOT: Plot = Plot {
    name: "learning-curves",
    description: "validation loss against epochs, each optimizer at its best setting",
    source: "report/plots/learning_curves.rs",
    shows: Shows::Compared,
    draw: |material| plot(material.configurations),
};

fn plot(configurations: &[Configuration<'_>]) -> Result<String, String> {
    let selected = select(configurations);
    let panels: Vec<Panel> = selected.chunk_by(|a, b| a.data == b.data).map(panel).collect();
    if panels.iter().all(|panel| panel.lines.is_empty()) {
        return Err("every setting diverged for some seed".to_owned());
    }
    let each = of_each(configurations);
    let what = format!(
        "{each}; line: mean over seeds, band: least to greatest, cut \
                a power of ten below the lowest line."
    );
    draw("Learning curves", &caption(&what, configurations), &panels, &methods(configurations))
}

fn panel(rows: &[Selected<'_, '_>]) -> Panel {
    let lines = rows.iter().filter_map(|row| {
        let curves: Vec<&[CurvePoint]> = row.best?.runs.iter().map(|run| run.record.curve.as_slice()).collect();
        let evaluations = curves.iter().map(|curve| curve.len()).min()?;
        let points = (0..evaluations).map(|place| over_seeds(&curves, place)).collect();
        Some(Line { method: row.optimizer.clone(), points, missing: Vec::new() })
    });
    let mut lines: Vec<Line> = lines.collect();
    keep_near_the_lines(&mut lines);
    Panel { title: rows[0].data.clone(), x: Axis::linear("epochs").counts(), y: Axis::log(loss(rows)), lines }
}

/// What the loss is: of a problem without data its objective, or else what `train.reduction` makes of the samples' losses.
fn loss(rows: &[Selected<'_, '_>]) -> &'static str {
    let all = |name: &str, value: &str| {
        let is = |c: &Configuration<'_>| c.settings.get(name).is_some_and(|known| known.to_string() == value);
        rows.iter().filter_map(|row| row.best).all(is)
    };
    if all("model.kind", "objective") {
        "objective f(θ)"
    } else if all("train.reduction", "mean") {
        "validation loss, mean per sample"
    } else if all("train.reduction", "sum") {
        "validation loss, sum over samples"
    } else {
        "validation loss"
    }
}

/// Losses of 0 have no place on a logarithmic axis, and one seed's 1e-200 would leave none to the others: what lies more
/// than a power of ten below the lowest mean is drawn there.
pub fn keep_near_the_lines(lines: &mut [Line]) {
    let means = lines.iter().flat_map(|line| &line.points).map(|point| point.y).filter(|&y| y > 0.0);
    let floor = means.fold(f64::INFINITY, f64::min) / 10.0;
    let floor = if floor.is_finite() { floor.max(f64::MIN_POSITIVE) } else { f64::MIN_POSITIVE };
    for point in lines.iter_mut().flat_map(|line| &mut line.points) {
        for value in [&mut point.y, &mut point.low, &mut point.high] {
            *value = value.max(floor);
        }
    }
}

/// Mean, least and greatest validation loss at one evaluation; all seeds of a setting are evaluated after the same epochs.
#[allow(clippy::cast_precision_loss)]
fn over_seeds(curves: &[&[CurvePoint]], place: usize) -> Point {
    let losses = || curves.iter().map(|curve| curve[place].validation.loss);
    Point {
        x: curves[0][place].epoch as f64,
        y: losses().sum::<f64>() / curves.len() as f64,
        low: losses().fold(f64::INFINITY, f64::min),
        high: losses().fold(0.0, f64::max),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loss_of_nothing_does_not_stretch_the_axis() {
        let point = |y, low| Point { x: 0.0, y, low, high: 1.0 };
        let line = |points| Line { method: "a".to_owned(), points, missing: Vec::new() };
        let mut lines = [line(vec![point(0.5, 1e-300), point(0.1, 0.0)]), line(vec![point(0.0, 0.0)])];
        keep_near_the_lines(&mut lines);
        let floor = 0.1 / 10.0;
        assert_eq!(lines[0].points.iter().map(|p| (p.y, p.low)).collect::<Vec<_>>(), [(0.5, floor), (0.1, floor)]);
        assert_eq!((lines[1].points[0].y, lines[1].points[0].low), (floor, floor));
    }
}
