//! Expected training steps to a frozen target, misses counted.

use super::axis::PlotAxis;
use super::captions::{caption, of_each};
use super::not_drawn::NotDrawn;
use super::palette::INK;
use super::plot::{Material, Plot, Shows};
use super::rows::{Placed, Row, Strips, draw, spread};
use super::sheet::{Anchor, DrawResult, colour, marker, methods, style, text};
use crate::analysis::{Reached, SpeedTarget, targets};
use crate::report::sooner::{fixed_by, unit_in_words};
use plotters::prelude::*;

pub const PLOT: Plot = Plot {
    name: "time-to-target",
    description: "expected training steps to a frozen target, misses counted",
    source: "report/plots/time_to_target.rs",
    shows: Shows::Compared,
    asks: true,
    draw: plot,
};

/// Where a row's dots and its marker stand above its middle, in units of a row.
const LOWEST_DOT: f64 = 0.05;
const HEIGHT_OF_DOTS: f64 = 0.35;
const MARKER: f64 = -0.2;

impl Row for Reached {
    fn name(&self) -> &str {
        &self.method
    }

    fn values(&self) -> Vec<f64> {
        self.hits.iter().filter_map(|(_, hit)| Some(hit.as_ref()?.steps)).chain(self.time.expected).collect()
    }
}

fn plot(material: &Material<'_>) -> Result<String, NotDrawn> {
    let (configurations, (goal, at)) = (material.configurations, material.goal);
    let methods = methods(configurations);
    let aims = targets(material.selected, goal, at);
    let fixed_by = aims.first().map_or(String::new(), fixed_by);
    let rows = |target: SpeedTarget| Strips {
        title: format!("{}: validation loss {:.3}", target.data, target.loss),
        x: PlotAxis::log(unit_in_words(target.unit)).counts(),
        rows: target.methods,
    };
    let panels: Vec<Strips<Reached>> = aims.into_iter().map(rows).collect();
    let rows = || panels.iter().flat_map(|panel| &panel.rows);
    if rows().all(|row| row.time.expected.is_none()) {
        return Err("no run reaches a target".into());
    }
    // Where a protocol averages over settings, a seed has several runs.
    let seeds = if rows().any(|row| row.hits.windows(2).any(|two| two[0].0 == two[1].0)) { "runs" } else { "seeds" };
    let what = format!(
        "{}. Target: {fixed_by}. Marker: total steps of all runs ÷ hits; dots: {seeds}; right: hits of {seeds}. Steps count to the \
         first evaluation that reaches it; a solver's iteration counts as one.",
        of_each(configurations)
    );
    let words = ("Time to target", &*caption(&what, configurations));
    draw(material.design, words, panels, 64, |placed, row, reached| {
        mark(placed, row, reached, style(&methods, &reached.method))
    })
}

fn mark(placed: &Placed<'_, '_>, row: usize, reached: &Reached, style: usize) -> DrawResult {
    for (dot, hit) in reached.hits.iter().filter_map(|(_, hit)| *hit).enumerate() {
        let at = placed.pixel(row, hit.steps, LOWEST_DOT + HEIGHT_OF_DOTS * spread(dot));
        placed.area.draw(&Circle::new(at, 3, colour(style).mix(0.6).filled()))?;
    }
    if let Some(expected) = reached.time.expected {
        marker(placed.area, style, placed.pixel(row, expected, MARKER))?;
    }
    let hits = format!("{}/{}{}", reached.time.hits, reached.time.runs, if reached.time.hits == 0 { " ∞" } else { "" });
    let (_, (right, y)) = placed.ends(row);
    text(placed.area, &hits, (right + 6, y), 13, Anchor::Left, INK)
}
