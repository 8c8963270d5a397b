//! Values of a spec in their own types, before defaults.

use super::problem::Place;
use crate::data::Shares;
use crate::registry::{Entry, Value};
use std::collections::BTreeMap;

/// A value of the right type, before defaults.
#[derive(Clone, Debug, PartialEq)]
pub enum Typed {
    Word(&'static str),
    Number(f64),
    Integer(u64),
    Flag(bool),
    Widths(Vec<usize>),
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
