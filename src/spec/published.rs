//! `[published]`: which published figures the runs are laid beside, and what counts as agreement.

use super::fault::Fault;
use super::reader::{Node, ValueReader, in_order};
use crate::record::{
    CourseQuantity, Published, PublishedPlot, QuantityAt, QuantityOf, QuantityPart, Rival, RunQuantity,
};
use crate::registry::Range;
use std::collections::BTreeMap;

/// The keys of the table, each with what `burnmark list keys` says of it.
pub const PUBLISHED_KEYS: [(&str, &str); 10] = [
    ("source", "the paper, report or page that published the figures: a text"),
    (
        "figures",
        "the file of the figures, CSV or JSON, beside the spec: a row each, with `quantity`, `mean`, and as far as known `sd`, `runs` and `margin`",
    ),
    ("keys", "the setting that each further column of the figures names, such as { set = \"data.set.name\" }"),
    (
        "quantities",
        "what each quantity of the figures is of a run: tables such as { part = \"test\", of = \"loss\", at = \"best\", scale = 100 } or { of = \"epochs\" }",
    ),
    (
        "margin",
        "largest difference that counts as agreement, in published standard deviations: a number greater than 0, default 1",
    ),
    (
        "tolerance",
        "the same as a share of the figure, where it has no standard deviation: a number, 0 or greater, default 0: equal as far as it is printed",
    ),
    (
        "choices",
        "swept settings of the protocol: the figures are compared under each of their values: names, default none",
    ),
    (
        "against",
        "another reproduction, and the quantity of which lower is better: { spec = \"other.toml\", quantity = \"test\" }; which of both is better, as published and by the runs?",
    ),
    (
        "figure",
        "a figure for the page, one quantity against one key: { x = \"features\", quantity = \"risk\", curve = \"theory.csv\", log = \"y\" }; the last two may be left out",
    ),
    ("note", "what explains the differences: a text"),
];

/// The keys of a quantity.
const QUANTITY_KEYS: [&str; 6] = ["part", "of", "at", "scale", "offset", "per"];

/// Reads the table; `None` where something of it is wrong, which is reported.
pub fn read(reader: &mut ValueReader<'_>, value: &Node<'_>) -> Option<Published> {
    let before = reader.mistakes.len();
    let Some(table) = value.get_ref().as_table() else {
        reader.report(value.span(), Fault::no_table("published", "expected a table, `[published]`"));
        return None;
    };
    let mut read = Published {
        source: String::new(),
        figures: String::new(),
        keys: BTreeMap::new(),
        quantities: BTreeMap::new(),
        margin: Published::USUAL_MARGIN,
        tolerance: 0.0,
        choices: Vec::new(),
        against: None,
        figure: None,
        note: String::new(),
    };
    for (name, value) in in_order(table) {
        let key = name.get_ref().as_ref();
        if PUBLISHED_KEYS.iter().any(|(known, _)| *known == key) {
            reader.within(key, |reader| read_key(reader, key, value, &mut read));
        } else {
            reader.within(key, |reader| {
                reader.unknown_key("published", name, PUBLISHED_KEYS.map(|(known, _)| known));
            });
        }
    }
    let lacks = [
        ("source", read.source.is_empty()),
        ("figures", read.figures.is_empty()),
        ("quantities", read.quantities.is_empty()),
    ];
    let known = || read.quantities.keys().map(String::as_str);
    let named = read.against.iter().map(|of| &of.quantity).chain(read.figure.iter().map(|of| &of.quantity));
    for quantity in named.filter(|quantity| !read.quantities.contains_key(*quantity)) {
        reader.report(value.span(), Fault::unknown("quantity of `[published]`", quantity, known()));
    }
    for x in read.figure.iter().map(|of| &of.x).filter(|x| !read.keys.contains_key(*x)) {
        reader.report(value.span(), Fault::unknown("key of `[published]`", x, read.keys.keys().map(String::as_str)));
    }
    for (key, _) in lacks.into_iter().filter(|(key, lacks)| *lacks && !table.contains_key(*key)) {
        let message = format!("`[published]` without `{key}`");
        reader.report(value.span(), Fault::missing(message, format!("expected `{key}`")));
    }
    (reader.mistakes.len() == before).then_some(read)
}

fn read_key(reader: &mut ValueReader<'_>, key: &str, value: &Node<'_>, read: &mut Published) {
    match key {
        "source" => read.source = text(reader, value).unwrap_or_default(),
        "figures" => read.figures = beside(reader, value).unwrap_or_default(),
        "figure" => read.figure = figure(reader, value),
        "against" => read.against = against(reader, value),
        "note" => read.note = text(reader, value).unwrap_or_default(),
        "margin" => read.margin = reader.positive("published.margin", value).unwrap_or(read.margin),
        "tolerance" => {
            read.tolerance = reader.number("published.tolerance", Range::NOT_NEGATIVE, value).unwrap_or_default();
        }
        "choices" => read.choices = texts(reader, value).unwrap_or_default(),
        "keys" => {
            let keys = entries(reader, value, "a table such as `{ set = \"data.set.kind\" }`", text);
            read.keys = keys.unwrap_or_default();
        }
        _ => {
            let quantities = entries(reader, value, "a table of quantities, `[published.quantities]`", quantity);
            read.quantities = quantities.unwrap_or_default();
        }
    }
}

fn text(reader: &mut ValueReader<'_>, node: &Node<'_>) -> Option<String> {
    match node.get_ref().as_str().filter(|text| !text.trim().is_empty()) {
        Some(text) => Some(text.trim().to_owned()),
        None => reader.mismatch(node, "a text in quotes"),
    }
}

/// A file's name: figures and other reproductions lie beside the spec.
fn beside(reader: &mut ValueReader<'_>, node: &Node<'_>) -> Option<String> {
    let name = text(reader, node)?;
    if name.contains(['/', '\\']) {
        let fault = Fault::out_of_range(format!("`{name}` is no file's name"), "expected a file beside the spec");
        reader.report(node.span(), fault);
        return None;
    }
    Some(name)
}

fn against(reader: &mut ValueReader<'_>, node: &Node<'_>) -> Option<Rival> {
    let expected = "a table such as `{ spec = \"other.toml\", quantity = \"test\" }`";
    let Some(table) = node.get_ref().as_table() else { return reader.mismatch(node, expected) };
    let before = reader.mistakes.len();
    let (mut spec, mut quantity) = (None, None);
    for (name, value) in in_order(table) {
        match name.get_ref().as_ref() {
            "spec" => spec = beside(reader, value),
            "quantity" => quantity = text(reader, value),
            _ => reader.unknown("key of `against`", name, ["spec", "quantity"]),
        }
    }
    let read = spec.zip(quantity).map(|(spec, quantity)| Rival { spec, quantity });
    if read.is_none() && reader.mistakes.len() == before {
        let fault = Fault::missing("`against` without `spec` or `quantity`", format!("expected {expected}"));
        reader.report(node.span(), fault);
    }
    read
}

fn figure(reader: &mut ValueReader<'_>, node: &Node<'_>) -> Option<PublishedPlot> {
    let expected = "a table such as `{ x = \"features\", quantity = \"risk\" }`";
    let Some(table) = node.get_ref().as_table() else { return reader.mismatch(node, expected) };
    let before = reader.mistakes.len();
    let (mut x, mut quantity, mut curve, mut log) = (None, None, None, [false; 2]);
    for (name, value) in in_order(table) {
        match name.get_ref().as_ref() {
            "x" => x = text(reader, value),
            "quantity" => quantity = text(reader, value),
            "curve" => curve = beside(reader, value),
            "log" => {
                let axes = texts(reader, value).unwrap_or_default();
                log = ["x", "y"].map(|axis| axes.iter().any(|named| named == axis));
                if let Some(axis) = axes.iter().find(|axis| !["x", "y"].contains(&axis.as_str())) {
                    reader.report(value.span(), Fault::unknown("axis", axis, ["x", "y"]));
                }
            }
            _ => reader.unknown("key of `figure`", name, ["x", "quantity", "curve", "log"]),
        }
    }
    let read = x.zip(quantity).map(|(x, quantity)| PublishedPlot { x, quantity, curve, log });
    if read.is_none() && reader.mistakes.len() == before {
        reader
            .report(node.span(), Fault::missing("`figure` without `x` or `quantity`", format!("expected {expected}")));
    }
    read
}

fn texts(reader: &mut ValueReader<'_>, node: &Node<'_>) -> Option<Vec<String>> {
    match node.get_ref().as_array() {
        Some(list) => list.iter().map(|item| text(reader, item)).collect(),
        None => text(reader, node).map(|one| vec![one]),
    }
}

/// A table whose values are all of one kind.
fn entries<T>(
    reader: &mut ValueReader<'_>,
    node: &Node<'_>,
    expected: &str,
    read: impl Fn(&mut ValueReader<'_>, &Node<'_>) -> Option<T>,
) -> Option<BTreeMap<String, T>> {
    let Some(table) = node.get_ref().as_table() else { return reader.mismatch(node, expected) };
    let all: Vec<Option<(String, T)>> = in_order(table)
        .into_iter()
        .map(|(name, value)| Some((name.get_ref().to_string(), read(reader, value)?)))
        .collect();
    all.into_iter().collect()
}

fn quantity(reader: &mut ValueReader<'_>, node: &Node<'_>) -> Option<RunQuantity> {
    let expected = "a table such as `{ part = \"test\", of = \"loss\", at = \"best\" }` or `{ of = \"epochs\" }`";
    let Some(table) = node.get_ref().as_table() else { return reader.mismatch(node, expected) };
    let before = reader.mistakes.len();
    let (mut of, mut part, mut at, mut scale, mut offset, mut per) = (None, None, None, 1.0, 0.0, None);
    for (name, value) in in_order(table) {
        match name.get_ref().as_ref() {
            "of" => of = text(reader, value),
            "part" => part = reader.word("part", &QuantityPart::NAMES, value).and_then(QuantityPart::from_name),
            "at" => at = reader.word("state", &QuantityAt::NAMES, value).and_then(QuantityAt::from_name),
            "scale" => scale = reader.finite("scale", value).unwrap_or(scale),
            "offset" => offset = reader.finite("offset", value).unwrap_or(offset),
            "per" => per = text(reader, value),
            _ => reader.unknown("key of a quantity", name, QUANTITY_KEYS),
        }
    }
    let course = of.as_deref().and_then(CourseQuantity::from_name);
    if course.is_some() && (part.is_some() || at.is_some()) {
        let message = format!("`{}` is of a whole training", of.unwrap_or_default());
        reader.report(node.span(), Fault::unfit(message, "expected neither `part` nor `at`"));
        return None;
    }
    let Some(of) = of else {
        if reader.mistakes.len() == before {
            reader.report(node.span(), Fault::missing("a quantity without `of`", format!("expected {expected}")));
        }
        return None;
    };
    let (part, at) = (part.unwrap_or(QuantityPart::Test), at.unwrap_or(QuantityAt::Best));
    let of =
        course.map_or_else(|| known_part(reader, node, (part, of, at)), |course| Some(QuantityOf::Course(course)))?;
    (reader.mistakes.len() == before).then_some(RunQuantity { of, scale, offset, per })
}

/// The quantity of a part, if there is such a measure.
fn known_part(
    reader: &mut ValueReader<'_>,
    node: &Node<'_>,
    (part, of, at): (QuantityPart, String, QuantityAt),
) -> Option<QuantityOf> {
    let measures = crate::measure::Measure::known();
    let known: Vec<&str> = ["loss", "metric"]
        .into_iter()
        .chain(measures.iter().map(|measure| measure.name()).filter(|name| *name != "loss"))
        .chain(CourseQuantity::NAMES)
        .collect();
    if known.contains(&of.as_str()) {
        return Some(QuantityOf::Part { part, of, at });
    }
    reader.report(node.span(), Fault::unknown("quantity of a run", &of, known));
    None
}
