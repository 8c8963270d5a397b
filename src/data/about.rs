//! What a set's file says besides its numbers.

use crate::record::{LeftOutColumn, Why};

/// What a set's file says besides its numbers: names, and what to know of them. Sets of our own say nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    pub target: Option<String>,
    /// As many as there are features, or none.
    pub features: Vec<String>,
    /// Whether the features are the file's columns, and not inputs that were made of them.
    pub features_are_columns: bool,
    /// As many as there are classes, or none.
    pub classes: Vec<String>,
    /// Columns of the file that are not used.
    pub left_out: Vec<LeftOutColumn>,
    pub notes: Vec<String>,
    pub warnings: Vec<String>,
}

impl About {
    /// What a class is called in its file, for a message.
    #[must_use]
    pub fn class(&self, class: usize) -> String {
        let name =
            self.classes.get(class).map_or_else(|| format!("class {class}"), |name| format!("class `{}`", short(name)));
        self.target.as_ref().map_or_else(|| name.clone(), |target| format!("{name} of column `{}`", short(target)))
    }

    /// Adds columns that are not used.
    pub fn leave_out(&mut self, names: &[String], why: Why) {
        self.left_out.extend(names.iter().map(|name| LeftOutColumn { column: short(name), why }));
    }
}

/// A name of a file for a person, not for ever.
pub(super) fn short(name: &str) -> String {
    super::table::shortened(name).into_owned()
}

/// So few different whole numbers may be meant as labels.
const MOST_LABELS: usize = 20;

/// How many different whole numbers there are, if they may be meant as labels: few, and each more than once on average.
#[must_use]
pub fn names_classes(values: &[f64]) -> Option<usize> {
    let mut distinct: Vec<f64> = Vec::new();
    for value in values {
        if !distinct.contains(value) {
            if value.fract() != 0.0 || distinct.len() == MOST_LABELS {
                return None;
            }
            distinct.push(*value);
        }
    }
    (distinct.len() > 1 && values.len() >= 2 * distinct.len()).then_some(distinct.len())
}
