//! The parameters that a method declares: names, ranges, defaults.

use super::mistake::FormulaMistake;
use super::names::{FormulaPurpose, is_reserved};
use super::text::{MethodTable, number};
use crate::registry::{Parameter, ParameterKind, Range};
use crate::value::Value;
use std::ops::Range as Span;
use toml::Spanned;
use toml::de::DeValue;

/// The most parameters and the most words of one.
const MOST: usize = 32;

/// A parameter of a method.
#[derive(Clone, Debug, PartialEq)]
pub struct Declared {
    pub name: String,
    pub description: String,
    pub values: Values,
}

/// What a parameter can be.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    Number { range: Range, default: Option<f64> },
    Whole { least: u64, most: u64, default: Option<u64> },
    Word { words: Vec<String>, default: Option<String> },
}

impl Declared {
    /// As an entry of a registry has it; texts live as long as the program.
    pub fn leaked(&self) -> Parameter {
        let text = |text: &str| -> &'static str { Box::leak(text.to_owned().into_boxed_str()) };
        let (kind, default) = match &self.values {
            Values::Number { range, default } => (ParameterKind::Number(*range), default.map(Value::Number)),
            Values::Whole { least, most, default } => {
                (ParameterKind::Integer { least: *least, most: *most }, default.map(Value::Integer))
            }
            Values::Word { words, default } => {
                let words: Vec<&'static str> = words.iter().map(|word| text(word)).collect();
                (
                    ParameterKind::OneOf(Box::leak(words.into_boxed_slice())),
                    default.as_deref().map(|word| Value::word(text(word))),
                )
            }
        };
        let (name, description) = (text(&self.name), text(&self.description));
        match default {
            Some(default) => Parameter::with_default(name, description, kind, default),
            None => Parameter::new(name, description, kind),
        }
    }

    /// The words that it can be.
    #[must_use]
    pub fn words(&self) -> &[String] {
        match &self.values {
            Values::Word { words, .. } => words,
            _ => &[],
        }
    }
}

/// Whether a name can be one of a parameter or a state: a key in a spec and a name in a formula.
pub fn check_name(name: &str, span: Span<usize>, purpose: FormulaPurpose, mistakes: &mut Vec<FormulaMistake>) -> bool {
    let well_formed = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.len() <= 40
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    let (message, expected) = if !well_formed {
        (format!("`{name}` cannot be a name here"), "expected small letters, digits and `_`, a letter first")
    } else if (is_reserved(name, purpose) && name != "lr") || matches!(name, "kind" | "file" | "formula" | "per") {
        (format!("`{name}` is a word of the language"), "expected another name")
    } else {
        return true;
    };
    mistakes.push(FormulaMistake::new(span, message, expected));
    false
}

/// The parameters of a method's table.
pub fn read(table: &MethodTable<'_>, purpose: FormulaPurpose, mistakes: &mut Vec<FormulaMistake>) -> Vec<Declared> {
    let Some(declared) = table.table("parameters", mistakes) else { return Vec::new() };
    if declared.table.len() > MOST {
        mistakes.push(FormulaMistake::new(declared.span, "too many parameters", format!("expected at most {MOST}")));
        return Vec::new();
    }
    let mut all = Vec::new();
    for (key, node) in declared.table {
        let name = key.get_ref().as_ref();
        if check_name(name, key.span(), purpose, mistakes)
            && let Some(values) = values(declared.text, node, mistakes)
        {
            let description = described(declared.text, node, name, mistakes);
            all.push(Declared { name: name.to_owned(), description, values });
        }
    }
    all
}

fn described(text: &str, node: &Spanned<DeValue<'_>>, name: &str, mistakes: &mut Vec<FormulaMistake>) -> String {
    let table = node.get_ref().as_table().map(|table| MethodTable { text, table, span: node.span() });
    let said = table.and_then(|table| table.passage("description", mistakes)).map(|passage| passage.text);
    said.unwrap_or_else(|| if name == "lr" { "learning rate η₀" } else { "parameter of the formula" }.to_owned())
}

/// `0.9`, `"word"` or `{ default = 0.9, least = 0, below = 1 }`
fn values(text: &str, node: &Spanned<DeValue<'_>>, mistakes: &mut Vec<FormulaMistake>) -> Option<Values> {
    if let Some(default) = number(node.get_ref()) {
        return Some(Values::Number { range: Range::FINITE, default: Some(default) });
    }
    let Some(table) = node.get_ref().as_table() else {
        let expected = "expected a default, such as `0.9`, or `{ default = 0.9, least = 0, below = 1 }`";
        mistakes.push(FormulaMistake::new(node.span(), "no number and no table", expected));
        return None;
    };
    let table = MethodTable { text, table, span: node.span() };
    table.only(&["default", "least", "above", "most", "below", "whole", "words", "description"], mistakes);
    if table.get("words").is_some() {
        return words(&table, mistakes);
    }
    let range = range(&table, mistakes)?;
    let default = table.number("default", mistakes);
    if let Some(default) = default.filter(|default| !range.contains(*default)) {
        let place = table.get("default").map_or(table.span.clone(), Spanned::span);
        mistakes.push(FormulaMistake::new(
            place,
            format!("the default `{default}` is outside of the range"),
            format!("expected {range}"),
        ));
        return None;
    }
    if !table.flag("whole", mistakes) {
        return Some(Values::Number { range, default });
    }
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // whole and from 0 to 2⁵³
    let whole = |number: f64| (number.fract() == 0.0 && (0.0..9e15).contains(&number)).then_some(number as u64);
    let least = whole(if range.low.is_finite() { range.low } else { 0.0 });
    let most = if range.high.is_finite() { whole(range.high) } else { Some(u64::MAX) };
    let fits = default.is_none_or(|default| whole(default).is_some()) && range.low_within | !range.low.is_finite();
    match (least, most) {
        (Some(least), Some(most)) if fits && (range.high_within || !range.high.is_finite()) => {
            Some(Values::Whole { least, most, default: default.and_then(whole) })
        }
        _ => {
            let expected = "expected whole numbers from 0 on in `least`, `most` and `default`";
            mistakes.push(FormulaMistake::new(table.span, "a range that is not of whole numbers", expected));
            None
        }
    }
}

fn range(table: &MethodTable<'_>, mistakes: &mut Vec<FormulaMistake>) -> Option<Range> {
    let ends = [("least", "above"), ("most", "below")].map(|(within, without)| {
        let (closed, open) = (table.number(within, mistakes), table.number(without, mistakes));
        if closed.is_some() && open.is_some() {
            let message = format!("`{within}` and `{without}` in one range");
            mistakes.push(FormulaMistake::new(table.span.clone(), message, "expected one of the two"));
        }
        (closed.or(open), closed.is_some())
    });
    let [(low, low_within), (high, high_within)] = ends;
    let (low, high) = (low.unwrap_or(f64::NEG_INFINITY), high.unwrap_or(f64::INFINITY));
    let range = Range { low, low_within, high, high_within };
    if low > high || low == high && !(low_within && high_within) {
        mistakes.push(FormulaMistake::new(
            table.span.clone(),
            "no number is in this range",
            "expected the lower end below the upper",
        ));
        return None;
    }
    Some(range)
}

fn words(table: &MethodTable<'_>, mistakes: &mut Vec<FormulaMistake>) -> Option<Values> {
    let node = table.get("words")?;
    let list = node.get_ref().as_array();
    let words: Option<Vec<String>> =
        list.and_then(|list| list.iter().map(|word| word.get_ref().as_str().map(str::to_owned)).collect());
    let Some(words) =
        words.filter(|words| !words.is_empty() && words.len() <= MOST && words.iter().all(|w| !w.is_empty()))
    else {
        mistakes.push(FormulaMistake::new(
            node.span(),
            "`words` is no list of words",
            "expected such as `[\"inside\", \"outside\"]`",
        ));
        return None;
    };
    let default = table.passage("default", mistakes).map(|passage| passage.text);
    if let Some(default) = default.as_ref().filter(|default| !words.contains(default)) {
        let place = table.get("default").map_or(table.span.clone(), Spanned::span);
        mistakes.push(FormulaMistake::new(
            place,
            format!("the default `{default}` is none of the words"),
            "expected one of them",
        ));
        return None;
    }
    Some(Values::Word { words, default })
}
