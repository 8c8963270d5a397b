//! Learning curves of the metric, as those of the loss.

use super::axis::PlotAxis;
use super::learning_curves::{Shown, plot};
use super::plot::{Plot, Shows};
use crate::analysis::Selected;

pub const PLOT: Plot = Plot {
    name: "metric-curves",
    description: "metric of the training and the validation part against epochs, each method at its best setting",
    source: "report/plots/metric_curves.rs",
    shows: Shows::Compared,
    asks: true,
    draw: |material| plot(material, &METRIC),
};

const METRIC: Shown = Shown {
    title: "Learning curves: metric",
    of: |evaluation| evaluation.metric,
    axis: |rows| PlotAxis::metric(metric(rows)),
    falls: false,
};

fn metric(rows: &[&Selected<'_, '_>]) -> &'static str {
    match rows.iter().map(|row| row.metric.as_str()).find(|metric| !metric.is_empty()) {
        Some("r2") => "R²",
        Some("digits") => "correct digits of θ",
        _ => "accuracy",
    }
}
