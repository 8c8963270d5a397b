//! A claim in one figure: the contrast of every problem with its interval, their mean, and where the claim expects it.

use super::axis::PlotAxis;
use super::design::FigureDesign;
use super::not_drawn::NotDrawn;
use super::palette::{FAINT, INK};
use super::rows::{Placed, Row, Strips, draw};
use super::sheet::{DrawResult, colour, line, marker};
use crate::analysis::Judged;
use crate::analysis::stats::Interval;
use crate::report::claims::words::{contrast, effect, quantity};
use plotters::prelude::*;

/// More problems than these are drawn as families would be: too many rows to read.
const MOST_ROWS: usize = 40;

/// One problem, or the mean of all.
struct ClaimStrip {
    name: String,
    effect: f64,
    interval: Option<Interval>,
    is_mean: bool,
    /// The ends of what the claim expects, as far as they are finite.
    edges: Vec<f64>,
}

impl Row for ClaimStrip {
    fn name(&self) -> &str {
        &self.name
    }

    fn values(&self) -> Vec<f64> {
        let ends = self.interval.iter().flat_map(|interval| [interval.low, interval.high]);
        ends.chain([self.effect]).chain(self.edges.iter().copied()).collect()
    }
}

/// A row for each problem, and one for their mean.
///
/// # Errors
/// Where a number is missing, or there are too many problems.
pub fn claim(judged: &Judged) -> Result<String, NotDrawn> {
    let (estimated, claim) = (&judged.estimated, &judged.estimated.claim);
    let Some(mean) = estimated.effect else { return Err("a number is missing".into()) };
    if estimated.problems.len() > MOST_ROWS {
        return Err("there are too many problems for a figure".into());
    }
    let shown = |value: f64| judged.shown(value);
    let spread = |i: Interval| Interval { low: shown(i.low), high: shown(i.high) };
    let (low, high) = claim.effect.range(&claim.contrast);
    let edges: Vec<f64> = [low, high].into_iter().filter(|edge| edge.is_finite()).map(shown).collect();
    let mut rows: Vec<ClaimStrip> = Vec::new();
    for problem in &estimated.problems {
        let Some(effect) = problem.effect else { return Err("a number is missing".into()) };
        rows.push(ClaimStrip {
            name: estimated.short_name(problem).to_owned(),
            effect: shown(effect),
            interval: problem.interval.map(spread),
            is_mean: false,
            edges: edges.clone(),
        });
    }
    rows.push(ClaimStrip {
        name: format!("mean: {}", judged.verdict.words()),
        effect: shown(mean),
        interval: judged.interval.map(spread),
        is_mean: true,
        edges,
    });
    let what = contrast(&claim.quantity, &claim.contrast);
    let is_factor = claim.contrast.is_factor();
    let axis = if is_factor { "factor" } else { "contrast" };
    let x = if is_factor { PlotAxis::log(axis) } else { PlotAxis::linear(axis) };
    let caption = format!(
        "The {what}. Markers: mean over seeds of a problem, and of all; lines: its 95 % interval over seeds, below that of the mean at the \
         level of the verdict. Grey: the edge of what the claim expects, {}.",
        effect(claim.effect)
    );
    let title = format!("{}: {}", claim.row, quantity(&claim.quantity));
    let panels = vec![Strips { title: claim.words.clone(), x, rows }];
    draw(&FigureDesign::default(), (&title, &caption), panels, 0, mark)
}

fn mark(placed: &Placed<'_, '_>, row: usize, strip: &ClaimStrip) -> DrawResult {
    for edge in strip.edges.iter().filter(|edge| placed.axis.has(**edge)) {
        line(placed.area, placed.pixel(row, *edge, 0.5), placed.pixel(row, *edge, -0.5), FAINT, 3)?;
    }
    let drawn: RGBColor = if strip.is_mean { INK } else { colour(0) };
    if let Some(i) = strip.interval.filter(|i| placed.axis.has(i.low) && placed.axis.has(i.high)) {
        line(placed.area, placed.pixel(row, i.low, 0.0), placed.pixel(row, i.high, 0.0), drawn, 2)?;
    }
    if !placed.axis.has(strip.effect) {
        return Ok(());
    }
    if strip.is_mean {
        line(placed.area, placed.pixel(row, strip.effect, 0.3), placed.pixel(row, strip.effect, -0.3), drawn, 4)?;
        return Ok(());
    }
    marker(placed.area, 0, placed.pixel(row, strip.effect, 0.0))
}
