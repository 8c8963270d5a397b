//! A value: of a setting in a spec, of a parameter of an entry, in a row of a table. There is one type for all of them, so that a
//! value passes from the spec to the tables without translation.

#![warn(missing_docs)]

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::hash::{Hash, Hasher};

/// The name in a table that says which entry it chooses.
const KIND: &str = "kind";

/// A value of a setting.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// `true` or `false`.
    Flag(bool),
    /// A whole number.
    Integer(u64),
    /// A finite number.
    Number(f64),
    /// Which a constant can hold.
    Text(Cow<'static, str>),
    /// Units per layer, or names.
    List(Vec<Value>),
    /// Shares of a split, or a choice: an entry by its `kind`, and those of its parameters that are given.
    Table(BTreeMap<Cow<'static, str>, Value>),
}

impl Value {
    /// A text that the program knows.
    #[must_use]
    pub const fn word(word: &'static str) -> Self {
        Self::Text(Cow::Borrowed(word))
    }

    /// A text that is made at run time.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(Cow::Owned(text.into()))
    }

    /// An entry of this name, of which no parameter is given.
    #[must_use]
    pub fn choice(kind: &'static str) -> Self {
        Self::Table(BTreeMap::from([(Cow::Borrowed(KIND), Self::word(kind))]))
    }

    /// As JSON has it; nothing for `null`, also within a table.
    #[must_use]
    pub fn of_json(json: serde_json::Value) -> Option<Self> {
        Some(match json {
            serde_json::Value::Null => return None,
            serde_json::Value::Bool(flag) => Self::Flag(flag),
            serde_json::Value::Number(number) => match (number.as_u64(), number.as_f64()) {
                (Some(integer), _) => Self::Integer(integer),
                (None, number) => Self::Number(number.unwrap_or(f64::NAN)),
            },
            serde_json::Value::String(text) => Self::text(text),
            serde_json::Value::Array(items) => Self::List(items.into_iter().filter_map(Self::of_json).collect()),
            serde_json::Value::Object(fields) => {
                let part = |(name, value): (String, _)| Some((name.into(), Self::of_json(value)?));
                Self::Table(fields.into_iter().filter_map(part).collect())
            }
        })
    }

    /// The same table with one part at another value.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: Self) -> Self {
        if let Self::Table(parts) = &mut self {
            parts.insert(Cow::Borrowed(name), value);
        }
        self
    }

    /// The text that it is.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The name of the entry that it chooses.
    #[must_use]
    pub fn kind(&self) -> Option<&str> {
        self.part(KIND)?.as_text()
    }

    /// The parameters that a choice gives, by name.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, &Self)> {
        let parts = if let Self::Table(parts) = self { Some(parts) } else { None };
        parts.into_iter().flatten().map(|(name, value)| (name.as_ref(), value)).filter(|(name, _)| *name != KIND)
    }

    /// A part of a table.
    #[must_use]
    pub fn part(&self, name: &str) -> Option<&Self> {
        if let Self::Table(parts) = self { parts.get(name) } else { None }
    }

    /// The number that it is. A text that is written as a whole number is one, as in a column of counts with the word `full`.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // whole numbers of a spec are small
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Integer(integer) => Some(*integer as f64),
            Self::Text(text) => text.parse::<u64>().ok().filter(|n| n.to_string() == **text).map(|n| n as f64),
            Self::Flag(_) | Self::List(_) | Self::Table(_) => None,
        }
    }

    /// Its kind and its bits, as digests have them.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let sized = |bytes: Vec<u8>| [(bytes.len() as u64).to_le_bytes().to_vec(), bytes].concat();
        let (kind, value) = match self {
            Self::Flag(flag) => (b'f', vec![u8::from(*flag)]),
            Self::Integer(integer) => (b'i', integer.to_le_bytes().to_vec()),
            Self::Number(number) => (b'n', number.to_le_bytes().to_vec()),
            Self::Text(text) => (b't', text.as_bytes().to_vec()),
            Self::List(items) => (b'l', items.iter().flat_map(|item| sized(item.bytes())).collect()),
            Self::Table(parts) => {
                let part = |(name, value): (&Cow<'static, str>, &Self)| {
                    [sized(name.as_bytes().to_vec()), sized(value.bytes())].concat()
                };
                (b'm', parts.iter().flat_map(part).collect())
            }
        };
        [vec![kind], value].concat()
    }
}

impl PartialEq for Value {
    /// Numbers are equal where their bits are.
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Flag(a), Self::Flag(b)) => a == b,
            (Self::Integer(a), Self::Integer(b)) => a == b,
            (Self::Number(a), Self::Number(b)) => a.to_bits() == b.to_bits(),
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::List(a), Self::List(b)) => a == b,
            (Self::Table(a), Self::Table(b)) => a == b,
            _ => false,
        }
    }
}

impl Eq for Value {}

impl Hash for Value {
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::mem::discriminant(self).hash(state);
        match self {
            Self::Flag(flag) => flag.hash(state),
            Self::Integer(integer) => integer.hash(state),
            Self::Number(number) => number.to_bits().hash(state),
            Self::Text(text) => text.hash(state),
            Self::List(items) => items.hash(state),
            Self::Table(parts) => parts.hash(state),
        }
    }
}

impl fmt::Display for Value {
    /// Numbers as short as they can be told apart: `0.1`, `3`, `1e-8`; a list of numbers as `64-32`, a list of names as `f1, brier`, a
    /// choice as `adam (beta1 0.9, lr 0.001)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => flag.fmt(f),
            Self::Integer(integer) => integer.fmt(f),
            Self::Number(number) => f.write_str(format!("{number:?}").trim_end_matches(".0")),
            Self::Text(text) => text.fmt(f),
            Self::List(items) => {
                let are_names = items.iter().all(|item| matches!(item, Self::Text(_)));
                let items: Vec<String> = items.iter().map(ToString::to_string).collect();
                f.write_str(&items.join(if are_names { ", " } else { "-" }))
            }
            Self::Table(_) => write_choice(f, self.kind().unwrap_or_default(), self.parameters()),
        }
    }
}

/// `adam (beta1 0.9, lr 0.001)`; empty texts say nothing and are left out.
pub(crate) fn write_choice<'v>(
    f: &mut fmt::Formatter<'_>,
    kind: &str,
    parameters: impl Iterator<Item = (&'v str, &'v Value)>,
) -> fmt::Result {
    f.write_str(kind)?;
    let mut next = " (";
    for (name, value) in parameters.filter(|(_, value)| value.as_text() != Some("")) {
        write!(f, "{next}{name} {value}")?;
        next = ", ";
    }
    f.write_str(if next == ", " { ")" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_equal_where_kind_and_bits_are() {
        let all = [
            Value::Number(f64::NAN),
            Value::Number(0.0),
            Value::Number(-0.0),
            Value::Number(1.0),
            Value::Integer(1),
            Value::Flag(true),
            Value::word("1"),
            Value::word("true"),
            Value::List(vec![Value::Integer(1)]),
            Value::List(vec![Value::Integer(1), Value::Integer(1)]),
            Value::List(vec![Value::word("1")]),
            Value::choice("1"),
        ];
        for (place, value) in all.iter().enumerate() {
            for (other_place, other) in all.iter().enumerate() {
                assert_eq!(value == other, place == other_place, "{value:?} {other:?}");
                assert_eq!(value.bytes() == other.bytes(), place == other_place, "{value:?} {other:?}");
            }
        }
        assert_eq!(all.iter().collect::<std::collections::HashSet<_>>().len(), all.len());
        assert_eq!(Value::Integer(258).bytes(), [b'i', 2, 1, 0, 0, 0, 0, 0, 0]);
        assert_eq!(Value::Number(1.0).bytes(), [b'n', 0, 0, 0, 0, 0, 0, 0xf0, 0x3f]);
        assert_eq!((Value::text("é").bytes(), Value::Flag(true).bytes()), (vec![b't', 0xc3, 0xa9], vec![b'f', 1]));
        assert_eq!(Value::text("a"), Value::word("a"));
    }

    #[test]
    fn a_value_reads_as_a_spec_writes_it() {
        let json = r#"{"kind":"adam","every":3,"lr":0.30000000000000004,"one":1.0,"per":"step"}"#;
        let choice: Value = serde_json::from_str(json).unwrap();
        assert_eq!((choice.kind(), choice.part("one")), (Some("adam"), Some(&Value::Number(1.0))));
        assert_eq!(choice.parameters().count(), 4);
        assert_eq!(choice.to_string(), "adam (every 3, lr 0.30000000000000004, one 1, per step)");
        assert_eq!(Value::choice("adam").to_string(), "adam");
        let lists: Vec<Value> = serde_json::from_str(r#"[[64,32],["f1","brier"],[]]"#).unwrap();
        assert_eq!(lists.iter().map(ToString::to_string).collect::<Vec<_>>(), ["64-32", "f1, brier", ""]);
    }
}
