//! Reading the layers of a model from parts: a list of tables, each of a kind that one of its keys names.

use super::choice::{self, fit};
use super::fault::Fault;
use super::keys::KEYS;
use super::names::nearest_help;
use super::reader::{Node, ValueReader, in_order, scalar};
use crate::catalogue::EntryKind;
use crate::model::layers::{ACTIVATION, FLAGS, LayerEntry, WrittenLayer, WrittenWithin};
use crate::registry::{Choice, Parameter};
use crate::value::Value;
use std::borrow::Cow;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The most layers that one list may have, and how deep lists may lie in one another.
const MOST: usize = 1000;
const DEEPEST: usize = 20;

const EXAMPLE: &str = "a list of layers, such as `[{ dense = 32, activation = \"gelu\" }, { norm = \"layer\" }]`,";

/// The value of `model.layers`.
pub fn layers(reader: &mut ValueReader<'_>, node: &Node<'_>) -> Option<Vec<WrittenLayer>> {
    list(reader, node, 0)
}

/// The most further networks.
const MOST_LISTS: usize = 100;

/// The value of `model.others`.
pub fn layer_lists(reader: &mut ValueReader<'_>, node: &Node<'_>) -> Option<Vec<Vec<WrittenLayer>>> {
    const EXAMPLES: &str = "lists of layers, such as `[[{ dense = 32 }], [{ dense = 8 }, { dense = 8 }]]`,";
    let Some(items) = node.get_ref().as_array() else { return reader.mismatch(node, EXAMPLES) };
    if items.is_empty() || items.len() > MOST_LISTS {
        let message = format!("{} lists of layers", items.len());
        reader.report(node.span(), Fault::out_of_range(message, format!("expected 1 to {MOST_LISTS}")));
        return None;
    }
    // Each is read, so that each mistake is reported.
    let read: Vec<_> = items.iter().map(|item| list(reader, item, 0)).collect();
    read.into_iter().collect()
}

fn list(reader: &mut ValueReader<'_>, node: &Node<'_>, depth: usize) -> Option<Vec<WrittenLayer>> {
    let Some(items) = node.get_ref().as_array() else { return reader.mismatch(node, EXAMPLE) };
    if items.is_empty() {
        reader.report(node.span(), Fault::missing("a list without layers", "expected at least one layer"));
        return None;
    }
    if items.len() > MOST || depth > DEEPEST {
        let message = if depth > DEEPEST { "layers within too many others" } else { "too many layers" };
        let expected = format!("expected at most {MOST} in a list, and lists {DEEPEST} deep");
        reader.report(node.span(), Fault::too_many(message, expected));
        return None;
    }
    // Each is read, so that each mistake is reported.
    let read: Vec<_> = items.iter().map(|item| layer(reader, item, depth)).collect();
    read.into_iter().collect()
}

/// One layer in the reading: its kind, values for its parameters and what else it takes.
struct HalfReadLayer {
    kind: &'static LayerEntry,
    choice: Choice,
    activation: Option<Choice>,
    name: Option<String>,
    within: Option<WrittenWithin>,
}

/// One layer.
fn layer(reader: &mut ValueReader<'_>, node: &Node<'_>, depth: usize) -> Option<WrittenLayer> {
    let Some(table) = node.get_ref().as_table() else {
        return reader.mismatch(node, "a layer, such as `{ dense = 32, activation = \"gelu\" }`,");
    };
    let kind = kind_of(reader, node, table)?;
    let mut layer = HalfReadLayer { kind, choice: Choice::of(&kind.entry), activation: None, name: None, within: None };
    let mut complete = true;
    for (name, value) in in_order(table) {
        complete &= set(reader, &mut layer, name, value, depth).is_some();
    }
    for key in kind.entry.parameters.iter().map(|parameter| parameter.name).chain(kind.takes.layers) {
        let known = layer.choice.parameters.contains_key(key) || table.contains_key(key);
        if !known {
            let message = format!("a layer `{}` without `{key}`", kind.entry.name);
            let expected = kind.entry.parameter(key).map_or_else(|| EXAMPLE.to_owned(), |p| p.kind.to_string());
            let expected = format!("expected `{key} = …`, {}", expected.trim_end_matches(','));
            reader.report(node.span(), Fault::missing(message, expected));
            complete = false;
        }
    }
    let HalfReadLayer { choice, activation, name, within, .. } = layer;
    complete.then(|| WrittenLayer { activation, name, within, ..WrittenLayer::of(&kind.entry, &choice) })
}

/// The kind that a key names; another one than `activation` comes first, since other kinds take one.
fn kind_of(reader: &mut ValueReader<'_>, node: &Node<'_>, table: &DeTable<'_>) -> Option<&'static LayerEntry> {
    let named = reader.catalogue.layers.iter().filter(|kind| table.contains_key(kind.entry.name));
    let kind = named.min_by_key(|kind| kind.entry.name == ACTIVATION);
    if kind.is_none() {
        let names: Vec<_> = reader.catalogue.layers.entries().map(|entry| entry.name).collect();
        match in_order(table).first() {
            Some((name, _)) => {
                let fault = Fault::unknown("kind of layer", name.get_ref(), names.iter().copied());
                let help = nearest_help(name.get_ref(), names.iter().copied())
                    .unwrap_or("`burnmark list layers` shows all".to_owned());
                reader.report(name.span(), fault.help(help));
            }
            None => reader
                .report(node.span(), Fault::missing("a layer without a kind", "expected such as `{ dense = 32 }`")),
        }
    }
    kind
}

/// Puts the value of one key into a layer.
fn set(
    reader: &mut ValueReader<'_>,
    layer: &mut HalfReadLayer,
    name: &Spanned<Cow<'_, str>>,
    value: &Node<'_>,
    depth: usize,
) -> Option<()> {
    let (kind, key) = (layer.kind, name.get_ref().as_ref());
    if let Some(parameter) = kind.entry.parameter(key) {
        let value = parameter_value(reader, parameter, value)?;
        layer.choice.parameters.insert(key.to_owned(), value);
    } else if kind.takes.layers == Some(key) {
        layer.within = Some(WrittenWithin { key: key.to_owned(), layers: list(reader, value, depth + 1)? });
    } else if kind.takes.activation && key == ACTIVATION {
        layer.activation = Some(activation(reader, value)?);
    } else if kind.takes.name && key == "name" {
        layer.name = Some(shared_name(reader, value)?);
    } else {
        let fault = Fault::unknown(&format!("key of a layer `{}`", kind.entry.name), key, kind.keys());
        let apart = || format!("`{key}` is a layer by itself: `{{ {key} = … }}`");
        let is_kind = reader.catalogue.layers.find(key).is_some();
        let help = if is_kind { Some(apart()) } else { nearest_help(key, kind.keys()) };
        reader.report(name.span(), fault.or_help(help));
        return None;
    }
    Some(())
}

fn parameter_value(reader: &mut ValueReader<'_>, parameter: &Parameter, node: &Node<'_>) -> Option<Value> {
    let value = match node.get_ref() {
        DeValue::Boolean(flag) => Some(Value::word(FLAGS[usize::from(!flag)])),
        value => scalar(value),
    };
    let Some(value) = value else { return reader.mismatch(node, &parameter.kind.to_string()) };
    fit(parameter, value)
        .map_err(|why| {
            let fault = Fault::out_of_range(why.to_string(), format!("expected {}", parameter.kind));
            reader.report(node.span(), fault);
        })
        .ok()
}

/// An activation, complete.
fn activation(reader: &mut ValueReader<'_>, node: &Node<'_>) -> Option<Choice> {
    let key = KEYS.iter().find(|key| key.path == "model.activation")?;
    let entries = reader.catalogue.entries(EntryKind::Activation);
    let read = choice::read(reader, key, &entries, node)?;
    let [given] = read.as_slice() else {
        let message = format!("a list of {} activations in a layer", read.len());
        let fault = Fault::wrong_type_in_words(message, "expected one activation");
        let help = "to vary it, list whole lists of layers in `[sweep]`: `\"model.layers\" = [[ … ], [ … ]]`";
        reader.report(node.span(), fault.help(help));
        return None;
    };
    let entry = entries.into_iter().find(|entry| Some(entry.name) == given.kind())?;
    let choice = given.parameters().fold(Choice::of(entry), |choice, (name, value)| choice.with(name, value.clone()));
    let is_missing = |parameter: &&Parameter| !choice.parameters.contains_key(parameter.name) && !parameter.left_out;
    if let Some(Parameter { name, description, kind, .. }) = entry.parameters.iter().find(is_missing) {
        let expected = format!("expected {{ kind = \"{}\", {name} = … }}, {kind}", entry.name);
        let message = format!("`{}` needs `{name}`: {description}", entry.name);
        reader.report(node.span(), Fault::missing(message, expected));
        return None;
    }
    Some(choice.without_left_out(entry))
}

/// A name by which layers share weights; it is also that of their tensors in a file of parameters.
fn shared_name(reader: &mut ValueReader<'_>, node: &Node<'_>) -> Option<String> {
    const EXPECTED: &str =
        "a name of lower-case letters, digits, `-` and `_`, other than `layers`, `networks` and `theta`";
    let Some(name) = node.get_ref().as_str() else { return reader.mismatch(node, EXPECTED) };
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c);
    if name.is_empty() || name.len() > 60 || !name.chars().all(plain) || ["layers", "networks", "theta"].contains(&name)
    {
        let shown: String = name.chars().take(60).collect();
        reader.report(node.span(), Fault::out_of_range(format!("`name` is `{shown}`"), format!("expected {EXPECTED}")));
        return None;
    }
    Some(name.to_owned())
}
