//! Which settings of a sweep are questions: each axis, but for the learning rate beside others, which is tuned.

use super::configurations::OPTIMIZER;
use crate::record::{is_label, is_seed};
use crate::value::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The learning rate: a question only where nothing else varies.
const RATE: &str = "optimizer.lr";
/// The layers of a model: they name the activations, from which the initial weights follow.
const LAYERS: &str = "model.layers";
/// What makes another data set of it, over which methods are compared.
const DATA: [&str; 3] = ["data.set.", "data.draw", "data.standardize"];

/// The values that each setting takes.
pub type SettingValues = BTreeMap<String, BTreeSet<String>>;

/// The settings whose values are compared, the optimizer first and then by name: of a choice its kind, where that varies, and
/// else each parameter that does. The optimizer where nothing varies.
#[must_use]
pub fn axes(values: &SettingValues) -> Vec<String> {
    let is_none = |name: &str| is_seed(name) || DATA.iter().any(|of| name.starts_with(of));
    let varies = |name: &str| values.get(name).is_some_and(|values| values.len() > 1);
    let kind_of = |name: &str| name.rsplit_once('.').map(|(owner, _)| format!("{owner}.kind"));
    // A parameter of a kind that varies is a part of it.
    let own = |name: &&str| varies(name) && kind_of(name).is_none_or(|kind| kind == **name || !varies(&kind));
    let names: Vec<&str> = values.keys().map(String::as_str).filter(|name| !is_none(name)).filter(own).collect();
    let mut keys: Vec<String> = names.iter().filter(|name| **name != RATE).map(|name| (*name).to_owned()).collect();
    if keys.is_empty() {
        keys.push(if names.contains(&RATE) { RATE } else { OPTIMIZER }.to_owned());
    }
    keys.sort_by_key(|key| (!is_label(key), key != OPTIMIZER, key != LAYERS));
    keys
}

/// Those of these axes that are questions of their own, given settings that were tried together: not one whose value follows from a choice
/// before it, such as the initial weights of each activation, since nobody could tell which of both made a difference.
#[must_use]
pub fn of_their_own(keys: &[String], tried: &[&BTreeMap<String, Value>]) -> Vec<String> {
    let follows = |name: &String, choice: &String| {
        let mut known: HashMap<Option<&Value>, Option<&Value>> = HashMap::new();
        tried.iter().all(|settings| {
            let value = settings.get(name);
            *known.entry(settings.get(choice)).or_insert(value) == value
        })
    };
    let is_choice = |name: &String| is_label(name) || name == LAYERS || name.rsplit('.').next() == Some("kind");
    let own = |(place, name): &(usize, &String)| {
        // Of two choices that follow from each other the first is the question.
        let others = keys.iter().enumerate().filter(|(_, other)| is_choice(other) && other != name);
        let mut hosts = others.filter(|(_, choice)| follows(name, choice));
        let kept = *name == OPTIMIZER && !hosts.clone().any(|(_, choice)| is_label(choice));
        kept || !hosts.any(|(other, choice)| other < *place || !follows(choice, name))
    };
    keys.iter().enumerate().filter(own).map(|(_, name)| name.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_from_a_choice_is_no_question() {
        let settings = |pairs: &[(&str, &str)]| -> BTreeMap<String, Value> {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), Value::text(*value))).collect()
        };
        let with = |activation, initial, dropout| {
            settings(&[("m.activation.kind", activation), ("m.initial.kind", initial), ("r.dropout", dropout)])
        };
        let tried =
            [with("relu", "he", "0"), with("tanh", "xavier", "0"), with("relu", "he", "1"), with("elu", "he", "1")];
        let keys = ["m.activation.kind", "m.initial.kind", "r.dropout"].map(str::to_owned);
        let own = |tried: &[BTreeMap<String, Value>]| of_their_own(&keys, &tried.iter().collect::<Vec<_>>());
        assert_eq!(own(&tried), ["m.activation.kind", "r.dropout"]);
        // Each activation its own initial weights and each of these its own activation: one question, of the first.
        assert_eq!(own(&tried[..3]), ["m.activation.kind", "r.dropout"]);
        let both = [&tried[..], &[with("relu", "xavier", "0")]].concat();
        assert_eq!(own(&both), keys);
    }
}
