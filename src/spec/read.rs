//! Reading one TOML value as a key asks: what comes out is a list of alternatives, one unless the value holds lists.

use super::choice::{self, fit};
use super::class_weights::class_weights;
use super::draft::Located;
use super::fault::Fault;
use super::key::{Key, KeyKind};
use super::layers::{layer_lists, layers};
use super::mistake::Place;
use super::range::{self, Ranged};
use super::reader::{MOST_ALTERNATIVES, Node, ValueReader, scalar, written};
use super::split::split;
use crate::model::layers::to_value;
use crate::registry::{Entry, ParameterKind};
use crate::value::Value;
use std::collections::HashSet;

/// The widest layer and the deepest network; `check` bounds their product.
const MOST_UNITS: u64 = 1_000_000;
const MOST_LAYERS: usize = 1000;

/// The value of a key in the base of a spec: exactly one.
pub fn value(
    reader: &mut ValueReader<'_>,
    key: &'static Key,
    parameter: Option<&str>,
    node: &Node<'_>,
) -> Option<Value> {
    reader.hint = to_vary(reader, key, node);
    reader.varies = false;
    let mut all = alternative(reader, key, parameter, node)?;
    if all.len() != 1 {
        let message = format!("a list of {} values for `{}` outside `[sweep]`", all.len(), key.path);
        let help = format!("move it into `[sweep]`: \"{}\" = [ … ]", key.path);
        reader.report(node.span(), Fault::wrong_type_in_words(message, "expected one value").help(help));
    }
    all.pop()
}

/// What helps where a list is given in the place of one value: how a setting is varied.
fn to_vary(reader: &ValueReader<'_>, key: &Key, node: &Node<'_>) -> Option<String> {
    let list = node.get_ref().as_array()?;
    let is_value = matches!(key.kind, KeyKind::Widths | KeyKind::Layers | KeyKind::ClassWeights)
        && !list.iter().any(|item| item.get_ref().is_array());
    let items: Option<Vec<String>> = list.iter().map(|item| written(item.get_ref())).collect();
    let items = items.filter(|items| items.len() <= 8).map_or(" … ".to_owned(), |items| items.join(", "));
    let is_value = is_value || matches!(key.kind, KeyKind::LayerLists);
    (!is_value).then(|| format!("to vary it, list its values in `[sweep]`: `\"{}\" = [{items}]`", reader.path))
}

/// The values of an axis: a list of alternatives, or a range. Where it is not alone, but varies together with others, a value
/// may stand more than once.
pub fn axis(
    reader: &mut ValueReader<'_>,
    key: &'static Key,
    parameter: Option<&str>,
    node: &Node<'_>,
    alone: bool,
) -> Option<Vec<Located>> {
    let place = |node: &Node<'_>| Place { source: reader.source, span: node.span() };
    let (whole, source) = (place(node), reader.source);
    let path = parameter.map_or(key.path.to_owned(), |parameter| key.path_of(parameter));
    if let Some(numbers) =
        range::numbers_if_any(reader, &Ranged { path: &path, whole: is_whole(reader, key, parameter), alone }, node)
    {
        let numbers = numbers?;
        let values = values_of(reader, key, parameter, &numbers, node)?;
        return Some(values.into_iter().map(|value| Located { value, place: whole.clone() }).collect());
    }
    let Some(list) = node.get_ref().as_array() else {
        return reader.mismatch(node, &format!("a list of values for `{path}`"));
    };
    if list.is_empty() {
        let message = format!("an empty list for `{}`", key.path);
        let help = Some("leave the key out to keep the base's value".to_owned());
        reader.report(node.span(), Fault::missing(message, "expected at least one value").or_help(help));
        return None;
    }
    // Every alternative is read, so that each mistake is reported.
    let (mut all, mut seen, mut good) = (Vec::new(), HashSet::new(), true);
    for item in list {
        let Some(alternatives) = alternative(reader, key, parameter, item) else {
            good = false;
            continue;
        };
        if alone && !alternatives.iter().all(|value| seen.insert(value.clone())) {
            let message = format!("a value of `{}` is given twice", key.path);
            reader.report(item.span(), Fault::twice(message, "expected each value once"));
            good = false;
        }
        if all.len() + alternatives.len() > MOST_ALTERNATIVES {
            reader.report(
                item.span(),
                Fault::too_many("too many values", format!("expected {MOST_ALTERNATIVES} at most")),
            );
            return None;
        }
        let place = Place { source, span: item.span() };
        all.extend(alternatives.into_iter().map(|value| Located { value, place: place.clone() }));
    }
    good.then_some(all)
}

/// A range's numbers as values of a key or a parameter.
fn values_of(
    reader: &mut ValueReader<'_>,
    key: &'static Key,
    parameter: Option<&str>,
    numbers: &[f64],
    node: &Node<'_>,
) -> Option<Vec<Value>> {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // whole and in range, so below 2⁵³
    let whole = |number: f64, least: u64, most: u64| {
        let fits = number.fract() == 0.0 && (0.0..9e15).contains(&number);
        fits.then_some(number as u64).filter(|integer| (least..=most).contains(integer))
    };
    let value = |number: f64| match (key.kind, parameter) {
        (KeyKind::Choice(kind) | KeyKind::Entry(kind), Some(name)) => {
            // Whether it fits the entry that it comes to, that one says.
            let value = Value::Number(number);
            let mut fitting = reader.catalogue.parameters(kind, name).iter();
            fitting.any(|parameter| fit(parameter, value.clone()).is_ok()).then_some(value)
        }
        (KeyKind::Number(range), _) => range.contains(number).then_some(Value::Number(number)),
        (KeyKind::Integer { least, most } | KeyKind::IntegerOr { least, most, .. }, _) => {
            whole(number, least, most).map(Value::Integer)
        }
        _ => None,
    };
    let expected = match (key.kind, parameter) {
        (KeyKind::Number(range), _) => range.to_string(),
        (KeyKind::Integer { least, most } | KeyKind::IntegerOr { least, most, .. }, _) => {
            ParameterKind::Integer { least, most }.to_string()
        }
        (KeyKind::Choice(kind) | KeyKind::Entry(kind), Some(name)) => {
            reader.catalogue.parameters(kind, name).first().map(|p| p.kind.to_string()).unwrap_or_default()
        }
        _ => return reader.mismatch(node, &format!("a list of values for `{}`", key.path)),
    };
    let all: Result<Vec<Value>, f64> = numbers.iter().map(|&number| value(number).ok_or(number)).collect();
    all.map_err(|outside| {
        reader.report(
            node.span(),
            Fault::out_of_range(format!("`{outside:?}` in this range"), format!("expected {expected}")),
        );
    })
    .ok()
}

/// One alternative, which for a choice may hold lists of its own.
pub fn alternative(
    reader: &mut ValueReader<'_>,
    key: &'static Key,
    parameter: Option<&str>,
    node: &Node<'_>,
) -> Option<Vec<Value>> {
    let value = match (key.kind, parameter) {
        (KeyKind::Choice(_) | KeyKind::Entry(_), Some(_)) => match scalar(node.get_ref()) {
            Some(value) => value,
            None => return reader.mismatch(node, "a number or a word"),
        },
        (KeyKind::Choice(kind), None) => {
            let entries = reader.catalogue.entries(kind);
            return choice::read(reader, key, &entries, node);
        }
        (KeyKind::Word(words), _) => Value::word(reader.word(key.path, words, node)?),
        (KeyKind::Entry(kind), None) => {
            let names: Vec<&'static str> = reader.catalogue.entries(kind).iter().map(|entry| entry.name).collect();
            Value::word(reader.word(key.path, &names, node)?)
        }
        (KeyKind::Number(range), _) => Value::Number(reader.number(key.path, range, node)?),
        (KeyKind::Integer { least, most }, _) => Value::Integer(reader.integer(key.path, least, most, node)?),
        (KeyKind::IntegerOr { word, .. }, _) if node.get_ref().as_str() == Some(word) => Value::word(word),
        (KeyKind::IntegerOr { least, most, word }, _) => {
            if node.get_ref().as_integer().is_none() {
                return reader.mismatch(node, &format!("{} or `{word}`", ParameterKind::Integer { least, most }));
            }
            Value::Integer(reader.integer(key.path, least, most, node)?)
        }
        (KeyKind::Flag, _) => match node.get_ref().as_bool() {
            Some(flag) => Value::Flag(flag),
            None => return reader.mismatch(node, "`true` or `false`"),
        },
        (KeyKind::Widths, _) => widths(reader, key.path, node)?,
        (KeyKind::ClassWeights, _) => class_weights(reader, key.path, node)?,
        (KeyKind::LayerLists, _) => {
            let lists = layer_lists(reader, node)?;
            Value::List(lists.iter().map(|layers| to_value(layers)).collect())
        }
        (KeyKind::Layers, _) => to_value(&layers(reader, node)?),
        (KeyKind::Split, _) => split(reader, node)?.into(),
        (KeyKind::Names(kind), _) => {
            let entries = reader.catalogue.entries(kind);
            names(reader, key.path, &entries, node)?
        }
    };
    Some(vec![value])
}

fn widths(reader: &mut ValueReader<'_>, path: &str, node: &Node<'_>) -> Option<Value> {
    let Some(list) = node.get_ref().as_array() else {
        return reader.mismatch(node, "a list of whole numbers, one per layer, such as `[64, 64]`,");
    };
    // Whether there may be none, the model decides.
    if list.len() > MOST_LAYERS {
        let message = format!("`{path}` has {} layers", list.len());
        reader.report(node.span(), Fault::too_many(message, format!("expected at most {MOST_LAYERS} numbers")));
        return None;
    }
    let widths: Vec<_> = list.iter().map(|item| reader.integer(path, 1, MOST_UNITS, item)).collect();
    widths.into_iter().map(|width| width.map(Value::Integer)).collect::<Option<_>>().map(Value::List)
}

/// Names of entries, each once, in the registry's order; one alone needs no list.
fn names(reader: &mut ValueReader<'_>, path: &str, entries: &[&Entry], node: &Node<'_>) -> Option<Value> {
    let names: Vec<&'static str> = entries.iter().map(|entry| entry.name).collect();
    let items: Vec<&Node<'_>> = match node.get_ref().as_array() {
        Some(list) => list.iter().collect(),
        None => vec![node],
    };
    let mut given = Vec::new();
    for item in items {
        let name = reader.word(&format!("name in `{path}`"), &names, item);
        if let Some(twice) = name.filter(|name| given.contains(&Some(*name))) {
            reader.report(item.span(), Fault::twice(format!("`{twice}` is given twice"), "expected each name once"));
            return None;
        }
        given.push(name);
    }
    let given: Vec<&str> = given.into_iter().collect::<Option<_>>()?;
    Some(Value::List(names.into_iter().filter(|name| given.contains(name)).map(Value::word).collect()))
}

/// Whether a setting takes whole numbers only.
fn is_whole(reader: &ValueReader<'_>, key: &Key, parameter: Option<&str>) -> bool {
    match (key.kind, parameter) {
        (KeyKind::Integer { .. } | KeyKind::IntegerOr { .. }, _) => true,
        (KeyKind::Choice(kind) | KeyKind::Entry(kind), Some(name)) => {
            let mut parameters = reader.catalogue.parameters(kind, name).iter();
            parameters.all(|parameter| matches!(parameter.kind, ParameterKind::Integer { .. }))
        }
        _ => false,
    }
}
