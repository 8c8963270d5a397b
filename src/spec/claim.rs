//! `[claim]`: a sentence and the rule by which the runs of the spec support or contradict it.

use super::fault::Fault;
use super::mistake::Place;
use super::protocol::{self, Name};
use super::reader::{Node, ValueReader, in_order, scalar};
use crate::measure::Measure;
use crate::record::{AveragedOver, Bound, Compared, ContrastScale, DataPart, Effect, Observed, Reduce, Take, Window};
use crate::registry::Range;
use crate::value::Value;

/// The keys of the table, each with what `burnmark list keys` says of it.
pub const CLAIM_KEYS: [(&str, &str); 23] = [
    ("row", "where the sentence comes from, such as `C1`: a text"),
    ("words", "the sentence that the runs support or contradict: a text"),
    ("formula", "the formula that it is about: a text, default none"),
    ("experiment", "what is done, in a few lines: a text, default none"),
    ("next", "what to try next: a text, default none"),
    (
        "quantity",
        "the number of each run: `metric`, `loss`, a measure of `train.measures`, `to-target`, `reached`, `diverged`, `solved`, `at-rest`, `taken`, `step-seconds`, `parameters`, or of a column of the steps { steps = \"gradient_norm\", take = \"mean\", from = 0, to = 1 }",
    ),
    ("part", "of metric, loss and measures the part of the data: one of `train`, `validation`, `test`, default test"),
    (
        "untrained",
        "whether metric, loss and measures are those before the first step: `true` or `false`, default false",
    ),
    ("at_least", "the number of a run becomes 1 where it is at least this, else 0: a finite number, default none"),
    ("at_most", "the same where it is at most this"),
    (
        "scale",
        "how two numbers are compared: one of `difference`, `ratio`, `smaller`, and of parameters `distance`, `largest-gap`, default difference",
    ),
    (
        "compare",
        "the swept setting of which two values are compared: a name, default none, which takes the number itself",
    ),
    ("first", "the first of these values, as it is written in the sweep"),
    ("second", "the second; or `{ of = \"least\" }` or `{ of = \"greatest\" }`: the best in hindsight by this number"),
    (
        "from",
        "of a distance the value whose distance from the second is its unit, default none, which takes the size of the second",
    ),
    ("by", "a second swept setting: the contrast under one of its values minus that under another, default none"),
    ("under", "the first of these values"),
    ("instead", "the second"),
    (
        "along",
        "a swept setting that is a number, along which the slope of the contrast is taken; `{ log = \"…\" }` along its logarithm, default none",
    ),
    ("reduce", "what several runs of one seed make: one of `mean`, `spread`, default mean"),
    (
        "floor",
        "of a ratio of losses, metrics or measures: the number of a run counts as at least this, because smaller ones matter to nobody and no ratio is taken of 0: a finite number greater than 0, default none",
    ),
    (
        "effect",
        "where the mean contrast has to lie, in its own unit (a factor of a ratio): { least = 10.0 }, { most = 0.5 }, both, { within = 0.02 } of no effect, or { exactly = 1e-12 } for an identity",
    ),
    (
        "over",
        "what the contrast is averaged over, and so what the claim is about: one of `families` of data sets, `seeds`, default families",
    ),
];

/// Words that stand for a number of a run without being a measure.
const OWN: [&str; 8] = ["to-target", "reached", "diverged", "solved", "at-rest", "taken", "step-seconds", "parameters"];

/// A value of a compared setting.
#[derive(Clone, Debug)]
pub enum AskedValue {
    /// As a table writes it.
    Named(String),
    Least,
    Greatest,
}

/// The table as it is written.
#[derive(Clone, Debug)]
pub struct AskedClaim {
    pub place: Place,
    pub row: Option<String>,
    pub words: Option<String>,
    pub formula: String,
    pub experiment: String,
    pub next: String,
    pub quantity: Option<(Observed, Place)>,
    pub part: Option<(DataPart, Place)>,
    pub untrained: Option<(bool, Place)>,
    pub bounds: Vec<(Bound, Place)>,
    pub scale: Option<(ContrastScale, Place)>,
    pub compare: Option<Name>,
    pub first: Option<(AskedValue, Place)>,
    pub second: Option<(AskedValue, Place)>,
    pub from: Option<(AskedValue, Place)>,
    pub by: Option<Name>,
    pub under: Option<(AskedValue, Place)>,
    pub instead: Option<(AskedValue, Place)>,
    /// And whether along its logarithm.
    pub along: Option<(Name, bool)>,
    pub reduce: Reduce,
    pub floor: Option<(f64, Place)>,
    pub effect: Option<(AskedEffect, Place)>,
    pub over: AveragedOver,
    /// Whether anything of it is wrong and was reported.
    pub spoiled: bool,
}

/// Where the contrast has to lie, as it is written.
#[derive(Clone, Copy, Debug)]
pub enum AskedEffect {
    Fixed(Effect),
    /// At most so far from no effect: a share of a factor.
    Within(f64),
}

/// Reads the table; what does not fit the sweep is reported by [`crate::protocol`].
pub fn read(reader: &mut ValueReader<'_>, value: &Node<'_>) -> Option<AskedClaim> {
    let Some(table) = value.get_ref().as_table() else {
        reader.report(value.span(), Fault::no_table("claim", "expected a table, `[claim]`"));
        return None;
    };
    let before = reader.mistakes.len();
    let mut asked = AskedClaim {
        place: Place { source: reader.source, span: value.span() },
        row: None,
        words: None,
        formula: String::new(),
        experiment: String::new(),
        next: String::new(),
        quantity: None,
        part: None,
        untrained: None,
        bounds: Vec::new(),
        scale: None,
        compare: None,
        first: None,
        second: None,
        from: None,
        by: None,
        under: None,
        instead: None,
        along: None,
        reduce: Reduce::default(),
        floor: None,
        effect: None,
        over: AveragedOver::default(),
        spoiled: false,
    };
    for (name, value) in in_order(table) {
        let key = name.get_ref().as_ref();
        if CLAIM_KEYS.iter().any(|(known, _)| *known == key) {
            read_key(reader, key, value, &mut asked);
        } else {
            reader.within(key, |reader| reader.unknown_key("claim", name, CLAIM_KEYS.map(|(known, _)| known)));
        }
    }
    for (key, expected) in [
        ("row", "expected where the sentence comes from, such as `row = \"C1\"`"),
        ("words", "expected the sentence, `words = \"…\"`"),
        ("quantity", "expected the number of each run, such as `quantity = \"loss\"`"),
        ("effect", "expected where the contrast has to lie, such as `effect = { least = 0.02 }`"),
    ] {
        if !table.contains_key(key) && reader.mistakes.len() == before {
            let fault = Fault::missing(format!("a claim without `{key}`"), expected);
            reader.within(key, |reader| reader.report(value.span(), fault));
        }
    }
    asked.spoiled = reader.mistakes.len() > before;
    Some(asked)
}

fn read_key(reader: &mut ValueReader<'_>, key: &str, value: &Node<'_>, asked: &mut AskedClaim) {
    let place = Place { source: reader.source, span: value.span() };
    let one = |reader: &mut ValueReader<'_>| match protocol::names(reader, key, value)?.as_slice() {
        [one] => Some(one.clone()),
        _ => reader.mismatch(value, "the name of one swept setting"),
    };
    match key {
        "compare" => return asked.compare = one(reader),
        "by" => return asked.by = one(reader),
        "along" => return asked.along = along(reader, value),
        _ => {}
    }
    reader.within(key, |reader| match key {
        "row" => asked.row = text(reader, value),
        "words" => asked.words = text(reader, value),
        "formula" => asked.formula = text(reader, value).unwrap_or_default(),
        "experiment" => asked.experiment = text(reader, value).unwrap_or_default(),
        "next" => asked.next = text(reader, value).unwrap_or_default(),
        "quantity" => asked.quantity = quantity(reader, value).map(|quantity| (quantity, place)),
        "part" => {
            let word = reader.word("part", &DataPart::ALL.map(DataPart::name), value);
            asked.part = word.and_then(DataPart::from_name).map(|part| (part, place));
        }
        "untrained" => match value.get_ref().as_bool() {
            Some(untrained) => asked.untrained = Some((untrained, place)),
            None => drop(reader.mismatch::<()>(value, "`true` or `false`")),
        },
        "at_least" => asked.bounds.extend(reader.finite(key, value).map(|at| (Bound::AtLeast(at), place))),
        "at_most" => asked.bounds.extend(reader.finite(key, value).map(|at| (Bound::AtMost(at), place))),
        "scale" => {
            let word = reader.word("scale", &ContrastScale::ALL.map(ContrastScale::name), value);
            asked.scale = word.and_then(ContrastScale::from_name).map(|scale| (scale, place));
        }
        "first" => asked.first = compared(reader, value, false).map(|value| (value, place)),
        "second" => asked.second = compared(reader, value, true).map(|value| (value, place)),
        "from" => asked.from = compared(reader, value, false).map(|value| (value, place)),
        "under" => asked.under = compared(reader, value, false).map(|value| (value, place)),
        "instead" => asked.instead = compared(reader, value, false).map(|value| (value, place)),
        "reduce" => {
            let word = reader.word("reduction", &Reduce::ALL.map(Reduce::name), value);
            asked.reduce = word.and_then(Reduce::from_name).unwrap_or_default();
        }
        "floor" => asked.floor = reader.positive(key, value).map(|floor| (floor, place)),
        "over" => {
            let word = reader.word("repetition", &AveragedOver::ALL.map(AveragedOver::name), value);
            asked.over = word.and_then(AveragedOver::from_name).unwrap_or_default();
        }
        _ => asked.effect = effect(reader, value).map(|effect| (effect, place)),
    });
}

fn text(reader: &mut ValueReader<'_>, node: &Node<'_>) -> Option<String> {
    match node.get_ref().as_str().filter(|text| !text.trim().is_empty()) {
        Some(text) => Some(text.trim().to_owned()),
        None => reader.mismatch(node, "a text in quotes"),
    }
}

/// A name, or `{ log = "name" }`.
fn along(reader: &mut ValueReader<'_>, node: &Node<'_>) -> Option<(Name, bool)> {
    let inner = node
        .get_ref()
        .as_table()
        .filter(|table| table.len() == 1)
        .and_then(|table| table.iter().find(|(name, _)| name.get_ref() == "log").map(|(_, value)| value));
    let (named, logarithms) = inner.map_or((node, false), |inner| (inner, true));
    if named.get_ref().as_str().is_none() {
        return reader.within("along", |reader| {
            reader.mismatch(node, "the name of a swept setting, or `{ log = \"…\" }` with one")
        });
    }
    Some((protocol::names(reader, "along", named)?.first()?.clone(), logarithms))
}

/// A value as a sweep writes it, or one that is known only afterwards.
fn compared(reader: &mut ValueReader<'_>, node: &Node<'_>, hindsight: bool) -> Option<AskedValue> {
    if let Some(value) = scalar(node.get_ref()) {
        return Some(AskedValue::Named(value.to_string()));
    }
    if let Some(flag) = node.get_ref().as_bool() {
        return Some(AskedValue::Named(flag.to_string()));
    }
    let units = node
        .get_ref()
        .as_array()
        .map(|list| list.iter().map(|item| scalar(item.get_ref())).collect::<Option<Vec<_>>>());
    if let Some(Some(units)) = units.filter(|units| units.as_ref().is_some_and(|units| !units.is_empty())) {
        return Some(AskedValue::Named(Value::List(units).to_string()));
    }
    let of = node.get_ref().as_table().filter(|table| hindsight && table.len() == 1).and_then(|table| {
        table.iter().find(|(name, _)| name.get_ref() == "of").and_then(|(_, value)| value.get_ref().as_str())
    });
    match of {
        Some("least") => Some(AskedValue::Least),
        Some("greatest") => Some(AskedValue::Greatest),
        _ if hindsight => {
            reader.mismatch(node, "a value of the setting, `{ of = \"least\" }` or `{ of = \"greatest\" }`")
        }
        _ => reader.mismatch(node, "a value of the setting"),
    }
}

fn quantity(reader: &mut ValueReader<'_>, node: &Node<'_>) -> Option<Observed> {
    if node.get_ref().as_table().is_some() {
        return steps(reader, node);
    }
    let outcomes: Vec<&'static str> = Compared::names();
    let known: Vec<&'static str> = outcomes.iter().copied().chain(OWN).collect();
    Some(match reader.word("quantity", &known, node)? {
        "to-target" => Observed::ToTarget,
        "reached" => Observed::Reached,
        "diverged" => Observed::Diverged,
        "at-rest" => Observed::AtRest,
        "solved" => Observed::Solved,
        "taken" => Observed::Taken,
        "step-seconds" => Observed::StepSeconds,
        "parameters" => Observed::Parameters,
        name => Observed::Of { what: Compared::from_name(name)?, part: DataPart::default(), untrained: false },
    })
}

/// From 0 to 1.
const SHARE: Range = Range { low: 0.0, low_within: true, high: 1.0, high_within: true };

const STEP_KEYS: [&str; 4] = ["steps", "take", "from", "to"];

/// `{ steps = "gradient_norm", take = "mean", from = 0.25, to = 1.0 }`.
fn steps(reader: &mut ValueReader<'_>, node: &Node<'_>) -> Option<Observed> {
    let before = reader.mistakes.len();
    let (mut column, mut take, mut window) = (None, Take::default(), Window::default());
    for (name, value) in node.get_ref().as_table().into_iter().flat_map(|table| in_order(table)) {
        match name.get_ref().as_ref() {
            "steps" => column = text(reader, value),
            "take" => {
                let word = reader.word("reading of a column", &Take::ALL.map(Take::name), value);
                take = word.and_then(Take::from_name).unwrap_or_default();
            }
            "from" => window.from = reader.number("claim.quantity.from", SHARE, value).unwrap_or(0.0),
            "to" => window.to = reader.number("claim.quantity.to", SHARE, value).unwrap_or(1.0),
            _ => reader.unknown("key in `claim.quantity`", name, STEP_KEYS),
        }
    }
    if reader.mistakes.len() > before {
        return None;
    }
    if window.from >= window.to {
        let message = format!("`from` is {}, and `to` is {}", window.from, window.to);
        reader.report(
            node.span(),
            Fault::out_of_range(message, "expected shares of the steps, the first below the second"),
        );
        return None;
    }
    match column {
        Some(column) => Some(Observed::Steps { column, take, window }),
        None => {
            let expected = "expected `steps = \"gradient_norm\"`, or another column of steps.parquet";
            reader.report(node.span(), Fault::missing("no column of the steps", expected));
            None
        }
    }
}

const EFFECT_KEYS: [&str; 4] = ["least", "most", "within", "exactly"];

fn effect(reader: &mut ValueReader<'_>, node: &Node<'_>) -> Option<AskedEffect> {
    let expected = "`{ least = … }`, `{ most = … }`, `{ least = …, most = … }`, `{ within = … }` or `{ exactly = … }`";
    let Some(table) = node.get_ref().as_table() else { return reader.mismatch(node, expected) };
    let before = reader.mistakes.len();
    let mut found: [Option<f64>; 4] = [None; 4];
    for (name, value) in in_order(table) {
        match EFFECT_KEYS.iter().position(|key| name.get_ref() == key) {
            Some(place @ (0 | 1)) => found[place] = reader.finite("claim.effect", value),
            Some(place) => found[place] = reader.positive("claim.effect", value),
            None => reader.unknown("key in `claim.effect`", name, EFFECT_KEYS),
        }
    }
    if reader.mistakes.len() > before {
        return None;
    }
    match found {
        [None, None, Some(within), None] => Some(AskedEffect::Within(within)),
        [None, None, None, Some(most)] => Some(AskedEffect::Fixed(Effect::Exactly(most))),
        [least, most, None, None] if least.is_some() || most.is_some() => {
            if least.zip(most).is_some_and(|(least, most)| least >= most) {
                reader.report(node.span(), Fault::out_of_range("an empty range", "expected `least` below `most`"));
                return None;
            }
            Some(AskedEffect::Fixed(Effect::Between { least, most }))
        }
        _ => reader.mismatch(node, expected),
    }
}

/// Whether a number has a part of the data.
#[must_use]
pub fn has_part(quantity: &Observed) -> bool {
    matches!(quantity, Observed::Of { what, .. } if !matches!(what, Compared::Measure(Measure { words, .. }) if !words.of_part))
}
