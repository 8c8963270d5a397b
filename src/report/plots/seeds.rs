//! A strip per method with one dot per seed: how much is luck.

use super::axis::PlotAxis;
use super::captions::{caption, measure, of_each, part};
use super::cut;
use super::not_drawn::NotDrawn;
use super::palette::INK;
use super::plot::{Material, Plot, Shows};
use super::rows::{Placed, Row, Strips, draw, spread};
use super::sheet::{Anchor, DrawResult, colour, line, marker, methods, style, text};
use crate::analysis::Selected;
use crate::analysis::stats::{Interval, mean};
use plotters::prelude::*;

pub const PLOT: Plot = Plot {
    name: "seeds",
    description: "test metric of every seed, each method at its best setting, with the mean's 95 % interval",
    source: "report/plots/seeds.rs",
    shows: Shows::Compared,
    asks: true,
    draw: plot,
};

/// Right of the axis: how many seeds have no place on it.
const RIGHT: u32 = 64;

/// One method's seeds.
struct Strip {
    method: String,
    metrics: Vec<f64>,
    diverged: usize,
    /// How many results the axis does not reach.
    below: usize,
    mean: Option<f64>,
    interval: Option<Interval>,
}

impl Row for Strip {
    fn name(&self) -> &str {
        &self.method
    }

    fn values(&self) -> Vec<f64> {
        let ends = self.interval.iter().flat_map(|interval| [interval.low, interval.high]);
        self.metrics.iter().copied().chain(ends).collect()
    }
}

fn plot(material: &Material<'_>) -> Result<String, NotDrawn> {
    let (configurations, selected) = (material.configurations, material.selected);
    let methods = methods(configurations);
    let panels: Vec<Strips<Strip>> = selected.chunk_by(|a, b| a.data == b.data).map(panel).collect();
    if panels.iter().flat_map(|panel| &panel.rows).all(|row| row.metrics.is_empty()) {
        return Err("every run diverged or failed".into());
    }
    let each = of_each(configurations);
    let what = format!(
        "{each}; dots: seeds, bar: mean, line: its 95 % interval (t, corrected for shared rows), \
                ∞: seeds without a result: diverged, or without a solution{}.",
        if panels.iter().flat_map(|panel| &panel.rows).any(|row| row.below > 0) {
            ", ←: seeds so bad that the axis does not reach them"
        } else {
            ""
        }
    );
    let words = ("Test metric by seed", &*caption(&what, configurations));
    draw(material.design, words, panels, RIGHT, |placed, row, strip| {
        strip.mark(placed, row, style(&methods, &strip.method))
    })
}

fn panel(rows: &[Selected<'_, '_>]) -> Strips<Strip> {
    let results = rows.iter().flat_map(|row| row.results.values().flatten().copied());
    let measure = measure(rows.iter().map(|row| row.metric.as_str()));
    let x = PlotAxis::measure(measure, Some(part(false))).from(cut::floor(measure, results));
    let strip = |row: &Selected<'_, '_>| {
        let seeds = &row.results;
        let metrics: Vec<f64> = seeds.values().flatten().copied().filter(|metric| metric.is_finite()).collect();
        let all = metrics.len() == seeds.len();
        Strip {
            method: row.optimizer.clone(),
            diverged: seeds.len() - metrics.len(),
            below: metrics.iter().filter(|metric| x.cuts(**metric)).count(),
            mean: mean(&metrics).filter(|mean| all && mean.is_finite()),
            interval: row.interval().filter(|i| all && i.low.is_finite() && i.high.is_finite()),
            metrics,
        }
    };
    let rows_of_strips = rows.iter().map(strip).collect();
    Strips { title: rows[0].data.clone(), x, rows: rows_of_strips }
}

impl Strip {
    fn mark(&self, placed: &Placed<'_, '_>, row: usize, style: usize) -> DrawResult {
        let (area, colour) = (placed.area, colour(style));
        for (seed, metric) in self.metrics.iter().enumerate() {
            let above = if self.metrics.len() > 1 { 0.5 * spread(seed) - 0.25 } else { 0.0 };
            let at = placed.pixel(row, *metric, above);
            if self.metrics.len() > 40 {
                area.draw(&Circle::new(at, 2, colour.mix(0.45).filled()))?;
            } else {
                marker(area, style, at)?;
            }
        }
        if let Some(interval) = self.interval {
            line(area, placed.pixel(row, interval.low, 0.0), placed.pixel(row, interval.high, 0.0), INK, 2)?;
        }
        if let Some(mean) = self.mean {
            line(area, placed.pixel(row, mean, 0.35), placed.pixel(row, mean, -0.35), INK, 3)?;
        }
        let beyond = [(self.diverged, "∞"), (self.below, "←")].into_iter().filter(|(count, _)| *count > 0);
        let beyond: Vec<String> = beyond.map(|(count, sign)| format!("{count} {sign}")).collect();
        let (_, (right, y)) = placed.ends(row);
        text(area, &beyond.join(" "), (right + 6, y), 13, Anchor::Left, INK)
    }
}
