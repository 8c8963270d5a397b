//! Plots, one file each: analysis in, SVG out. Add one: a file with its `PLOT` and one line in [`ENTRIES`].

mod critical_difference;
mod expected_best;
mod figure;
mod gaps;
mod heat_map;
mod learning_curves;
mod learning_rate;
mod profile;
mod rows;
mod seeds;
mod sheet;
mod time_to_target;

pub use gaps::{drift, gaps};

use crate::analysis::Configuration;
use crate::registry::Entry;
pub use figure::number;

/// A plot in the registry.
pub struct Plot {
    pub entry: Entry,
    /// The SVG's text, or why these results have no such plot.
    pub draw: fn(&[Configuration<'_>]) -> Result<String, String>,
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
