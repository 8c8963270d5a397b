//! Plots, one file each: analysis in, SVG out. Add one: a file with its `PLOT` and one line in [`ENTRIES`].

mod boundary;
mod contour;
mod critical_difference;
mod expected_best;
mod figure;
mod gaps;
mod gradient_norms;
mod heat_map;
mod learning_curves;
mod learning_rate;
mod plane;
mod profile;
mod regularization_path;
mod rows;
mod seeds;
mod sheet;
mod time_to_target;
mod weights;

pub use gaps::{drift, gaps};

use crate::analysis::Configuration;
use crate::record::{Grid, Regions};
use crate::registry::Entry;
use crate::store::Tensor;
pub use figure::number;

/// A plot in the registry.
pub struct Plot {
    pub entry: Entry,
    /// The SVG's text, or why these results have no such plot.
    pub draw: fn(&Material<'_>) -> Result<String, String>,
}

/// A run's objective over a rectangle of the plane, by the run's identity and the ends of both axes.
pub type Objective<'a> = dyn Fn(&str, [f64; 2], [f64; 2]) -> Option<Grid> + 'a;

/// What plots are made of.
pub struct Material<'a> {
    pub configurations: &'a [Configuration<'a>],
    /// The final parameters of a run, by its identity; none where they were not kept, or cannot be read.
    pub parameters: &'a dyn Fn(&str) -> Option<Vec<Tensor>>,
    /// The objective of a run over a rectangle of θ, x and y; none where it has no two parameters.
    pub objective: &'a Objective<'a>,
    /// What a run's final network answers over the plane of its inputs; none where it has no two, or kept no parameters.
    pub regions: &'a dyn Fn(&str) -> Option<Regions>,
}

/// A figure of a folder, or why there is none.
pub struct Figure {
    pub entry: &'static Entry,
    pub svg: Result<String, String>,
}

/// Draws every plot.
#[must_use]
pub fn figures(material: &Material<'_>) -> Vec<Figure> {
    ENTRIES.iter().map(|plot| Figure { entry: &plot.entry, svg: (plot.draw)(material) }).collect()
}

/// Every plot, in the order in which `burnmark list` shows them.
pub const ENTRIES: &[&Plot] = &[
    &learning_curves::PLOT,
    &learning_rate::PLOT,
    &seeds::PLOT,
    &critical_difference::PLOT,
    &profile::PLOT,
    &time_to_target::PLOT,
    &expected_best::PLOT,
    &heat_map::PLOT,
    &regularization_path::PLOT,
    &weights::PLOT,
    &gradient_norms::PLOT,
    &contour::PLOT,
    &boundary::PLOT,
];

/// What a metric is, from the first run that knows.
fn metric_name<'m>(mut known: impl Iterator<Item = &'m str>) -> &'static str {
    match known.find(|metric| !metric.is_empty()) {
        Some("r2") => "test R²",
        Some("digits") => "correct digits of θ",
        _ => "test accuracy",
    }
}

/// What a plot shows, and the settings that all its runs share.
fn caption(what: &str, configurations: &[Configuration<'_>]) -> String {
    let shared = ["engine", "precision", "model.kind", "model.hidden", "train.batch"].into_iter().filter_map(|name| {
        let mut values =
            configurations.iter().map(|c| c.settings.get(name).map(ToString::to_string).unwrap_or_default());
        let first = values.next()?;
        let same = !first.is_empty() && values.all(|value| value == first);
        same.then(|| match name {
            "engine" => format!("Engine {first}"),
            "model.hidden" => format!("hidden {first}"),
            "train.batch" => format!("batch {first}"),
            _ => first,
        })
    });
    let seeds = configurations.iter().map(|c| c.runs.len()).max().unwrap_or(0);
    let seeds = format!("{seeds} {}", if seeds == 1 { "seed" } else { "seeds" });
    let shared: Vec<String> = shared.chain([seeds]).collect();
    format!("{what} {}.", shared.join(", "))
}
