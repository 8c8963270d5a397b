//! Values by key, as a base and its overrides give them.

use super::finishing::Finishing;
use super::keys::KEYS;
use super::problem::{Place, Problem};
use super::run_spec::{RunSpec, Section};
use super::typed::Located;
use super::unfit::unfit;
use std::collections::BTreeMap;

/// A run's settings in the making: by path, the last one set wins. A parameter set by its own path wins over the same
/// parameter inside its choice.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    pub(super) values: BTreeMap<String, Located>,
}

impl Draft {
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

    /// Finishes some sections of a run, of which this draft may know no others; or what is missing or wrong.
    pub fn finish_sections(&self, sections: &[Section], end: &Place, run: &mut RunSpec) -> Result<(), Vec<Problem>> {
        let mut finishing = Finishing { draft: self, end, problems: Vec::new() };
        let whole = sections.iter().all(|section| finishing.section(*section, run).is_some());
        if whole && finishing.problems.is_empty() { Ok(()) } else { Err(finishing.problems) }
    }

    /// The complete run, with every default filled in; or what is missing or does not fit, said at `end` where there
    /// is no better place. `given`: which settings the spec names at all.
    pub fn finish(&self, seed: u64, end: &Place, given: impl Fn(&str) -> bool) -> Result<RunSpec, Vec<Problem>> {
        let mut finishing = Finishing { draft: self, end, problems: Vec::new() };
        let run = finishing.run(seed);
        for unfit in run.iter().flat_map(|run| unfit(run, &given)) {
            finishing.unfit(unfit.path, &unfit.why, unfit.expected);
        }
        run.filter(|_| finishing.problems.is_empty()).ok_or(finishing.problems)
    }
}

/// All paths that a spec may set, for suggestions.
pub fn all_paths() -> Vec<String> {
    let mut paths: Vec<String> = Vec::new();
    for key in KEYS {
        paths.push(key.path.to_owned());
        if let super::keys::KeyKind::Choice(entries) = key.kind {
            for parameter in entries().iter().flat_map(|entry| entry.parameters) {
                paths.push(format!("{}.{}", key.path, parameter.name));
            }
        }
    }
    paths.dedup();
    paths
}
