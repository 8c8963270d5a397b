//! A base and the axes of a sweep, as values by key: not yet put together.

use super::draft::Located;
use super::draft::RunDraft;
use super::key::KeyKind;
use super::keys::find;
use super::mistake::Place;
use crate::catalogue::Catalogue;
use crate::data::{Shares, Split};
use crate::record::CASE;
use crate::value::Value;
use std::collections::HashSet;

/// A base and its axes.
#[derive(Clone, Debug)]
pub struct Sweep {
    pub base: RunDraft,
    /// In the order of the file; the first varies slowest.
    pub axes: Vec<SweepAxis>,
    /// Where in the spec what is missing could be added.
    pub end: Place,
}

/// One axis of a sweep: one setting, or several that vary together.
#[derive(Clone, Debug)]
pub struct SweepAxis {
    /// The settings, each once; at least one.
    pub paths: Vec<String>,
    /// At least one, each with a value for each setting; none if that of the base stands.
    pub alternatives: Vec<Vec<Option<Located>>>,
    /// What each alternative is called; empty where none has a name.
    pub labels: Vec<Option<String>>,
    /// The setting whose values these names are: `case` or `regularizer`.
    pub called: &'static str,
}

impl SweepAxis {
    /// Without names.
    #[must_use]
    pub fn new(paths: Vec<String>, alternatives: Vec<Vec<Option<Located>>>) -> Self {
        Self { paths, alternatives, labels: Vec::new(), called: CASE }
    }

    /// Whether its alternatives have names, and more than one.
    pub fn is_labelled(&self) -> bool {
        let without = self.labels.iter().filter(|label| label.is_none()).count();
        !self.names().is_empty() && self.names().len() + without > 1
    }

    /// Its names, each once.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for name in self.labels.iter().flatten() {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
        names
    }

    /// How many values the axis has.
    pub fn values(&self) -> usize {
        self.alternatives.len()
    }

    /// Drops some of its settings, and alternatives that differed by nothing else; whether any setting is left.
    pub fn forget(&mut self, replaced: impl Fn(&str) -> bool, base: &RunDraft) -> bool {
        let stays: Vec<bool> = self.paths.iter().map(|path| !replaced(path)).collect();
        if stays.contains(&false) {
            retain(&mut self.paths, &stays);
            self.alternatives.iter_mut().for_each(|row| retain(row, &stays));
            self.keep_each_once(base);
        }
        !self.paths.is_empty()
    }

    /// Keeps the first of alternatives that are equal with what the base or a default says where they say nothing.
    pub fn keep_each_once(&mut self, base: &RunDraft) {
        let whole = |row: &Vec<Option<Located>>| {
            let value = |setting| self.value(row, setting, base);
            (0..self.paths.len()).map(value).collect()
        };
        let whole: Vec<Vec<Option<Value>>> = self.alternatives.iter().map(whole).collect();
        let mut seen = HashSet::new();
        let stays: Vec<bool> = whole.into_iter().map(|row| seen.insert(row)).collect();
        retain(&mut self.alternatives, &stays);
        retain(&mut self.labels, &stays);
    }

    /// An alternative's value of a setting, or what its own choice, the base or a default says instead.
    pub fn value(&self, row: &[Option<Located>], setting: usize, base: &RunDraft) -> Option<Value> {
        if let Some(located) = &row[setting] {
            return Some(located.value.clone());
        }
        let path = &self.paths[setting];
        if let (Some((_, Some(parameter))), Some((owner, _))) = (find(&base.catalogue, path), path.rsplit_once('.')) {
            let own = self.paths.iter().position(|path| path == owner).and_then(|column| row[column].as_ref());
            let given = base.values.get(path).map(|located| located.value.clone());
            return given.or_else(|| own.or_else(|| base.values.get(owner))?.value.part(parameter).cloned());
        }
        base.values.get(path).map(|located| located.value.clone()).or_else(|| usual(&base.catalogue, path))
    }

    /// Gives a draft one alternative's values; the base's where it has none.
    pub fn put(&self, pick: usize, draft: &mut RunDraft, base: &RunDraft) {
        for (path, value) in self.paths.iter().zip(&self.alternatives[pick]) {
            draft.put(path, value.as_ref(), base);
        }
    }
}

impl Sweep {
    /// The values of one of an axis's settings, where an alternative has none the base's or the default; none if that, too,
    /// is none.
    pub fn column(&self, axis: &SweepAxis, setting: usize) -> Vec<Option<Value>> {
        axis.alternatives.iter().map(|row| axis.value(row, setting, &self.base)).collect()
    }
}

/// A setting's default, where it is one value.
fn usual(catalogue: &Catalogue, path: &str) -> Option<Value> {
    let (key, _) = find(catalogue, path)?;
    match (key.kind, key.default.as_ref()?) {
        (KeyKind::Choice(kind), Value::Text(name)) => Some(Value::choice(catalogue.entry(kind, name)?.name)),
        (KeyKind::Split, _) => Some(Split::from(Shares::USUAL).into()),
        (_, default) => Some(default.clone()),
    }
}

/// What tells an alternative apart from others, wherever its values are written.
pub fn keys_of(row: &[Option<Located>]) -> Vec<Option<Value>> {
    row.iter().map(|value| Some(value.as_ref()?.value.clone())).collect()
}

/// Keeps what is to stay, place by place.
fn retain<T>(all: &mut Vec<T>, stays: &[bool]) {
    let mut stays = stays.iter();
    all.retain(|_| stays.next().is_some_and(|stays| *stays));
}
