//! The kind of values that a setting has in the tables.

use super::key::{Key, KeyKind};
use super::keys::{KEYS, find};
use crate::catalogue::Catalogue;
use crate::registry::ParameterKind;
use crate::value::Value;
use std::collections::HashMap;
use std::sync::LazyLock;

/// The kind of values that a setting has in the tables. It is that of its key and not of the values that occur, so that the
/// tables of a spec with fewer values have the same columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ColumnKind {
    Flag,
    Integer,
    Number,
    Text,
}

impl ColumnKind {
    /// Of the setting with this dotted name; `None` if it is of no key.
    #[must_use]
    pub fn of(catalogue: &Catalogue, path: &str) -> Option<Self> {
        static OF_KEYS: LazyLock<HashMap<String, ColumnKind>> = LazyLock::new(ColumnKind::of_keys);
        OF_KEYS.get(path).copied().or_else(|| {
            let (KeyKind::Choice(kind) | KeyKind::Entry(kind), Some(parameter)) =
                find(catalogue, path).map(|(key, parameter)| (key.kind, parameter))?
            else {
                return None;
            };
            // Entries that name different kinds alike share the wider one.
            catalogue.parameters(kind, parameter).iter().map(|parameter| Self::of_parameter(parameter.kind)).max()
        })
    }

    fn of_keys() -> HashMap<String, Self> {
        let column = |key: &Key| match key.kind {
            KeyKind::Flag => (key.path.to_owned(), Self::Flag),
            KeyKind::Integer { .. } => (key.path.to_owned(), Self::Integer),
            KeyKind::Number(_) => (key.path.to_owned(), Self::Number),
            KeyKind::Word(_)
            | KeyKind::Entry(_)
            | KeyKind::IntegerOr { .. }
            | KeyKind::Widths
            | KeyKind::Layers
            | KeyKind::LayerLists
            | KeyKind::ClassWeights
            | KeyKind::Names(_) => (key.path.to_owned(), Self::Text),
            // Parts of a table have names of their own. What is held out is a share or a word.
            KeyKind::Split => (format!("{}.holdout", key.path), Self::Text),
            KeyKind::Choice(_) => (format!("{}.kind", key.path), Self::Text),
        };
        KEYS.iter().map(column).collect()
    }

    const fn of_parameter(kind: ParameterKind) -> Self {
        match kind {
            ParameterKind::Number(_) => Self::Number,
            ParameterKind::Integer { .. } => Self::Integer,
            ParameterKind::Flag => Self::Flag,
            ParameterKind::OneOf(_) | ParameterKind::Text | ParameterKind::Columns | ParameterKind::File => Self::Text,
        }
    }

    /// A value in this column.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // whole numbers of a spec stay below 2⁵³
    pub fn put(self, setting: Value) -> Value {
        match (self, setting) {
            (Self::Number, Value::Integer(integer)) => Value::Number(integer as f64),
            (Self::Text, setting @ (Value::Flag(_) | Value::Integer(_) | Value::Number(_))) => {
                Value::text(setting.to_string())
            }
            (_, setting) => setting,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_of_its_key() {
        use ColumnKind::{Flag, Integer, Number, Text};
        let columns = ["train.batch", "train.epochs", "optimizer.lr", "data.set.kind", "model.bias", "annealing.every"];
        assert_eq!(
            columns.map(|path| ColumnKind::of(&Catalogue::standard(), path).unwrap()),
            [Text, Integer, Number, Text, Flag, Integer]
        );
        // Of entries that name different kinds alike the wider one counts; so none may use these names otherwise, or the identities of
        // all runs on generated sets change.
        let of_sets =
            ["samples", "noise", "seed", "steps", "classes", "features"].map(|name| format!("data.set.{name}"));
        assert_eq!(
            of_sets.map(|path| ColumnKind::of(&Catalogue::standard(), &path).unwrap()),
            [Integer, Number, Integer, Integer, Integer, Integer]
        );
        assert_eq!(ColumnKind::of(&Catalogue::standard(), "train.none"), None);
        assert_eq!(Text.put(Value::Integer(16)), Value::word("16"));
        assert_eq!(Number.put(Value::Integer(1)), Value::Number(1.0));
        assert_eq!(Integer.put(Value::Integer(1)), Value::Integer(1));
    }
}
