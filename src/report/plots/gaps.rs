//! The plots of a cross-check: gaps at the same parameters, and how two trainings part; f32 and f64 side by side.

use super::axis::PlotAxis;
use super::design::FigureDesign;
use super::figure::{Look, Panel, PlotLine, Point, draw};
use super::not_drawn::NotDrawn;
use crate::record::{DriftRow, GapRow};
use std::collections::BTreeMap;

/// The most points of a line; of the steps between two points the largest gap is shown.
const MOST_POINTS: usize = 150;
/// The most quantities that are drawn: those with the largest gaps.
const MOST_LINES: usize = 6;
/// Gaps of 0 are drawn here, since a logarithm has none.
const FLOOR: f64 = 1e-18;

/// Gap against step, one line per quantity (the largest over all runs), and the bound of each precision.
///
/// # Errors
/// Where there is nothing to draw, or it cannot be drawn.
pub fn gaps(rows: &[GapRow], bounds: &BTreeMap<String, f64>) -> Result<String, NotDrawn> {
    let named = rows.iter().map(|row| (row.precision.as_str(), row.quantity.as_str(), row.step, row.gap));
    let mut panels = panels(named, "gap");
    for panel in &mut panels {
        let last = panel.lines.iter().flat_map(|line| &line.points).map(|point| point.x).fold(0.0, f64::max);
        if let Some(&bound) = bounds.get(&panel.title) {
            let points = [0.0, last].map(|x| Point { x, y: bound, low: bound, high: bound }).to_vec();
            panel.lines.push(PlotLine { method: "bound".to_owned(), look: Look::Main, points, missing: Vec::new() });
        }
    }
    let caption = "Largest gap over the runs, of the loss and of each block's gradient, at the same parameters.";
    drawn("Two engines asked the same question", caption, panels)
}

/// How far the parameters and the loss of two trainings have parted, against step, the largest over all runs.
///
/// # Errors
/// Where there is nothing to draw, or it cannot be drawn.
pub fn drift(rows: &[DriftRow]) -> Result<String, NotDrawn> {
    let named = rows.iter().flat_map(|row| {
        let precision = row.precision.as_str();
        [(precision, "parameters", row.step, row.parameters), (precision, "loss", row.step, row.loss)]
    });
    let caption = "Largest over the runs; both engines began at the same weights and saw the same batches.";
    drawn("Two engines, each on its own path", caption, panels(named, "relative distance"))
}

fn drawn(title: &str, caption: &str, panels: Vec<Panel>) -> Result<String, NotDrawn> {
    if panels.is_empty() {
        return Err("there is no step to show".into());
    }
    let mut quantities: Vec<String> = Vec::new();
    for line in panels.iter().flat_map(|panel| &panel.lines) {
        if !quantities.contains(&line.method) {
            quantities.push(line.method.clone());
        }
    }
    draw(&FigureDesign::default(), (title, caption), panels, &quantities)
}

/// A panel for each precision.
fn panels<'r>(rows: impl Iterator<Item = (&'r str, &'r str, u64, f64)>, y: &str) -> Vec<Panel> {
    let mut by_precision: BTreeMap<&str, BTreeMap<&str, BTreeMap<u64, f64>>> = BTreeMap::new();
    for (precision, quantity, step, gap) in rows {
        let steps = by_precision.entry(precision).or_default().entry(quantity).or_default();
        let worst = steps.entry(step).or_insert(FLOOR);
        *worst = worst.max(gap);
    }
    let panel = |(precision, quantities): (&str, BTreeMap<&str, BTreeMap<u64, f64>>)| {
        let mut quantities: Vec<(&str, BTreeMap<u64, f64>)> = quantities.into_iter().collect();
        let largest = |steps: &BTreeMap<u64, f64>| steps.values().fold(0.0_f64, |largest, gap| largest.max(*gap));
        quantities.sort_by(|a, b| (b.0 == "loss").cmp(&(a.0 == "loss")).then(largest(&b.1).total_cmp(&largest(&a.1))));
        let lines = quantities.iter().take(MOST_LINES);
        let line = |(quantity, steps): &(&str, BTreeMap<u64, f64>)| PlotLine {
            method: (*quantity).to_owned(),
            look: Look::Main,
            points: points(steps),
            missing: Vec::new(),
        };
        Panel {
            title: precision.to_owned(),
            note: None,
            x: PlotAxis::linear("steps").counts(),
            y: PlotAxis::log(y),
            lines: lines.map(line).collect(),
        }
    };
    by_precision.into_iter().map(panel).collect()
}

#[allow(clippy::cast_precision_loss)] // steps stay below 2⁵³
fn points(steps: &BTreeMap<u64, f64>) -> Vec<Point> {
    let steps: Vec<(u64, f64)> = steps.iter().map(|(&step, &gap)| (step, gap)).collect();
    let point = |window: &[(u64, f64)]| {
        let gap = window.iter().fold(0.0_f64, |largest, (_, gap)| largest.max(*gap));
        Point { x: window[0].0 as f64, y: gap, low: gap, high: gap }
    };
    steps.chunks(steps.len().div_ceil(MOST_POINTS).max(1)).map(point).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(precision: &str, quantity: &str, step: u64, gap: f64) -> GapRow {
        let [run, leading, other] = ["r", "a", "b"].map(str::to_owned);
        GapRow { run, leading, other, precision: precision.to_owned(), step, quantity: quantity.to_owned(), gap }
    }

    #[test]
    fn the_largest_gap_survives_thinning() {
        let steps: BTreeMap<u64, f64> = (0..1000).map(|step| (step, if step == 777 { 0.5 } else { 1e-9 })).collect();
        let points = points(&steps);
        assert!(points.len() <= MOST_POINTS && points.iter().filter(|point| point.y == 0.5).count() == 1);
    }

    #[test]
    fn both_precisions_and_the_bound_are_drawn() {
        let rows = [row("f32", "loss", 0, 0.0), row("f32", "layers.0.weight", 0, 1e-7), row("f64", "loss", 0, 1e-16)];
        let bounds = BTreeMap::from([("f32".to_owned(), 1e-2), ("f64".to_owned(), 1e-9)]);
        let svg = gaps(&rows, &bounds).unwrap();
        for text in ["f32", "f64", "layers.0.weight", "bound"] {
            assert!(svg.contains(text), "{text}");
        }
        assert!(gaps(&[], &bounds).is_err() && drift(&[]).is_err());
    }
}
