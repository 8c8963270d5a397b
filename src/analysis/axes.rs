//! Which settings of a sweep are questions: each axis, but for the learning rate beside others, which is tuned.

use super::configurations::OPTIMIZER;
use std::collections::{BTreeMap, BTreeSet};

/// The learning rate: a question only where nothing else varies.
const RATE: &str = "optimizer.lr";
/// What makes another data set of it, over which methods are compared.
const DATA: [&str; 2] = ["data.set.", "data.standardize"];

/// The values that each setting takes.
pub type Values = BTreeMap<String, BTreeSet<String>>;

/// The settings whose values are compared, the optimizer first and then by name: of a choice its kind, where that varies, and
/// else each parameter that does. The optimizer where nothing varies.
#[must_use]
pub fn axes(values: &Values) -> Vec<String> {
    let is_data = |name: &str| DATA.iter().any(|of| name.starts_with(of));
    let varies = |name: &str| values.get(name).is_some_and(|values| values.len() > 1);
    let kind_of = |name: &str| name.rsplit_once('.').map(|(owner, _)| format!("{owner}.kind"));
    // A parameter of a kind that varies is a part of it.
    let own = |name: &&str| varies(name) && kind_of(name).is_none_or(|kind| kind == **name || !varies(&kind));
    let names: Vec<&str> = values.keys().map(String::as_str).filter(|name| !is_data(name)).filter(own).collect();
    let mut keys: Vec<String> = names.iter().filter(|name| **name != RATE).map(|name| (*name).to_owned()).collect();
    if keys.is_empty() {
        keys.push(if names.contains(&RATE) { RATE } else { OPTIMIZER }.to_owned());
    }
    keys.sort_by_key(|key| key != OPTIMIZER);
    keys
}
