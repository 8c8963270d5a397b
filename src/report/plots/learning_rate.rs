//! Sensitivity to the learning rate: test metric against η₀, one line per optimizer.

use super::axis::Axis;
use super::figure::{Line, Panel, Point, draw};
use super::sheet::methods;
use super::{Plot, Shows, caption, chosen_by, is_tuning, metric_name};
use crate::analysis::{Configuration, RatePoint, rate_sensitivity};

pub const PLOT: Plot = Plot {
    name: "learning-rate",
    description: "test metric against the learning rate, everything else chosen by the validation part",
    source: "report/plots/learning_rate.rs",
    shows: Shows::Tried,
    draw: |material| plot(material.configurations),
};

fn plot(configurations: &[Configuration<'_>]) -> Result<String, String> {
    let (points, tuning) = (rate_sensitivity(configurations), is_tuning(configurations));
    if points.is_empty() {
        return Err("no optimizer here has a learning rate".to_owned());
    }
    let panels: Vec<Panel> = points.chunk_by(|a, b| a.data == b.data).map(|points| panel(points, tuning)).collect();
    if panels.iter().flat_map(|panel| &panel.lines).all(|line| line.points.is_empty()) {
        return Err("no optimizer has a learning rate at which a setting trains for every seed".to_owned());
    }
    let by = chosen_by(configurations);
    let what = format!(
        "Other settings chosen by {by} at each rate; line: mean over seeds, band: least to greatest, \
                ∞: every setting diverged."
    );
    let title = if tuning { "Validation metric against learning rate" } else { "Test metric against learning rate" };
    draw(title, &caption(&what, configurations), &panels, &methods(configurations))
}

fn panel(points: &[RatePoint], tuning: bool) -> Panel {
    let lines = points.chunk_by(|a, b| a.optimizer == b.optimizer).map(|points| {
        let known = points.iter().filter_map(|point| {
            let metric = point.test_metric?;
            Some(Point { x: point.learning_rate, y: metric.mean, low: metric.least, high: metric.greatest })
        });
        let missing = points.iter().filter(|point| point.test_metric.is_none()).map(|point| point.learning_rate);
        Line { method: points[0].optimizer.clone(), points: known.collect(), missing: missing.collect() }
    });
    Panel {
        title: points[0].data.clone(),
        x: Axis::log("learning rate η₀ per step"),
        y: Axis::metric(metric_name(points.iter().map(|point| point.metric.as_str()), tuning)),
        lines: lines.collect(),
    }
}
