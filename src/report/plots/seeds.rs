//! A strip per method with one dot per seed: how much is luck.

use super::axis::Axis;
use super::rows::{Placed, Row, Strips, draw, spread};
use super::sheet::{Anchor, Drawn, colour, line, marker, methods, style, text};
use super::{Plot, Shows, caption, metric_name, of_each};
use crate::analysis::stats::{Interval, LEVEL, mean};
use crate::analysis::{Configuration, Selected, select};
use plotters::prelude::*;

pub const PLOT: Plot = Plot {
    name: "seeds",
    description: "test metric of every seed, each optimizer at its best setting, with the mean's 95 % interval",
    source: "report/plots/seeds.rs",
    shows: Shows::Compared,
    draw: |material| plot(material.configurations),
};

/// One method's seeds.
struct Strip {
    method: String,
    metrics: Vec<f64>,
    diverged: usize,
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

fn plot(configurations: &[Configuration<'_>]) -> Result<String, String> {
    let selected = select(configurations);
    let methods = methods(configurations);
    let panels: Vec<Strips<Strip>> = selected.chunk_by(|a, b| a.data == b.data).map(panel).collect();
    if panels.iter().flat_map(|panel| &panel.rows).all(|row| row.metrics.is_empty()) {
        return Err("every run diverged or failed".to_owned());
    }
    let each = of_each(configurations);
    let what = format!(
        "{each}; dots: seeds, bar: mean, line: its 95 % interval (t, corrected for shared rows), \
                ∞: seeds without a result: diverged, or without a solution."
    );
    draw("Test metric by seed", &caption(&what, configurations), &panels, 40, |placed, row, strip| {
        strip.mark(placed, row, style(&methods, &strip.method))
    })
}

fn panel(rows: &[Selected<'_, '_>]) -> Strips<Strip> {
    let strip = |row: &Selected<'_, '_>| {
        let seeds = &row.results;
        let metrics: Vec<f64> = seeds.values().flatten().copied().filter(|metric| metric.is_finite()).collect();
        let all = metrics.len() == seeds.len();
        Strip {
            method: row.optimizer.clone(),
            diverged: seeds.len() - metrics.len(),
            mean: mean(&metrics).filter(|mean| all && mean.is_finite()),
            interval: row
                .mean()
                .filter(|_| metrics.len() > 2)
                .and_then(|mean| mean.interval(LEVEL))
                .filter(|interval| all && interval.low.is_finite() && interval.high.is_finite()),
            metrics,
        }
    };
    Strips {
        title: rows[0].data.clone(),
        x: Axis::metric(metric_name(rows.iter().map(|row| row.metric.as_str()), false)),
        rows: rows.iter().map(strip).collect(),
    }
}

impl Strip {
    fn mark(&self, placed: &Placed<'_, '_>, row: usize, style: usize) -> Drawn {
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
            line(area, placed.pixel(row, interval.low, 0.0), placed.pixel(row, interval.high, 0.0), BLACK, 2)?;
        }
        if let Some(mean) = self.mean {
            line(area, placed.pixel(row, mean, 0.35), placed.pixel(row, mean, -0.35), BLACK, 3)?;
        }
        if self.diverged > 0 {
            let (_, (right, y)) = placed.ends(row);
            text(area, &format!("{} ∞", self.diverged), (right + 6, y), 13, Anchor::Left, BLACK)?;
        }
        Ok(())
    }
}
