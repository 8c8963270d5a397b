//! `[judge]`: which state of a training is compared, from which difference on it matters, which axes are questions, and what a
//! fast training has to reach.

use super::fault::Fault;
use super::mistake::Place;
use super::protocol::{self, Name};
use super::reader::{Node, ValueReader, in_order};
use crate::record::{At, Compared, Goal, Selection, Way};
use std::collections::BTreeMap;

/// The keys of the table, each with what `burnmark list keys` says of it.
pub const JUDGE_KEYS: [(&str, &str); 8] = [
    (
        "at",
        "the state of a training that is compared, tuned on and tested: one of `end`, `best`, `stopped`, default end; `best` is known only afterwards",
    ),
    ("margin", "smallest difference of interest, in units of the test metric: a number greater than 0, default none"),
    (
        "baseline",
        "the compared value that all others are compared with, as answers name it, such as `momentum`: a text, default all pairs; fewer comparisons need fewer seeds",
    ),
    (
        "outcome",
        "what of the test part is compared: `metric`, `loss` or a measure of `train.measures`, default metric; the loss tells methods apart that are right equally often",
    ),
    (
        "select",
        "what of the validation part settings are chosen by: `outcome`, what is compared, or `loss`; default the outcome where it is a measure, else the loss",
    ),
    (
        "contrasts",
        "differences of interest beside the questions: a list such as [{ slope = \"regularize.dropout\" }, { effect = \"annealing\", by = \"optimizer\" }], default none",
    ),
    ("by", "swept settings that are compared, each a question of its own: names, default every axis"),
    (
        "target",
        "validation loss to which steps are counted: a number, one for each data set such as { iris = 0.1 }, or a share of a baseline's way from the untrained loss such as { baseline = \"momentum\", way = 0.9 }, default 0.9 of the first value's way",
    ),
];

/// The keys of a target that is a share of a baseline's way.
const WAY_KEYS: [&str; 2] = ["baseline", "way"];

/// The table as it is written, with overrides.
#[derive(Clone, Debug, Default)]
pub struct AskedJudge {
    pub at: Option<At>,
    pub margin: Option<f64>,
    pub by: Option<Vec<Name>>,
    pub target: Option<Goal>,
    pub outcome: Option<(Compared, Place)>,
    pub baseline: Option<String>,
    pub select: Option<(Selection, Place)>,
    /// Each by the names of its settings: one of a slope, two of an interaction.
    pub contrasts: Option<Vec<Vec<Name>>>,
    /// Whether anything of it is wrong and was reported.
    pub spoiled: bool,
}

/// Reads the table into what is asked.
pub fn read(reader: &mut ValueReader<'_>, value: &Node<'_>, asked: &mut AskedJudge) {
    let Some(table) = value.get_ref().as_table() else {
        reader.report(value.span(), Fault::no_table("judge", "expected a table, `[judge]`"));
        asked.spoiled = true;
        return;
    };
    for (name, value) in in_order(table) {
        let key = name.get_ref().as_ref();
        if JUDGE_KEYS.iter().any(|(known, _)| *known == key) {
            read_key(reader, key, value, asked);
        } else {
            reader.within(key, |reader| reader.unknown_key("judge", name, JUDGE_KEYS.map(|(known, _)| known)));
            asked.spoiled = true;
        }
    }
}

/// Reads one key of the table.
pub fn read_key(reader: &mut ValueReader<'_>, key: &str, value: &Node<'_>, asked: &mut AskedJudge) {
    let before = reader.mistakes.len();
    match key {
        "by" => asked.by = protocol::names(reader, key, value).or(asked.by.take()),
        _ => reader.within(key, |reader| read_value(reader, key, value, asked)),
    }
    asked.spoiled |= reader.mistakes.len() > before;
}

fn read_value(reader: &mut ValueReader<'_>, key: &str, value: &Node<'_>, asked: &mut AskedJudge) {
    match key {
        "at" => asked.at = state(reader, value).or(asked.at),
        "baseline" => asked.baseline = compared_value(reader, value).or(asked.baseline.take()),
        "outcome" => {
            let place = Place { source: reader.source, span: value.span() };
            asked.outcome = outcome(reader, value).map(|outcome| (outcome, place)).or(asked.outcome.take());
        }
        "select" => {
            let place = Place { source: reader.source, span: value.span() };
            asked.select = selection(reader, value).map(|select| (select, place)).or(asked.select.take());
        }
        "margin" => asked.margin = reader.positive("judge.margin", value).or(asked.margin),
        "contrasts" => asked.contrasts = contrasts(reader, value).or(asked.contrasts.take()),
        _ => asked.target = target(reader, value).or(asked.target.take()),
    }
}

fn target(reader: &mut ValueReader<'_>, node: &Node<'_>) -> Option<Goal> {
    let Some(table) = node.get_ref().as_table() else {
        return reader.finite("judge.target", node).map(Goal::Loss);
    };
    if table.keys().any(|name| WAY_KEYS.contains(&name.get_ref().as_ref())) {
        return way(reader, node).map(Goal::Way);
    }
    let losses: Vec<Option<(String, f64)>> = in_order(table)
        .into_iter()
        .map(|(name, value)| Some((name.get_ref().to_string(), reader.finite("judge.target", value)?)))
        .collect();
    let losses: BTreeMap<String, f64> = losses.into_iter().collect::<Option<_>>()?;
    if losses.is_empty() {
        reader.report(node.span(), Fault::missing("no target", "expected a number, or one for each data set"));
        return None;
    }
    Some(Goal::Losses(losses))
}

fn way(reader: &mut ValueReader<'_>, node: &Node<'_>) -> Option<Way> {
    let (mut baseline, mut way, before) = (None, None, reader.mistakes.len());
    for (name, value) in node.get_ref().as_table().into_iter().flat_map(|table| in_order(table)) {
        match name.get_ref().as_ref() {
            "baseline" => baseline = compared_value(reader, value),
            "way" => way = reader.share("judge.target.way", value),
            _ => reader.unknown("key in `judge.target`", name, WAY_KEYS),
        }
    }
    let usual = match Goal::default() {
        Goal::Way(usual) => usual.way,
        Goal::Loss(_) | Goal::Losses(_) => 1.0,
    };
    (reader.mistakes.len() == before).then(|| Way { baseline, way: way.unwrap_or(usual) })
}

/// A list of tables, `{ slope = … }` or `{ effect = …, by = … }`.
fn contrasts(reader: &mut ValueReader<'_>, node: &Node<'_>) -> Option<Vec<Vec<Name>>> {
    let Some(list) = node.get_ref().as_array() else {
        return reader.mismatch(node, "a list such as `[{ slope = \"regularize.dropout\" }]`");
    };
    let contrasts: Vec<Option<Vec<Name>>> = list.iter().map(|item| contrast(reader, item)).collect();
    contrasts.into_iter().collect()
}

fn contrast(reader: &mut ValueReader<'_>, node: &Node<'_>) -> Option<Vec<Name>> {
    let expected = "one setting, `{ slope = … }`, or two, `{ effect = …, by = … }`";
    let Some(table) = node.get_ref().as_table() else { return reader.mismatch(node, expected) };
    let mut keys: Vec<&str> = table.keys().map(|name| name.get_ref().as_ref()).collect();
    keys.sort_unstable();
    let in_turn: &[&str] = match keys.as_slice() {
        ["slope"] => &["slope"],
        ["by", "effect"] => &["effect", "by"],
        _ => return reader.mismatch(node, expected),
    };
    let mut named = |key: &str| {
        let names = table.iter().find(|(name, _)| name.get_ref() == key).map(|(_, value)| value)?;
        match protocol::names(reader, key, names)?.as_slice() {
            [one] => Some(one.clone()),
            _ => reader.mismatch(names, "the name of one swept setting"),
        }
    };
    in_turn.iter().map(|key| named(key)).collect()
}

fn compared_value(reader: &mut ValueReader<'_>, node: &Node<'_>) -> Option<String> {
    match node.get_ref().as_str() {
        Some(name) => Some(name.to_owned()),
        None => reader.mismatch(node, "the name of a compared value, such as `\"momentum\"`"),
    }
}

fn state(reader: &mut ValueReader<'_>, node: &Node<'_>) -> Option<At> {
    At::from_spec_name(reader.word("state", &At::ALL.map(At::spec_name), node)?)
}

fn outcome(reader: &mut ValueReader<'_>, node: &Node<'_>) -> Option<Compared> {
    Compared::from_name(reader.word("outcome", &Compared::names(), node)?)
}

fn selection(reader: &mut ValueReader<'_>, node: &Node<'_>) -> Option<Selection> {
    Selection::from_name(reader.word("selection", &Selection::ALL.map(Selection::name), node)?)
}
