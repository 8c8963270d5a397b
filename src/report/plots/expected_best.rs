//! Expected best against budget: what k tuning trials are to be expected to reach.

use super::axis::PlotAxis;
use super::captions::{caption, chosen_by, is_tuning, measure, part};
use super::cut;
use super::figure::{Look, Panel, PlotLine, Point, draw};
use super::not_drawn::NotDrawn;
use super::plot::{Material, Plot, Shows};
use super::sheet::methods;
use crate::analysis::stats::expected_selected;
use crate::analysis::trials;

pub const PLOT: Plot = Plot {
    name: "expected-best",
    description: "expected test metric of the best of k settings, chosen by the validation part",
    source: "Dodge et al. 2019, Sivaprasad et al. 2020; report/plots/expected_best.rs",
    shows: Shows::Tried,
    asks: false,
    draw: plot,
};

fn plot(material: &Material<'_>) -> Result<String, NotDrawn> {
    let (configurations, design) = (material.configurations, material.design);
    let methods = methods(configurations);
    let (all, tuning) = (trials(configurations), is_tuning(configurations));
    if all.iter().all(|trials| trials.metrics.len() < 2) {
        return Err("one setting each, nothing was tuned".into());
    }
    let panel = |block: &[crate::analysis::Trials]| {
        let line = |trials: &crate::analysis::Trials| {
            let budgets = budgets(trials.metrics.len());
            let point = |k: usize| Some(Point::at(budget(k), expected_selected(&trials.metrics, k)?));
            let points = budgets.into_iter().filter_map(point).collect();
            PlotLine { method: trials.optimizer.clone(), look: Look::Main, points, missing: Vec::new() }
        };
        let measure = measure(block.iter().map(|trials| trials.metric.as_str()));
        let y = PlotAxis::measure(measure, Some(part(tuning)));
        let y = y.called(|name| format!("expected {name}"));
        let shown = block.iter().filter(|trials| design.shows(&trials.optimizer));
        let lines: Vec<PlotLine> = shown.map(line).collect();
        let values = || lines.iter().flat_map(|line| &line.points).map(|point| point.y);
        let floor = cut::floor(measure, values());
        Panel {
            title: block[0].data.clone(),
            note: cut::said(floor, values(), "points"),
            x: PlotAxis::log("budget: settings tried, k").counts(),
            y: y.from(floor),
            lines,
        }
    };
    let panels: Vec<Panel> = all.chunk_by(|a, b| a.data == b.data).map(panel).collect();
    let by = chosen_by(configurations);
    let what = format!(
        "Mean over all choices of k of the settings that were tried; the one with the best {by} is kept. \
                Settings that diverged for a seed count with the worst metric of the data set."
    );
    draw(design, ("Expected best against budget", &caption(&what, configurations)), panels, &methods)
}

#[allow(clippy::cast_precision_loss)] // counts of settings
fn budget(k: usize) -> f64 {
    k as f64
}

/// Budgets from 1 to n, no more than some forty, evenly spread on a log scale.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // between 1 and n
fn budgets(n: usize) -> Vec<usize> {
    let mut budgets: Vec<usize> =
        (0..=40_u8).map(|i| budget(n.max(1)).powf(f64::from(i) / 40.0).round() as usize).collect();
    budgets.dedup();
    budgets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn budgets_go_from_one_to_all() {
        assert_eq!(budgets(3), [1, 2, 3]);
        assert_eq!(budgets(1), [1]);
        let many = budgets(10_000);
        assert!(many.len() <= 41 && many[0] == 1 && many.last() == Some(&10_000));
    }
}
