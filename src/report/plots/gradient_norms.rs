//! Norms of the gradient, layer by layer, along the training: whether it vanishes or explodes on its way back.

use super::axis::PlotAxis;
use super::captions::{caption, of_each};
use super::few::few;
use super::figure::{Look, Panel, PlotLine, Point, draw, spread_in_words};
use super::learning_curves::keep_near_the_lines;
use super::not_drawn::NotDrawn;
use super::plot::{Material, Plot, Shows};
use crate::analysis::{Configuration, Selected};

pub const PLOT: Plot = Plot {
    name: "gradient-norms",
    description: "norm of each layer's gradient against steps; needs `train.curve = \"step\"`",
    source: "Glorot & Bengio 2010, section 4.2.2; report/plots/gradient_norms.rs",
    shows: Shows::Compared,
    asks: true,
    draw: plot,
};

/// What the columns of steps.parquet begin with.
const PREFIX: &str = "gradient_norm.";
/// The most points of a line: each is the mean over some steps.
const MOST_POINTS: usize = 120;

fn plot(material: &Material<'_>) -> Result<String, NotDrawn> {
    let (groups, left_out) = few((material.design, material.selected), |row| row.best.is_some());
    let panels: Vec<Panel> = groups.into_iter().flatten().filter_map(panel).collect();
    if panels.is_empty() {
        return Err("no layer's gradients were kept; `train.curve = \"step\"` keeps their norms".into());
    }
    let mut layers: Vec<String> = Vec::new();
    for line in panels.iter().flat_map(|panel| &panel.lines) {
        if !layers.contains(&line.method) {
            layers.push(line.method.clone());
        }
    }
    let each = of_each(material.configurations);
    let what = format!(
        "{each}. Lines: layers, from the inputs on; norm of the batch's \
                gradient before clipping and decay, mean over seeds and neighbouring steps{}; \
                a power of ten below the lowest line the axis ends.{left_out}",
        spread_in_words(&panels.iter())
    );
    let caption = caption(&what, material.configurations);
    draw(material.design, ("Gradient norms of the layers", &caption), panels, &layers)
}

fn panel(row: &Selected<'_, '_>) -> Option<Panel> {
    let best = row.best?;
    let traced = &best.runs.first()?.record.traced;
    let layers = traced.iter().filter_map(|name| name.strip_prefix(PREFIX));
    let mut lines: Vec<PlotLine> = layers.filter_map(|layer| line(best, layer)).collect();
    keep_near_the_lines(lines.iter_mut());
    (!lines.is_empty()).then(|| Panel {
        title: format!("{}: {}", row.data, row.optimizer),
        note: None,
        x: PlotAxis::linear("training steps").counts(),
        y: PlotAxis::log("norm of the layer's gradient"),
        lines,
    })
}

/// One layer over all seeds; none if a seed did not keep it.
fn line(best: &Configuration<'_>, layer: &str) -> Option<PlotLine> {
    let of_run = |run: &&crate::store::Finished| {
        let place = run.record.traced.iter().position(|name| name.strip_prefix(PREFIX) == Some(layer))?;
        let norms = run.record.steps.iter().filter_map(|point| Some((point.step, *point.traced.get(place)?)));
        Some(norms.collect::<Vec<_>>())
    };
    let seeds: Vec<Vec<(u64, f64)>> = best.runs.iter().map(of_run).collect::<Option<_>>()?;
    let steps = seeds.iter().map(Vec::len).min()?;
    let window = steps.div_ceil(MOST_POINTS).max(1);
    let starts = (0..steps).step_by(window);
    let point = |start: usize| over(seeds.iter().flat_map(|seed| &seed[start..(start + window).min(steps)]));
    Some(PlotLine {
        method: layer.to_owned(),
        look: Look::Main,
        points: starts.map(point).collect(),
        missing: Vec::new(),
    })
}

/// The point of neighbouring steps of all seeds.
#[allow(clippy::cast_precision_loss)] // steps stay below 2⁵³
fn over<'s>(steps: impl Iterator<Item = &'s (u64, f64)> + Clone) -> Point {
    let (norms, count) = (steps.clone().map(|(_, norm)| *norm), steps.clone().count() as f64);
    Point {
        x: steps.map(|(step, _)| *step as f64).sum::<f64>() / count,
        y: norms.clone().sum::<f64>() / count,
        low: norms.clone().fold(f64::INFINITY, f64::min),
        high: norms.fold(0.0, f64::max),
    }
}
