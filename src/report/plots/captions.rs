//! What a figure says of the runs that it shows.

use crate::analysis::Configuration;
use crate::measure::Measure;
use crate::record::{Quantity, Stage};
use crate::report::protocol::compared;
use std::collections::BTreeSet;

/// The measure that a metric is, from the first run that knows.
pub fn measure<'m>(mut known: impl Iterator<Item = &'m str>) -> &'static Measure {
    Measure::of_metric(known.find(|metric| !metric.is_empty()).unwrap_or_default())
}

/// The part of which a measure is shown: the test part, but the validation part of what was tuned.
pub fn part(tuning: bool) -> &'static str {
    if tuning { "validation" } else { "test" }
}

/// Whether these are trials of a protocol.
pub fn is_tuning(configurations: &[Configuration<'_>]) -> bool {
    configurations.first().is_some_and(Configuration::is_tuning)
}

/// Which settings stand for methods: `Best setting of each optimizer by validation loss`; of those that had one setting each `Each
/// optimizer`.
pub fn of_each(configurations: &[Configuration<'_>]) -> String {
    let compared = configurations.first().map_or("method".to_owned(), |c| compared(&c.keys));
    if configurations.iter().any(|c| c.staged.is_some()) {
        format!("Each {compared} at the setting that tuning chose")
    } else if tuned(configurations) {
        format!("Best setting of each {compared} by {}", chosen_by(configurations))
    } else {
        format!("Each {compared}")
    }
}

/// Whether a method has several settings on a data set.
fn tuned(configurations: &[Configuration<'_>]) -> bool {
    let mut known = BTreeSet::new();
    configurations.iter().any(|c| !known.insert((&c.data, &c.optimizer)))
}

/// What settings are chosen by: `validation loss`.
pub fn chosen_by(configurations: &[Configuration<'_>]) -> String {
    let by = configurations.first().map_or(Quantity::Loss, |c| c.by);
    format!("validation {}", by.words())
}

/// What a plot shows, and the settings that all its runs share.
pub fn caption(what: &str, configurations: &[Configuration<'_>]) -> String {
    let shared = ["engine", "precision", "model.kind", "model.hidden", "model.layers", "train.batch"]
        .into_iter()
        .filter_map(|name| {
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
    let seeds = configurations.iter().map(Configuration::seeds).max().unwrap_or(0);
    let stage = match configurations.first().and_then(|c| c.staged).map(|staged| staged.stage) {
        Some(Stage::Tuning) => "tuning ",
        Some(Stage::Report) => "report ",
        None => "",
    };
    let seeds = format!("{seeds} {stage}{}", if seeds == 1 { "seed" } else { "seeds" });
    let shared: Vec<String> = shared.chain([seeds]).collect();
    format!("{what} {}.", shared.join(", "))
}
