//! A published curve and our runs, one quantity against one key: a panel for each choice of the protocol and each value of the other keys.

use super::axis::PlotAxis;
use super::design::FigureDesign;
use super::figure::{Look, Panel, PlotLine, Point, draw};
use super::not_drawn::NotDrawn;
use crate::analysis::{ComparedCell, ComparedTable};
use crate::record::{PublishedPlot, PublishedPoint};
use std::collections::BTreeMap;

const OURS: &str = "ours";
const PUBLISHED: &str = "published";

/// Draws the figure of a page.
///
/// # Errors
/// Where there is nothing to draw, or it cannot be drawn.
pub fn published(
    plot: &PublishedPlot,
    title: &str,
    tables: &[ComparedTable],
    curve: &[PublishedPoint],
) -> Result<String, NotDrawn> {
    let panels: Vec<Panel> = tables.iter().flat_map(|table| panels(plot, table, curve)).collect();
    if panels.is_empty() {
        return Err("no row of the figures has the quantity of `figure`".into());
    }
    let caption =
        "Dashes: published. Line: our runs, their mean; whiskers or band: one standard deviation to either side.";
    draw(&FigureDesign::default(), (title, caption), panels, &[OURS, PUBLISHED].map(str::to_owned))
}

/// A panel for each combination of the keys besides x, in the order of the cells.
fn panels(plot: &PublishedPlot, table: &ComparedTable, curve: &[PublishedPoint]) -> Vec<Panel> {
    let others = |keys: &BTreeMap<String, String>| -> BTreeMap<String, String> {
        keys.iter().filter(|(key, _)| **key != plot.x).map(|(key, value)| (key.clone(), value.clone())).collect()
    };
    let mut groups: Vec<(BTreeMap<String, String>, Vec<&ComparedCell>)> = Vec::new();
    for cell in table.cells.iter().filter(|cell| cell.quantity == plot.quantity) {
        let keys = others(&cell.keys);
        match groups.iter_mut().find(|(known, _)| *known == keys) {
            Some((_, cells)) => cells.push(cell),
            None => groups.push((keys, vec![cell])),
        }
    }
    let panel = |(keys, cells): (BTreeMap<String, String>, Vec<&ComparedCell>)| {
        let words = table.choice.iter().chain(&keys).map(|(name, value)| format!("{name} {value}"));
        let is_of = |point: &&PublishedPoint| point.keys.iter().all(|(key, value)| keys.get(key) == Some(value));
        let drawn = curve.iter().filter(is_of).map(|point| Point::at(point.x, point.y));
        let joined =
            || in_order(cells.iter().filter_map(|cell| Some(Point::at(x(plot, cell)?, cell.published))).collect());
        let drawn: Vec<Point> = in_order(drawn.collect());
        let line =
            |method: &str, look, points| PlotLine { method: method.to_owned(), look, points, missing: Vec::new() };
        let axis = |log: bool, name: &str| if log { PlotAxis::log(name) } else { PlotAxis::linear(name) };
        Panel {
            title: words.collect::<Vec<_>>().join(", "),
            note: None,
            x: axis(plot.log[0], &plot.x),
            y: axis(plot.log[1], &plot.quantity),
            lines: vec![
                line(PUBLISHED, Look::Dashes, if drawn.is_empty() { joined() } else { drawn }),
                line(OURS, Look::Main, in_order(cells.iter().filter_map(|cell| ours(plot, cell)).collect())),
            ],
        }
    };
    groups.into_iter().map(panel).collect()
}

fn x(plot: &PublishedPlot, cell: &ComparedCell) -> Option<f64> {
    cell.keys.get(&plot.x)?.parse().ok()
}

fn ours(plot: &PublishedPlot, cell: &ComparedCell) -> Option<Point> {
    let own = cell.ours?;
    let sd = own.sd.unwrap_or(0.0);
    Some(Point { x: x(plot, cell)?, y: own.mean, low: own.mean - sd, high: own.mean + sd })
}

fn in_order(mut points: Vec<Point>) -> Vec<Point> {
    points.sort_by(|a, b| a.x.total_cmp(&b.x));
    points
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{CellVerdict, Ours};

    fn table() -> ComparedTable {
        let cell = |noise: &str, x: &str| ComparedCell {
            keys: BTreeMap::from(
                [("noise", noise), ("features", x)].map(|(key, value)| (key.to_owned(), value.to_owned())),
            ),
            quantity: "risk".to_owned(),
            published: 1.0,
            rounding: 0.05,
            published_sd: None,
            published_runs: 1,
            ours: Some(Ours { mean: 1.1, sd: Some(0.2), runs: 9 }),
            without: 0,
            margin: 0.1,
            in_sd: None,
            p_differs: 1.0,
            p_agrees: 1.0,
            verdict: CellVerdict::CannotBeTold,
        };
        let cells = [("0.5", "20"), ("0.5", "10"), ("1", "10"), ("1", "20")].map(|(noise, x)| cell(noise, x));
        ComparedTable { choice: BTreeMap::new(), cells: cells.to_vec() }
    }

    fn plot(quantity: &str) -> PublishedPlot {
        PublishedPlot { x: "features".to_owned(), quantity: quantity.to_owned(), curve: None, log: [false, true] }
    }

    #[test]
    fn each_other_key_has_a_panel() {
        let of_one = PublishedPoint { keys: BTreeMap::from([("noise".to_owned(), "1".to_owned())]), x: 15.0, y: 3.0 };
        let panels = panels(&plot("risk"), &table(), &[of_one]);
        let published: Vec<(&str, Vec<f64>)> = panels
            .iter()
            .map(|panel| (panel.title.as_str(), panel.lines[0].points.iter().map(|p| p.x).collect()))
            .collect();
        assert_eq!(published, [("noise 0.5", vec![10.0, 20.0]), ("noise 1", vec![15.0])], "figures, and a curve");
        let ours = &panels[0].lines[1].points[0];
        assert!((ours.low - 0.9).abs() < 1e-12 && (ours.high - 1.3).abs() < 1e-12);
    }

    #[test]
    fn the_figure_has_both_lines() {
        let svg = published(&plot("risk"), "theory & runs", &[table()], &[]).unwrap();
        for text in ["noise 0.5", "noise 1", OURS, PUBLISHED, "features", "theory &amp; runs"] {
            assert!(svg.contains(text), "{text}");
        }
        assert!(published(&plot("loss"), "t", &[table()], &[]).is_err());
    }
}
