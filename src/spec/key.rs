//! What a row of the table of keys says.

use crate::catalogue::EntryKind;
use crate::registry::Range;
use crate::value::Value;

/// A key that a run's settings consist of; a dotted name, as `[sweep]` takes it.
#[derive(Debug)]
pub struct Key {
    pub path: &'static str,
    pub description: &'static str,
    pub kind: KeyKind,
    /// What its numbers count, such as `epochs`; none for a share, a strength or a word.
    pub unit: Option<&'static str>,
    /// `None`: has to be given, unless it is optional.
    pub default: Option<Value>,
    /// Whether a run may be without it.
    pub optional: bool,
    /// What the checks of other sections and of the data see of its value.
    pub seen: Visible,
    /// Which of its values the planner looks at one by one.
    pub apart: Distinction,
    /// Whether it means nothing to a solver, which takes no training steps.
    pub by_steps: bool,
}

/// What of a setting's value the other sections may depend on. Combinations of which they see the same are checked once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visible {
    Nothing,
    /// Of a choice, the entry without its parameters.
    Kind,
    /// Whether the value is another one than the default, such as a strength greater than 0.
    Used,
    /// The value.
    Value,
    /// The value where this word is that of another key.
    ValueWhere(&'static str, &'static str),
}

/// Which values of an axis the planner tells apart. One value stands for all others that it does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distinction {
    Each,
    /// The default from all others.
    Used,
    Never,
}

impl Key {
    /// The path of a parameter of what the key chooses.
    #[must_use]
    pub fn path_of(&self, parameter: &str) -> String {
        format!("{}.{parameter}", self.path.trim_end_matches(".kind"))
    }

    pub(super) const fn new(
        path: &'static str,
        description: &'static str,
        kind: KeyKind,
        default: Option<Value>,
    ) -> Self {
        let (seen, apart) = (Visible::Value, Distinction::Each);
        Self { path, description, kind, unit: None, default, optional: false, seen, apart, by_steps: false }
    }

    pub(super) const fn seen(mut self, seen: Visible) -> Self {
        self.seen = seen;
        self
    }

    pub(super) const fn apart(mut self, apart: Distinction) -> Self {
        self.apart = apart;
        self
    }

    pub(super) const fn in_unit(mut self, unit: &'static str) -> Self {
        self.unit = Some(unit);
        self
    }

    pub(super) const fn by_steps(mut self) -> Self {
        self.by_steps = true;
        self
    }

    pub(super) const fn optional(mut self) -> Self {
        self.optional = true;
        self
    }
}

/// What a key's value is.
#[derive(Clone, Copy, Debug)]
pub enum KeyKind {
    /// One of these words.
    Word(&'static [&'static str]),
    /// The name of an entry whose parameters are keys of their own.
    Entry(EntryKind),
    /// A number in a range.
    Number(Range),
    /// A whole number, from `least` to `most`.
    Integer { least: u64, most: u64 },
    /// A whole number, from `least` to `most`, or this word.
    IntegerOr { least: u64, most: u64, word: &'static str },
    /// `true` or `false`.
    Flag,
    /// A list of whole numbers greater than 0: units per hidden layer.
    Widths,
    /// A list of layers.
    Layers,
    /// Lists of layers.
    LayerLists,
    /// A word, a list of numbers or a table of numbers by label.
    ClassWeights,
    /// A list of names of entries, each once and in the registry's order.
    Names(EntryKind),
    /// `{ train = …, validation = …, test = … }`, each greater than 0, together 1, or `holdout` in the place of `test`; rows in
    /// their order; folds; or the parts that a set comes with.
    Split,
    /// The name of an entry, or a table with its `kind` and parameters.
    Choice(EntryKind),
}
