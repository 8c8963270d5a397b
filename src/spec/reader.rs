//! Reads single values of a TOML tree, and collects what is wrong with them.

use super::fault::Fault;
use super::mistake::{Mistake, Place, say};
use super::names::{meant, nearest_help};
use crate::catalogue::Catalogue;
use crate::registry::{ParameterKind, Range};
use crate::value::Value;
use std::borrow::Cow;
use std::collections::BTreeSet;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The most values that one axis, list or range may have.
pub const MOST_ALTERNATIVES: usize = 100_000;

/// Reads values of one source and collects what is wrong.
pub struct ValueReader<'p> {
    pub source: usize,
    /// The dotted key of the setting that is read.
    pub path: String,
    /// What helps where a value is of the wrong type.
    pub hint: Option<String>,
    pub mistakes: &'p mut Vec<Mistake>,
    /// Names that stand for methods which were wrong, and said so.
    pub unread_methods: &'p BTreeSet<String>,
    /// Where the entries are found that the values name.
    pub catalogue: Catalogue,
}

/// A value of the tree, with its place.
pub type Node<'i> = Spanned<DeValue<'i>>;

impl ValueReader<'_> {
    /// Reads a part of what is read, whose mistakes are said under its own dotted key.
    pub fn within<T>(&mut self, key: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        let inner = format!("{}.{key}", self.path);
        let outer = std::mem::replace(&mut self.path, inner);
        let value = read(self);
        self.path = outer;
        value
    }

    /// Adds a mistake unless it is known.
    pub fn report(&mut self, span: std::ops::Range<usize>, fault: Fault) {
        say(self.mistakes, &Place { source: self.source, span }, &self.path, fault);
    }

    /// Reports a value of the wrong type.
    pub fn mismatch<T>(&mut self, node: &Node<'_>, expected: &str) -> Option<T> {
        let fault = Fault::wrong_type(&describe(node.get_ref()), expected).or_help(self.hint.clone());
        self.report(node.span(), fault.or_help(decimal_comma(node.get_ref())));
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
            let fault = Fault::unknown(of, typed, words.iter().copied());
            self.report(node.span(), fault.or_help(nearest_help(typed, words.iter().copied())));
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
            self.report(
                node.span(),
                Fault::out_of_range(format!("`{of}` is `{number:?}`{infinite}"), format!("expected {range}")),
            );
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
                self.report(
                    node.span(),
                    Fault::out_of_range(format!("`{of}` is `{integer}`"), format!("expected {expected}")),
                );
                None
            }
        }
    }

    /// Reports a key that a section does not have; of the keys before the first table where `section` is empty.
    pub fn unknown_key<'k>(
        &mut self,
        section: &str,
        name: &Spanned<Cow<'_, str>>,
        known: impl IntoIterator<Item = &'k str>,
    ) {
        let known: Vec<&str> = known.into_iter().collect();
        let what = if section.is_empty() { "key".to_owned() } else { format!("key in `[{section}]`") };
        let fault = Fault::unknown(&what, name.get_ref(), known.iter().copied());
        self.report(name.span(), fault.meaning(meant(&self.catalogue, section, name.get_ref(), known)));
    }

    /// Reports a name that nothing has.
    pub fn unknown<'k>(&mut self, what: &str, name: &Spanned<Cow<'_, str>>, known: impl IntoIterator<Item = &'k str>) {
        let known: Vec<&str> = known.into_iter().collect();
        let fault = Fault::unknown(what, name.get_ref(), known.iter().copied());
        self.report(name.span(), fault.or_help(nearest_help(name.get_ref(), known)));
    }
}

/// A table's entries in the order of the file.
pub fn in_order<'t, 'i>(table: &'t DeTable<'i>) -> Vec<(&'t Spanned<Cow<'i, str>>, &'t Spanned<DeValue<'i>>)> {
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
        DeValue::String(text) => Some(Value::text(text.to_string())),
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

/// A number or a word as a spec writes it.
pub fn written(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(format!("\"{text}\"")),
        DeValue::Integer(integer) => Some(integer.to_string()),
        DeValue::Float(float) => Some(float.to_string()),
        DeValue::Boolean(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// A number with a comma in it, as some countries write it: what it is in TOML.
fn decimal_comma(value: &DeValue<'_>) -> Option<String> {
    let (whole, part) = value.as_str()?.split_once(',')?;
    let digits = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    (digits(whole.trim_start_matches(['+', '-'])) && digits(part))
        .then(|| format!("did you mean `{whole}.{part}`? A number has a decimal point, and no quotes"))
}
