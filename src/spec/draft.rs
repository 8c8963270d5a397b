//! Values by key, as a base and its overrides give them.

use super::mistake::Place;
use crate::catalogue::Catalogue;
use crate::value::Value;
use std::collections::BTreeMap;

/// A value of the right type, before defaults, and where it stands.
#[derive(Clone, Debug)]
pub struct Located {
    pub value: Value,
    pub place: Place,
}

/// A run's settings in the making: by path, the last one set wins. A parameter set by its own path wins over the same
/// parameter inside its choice.
#[derive(Clone, Debug, Default)]
pub struct RunDraft {
    pub values: BTreeMap<String, Located>,
    /// Where the entries are found that the values name.
    pub catalogue: Catalogue,
}

impl RunDraft {
    pub fn set(&mut self, path: &str, value: Located) {
        match self.values.get_mut(path) {
            Some(known) => *known = value,
            None => drop(self.values.insert(path.to_owned(), value)),
        }
    }

    /// Sets a path's value; where there is none, the one that it has in `base`, if it has one.
    pub fn put(&mut self, path: &str, value: Option<&Located>, base: &Self) {
        match value.or_else(|| base.values.get(path)) {
            Some(value) => self.set(path, value.clone()),
            None => drop(self.values.remove(path)),
        }
    }

    /// Drops the values of all paths that begin so.
    pub fn forget(&mut self, prefix: &str) {
        self.values.retain(|path, _| !path.starts_with(prefix));
    }

    /// Where a path's value stands.
    pub fn place(&self, path: &str) -> Option<&Place> {
        self.values.get(path).map(|located| &located.place)
    }
}
