//! Reading one TOML value as a key asks: what comes out is a list of alternatives, one unless the value holds lists.

use super::choice::fit;
use super::keys::{Key, KeyKind};
use super::problem::{Place, Problem, nearest};
use super::range::Ranged;
use super::typed::{Located, Typed};
use crate::data::{OWN, Shares, TestPart};
use crate::registry::{Entry, ParameterKind, Range, Value};
use std::collections::HashSet;
use toml::Spanned;
use toml::de::DeValue;

/// The most problems that are collected: enough to see what is wrong.
pub const MOST_PROBLEMS: usize = 500;
/// The most values that one axis, list or range may have.
pub const MOST_ALTERNATIVES: usize = 100_000;
/// The widest layer and the deepest network; `check` bounds their product.
const MOST_UNITS: u64 = 1_000_000;
const MOST_LAYERS: usize = 1000;

/// Reads values of one source and collects what is wrong.
pub struct Reader<'p> {
    pub source: usize,
    pub problems: &'p mut Vec<Problem>,
}

pub type Node<'i> = Spanned<DeValue<'i>>;

impl Reader<'_> {
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

    pub fn mismatch<T>(&mut self, node: &Node<'_>, expected: &str) -> Option<T> {
        let found = describe(node.get_ref());
        let alone = expected.trim_end_matches(',');
        self.report(node.span(), format!("{found} where {expected} belongs"), format!("expected {alone}"), None);
        None
    }

    /// The value of a key in the base of a spec: exactly one.
    pub fn value(&mut self, key: &'static Key, parameter: Option<&str>, node: &Node<'_>) -> Option<Typed> {
        let mut all = self.alternative(key, parameter, node)?;
        if all.len() != 1 {
            let message = format!("a list of {} values for `{}` outside `[sweep]`", all.len(), key.path);
            let help = Some(format!("move it into `[sweep]`: \"{}\" = [ … ]", key.path));
            self.report(node.span(), message, "expected one value", help);
        }
        all.pop()
    }

    /// The values of an axis: a list of alternatives, or a range. Where it is not alone, but varies together with others, a value
    /// may stand more than once.
    pub fn axis(
        &mut self,
        key: &'static Key,
        parameter: Option<&str>,
        node: &Node<'_>,
        alone: bool,
    ) -> Option<Vec<Located>> {
        let place = |node: &Node<'_>| Place { source: self.source, span: node.span() };
        let (whole, source) = (place(node), self.source);
        let path = parameter.map_or(key.path.to_owned(), |parameter| format!("{}.{parameter}", key.path));
        if let Some(numbers) = self.range_if_any(&Ranged { path: &path, whole: is_whole(key, parameter), alone }, node)
        {
            let numbers = numbers?;
            let typed = self.numbers(key, parameter, &numbers, node)?;
            return Some(typed.into_iter().map(|typed| Located { typed, place: whole.clone() }).collect());
        }
        let Some(list) = node.get_ref().as_array() else {
            return self.mismatch(node, &format!("a list of values for `{path}`"));
        };
        if list.is_empty() {
            let message = format!("an empty list for `{}`", key.path);
            let help = Some("leave the key out to keep the base's value".to_owned());
            self.report(node.span(), message, "expected at least one value", help);
            return None;
        }
        // Every alternative is read, so that each mistake is reported.
        let (mut all, mut seen, mut good) = (Vec::new(), HashSet::new(), true);
        for item in list {
            let Some(alternatives) = self.alternative(key, parameter, item) else {
                good = false;
                continue;
            };
            if alone && !alternatives.iter().all(|typed| seen.insert(typed.key())) {
                let message = format!("a value of `{}` is given twice", key.path);
                self.report(item.span(), message, "expected each value once", None);
                good = false;
            }
            if all.len() + alternatives.len() > MOST_ALTERNATIVES {
                self.report(item.span(), "too many values", format!("expected {MOST_ALTERNATIVES} at most"), None);
                return None;
            }
            let place = Place { source, span: item.span() };
            all.extend(alternatives.into_iter().map(|typed| Located { typed, place: place.clone() }));
        }
        good.then_some(all)
    }

    /// A range's numbers as values of a key or a parameter.
    fn numbers(
        &mut self,
        key: &'static Key,
        parameter: Option<&str>,
        numbers: &[f64],
        node: &Node<'_>,
    ) -> Option<Vec<Typed>> {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // whole and in range, so below 2⁵³
        let whole = |number: f64, least: u64, most: u64| {
            let fits = number.fract() == 0.0 && (0.0..9e15).contains(&number);
            fits.then_some(number as u64).filter(|integer| (least..=most).contains(integer))
        };
        let typed = |number: f64| match (key.kind, parameter) {
            (KeyKind::Choice(entries), Some(name)) => {
                // Whether it fits the entry that it comes to, that one says.
                let value = Value::Number(number);
                let entries = entries();
                let mut fitting = entries.iter().filter_map(|entry| entry.parameter(name));
                fitting.any(|parameter| fit(parameter, value.clone()).is_ok()).then_some(Typed::Parameter(value))
            }
            (KeyKind::Number(range), _) => range.contains(number).then_some(Typed::Number(number)),
            (KeyKind::Integer { least, most } | KeyKind::IntegerOr { least, most, .. }, _) => {
                whole(number, least, most).map(Typed::Integer)
            }
            _ => None,
        };
        let expected = match (key.kind, parameter) {
            (KeyKind::Number(range), _) => range.to_string(),
            (KeyKind::Integer { least, most } | KeyKind::IntegerOr { least, most, .. }, _) => {
                ParameterKind::Integer { least, most }.to_string()
            }
            (KeyKind::Choice(entries), Some(name)) => {
                let entries = entries();
                entries.iter().find_map(|entry| entry.parameter(name)).map(|p| p.kind.to_string()).unwrap_or_default()
            }
            _ => return self.mismatch(node, &format!("a list of values for `{}`", key.path)),
        };
        let all: Result<Vec<Typed>, f64> = numbers.iter().map(|&number| typed(number).ok_or(number)).collect();
        all.map_err(|outside| {
            self.report(node.span(), format!("`{outside:?}` in this range"), format!("expected {expected}"), None);
        })
        .ok()
    }

    /// One alternative, which for a choice may hold lists of its own.
    pub fn alternative(&mut self, key: &'static Key, parameter: Option<&str>, node: &Node<'_>) -> Option<Vec<Typed>> {
        let typed = match (key.kind, parameter) {
            (KeyKind::Choice(_), Some(_)) => match scalar(node.get_ref()) {
                Some(value) => Typed::Parameter(value),
                None => return self.mismatch(node, "a number or a word"),
            },
            (KeyKind::Choice(entries), None) => {
                let choices = self.choice(key, &entries(), node)?;
                return Some(choices.into_iter().map(Typed::Choice).collect());
            }
            (KeyKind::Word(words), _) => Typed::Word(self.word(key.path, words, node)?),
            (KeyKind::Entry(entries), _) => {
                let names: Vec<&'static str> = entries().iter().map(|entry| entry.name).collect();
                Typed::Word(self.word(key.path, &names, node)?)
            }
            (KeyKind::Number(range), _) => Typed::Number(self.number(key.path, range, node)?),
            (KeyKind::Integer { least, most }, _) => Typed::Integer(self.integer(key.path, least, most, node)?),
            (KeyKind::IntegerOr { word, .. }, _) if node.get_ref().as_str() == Some(word) => Typed::Word(word),
            (KeyKind::IntegerOr { least, most, word }, _) => {
                if node.get_ref().as_integer().is_none() {
                    return self.mismatch(node, &format!("{} or `{word}`", ParameterKind::Integer { least, most }));
                }
                Typed::Integer(self.integer(key.path, least, most, node)?)
            }
            (KeyKind::Flag, _) => match node.get_ref().as_bool() {
                Some(flag) => Typed::Flag(flag),
                None => return self.mismatch(node, "`true` or `false`"),
            },
            (KeyKind::Widths, _) => Typed::Widths(self.widths(key.path, node)?),
            (KeyKind::Shares, _) => Typed::Shares(self.shares(node)?),
            (KeyKind::Names(entries), _) => Typed::Names(self.entry_names(key.path, &entries(), node)?),
        };
        Some(vec![typed])
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

    fn number(&mut self, of: &str, range: Range, node: &Node<'_>) -> Option<f64> {
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

    fn widths(&mut self, path: &str, node: &Node<'_>) -> Option<Vec<usize>> {
        let Some(list) = node.get_ref().as_array() else {
            return self.mismatch(node, "a list of whole numbers, one per layer, such as `[64, 64]`,");
        };
        // Whether there may be none, the model decides.
        if list.len() > MOST_LAYERS {
            let message = format!("`{path}` has {} layers", list.len());
            self.report(node.span(), message, format!("expected at most {MOST_LAYERS} numbers"), None);
            return None;
        }
        let widths: Vec<_> = list.iter().map(|item| self.integer(path, 1, MOST_UNITS, item)).collect();
        widths.into_iter().map(|width| usize::try_from(width?).ok()).collect()
    }

    /// Names of entries, each once, in the registry's order; one alone needs no list.
    fn entry_names(&mut self, path: &str, entries: &[&Entry], node: &Node<'_>) -> Option<Vec<&'static str>> {
        let names: Vec<&'static str> = entries.iter().map(|entry| entry.name).collect();
        let mut given = Vec::new();
        let items: Vec<&Node<'_>> = match node.get_ref().as_array() {
            Some(list) => list.iter().collect(),
            None => vec![node],
        };
        for item in items {
            let name = self.word(&format!("name in `{path}`"), &names, item);
            if let Some(twice) = name.filter(|name| given.contains(&Some(*name))) {
                self.report(item.span(), format!("`{twice}` is given twice"), "expected each name once", None);
                return None;
            }
            given.push(name);
        }
        let given: Vec<&str> = given.into_iter().collect::<Option<_>>()?;
        Some(names.into_iter().filter(|name| given.contains(name)).collect())
    }

    fn shares(&mut self, node: &Node<'_>) -> Option<Shares> {
        const EXPECTED: &str = "`{ train = …, validation = …, test = … }`, or `holdout` in the place of `test`";
        const NAMES: [&str; 4] = ["train", "validation", "test", "holdout"];
        let Some(table) = node.get_ref().as_table() else {
            return self.mismatch(node, EXPECTED);
        };
        let (mut shares, mut own, before) = ([None; 4], false, self.problems.len());
        for (name, value) in table {
            match NAMES.iter().position(|known| *known == name.get_ref()) {
                Some(3) if value.get_ref().as_str() == Some(OWN) => own = true,
                Some(3) if value.get_ref().as_str().is_some() => {
                    return self.mismatch(value, &format!("a share or `\"{OWN}\"`"));
                }
                Some(index) => shares[index] = self.number(NAMES[index], Range::POSITIVE, value),
                None => self.unknown("share", name, NAMES),
            }
        }
        if self.problems.len() > before {
            return None;
        }
        let (train, validation, test) = match (shares, own) {
            ([Some(train), Some(validation), Some(test), None], false) => (train, validation, TestPart::Drawn(test)),
            ([Some(train), Some(validation), None, Some(held)], false) => (train, validation, TestPart::Held(held)),
            ([Some(train), Some(validation), None, None], true) => (train, validation, TestPart::Own),
            ([_, _, Some(_), _], own) if own || shares[3].is_some() => {
                let message = "a split has `test` or `holdout`, not both: the held-out rows are the test part";
                self.report(node.span(), message, format!("expected {EXPECTED}"), None);
                return None;
            }
            _ => {
                self.report(node.span(), "a split needs three shares", format!("expected {EXPECTED}"), None);
                return None;
            }
        };
        // The sum of decimal shares is off 1 by roundings only.
        let sum = shares.into_iter().flatten().sum::<f64>();
        if (sum - 1.0).abs() > 1e-9 {
            let of = if own { " of the rows that are not held out" } else { "" };
            self.report(node.span(), format!("the shares{of} add up to {sum}"), "expected a sum of 1", None);
            return None;
        }
        Some(Shares { train, validation, test })
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

/// Whether a setting takes whole numbers only.
fn is_whole(key: &Key, parameter: Option<&str>) -> bool {
    match (key.kind, parameter) {
        (KeyKind::Integer { .. } | KeyKind::IntegerOr { .. }, _) => true,
        (KeyKind::Choice(entries), Some(name)) => {
            let entries = entries();
            let mut kinds = entries.iter().filter_map(|entry| Some(entry.parameter(name)?.kind));
            kinds.all(|kind| matches!(kind, ParameterKind::Integer { .. }))
        }
        _ => false,
    }
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
