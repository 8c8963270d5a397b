//! Generated data sets of one sweep that are the same data under two names: they would count as several.

use super::run_spec::{DataSpec, RunSpec};
use crate::data;
use crate::registry::Choice;
use std::collections::HashMap;

/// The generated sets that were seen so far.
#[derive(Default)]
pub struct Generated {
    /// The first set of each digest, and of each kind of standardized data without what only scales them.
    known: HashMap<String, Choice>,
}

impl Generated {
    /// Why the set of a run is the same data as an earlier one's: they differ by what changes nothing, or by a scale that
    /// standardization undoes.
    pub fn same(&mut self, run: &RunSpec, digest: &str) -> Option<String> {
        let set = &run.data.set;
        if !data::is_drawn(set) {
            return None;
        }
        let (first, differing) = self.first_of(digest.to_owned(), set);
        if first != *set {
            return Some(format!("`{first}` and `{set}` hold the same data: {differing} changes nothing here"));
        }
        if !run.data.standardize {
            return None;
        }
        let unscaled = DataSpec { set: data::without_scales(set), ..run.data.clone() };
        let (first, differing) = self.first_of(serde_json::to_string(&unscaled).unwrap_or_default(), set);
        (first != *set).then(|| {
            let told = format!("`{first}` and `{set}` are the same data once they are standardized");
            format!("{told}: {differing} only scales features{}", remedy(set))
        })
    }

    /// The first set of these data, and by which parameters this one differs from it.
    fn first_of(&mut self, data: String, set: &Choice) -> (Choice, String) {
        let first = self.known.entry(data).or_insert_with(|| set.clone()).clone();
        let differing = set.parameters.iter().filter(|(name, value)| first.parameters.get(*name) != Some(value));
        let names: Vec<String> = differing.map(|(name, _)| format!("`{name}`")).collect();
        (first, names.join(" and "))
    }
}

/// What a set has that standardization does not undo.
fn remedy(set: &Choice) -> &'static str {
    if set.kind == "linear" { "; `columns = \"collinear\"` has a condition number that stays" } else { "" }
}
