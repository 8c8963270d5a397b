//! Values of a spec in their own types, before defaults.

use super::mistake::Place;
use crate::data::{Shares, TestPart};
use crate::model::layers::{WrittenLayer, in_words};
use crate::registry::{Choice, Entry, Value};
use std::collections::BTreeMap;

/// A value of the right type, before defaults.
#[derive(Clone, Debug, PartialEq)]
pub enum Typed {
    Word(&'static str),
    Number(f64),
    Integer(u64),
    Flag(bool),
    Widths(Vec<usize>),
    Layers(Vec<WrittenLayer<Choice>>),
    Names(Vec<&'static str>),
    Shares(Shares),
    Choice(Partial),
    /// One parameter of a choice that stands elsewhere; which range it must lie in, that choice decides.
    Parameter(Value),
}

impl Typed {
    /// Whether it is a choice that says what this parameter is.
    pub fn gives(&self, parameter: &str) -> bool {
        matches!(self, Self::Choice(partial) if partial.given.contains_key(parameter))
    }
}

/// What tells a value apart from others; numbers by their bits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Identity {
    Word(&'static str),
    Number(u64),
    Integer(u64),
    Flag(bool),
    Widths(Vec<usize>),
    /// In words, which no two different lists share.
    Layers(String),
    Names(Vec<&'static str>),
    Shares([u64; 3], bool),
    Choice(&'static str, BTreeMap<&'static str, Value>),
    Parameter(Value),
}

impl Typed {
    pub fn key(&self) -> Identity {
        match self {
            Self::Word(word) => Identity::Word(word),
            Self::Number(number) => Identity::Number(number.to_bits()),
            Self::Integer(integer) => Identity::Integer(*integer),
            Self::Flag(flag) => Identity::Flag(*flag),
            Self::Widths(widths) => Identity::Widths(widths.clone()),
            Self::Layers(layers) => Identity::Layers(in_words(layers)),
            Self::Names(names) => Identity::Names(names.clone()),
            Self::Shares(shares) => {
                let test = match shares.test {
                    TestPart::Drawn(share) | TestPart::Held(share) => share,
                    TestPart::Own => 0.0, // no share is 0
                };
                Identity::Shares([shares.train, shares.validation, test].map(f64::to_bits), shares.is_held_out())
            }
            Self::Choice(Partial { entry, given }) => Identity::Choice(entry.name, given.clone()),
            Self::Parameter(value) => Identity::Parameter(value.clone()),
        }
    }
}

/// A choice without its defaults.
#[derive(Clone, Debug)]
pub struct Partial {
    pub entry: &'static Entry,
    pub given: BTreeMap<&'static str, Value>,
}

impl PartialEq for Partial {
    fn eq(&self, other: &Self) -> bool {
        self.entry.name == other.entry.name && self.given == other.given
    }
}

/// A value and where it stands.
#[derive(Clone, Debug)]
pub struct Located {
    pub typed: Typed,
    pub place: Place,
}
