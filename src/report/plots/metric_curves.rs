//! Learning curves of the metric, as those of the loss.

use super::axis::PlotAxis;
use super::captions::measure;
use super::learning_curves::{Shown, plot};
use super::plot::{Plot, Shows};
use crate::analysis::Selected;
use crate::measure::Measure;

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
    measure: of_runs,
    axis: |rows| PlotAxis::measure(of_runs(rows), None),
    falls: false,
};

/// The metric of the runs, whatever is compared.
fn of_runs(rows: &[&Selected<'_, '_>]) -> &'static Measure {
    measure(rows.iter().filter_map(|row| row.compared).flat_map(|c| &c.runs).map(|run| run.record.metric.as_str()))
}
