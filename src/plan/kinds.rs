//! Combinations by kind: what holds for one of a kind holds for all, so that a million of them are counted by looking at a
//! few.

use super::combinations::{Combinations, SweepPart};
use super::run_spec::{RunSpec, Section};
use std::collections::HashMap;

/// Combinations that are the same to somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// One of them.
    pub index: u64,
    pub combinations: u64,
}

/// A part's members by what somebody sees of their sections: the first member of each kind, and how many there are.
#[derive(Default)]
pub struct Members {
    kinds: Vec<(u64, u64)>,
    places: HashMap<String, usize>,
}

impl Members {
    /// Adds a member, of which its sections are in the run, and all that it stands for.
    pub fn add(
        &mut self,
        part: &SweepPart,
        (member, stands_for): (u64, u64),
        run: &RunSpec,
        key: impl Fn(Section, &RunSpec) -> String,
    ) {
        let key: Vec<String> = part.sections.iter().map(|section| key(*section, run)).collect();
        let place = *self.places.entry(key.join("\n")).or_insert_with(|| {
            self.kinds.push((member, 0));
            self.kinds.len() - 1
        });
        self.kinds[place].1 += stands_for;
    }

    /// The first member of each kind.
    pub fn firsts(&self) -> impl Iterator<Item = u64> {
        self.kinds.iter().map(|(member, _)| *member)
    }
}

/// All kinds of combinations, those of the first part varying slowest.
pub fn kinds(combinations: &Combinations, parts: &[(SweepPart, Members)]) -> impl Iterator<Item = Kind> {
    let count = parts.iter().map(|(_, members)| members.kinds.len() as u64).product();
    (0..count).map(move |mut number| {
        let mut picked = Vec::new();
        for (part, members) in parts.iter().rev() {
            let kinds = members.kinds.len() as u64;
            let (member, count) = members.kinds[usize::try_from(number % kinds).expect("kinds fit memory")];
            number /= kinds;
            picked.push((part, member, count));
        }
        let index = combinations.index(picked.iter().map(|(part, member, _)| (*part, *member)));
        Kind { index, combinations: picked.iter().map(|(_, _, count)| count).product() }
    })
}
