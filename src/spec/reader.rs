//! Reads single values of a TOML tree, and collects what is wrong with them.

use super::problem::{MOST_PROBLEMS, Place, Problem, nearest};
use crate::registry::{ParameterKind, Range, Value};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The most values that one axis, list or range may have.
pub const MOST_ALTERNATIVES: usize = 100_000;

/// Reads values of one source and collects what is wrong.
pub struct Reader<'p> {
    pub source: usize,
    pub problems: &'p mut Vec<Problem>,
}

/// A value of the tree, with its place.
pub type Node<'i> = Spanned<DeValue<'i>>;

impl Reader<'_> {
    /// Adds a mistake unless it is known.
    pub fn report(
        &mut self,
        span: std::ops::Range<usize>,
        message: impl Into<String>,
        expected: impl Into<String>,
        help: Option<String>,
    ) {
        let place = Place { source: self.source, span };
        let problem = Problem { place, message: message.into(), expected: expected.into(), help };
        if self.problems.len() < MOST_PROBLEMS && !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    /// Reports a value of the wrong type.
    pub fn mismatch<T>(&mut self, node: &Node<'_>, expected: &str) -> Option<T> {
        let found = describe(node.get_ref());
        let alone = expected.trim_end_matches(',');
        self.report(node.span(), format!("{found} where {expected} belongs"), format!("expected {alone}"), None);
        None
    }

    /// One of these words.
    pub fn word(&mut self, of: &str, words: &[&'static str], node: &Node<'_>) -> Option<&'static str> {
        let listed = words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
        let Some(typed) = node.get_ref().as_str() else {
            return self.mismatch(node, &format!("one of {listed}"));
        };
        let found = words.iter().find(|word| **word == typed);
        if found.is_none() {
            let help = nearest(typed, words.iter().copied());
            self.report(node.span(), format!("unknown {of} `{typed}`"), format!("expected one of {listed}"), help);
        }
        found.copied()
    }

    /// A number in this range.
    pub fn number(&mut self, of: &str, range: Range, node: &Node<'_>) -> Option<f64> {
        let Some(number) = number(node.get_ref()) else {
            return self.mismatch(node, &range.to_string());
        };
        if !range.contains(number) {
            let infinite = if number.is_finite() { "" } else { ", which is not finite" };
            self.report(node.span(), format!("`{of}` is `{number:?}`{infinite}"), format!("expected {range}"), None);
            return None;
        }
        Some(number)
    }

    /// A finite number.
    pub fn finite(&mut self, of: &str, node: &Node<'_>) -> Option<f64> {
        self.number(of, Range::FINITE, node)
    }

    /// Greater than 0, up to and with 1.
    pub fn share(&mut self, of: &str, node: &Node<'_>) -> Option<f64> {
        self.number(of, Range::FACTOR, node)
    }

    /// A finite number greater than 0.
    pub fn positive(&mut self, of: &str, node: &Node<'_>) -> Option<f64> {
        self.number(of, Range::POSITIVE, node)
    }

    /// A whole number; a float is none.
    pub fn integer(&mut self, of: &str, least: u64, most: u64, node: &Node<'_>) -> Option<u64> {
        let expected = ParameterKind::Integer { least, most }.to_string();
        let Some(integer) = node.get_ref().as_integer() else {
            return self.mismatch(node, &expected);
        };
        match u64::from_str_radix(integer.as_str(), integer.radix()) {
            Ok(value) if (least..=most).contains(&value) => Some(value),
            _ => {
                self.report(node.span(), format!("`{of}` is `{integer}`"), format!("expected {expected}"), None);
                None
            }
        }
    }

    /// Reports a name that nothing has.
    pub fn unknown<'k>(
        &mut self,
        what: &str,
        name: &Spanned<std::borrow::Cow<'_, str>>,
        known: impl IntoIterator<Item = &'k str>,
    ) {
        let known: Vec<_> = known.into_iter().collect();
        let help = nearest(name.get_ref(), known.iter().copied());
        let listed = known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let expected =
            if listed.is_empty() { "expected nothing here".to_owned() } else { format!("expected one of {listed}") };
        self.report(name.span(), format!("unknown {what} `{}`", name.get_ref()), expected, help);
    }
}

/// A table's entries in the order of the file.
pub fn in_order<'t, 'i>(
    table: &'t DeTable<'i>,
) -> Vec<(&'t Spanned<std::borrow::Cow<'i, str>>, &'t Spanned<DeValue<'i>>)> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(name, _)| name.span().start);
    entries
}

/// A number, whole or not, possibly not finite.
#[allow(clippy::cast_precision_loss)]
pub fn number(value: &DeValue<'_>) -> Option<f64> {
    match value {
        // −0.0 + 0.0 is 0.0: one number, one run.
        DeValue::Float(float) => float.as_str().parse::<f64>().ok().map(|number| number + 0.0),
        DeValue::Integer(integer) => {
            i128::from_str_radix(integer.as_str(), integer.radix()).ok().map(|integer| integer as f64)
        }
        _ => None,
    }
}

/// A single number or word. A negative whole number becomes a number, since no range of whole numbers holds one.
pub fn scalar(value: &DeValue<'_>) -> Option<Value> {
    match value {
        DeValue::Integer(integer) => u64::from_str_radix(integer.as_str(), integer.radix())
            .map(Value::Integer)
            .ok()
            .or_else(|| number(value).map(Value::Number)),
        DeValue::Float(_) => number(value).map(Value::Number),
        DeValue::String(text) => Some(Value::Text(text.to_string())),
        _ => None,
    }
}

/// A value in words, for messages.
fn describe(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("the text \"{}\"", text.chars().take(40).collect::<String>()),
        DeValue::Integer(integer) => format!("the number {integer}"),
        DeValue::Float(float) => format!("the number {float}"),
        DeValue::Boolean(flag) => format!("`{flag}`"),
        DeValue::Datetime(_) => "a date".to_owned(),
        DeValue::Array(list) => format!("a list of {}", list.len()),
        DeValue::Table(_) => "a table".to_owned(),
    }
}
