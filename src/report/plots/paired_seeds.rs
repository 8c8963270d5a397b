//! Paired seeds: the results of each seed under the compared methods, joined by lines (a slope plot). What all seeds share goes
//! along a line; where the lines cross, methods differ by luck.

use super::axis::PlotAxis;
use super::captions::{caption, measure, of_each, part};
use super::cut;
use super::few::few;
use super::figure::{Look, Panel, PlotLine, Point, draw_groups};
use super::not_drawn::NotDrawn;
use super::palette::{FAINT, SOFT};
use super::plot::{Material, Plot, Shows};
use super::sheet::{LegendKey, methods};
use crate::analysis::Selected;
use crate::analysis::stats::mean;
use std::collections::BTreeSet;

pub const PLOT: Plot = Plot {
    name: "paired-seeds",
    description: "test metric of each seed under the compared methods, joined by a line, each at its best setting",
    source: "report/plots/paired_seeds.rs",
    shows: Shows::Compared,
    asks: true,
    draw: plot,
};

/// More seeds than these have faint lines.
const MANY: usize = 30;

fn plot(material: &Material<'_>) -> Result<String, NotDrawn> {
    let (configurations, selected) = (material.configurations, material.selected);
    let (groups, left_out) = few((material.design, selected), |row| !row.results.is_empty());
    let panels: Vec<Panel> = groups.iter().filter_map(|rows| panel(rows)).collect();
    if panels.is_empty() {
        return Err("no seed has results under two methods".into());
    }
    let cut = if panels.iter().any(|panel| panel.note.is_some()) {
        " What lies below an axis is drawn at its foot."
    } else {
        ""
    };
    let what = format!(
        "{}; thin lines: seeds, marker: mean over seeds, ∞: a seed without a result: diverged, or without a solution.{cut}{left_out}",
        of_each(configurations)
    );
    let panels = material.design.panels(panels, |panel| &panel.title)?;
    let columns = panels.len().min(2);
    let mut panels = panels.into_iter().peekable();
    let mut rows: Vec<Vec<Panel>> = Vec::new();
    while panels.peek().is_some() {
        rows.push(panels.by_ref().take(columns).collect());
    }
    let legend = [LegendKey::line("a seed under each method", SOFT)];
    let caption = caption(&what, configurations);
    draw_groups(material.design, ("Paired seeds", &caption), rows, &legend, &methods(configurations))
}

/// None unless a seed has results under two methods.
fn panel(rows: &[&Selected<'_, '_>]) -> Option<Panel> {
    let seeds: BTreeSet<u64> = rows.iter().flat_map(|row| row.results.keys().copied()).collect();
    let look = Look::Thin { colour: if seeds.len() > MANY { FAINT } else { SOFT }, dots: true };
    let thin = |points: Vec<Point>| PlotLine { method: String::new(), look, points, missing: Vec::new() };
    let mut lines: Vec<PlotLine> = seeds.iter().flat_map(|seed| stretches(rows, *seed)).map(thin).collect();
    lines.iter().any(|line| line.points.len() > 1).then_some(())?;
    lines.extend(rows.iter().enumerate().map(|(column, row)| means(row, place(column))));
    let results = || rows.iter().flat_map(|row| row.results.values().flatten().copied());
    let measure = measure(rows.iter().map(|row| row.metric.as_str()));
    let y = PlotAxis::measure(measure, Some(part(false)));
    let floor = cut::floor(measure, results());
    Some(Panel {
        title: rows[0].data.clone(),
        note: cut::said(floor, results(), "results"),
        x: PlotAxis::names(&rows.iter().map(|row| row.optimizer.clone()).collect::<Vec<_>>()),
        y: y.from(floor),
        lines,
    })
}

/// A seed's results from left to right, apart where one is missing between them.
fn stretches(rows: &[&Selected<'_, '_>], seed: u64) -> Vec<Vec<Point>> {
    let results = rows.iter().map(|row| row.results.get(&seed).copied().flatten());
    let points: Vec<Option<Point>> =
        results.enumerate().map(|(column, result)| Some(Point::at(place(column), result?))).collect();
    let stretches = points.split(Option::is_none).filter(|stretch| !stretch.is_empty());
    stretches.map(|stretch| stretch.iter().copied().flatten().collect()).collect()
}

/// A method's mean, and whether a seed has no result.
fn means(row: &Selected<'_, '_>, x: f64) -> PlotLine {
    let known: Vec<f64> = row.results.values().flatten().copied().collect();
    let all = known.len() == row.results.len();
    let points = mean(&known).filter(|_| all).map(|mean| Point::at(x, mean)).into_iter().collect();
    let missing = if all { Vec::new() } else { vec![x] };
    PlotLine { method: row.optimizer.clone(), look: Look::Main, points, missing }
}

#[allow(clippy::cast_precision_loss)] // a number of methods
fn place(column: usize) -> f64 {
    column as f64
}
