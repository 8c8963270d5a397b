//! Which share of many targets a method has reached after so many epochs: easy ones, hard ones, all data sets and seeds together.

use super::axis::PlotAxis;
use super::captions::{caption, of_each};
use super::figure::{Look, Panel, PlotLine, Point, draw};
use super::not_drawn::NotDrawn;
use super::plot::{Material, Plot, Shows};
use super::sheet::methods;
use crate::analysis::{Reached, SpeedTarget, TargetOrigin, targets_on_the_way};

pub const PLOT: Plot = Plot {
    name: "runtime",
    description: "share of many frozen targets that are reached within so many epochs, over data sets and seeds",
    source: "Hansen et al. 2021, COCO's runtime distributions; report/plots/runtime.rs",
    shows: Shows::Compared,
    asks: true,
    draw: plot,
};

/// Targets as shares of the way from the untrained loss to the end of the baseline's way, or to the loss that was given.
const SHARES: [f64; 10] = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 1.0, 1.01];

fn plot(material: &Material<'_>) -> Result<String, NotDrawn> {
    let (configurations, (goal, at)) = (material.configurations, material.goal);
    let names = methods(configurations);
    let targets = targets_on_the_way(material.selected, goal, at, &SHARES);
    let Some(first) = targets.first() else { return Err("there is no target: the baseline has no result".into()) };
    let goal_is = match &first.origin {
        TargetOrigin::Given => "the given loss".to_owned(),
        TargetOrigin::Way { baseline, .. } => format!("what {baseline} reaches"),
    };
    let end = targets.iter().flat_map(|target| &target.methods).flat_map(epochs_of).fold(1.0, f64::max);
    let lines: Vec<PlotLine> = names
        .iter()
        .filter(|method| material.design.shows(method))
        .filter_map(|method| line(method, &targets, end))
        .collect();
    if lines.is_empty() {
        return Err("no run reaches a target".into());
    }
    let panel = Panel {
        title: format!("targets: {}, each for each seed", targets.len()),
        x: PlotAxis::log("epochs").counts(),
        y: PlotAxis::shares("share of targets reached"),
        lines,
        note: None,
    };
    let what = format!(
        "{}. Targets: validation losses from half of the way from the untrained loss to {goal_is}, up to 1.01 of it. A method that \
         ends below 1 misses some; a solver's iteration counts as an epoch.",
        of_each(configurations)
    );
    draw(material.design, ("Runtime over many targets", &caption(&what, configurations)), vec![panel], &names)
}

/// The epochs of a method's hits.
fn epochs_of(reached: &Reached) -> impl Iterator<Item = f64> + '_ {
    reached.hits.iter().filter_map(|(_, hit)| Some(hit.as_ref()?.epochs))
}

/// The share as a staircase up to the end of the axis; none for a method that reaches nothing.
#[allow(clippy::cast_precision_loss)] // counts of targets
fn line(method: &str, targets: &[SpeedTarget], end: f64) -> Option<PlotLine> {
    let of = || targets.iter().flat_map(|target| target.methods.iter().filter(|reached| reached.method == method));
    let all: usize = of().map(|reached| reached.hits.len()).sum();
    let mut epochs: Vec<f64> = of().flat_map(epochs_of).collect();
    epochs.sort_by(f64::total_cmp);
    let mut points: Vec<Point> = Vec::new();
    for (place, epoch) in epochs.iter().enumerate() {
        let share = (place + 1) as f64 / all as f64;
        let before = points.last().map(|point: &Point| point.y);
        match points.last_mut() {
            Some(last) if last.x == *epoch => last.y = share,
            _ => {
                points.extend(before.map(|y| Point::at(*epoch, y)));
                points.push(Point::at(*epoch, share));
            }
        }
    }
    let last = points.last().filter(|last| last.x < end).map(|last| last.y);
    points.extend(last.map(|y| Point::at(end, y)));
    (!points.is_empty()).then(|| PlotLine { method: method.to_owned(), points, missing: Vec::new(), look: Look::Main })
}
