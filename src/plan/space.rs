//! The space of an experiment's runs: all combinations of its settings, with the files and the data sets that they name.

use super::combinations::{Combinations, Cursor, SweepPart};
use super::files::Files;
use super::run_spec::{RunSpec, Section};
use super::sets::canonical;
use crate::protocol::Factorial;
use crate::record::{CaseLabel, is_label, with_usual};
use crate::value::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Combinations of which each was checked.
#[derive(Clone, Debug)]
pub struct Space {
    pub combinations: Combinations,
    pub files: Files,
    /// The digest of each data set that occurs, by its canonical form.
    pub digests: BTreeMap<String, String>,
    /// The marks of the data sets that have one, by their digests.
    pub marks: BTreeMap<String, String>,
    /// What labelled cases are called.
    pub labels: Vec<CaseLabel>,
    parts: Vec<SweepPart>,
}

impl Space {
    pub fn new(combinations: Combinations, files: Files, digests: BTreeMap<String, String>) -> Self {
        let parts = combinations.parts();
        Self { combinations, files, digests, marks: BTreeMap::new(), labels: Vec::new(), parts }
    }

    /// Puts a part's member into a run.
    pub fn put(&self, cursor: &mut Cursor<'_>, member: u64, run: &mut RunSpec) {
        cursor.put(member, run).expect("every combination was checked");
        if cursor.sections.contains(&Section::Model) {
            self.files.complete(run);
        }
    }

    /// The run of a combination.
    pub fn finish(&self, index: u64, seed: u64) -> RunSpec {
        let mut run = self.combinations.complete(index, seed).expect("every combination was checked");
        self.files.complete(&mut run);
        run
    }

    /// Settings with what their cases are called.
    fn labelled(&self, mut settings: BTreeMap<String, Value>) -> BTreeMap<String, Value> {
        if !self.labels.is_empty() {
            settings = with_usual(&settings);
            CaseLabel::add(&self.labels, &mut settings);
        }
        settings
    }

    /// The values that a setting takes, as tables write them.
    pub fn values(&self, setting: &str) -> BTreeSet<String> {
        if is_label(setting) {
            return self.labels.iter().filter(|case| case.axis == setting).map(|case| case.label.clone()).collect();
        }
        let mut values = BTreeSet::new();
        for part in 0..self.parts.len() {
            let _ = self.each_member(part, |_, settings| {
                values.extend(with_usual(settings).get(setting).map(Value::to_string));
                Some(())
            });
        }
        values
    }

    /// The digest of the figures of a run's data set.
    pub fn data_digest(&self, run: &RunSpec) -> &str {
        &self.digests[&data_key(run)]
    }
}

/// What a run's data set is called among the digests.
pub fn data_key(run: &RunSpec) -> String {
    canonical(&run.set())
}

impl Factorial for Space {
    fn parts(&self) -> Vec<u64> {
        self.parts.iter().map(|part| part.members).collect()
    }

    fn each_member(
        &self,
        part: usize,
        mut each: impl FnMut(u64, &BTreeMap<String, Value>) -> Option<()>,
    ) -> Option<()> {
        let part = self.parts.get(part)?;
        let (mut cursor, mut run) = (self.combinations.cursor(part), self.finish(0, 0));
        for member in 0..part.members {
            self.put(&mut cursor, member, &mut run);
            let mut settings = BTreeMap::new();
            part.sections.iter().for_each(|section| run.add_settings(*section, &mut settings));
            each(member, &self.labelled(settings))?;
        }
        Some(())
    }

    fn settings(&self, combination: u64) -> Option<BTreeMap<String, Value>> {
        Some(self.labelled(self.finish(combination, 0).settings()))
    }

    fn combination(&self, members: &[u64]) -> u64 {
        self.combinations.index(self.parts.iter().zip(members.iter().copied()))
    }

    fn member(&self, part: usize, combination: u64) -> u64 {
        self.combinations.member(&self.parts[part], combination)
    }
}
