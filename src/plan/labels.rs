//! What axes range over, in words: what `burnmark plan` shows of them.

use crate::data::split_in_words;
use crate::model::layers;
use crate::spec::{Sweep, SweepAxis};
use crate::value::Value;
use std::collections::BTreeMap;

/// What an axis varies.
pub struct InWords<'a> {
    /// How many values it has.
    pub values: usize,
    /// Each of its settings with its values: all in one line, or a line for each entry of a choice with its parameters' values. Before
    /// them what its values are called, where they have names.
    pub settings: Vec<(&'a str, Vec<String>)>,
}

/// An axis in words.
pub fn in_words<'c>(sweep: &'c Sweep, axis: &'c SweepAxis) -> InWords<'c> {
    let lines = |setting: usize| {
        let values = sweep.column(axis, setting);
        match (axis.paths.len(), values.iter().map(Option::as_ref).collect::<Option<Vec<&Value>>>()) {
            (1, Some(values)) => of_values(&values),
            _ => {
                vec![one_by_one(&values)]
            }
        }
    };
    let settings = axis.paths.iter().enumerate().map(|(setting, path)| (path.as_str(), lines(setting)));
    let names: Vec<String> = axis.names().into_iter().map(str::to_owned).collect();
    let names = axis.is_labelled().then(|| (axis.called, vec![shortened(&names)]));
    InWords { values: axis.values(), settings: names.into_iter().chain(settings).collect() }
}

/// Values as lines of text: one line of values, or one per entry with its parameters' values.
fn of_values(values: &[&Value]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut entries: Vec<(&str, BTreeMap<&str, Vec<String>>)> = Vec::new();
    for value in values {
        if let Some(kind) = value.kind() {
            let same = |known: &&mut (&str, _)| known.0 == kind;
            let place = match entries.iter_mut().rev().find(same) {
                Some(entry) => entry,
                None => {
                    entries.push((kind, BTreeMap::new()));
                    entries.last_mut().expect("just added")
                }
            };
            for (name, value) in value.parameters() {
                let values = place.1.entry(name).or_default();
                let value = label(value);
                if values.last() != Some(&value) && (values.len() > MOST_LISTED || !values.contains(&value)) {
                    values.push(value);
                }
            }
        } else {
            lines.push(label(value));
        }
    }
    if entries.is_empty() {
        return vec![shortened(&lines)];
    }
    if entries.iter().all(|(_, parameters)| parameters.is_empty()) {
        return vec![entries.into_iter().map(|(name, _)| name).collect::<Vec<_>>().join(", ")];
    }
    let parameter = |(name, values): (&str, Vec<String>)| format!("{name} {}", shortened(&values));
    let line = |(name, parameters): (&str, BTreeMap<&str, Vec<String>>)| {
        let parameters: Vec<_> = parameters.into_iter().map(parameter).collect();
        if parameters.is_empty() { name.to_owned() } else { format!("{name}: {}", parameters.join("; ")) }
    };
    entries.into_iter().map(line).collect()
}

/// The values of a setting that varies together with others, one by one.
fn one_by_one(values: &[Option<Value>]) -> String {
    let one = |value: Option<&Value>| value.map_or_else(|| "–".to_owned(), label);
    shortened(&values.iter().map(Option::as_ref).map(one).collect::<Vec<_>>())
}

/// The most values that are listed one by one.
const MOST_LISTED: usize = 12;

/// `0.1, 0.2, 0.3`, or `1, 2, 3, … 1000` for many.
pub fn shortened(values: &[String]) -> String {
    match values {
        [first, second, third, .., last] if values.len() > MOST_LISTED => {
            format!("{first}, {second}, {third}, … {last}")
        }
        _ => values.join(", "),
    }
}

/// One value as text; a split as `0.6/0.2/0.2`, or `0.6/0.2/holdout 0.2`, and layers in words.
fn label(value: &Value) -> String {
    if let Some(layers) = layers::of_value(value) {
        return layers::in_words(&layers);
    }
    split_in_words(value).unwrap_or_else(|| value.to_string())
}
