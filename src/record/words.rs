//! Settings in words.

use super::Setting;
use std::collections::{BTreeMap, BTreeSet};

/// Some settings in words: `exponential, k 0.05, lr 0.01`. What a choice is stands before its parameters.
#[must_use]
pub fn in_words(settings: &BTreeMap<String, Setting>, of: &BTreeSet<&String>) -> String {
    let mut names: Vec<&&String> = of.iter().collect();
    names.sort_by_key(|name| {
        let (owner, own) = name.rsplit_once('.').unwrap_or(("", name));
        (owner, own != "kind", own)
    });
    let words = names.into_iter().filter_map(|name| Some((name, settings.get(*name)?)));
    let word = |(name, value): (&&String, &Setting)| {
        let short = name.rsplit('.').next().unwrap_or(name);
        if short == "kind" { value.to_string() } else { format!("{short} {value}") }
    };
    words.map(word).collect::<Vec<_>>().join(", ")
}

/// The data set of these settings: `digits`, or `two-moons (noise 0.1, samples 400, seed 0)`.
#[must_use]
pub fn data_label(settings: &BTreeMap<String, Setting>) -> String {
    let prefix = "data.set.";
    let parameters: Vec<_> = settings
        .iter()
        .filter_map(|(name, value)| Some((name.strip_prefix(prefix).filter(|name| *name != "kind")?, value)))
        .map(|(name, value)| (name, value.to_string()))
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name} {value}"))
        .collect();
    // Losses of a regression have other units then, and must not be ranked with standardized ones.
    let raw = settings.get("data.standardize") == Some(&Setting::Flag(false));
    let parameters: Vec<_> = parameters.into_iter().chain(raw.then(|| "not standardized".to_owned())).collect();
    let kind = settings.get("data.set.kind").map(ToString::to_string).unwrap_or_default();
    if parameters.is_empty() { kind } else { format!("{kind} ({})", parameters.join(", ")) }
}
