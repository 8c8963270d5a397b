//! Sensitivity to the learning rate: test metric against η₀, one line per method, where the values matter.

use super::axis::PlotAxis;
use super::captions::{caption, chosen_by, is_tuning, measure, part};
use super::cut;
use super::design::FigureDesign;
use super::figure::{Look, Panel, PlotLine, Point, draw, spread_in_words};
use super::not_drawn::NotDrawn;
use super::plot::{Plot, Shows};
use super::sheet::methods;
use crate::analysis::{Configuration, OPTIMIZER, RatePoint, rate_sensitivity};

pub const PLOT: Plot = Plot {
    name: "learning-rate",
    description: "test metric against the learning rate, everything else chosen by the validation part",
    source: "report/plots/learning_rate.rs",
    shows: Shows::Tried,
    asks: true,
    draw: |material| plot(material.design, material.configurations),
};

/// What is compared where nothing but the rate varies.
const RATE: &str = "optimizer.lr";

fn plot(design: &FigureDesign, configurations: &[Configuration<'_>]) -> Result<String, NotDrawn> {
    // Rates that are themselves compared are one line.
    if configurations.iter().any(|c| c.keys == [RATE]) {
        let by_optimizer: Vec<Configuration> = configurations.iter().map(|c| c.compared_by(OPTIMIZER)).collect();
        return plot(design, &by_optimizer);
    }
    let (mut points, tuning) = (rate_sensitivity(configurations), is_tuning(configurations));
    points.retain(|point| design.shows(&point.optimizer));
    if points.is_empty() {
        return Err("no method here has a learning rate".into());
    }
    let panels: Vec<Panel> =
        points.chunk_by(|a, b| a.data == b.data).filter_map(|points| panel(points, tuning)).collect();
    if panels.is_empty() {
        return Err("each method was tried at a single learning rate".into());
    }
    if panels.iter().flat_map(|panel| &panel.lines).all(|line| line.points.is_empty()) {
        return Err("no method has a learning rate at which a setting trains for every seed".into());
    }
    let by = chosen_by(configurations);
    let cut = if panels.iter().any(|panel| panel.note.is_some()) {
        ", ↓: so bad that the axis does not reach it"
    } else {
        ""
    };
    let what = format!(
        "Other settings chosen by {by} at each rate; line: mean over seeds{}, ∞: every setting diverged{cut}.",
        spread_in_words(&panels.iter())
    );
    let title = if tuning { "Validation metric against learning rate" } else { "Test metric against learning rate" };
    draw(design, (title, &caption(&what, configurations)), panels, &methods(configurations))
}

/// None if no method was tried at several rates.
fn panel(points: &[RatePoint], tuning: bool) -> Option<Panel> {
    let by_method = || points.chunk_by(|a, b| a.optimizer == b.optimizer);
    by_method().any(|points| points.len() > 1).then_some(())?;
    let lines = by_method().map(|points| {
        let known = points.iter().filter_map(|point| {
            let metric = point.test_metric?;
            Some(Point { x: point.learning_rate, y: metric.mean, low: metric.least, high: metric.greatest })
        });
        let missing = points.iter().filter(|point| point.test_metric.is_none()).map(|point| point.learning_rate);
        let (method, look) = (points[0].optimizer.clone(), Look::Main);
        PlotLine { method, look, points: known.collect(), missing: missing.collect() }
    });
    let measure = measure(points.iter().map(|point| point.metric.as_str()));
    let y = PlotAxis::measure(measure, Some(part(tuning)));
    let means = || points.iter().filter_map(|point| Some(point.test_metric?.mean));
    let floor = cut::floor(measure, means());
    Some(Panel {
        title: points[0].data.clone(),
        note: cut::said(floor, means(), "points"),
        x: PlotAxis::log("learning rate η₀ per step"),
        y: y.from(floor),
        lines: lines.collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::stats::Spread;

    fn point(method: &str, rate: f64, mean: f64) -> RatePoint {
        RatePoint {
            data: "iris".to_owned(),
            optimizer: method.to_owned(),
            learning_rate: rate,
            test_metric: Spread::of(&[mean]),
            metric: "r2".to_owned(),
            outcome: crate::record::Compared::Metric,
        }
    }

    #[test]
    fn a_method_at_a_single_rate_makes_no_panel() {
        assert!(panel(&[point("a", 0.1, 0.9), point("b", 0.2, 0.8)], false).is_none());
        let both = panel(&[point("a", 0.1, 0.9), point("a", 0.2, 0.8), point("b", 0.2, 0.8)], false).unwrap();
        assert_eq!(both.lines.len(), 2, "beside others it has its place");
    }

    #[test]
    fn what_is_cut_off_is_said() {
        let panel = panel(&[point("a", 0.1, 0.9), point("a", 0.3, 0.8), point("a", 1.0, -1e9)], false).unwrap();
        assert_eq!(panel.note.unwrap(), "↓ 1 of 3 points below the axis, the least -1e9");
        assert!(panel.y.cuts(-1e9) && !panel.y.cuts(0.8));
    }
}
