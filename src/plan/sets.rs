//! The data sets of a spec while it is checked.

use super::data_fit::merged_numbers;
use super::measures::MeasureFit;
use super::parted::{split_notes, split_warnings};
use super::run_spec::RunSpec;
use crate::data::{self, DataError, DataSet, Draw, split};
use crate::record::{Reading, counted};
use crate::registry::Choice;
use std::collections::{BTreeMap, HashSet};
use std::path::Path;

/// Data sets: the digest of each, and the figures of the last one only, since a sweep may have many.
#[derive(Default)]
pub struct Sets {
    pub digests: BTreeMap<String, String>,
    /// The marks of those that have one, by their digests.
    pub marks: BTreeMap<String, String>,
    /// What was read of each.
    pub readings: BTreeMap<String, Reading>,
    pub measures: MeasureFit,
    /// Settings of data and precisions of which [`Self::note`] took note.
    noted: HashSet<String>,
    /// Sets with a new draw for each seed of which one was read: it stands for all.
    drawn: HashSet<String>,
    last: Option<(String, Result<DataSet, DataError>)>,
}

impl Sets {
    /// The set of a run, as its seed sees it.
    pub fn load(&mut self, run: &RunSpec, folder: &Path) -> Result<&DataSet, &DataError> {
        let set = run.set();
        let name = canonical(&set);
        if self.last.as_ref().is_none_or(|(known, _)| *known != name) {
            let loaded = run.set_in(folder).and_then(|set| data::load(&set));
            if let Ok(loaded) = &loaded {
                let marks = &mut self.marks;
                self.digests.entry(name.clone()).or_insert_with(|| {
                    let digest = loaded.digest();
                    marks.extend(loaded.mark().map(|mark| (digest.clone(), mark)));
                    digest
                });
                if run.data.draw == Draw::Once {
                    self.readings.entry(name.clone()).or_insert_with(|| loaded.reading(run.set_name()));
                } else if self.drawn.insert(canonical(&run.data.set)) {
                    let mut reading = loaded.reading(format!("{}, drawn anew for each seed", run.set_name()));
                    reading.notes.push(format!("what is read here is the draw of seed {}", run.seed));
                    self.readings.insert(name.clone(), reading);
                }
            }
            self.last = Some((name, loaded));
        }
        let (_, loaded) = self.last.as_ref().expect("loaded above");
        loaded.as_ref()
    }

    /// Adds to what was read of a run's set how large its parts are, and what its precision does to it.
    pub fn note(&mut self, run: &RunSpec) {
        let name = canonical(&run.set());
        if !self.noted.insert(
            serde_json::to_string(&(&run.data, run.precision.name(), &run.train.class_weights)).unwrap_or_default(),
        ) {
            return;
        }
        let (Some((_, Ok(set))), Some(reading)) =
            (self.last.as_ref().filter(|(last, _)| *last == name), self.readings.get_mut(&name))
        else {
            return;
        };
        if let Ok(parts) = split(set, run.data.split, run.seed) {
            reading.parts.insert([&parts.train, &parts.validation, &parts.test].map(|part| part.len() as u64));
            for note in split_notes(run, set, &parts) {
                reading.note(note);
            }
            split_warnings(run, set, &parts).into_iter().for_each(|warning| reading.warn(warning));
        }
        let Ok(ready) = data::ready(set, run.data.split, 1, run.seed) else { return };
        if set.recipe.is_some() {
            let (columns, inputs) =
                (counted(set.features.cols(), "column"), counted(ready.set.features.cols(), "input"));
            reading.note(format!("{columns} as {inputs} by the training part of seed {}", run.seed));
        }
        if run.data.degree == 1 {
            merged_numbers(run, &ready.set).into_iter().for_each(|warning| reading.warn(warning));
        }
    }
}

/// A data set's settings as the key of its digest.
pub fn canonical(set: &Choice) -> String {
    serde_json::to_string(set).expect("a choice is plain data")
}
