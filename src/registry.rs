//! What an entry of a registry looks like, and a choice from one.
//!
//! Data sets, activations, initial weights, optimizers and annealing rules are each one file with an [`Entry`] and one
//! line in their room's `ENTRIES`. Spec files, `burnmark list`, the guide's tables and the conformance tests read
//! these slices, so a newcomer that stands in one is known everywhere.

#![warn(missing_docs)]

mod chosen;

pub use chosen::{Chosen, Registered, Registry};

use crate::value::{Value, write_choice};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::mem::ManuallyDrop;

/// What every entry says of itself.
#[derive(Debug)]
pub struct Entry {
    /// As written in a spec: lower case, words joined by `-`.
    pub name: &'static str,
    /// One line, without a full stop.
    pub description: &'static str,
    /// From 1. A change that alters a bit of what the entry computes raises it: runs that use the entry get another identity,
    /// and only those.
    pub revision: u32,
    /// Where it comes from: author, year, equation; for data: who collected it.
    pub source: &'static str,
    /// What a spec can give it besides its name.
    pub parameters: &'static [Parameter],
}

impl Entry {
    /// The parameter of a name.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&'static Parameter> {
        self.parameters.iter().find(|parameter| parameter.name == name)
    }
}

/// One parameter of an entry.
#[derive(Debug)]
pub struct Parameter {
    /// The key in a spec, and after a dot the column in the tables.
    pub name: &'static str,
    /// One line.
    pub description: &'static str,
    /// Which values it can take.
    pub kind: ParameterKind,
    /// Never dropped, as nothing that a constant holds is; so lists of parameters can be arguments of constant functions.
    default: ManuallyDrop<Option<Value>>,
    /// Whether a choice at the default says nothing of it: a parameter that came later is not part of choices that do not use it,
    /// so that these keep their identities.
    pub left_out: bool,
    /// What its numbers count or measure, such as `epochs`; none for a share, a factor or a text.
    pub unit: Option<&'static str>,
}

impl Parameter {
    /// A parameter that has to be given.
    #[must_use]
    pub const fn new(name: &'static str, description: &'static str, kind: ParameterKind) -> Self {
        Self { name, description, kind, default: ManuallyDrop::new(None), left_out: false, unit: None }
    }

    /// A parameter that may be left out.
    #[must_use]
    pub const fn with_default(
        name: &'static str,
        description: &'static str,
        kind: ParameterKind,
        default: Value,
    ) -> Self {
        Self { name, description, kind, default: ManuallyDrop::new(Some(default)), left_out: false, unit: None }
    }

    /// `None`: has to be given.
    #[must_use]
    pub fn default(&self) -> Option<&Value> {
        self.default.as_ref()
    }

    /// The same, whose numbers are in this unit: `epochs`, or `per step`.
    #[must_use]
    pub const fn in_unit(mut self, unit: &'static str) -> Self {
        self.unit = Some(unit);
        self
    }

    /// The same, left out of choices at its default.
    #[must_use]
    pub const fn left_out(mut self) -> Self {
        self.left_out = true;
        self
    }
}

/// Which values a parameter can take.
#[derive(Clone, Copy, Debug)]
pub enum ParameterKind {
    /// A finite number.
    Number(Range),
    /// A whole number in a range, with both ends.
    Integer {
        /// The lower end.
        least: u64,
        /// The upper end.
        most: u64,
    },
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// `true` or `false`.
    Flag,
    /// Any text, such as a column's name; not empty unless that is the default.
    Text,
    /// The name of a column of a table, or several names: in a list, or in one text with commas between them.
    Columns,
    /// The path of a file, from the spec's folder on. A run's identity has the data's digest instead.
    File,
}

impl ParameterKind {
    /// What its values are, whichever of them it can take.
    #[must_use]
    pub const fn type_name(&self) -> &'static str {
        match self {
            Self::Number(_) => "number",
            Self::Integer { .. } => "whole number",
            Self::Flag => "flag",
            Self::OneOf(_) | Self::Text | Self::Columns | Self::File => "text",
        }
    }
}

/// A range of finite numbers, each end within or without.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// The lower end.
    pub low: f64,
    /// Whether the lower end is within.
    pub low_within: bool,
    /// The upper end.
    pub high: f64,
    /// Whether the upper end is within.
    pub high_within: bool,
}

impl Range {
    /// Any number.
    pub const FINITE: Self =
        Self { low: f64::NEG_INFINITY, low_within: false, high: f64::INFINITY, high_within: false };
    /// Greater than 0.
    pub const POSITIVE: Self = Self { low: 0.0, low_within: false, high: f64::INFINITY, high_within: false };
    /// 0 or greater.
    pub const NOT_NEGATIVE: Self = Self { low: 0.0, low_within: true, high: f64::INFINITY, high_within: false };
    /// From 0 to below 1: a probability of omission, a coefficient of momentum.
    pub const BELOW_ONE: Self = Self { low: 0.0, low_within: true, high: 1.0, high_within: false };
    /// Greater than 0, up to and with 1: a factor that shrinks.
    pub const FACTOR: Self = Self { low: 0.0, low_within: false, high: 1.0, high_within: true };

    /// Whether a number is within; one that is not finite never is.
    #[must_use]
    pub fn contains(&self, value: f64) -> bool {
        let above = value > self.low || (self.low_within && value == self.low);
        let below = value < self.high || (self.high_within && value == self.high);
        value.is_finite() && above && below
    }

    /// The range from the lower to the higher end of the two.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        let starts_first = self.low < other.low || (self.low == other.low && self.low_within);
        let ends_last = self.high > other.high || (self.high == other.high && self.high_within);
        let low = if starts_first { self } else { other };
        let high = if ends_last { self } else { other };
        Self { low: low.low, low_within: low.low_within, high: high.high, high_within: high.high_within }
    }
}

/// A unit as it follows a range: `, in epochs`, `, per step`; nothing for none.
#[must_use]
pub fn in_unit(unit: Option<&str>) -> String {
    match unit {
        Some(per) if per.starts_with("per ") => format!(", {per}"),
        Some(unit) => format!(", in {unit}"),
        None => String::new(),
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let above = if self.low_within { "at least" } else { "greater than" };
        let below = if self.high_within { "at most" } else { "less than" };
        match (self.low.is_finite(), self.high.is_finite()) {
            (true, true) => write!(f, "a number {above} {} and {below} {}", self.low, self.high),
            (true, false) => write!(f, "a number {above} {}", self.low),
            (false, true) => write!(f, "a number {below} {}", self.high),
            (false, false) => write!(f, "a finite number"),
        }
    }
}

impl fmt::Display for ParameterKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(range) => range.fmt(f),
            Self::Integer { least, most: u64::MAX } => write!(f, "a whole number, {least} or more"),
            Self::Integer { least, most } => write!(f, "a whole number from {least} to {most}"),
            Self::OneOf(words) => {
                let words: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
                write!(f, "one of {}", words.join(", "))
            }
            Self::Flag => f.write_str("`true` or `false`"),
            Self::Text => f.write_str("a text in quotes"),
            Self::Columns => f.write_str("a column's name in quotes, or several"),
            Self::File => f.write_str("a file's path in quotes, from the spec's folder on"),
        }
    }
}

/// An entry by name, with a value for each of its parameters: complete, no default is applied later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// The entry's name.
    pub kind: String,
    /// A value for each parameter, by its name.
    #[serde(flatten)]
    pub parameters: BTreeMap<String, Value>,
}

impl Choice {
    /// The entry with its defaults.
    #[must_use]
    pub fn of(entry: &Entry) -> Self {
        let parameters = entry.parameters.iter().filter(|p| !p.left_out);
        let parameters = parameters.filter_map(|p| Some((p.name.to_owned(), p.default()?.clone()))).collect();
        Self { kind: entry.name.to_owned(), parameters }
    }

    /// The same choice with one parameter at another value.
    #[must_use]
    pub fn with(mut self, name: &str, value: Value) -> Self {
        self.parameters.insert(name.to_owned(), value);
        self
    }

    /// The same choice without parameters that say what leaving them out says.
    #[must_use]
    pub fn without_left_out(mut self, entry: &Entry) -> Self {
        let says_nothing = |name: &str, value: &Value| {
            let parameter = entry.parameter(name).filter(|parameter| parameter.left_out);
            parameter.is_some_and(|parameter| parameter.default() == Some(value))
        };
        self.parameters.retain(|name, value| !says_nothing(name, value));
        self
    }

    /// A parameter that is a number.
    ///
    /// # Panics
    /// Where the choice has no such number: a mistake in an entry, found by the registries' tests.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // whole numbers of a spec stay below 2⁵³
    pub fn number(&self, name: &str) -> f64 {
        match self.parameters.get(name) {
            Some(Value::Number(number)) => *number,
            Some(Value::Integer(integer)) => *integer as f64,
            other => panic!("`{}` has no number `{name}`: {other:?}", self.kind),
        }
    }

    /// A parameter that is a whole number.
    ///
    /// # Panics
    /// Where the choice has no such parameter.
    #[must_use]
    pub fn integer(&self, name: &str) -> u64 {
        match self.parameters.get(name) {
            Some(Value::Integer(integer)) => *integer,
            other => panic!("`{}` has no whole number `{name}`: {other:?}", self.kind),
        }
    }

    /// A parameter that is a whole number which counts things in memory.
    ///
    /// # Panics
    /// Where the choice has no such parameter.
    #[must_use]
    pub fn count(&self, name: &str) -> usize {
        usize::try_from(self.integer(name)).expect("a range in the registry keeps counts small")
    }

    /// A parameter that is a word or another text.
    ///
    /// # Panics
    /// Where the choice has no such parameter.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        match self.parameters.get(name) {
            Some(Value::Text(text)) => text,
            other => panic!("`{}` has no text `{name}`: {other:?}", self.kind),
        }
    }
}

impl fmt::Display for Choice {
    /// `adam (beta1 0.9, lr 0.001)`; empty texts say nothing and are left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_choice(f, &self.kind, self.parameters.iter().map(|(name, value)| (name.as_str(), value)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_know_their_ends() {
        assert!(Range::BELOW_ONE.contains(0.0) && !Range::BELOW_ONE.contains(1.0));
        assert!(!Range::POSITIVE.contains(0.0) && !Range::POSITIVE.contains(f64::INFINITY));
        assert!(!Range::NOT_NEGATIVE.contains(f64::NAN) && Range::FACTOR.contains(1.0));
        assert_eq!(Range::BELOW_ONE.to_string(), "a number at least 0 and less than 1");
    }

    #[test]
    fn a_choice_survives_json_with_every_bit() {
        let choice = Choice { kind: "adam".to_owned(), parameters: BTreeMap::new() }
            .with("lr", Value::Number(0.1 + 0.2))
            .with("one", Value::Number(1.0))
            .with("every", Value::Integer(3))
            .with("per", Value::word("step"));
        let json = serde_json::to_string(&choice).unwrap();
        assert_eq!(json, r#"{"kind":"adam","every":3,"lr":0.30000000000000004,"one":1.0,"per":"step"}"#);
        assert_eq!(serde_json::from_str::<Choice>(&json).unwrap(), choice);
    }
}
