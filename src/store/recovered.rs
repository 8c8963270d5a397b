//! What of a result folder can be recovered.
//!
//! A table counts if its digest stands in the manifest, or in the manifest that was about to take its place when the
//! process was killed. If one table does not, none does: their rows refer to one another. A line of the journal counts if
//! its own digest is right, and a run's parameters if theirs is.

use super::error::StoreError;
use super::files::set_aside;
use super::finished::Finished;
use super::known::{Known, RunPlace};
use super::manifest::{Manifest, read_manifest};
use super::names::{CURVES, DAMAGED, JOURNAL, MANIFEST, MEASUREMENTS, PENDING, RUNS, STEPS};
use super::parameters::read_parameters;
use super::rows::Tables;
use super::shape::Shapes;
use super::waiting::nothing_yet;
use super::{journal, parquet, rows};
use crate::record::{Observed, RunId};
use std::collections::HashMap;
use std::fs;
use std::path::Path;

/// The runs of a folder, and what there is to say about its files.
#[derive(Debug, Default)]
pub struct Recovered {
    /// By identity.
    pub runs: HashMap<RunId, Known>,
    /// What is damaged, each file named with what is wrong with it.
    pub damage: Vec<String>,
    /// The kinds of settings that the runs have.
    pub(super) shapes: Shapes,
    /// The runs of the tables, until they are spilled.
    pub(super) tables: Vec<Finished>,
    /// Whether the tables are to be set aside.
    tables_damaged: bool,
}

impl Recovered {
    /// Remembers a run, in the place of an earlier one of its name.
    pub(super) fn add(&mut self, run: &Finished, place: RunPlace) {
        let known = Known::of(run, place, &mut self.shapes);
        self.runs.insert(run.record.run, known);
    }

    /// Moves damaged tables, with the manifest, out of the way.
    pub(super) fn set_aside(&self, folder: &Path) -> Result<(), StoreError> {
        if !self.tables_damaged {
            return Ok(());
        }
        let names = [RUNS, CURVES, STEPS, MEASUREMENTS, MANIFEST, PENDING];
        let moved = set_aside(folder, DAMAGED, &names).map(drop);
        moved.map_err(|why| StoreError::io("move damaged tables to", &folder.join(DAMAGED), why))
    }
}

/// Reads all runs of a folder that can be recovered.
///
/// # Errors
/// Where a file cannot be read at all.
pub fn read(folder: &Path) -> Result<Recovered, StoreError> {
    let journal = folder.join(JOURNAL);
    let mut recovered = Recovered::default();
    match intact_tables(folder) {
        Ok(runs) => {
            for (index, run) in runs.iter().enumerate() {
                recovered.add(run, RunPlace::Tables(index));
            }
            recovered.tables = runs;
        }
        Err(damage) => {
            recovered.damage.extend(damage.iter().map(ToString::to_string));
            let aside = folder.join(DAMAGED);
            let message = "the runs in the tables are rerun; the damaged files are kept in";
            recovered.damage.push(format!("{message} `{}`", aside.display()));
            recovered.tables_damaged = true;
        }
    }
    // A run that stands in both was done again.
    let damaged_lines = journal::read(&journal, |run, line| recovered.add(&run, RunPlace::Journal(line)));
    let damaged_lines = damaged_lines.map_err(|why| StoreError::unreadable(&journal, why))?;
    if damaged_lines > 0 {
        let lines = match damaged_lines {
            1 => "1 line is damaged; its run is rerun".to_owned(),
            count => format!("{count} lines are damaged; their runs are rerun"),
        };
        recovered.damage.insert(0, format!("`{}`: {lines}", journal.display()));
    }
    Ok(recovered)
}

/// The runs of the tables, or what is wrong with each file.
fn intact_tables(folder: &Path) -> Result<Vec<Finished>, Vec<StoreError>> {
    let path = folder.join(MANIFEST);
    let manifest = if path.exists() { Some(read_manifest(&path)) } else { None };
    let pending = read_manifest(&folder.join(PENDING)).ok();
    let mut damage = Vec::new();
    let manifest = manifest.and_then(|read| read.map_err(|why| damage.push(why)).ok());
    for name in TABLES {
        let path = folder.join(name);
        let expected = |manifest: &Option<Manifest>| manifest.as_ref()?.table_digests.get(name).cloned();
        let (expected, coming) = (expected(&manifest), expected(&pending));
        if !path.exists() {
            let leaves = pending.is_some() && coming.is_none(); // a table that the coming tables do without
            if expected.is_some() && !leaves {
                damage.push(StoreError::MissingTable(path));
            }
            continue;
        }
        match parquet::bytes(&path, parquet::MOST_BYTES).map(|bytes| blake3::hash(&bytes).to_hex().to_string()) {
            Err(why) => damage.push(why),
            Ok(found) if [&expected, &coming].contains(&&Some(found.clone())) => {}
            Ok(found) => damage.push(StoreError::ChangedTable { path, found, expected }),
        }
    }
    if damage.is_empty() {
        // Between two renames new rows of the runs may stand beside old measurements; such runs are in the journal.
        let tables = Tables::read(folder).and_then(|tables| tables.map_or(Ok(Vec::new()), |t| t.runs().map(|r| r.0)));
        return tables.map_err(|why| vec![why]);
    }
    Err(damage)
}

/// Reads a result folder without writing to it: its manifest and its runs, in the order of the tables, with their parameters where its
/// claim compares them.
///
/// # Errors
/// Where there are no results, or they are damaged.
pub fn read_whole(path: &Path) -> Result<(Manifest, Vec<Finished>), StoreError> {
    let manifest = unchanged(path)?;
    let mut runs = rows::read(path)?;
    if manifest.judge.claim.as_ref().is_some_and(|claim| claim.quantity == Observed::Parameters) {
        for run in &mut runs {
            let tensors = read_parameters(path, run.record.run)?.unwrap_or_default();
            run.parameters = tensors.into_iter().flat_map(|tensor| tensor.numbers).collect();
        }
    }
    Ok((manifest, runs))
}

/// The same, with the tables as they are.
///
/// # Errors
/// Where there are no results, none that are finished, or they are damaged.
pub fn read_tables(path: &Path) -> Result<(Manifest, Tables), StoreError> {
    let manifest = unchanged(path)?;
    let tables = Tables::read(path)?.ok_or_else(|| nothing_yet(path))?;
    Ok((manifest, tables))
}

/// The fault of a folder whose tables are not those of its manifest, where a killed process had begun to put new ones in place.
#[must_use]
pub fn interrupted(path: &Path) -> Option<StoreError> {
    read_manifest(&path.join(PENDING)).ok().map(|_| StoreError::Interrupted(path.to_owned()))
}

/// The manifest of a folder whose tables are those that it describes.
fn unchanged(path: &Path) -> Result<Manifest, StoreError> {
    let manifest = manifest_of(path)?;
    match changed_tables(path, &manifest).into_iter().next() {
        Some(first) => Err(interrupted(path).unwrap_or_else(|| StoreError::Changed(Box::new(first)))),
        None => Ok(manifest),
    }
}

/// The manifest of a result folder.
///
/// # Errors
/// Where there is none, or it is damaged.
pub fn manifest_of(folder: &Path) -> Result<Manifest, StoreError> {
    if !folder.join(MANIFEST).exists() {
        return Err(StoreError::NoResults(folder.to_owned()));
    }
    read_manifest(&folder.join(MANIFEST))
}

/// The tables of a folder.
const TABLES: [&str; 4] = [RUNS, CURVES, STEPS, MEASUREMENTS];

/// The tables that are not those that the manifest describes, each with what is wrong.
#[must_use]
pub fn changed_tables(folder: &Path, manifest: &Manifest) -> Vec<StoreError> {
    let mut changed = Vec::new();
    let foreign = manifest.table_digests.keys().filter(|name| !TABLES.contains(&name.as_str()));
    changed.extend(foreign.cloned().map(StoreError::UnknownTable));
    for name in TABLES {
        let table = folder.join(name);
        let Some(digest) = manifest.table_digests.get(name) else {
            if fs::symlink_metadata(&table).is_ok() {
                changed.push(StoreError::UndescribedTable(table));
            }
            continue;
        };
        match parquet::bytes(&table, parquet::MOST_BYTES) {
            Err(why) => changed.push(why),
            Ok(bytes) => {
                let found = blake3::hash(&bytes).to_hex().to_string();
                if found != *digest {
                    changed.push(StoreError::ChangedTable { path: table, found, expected: Some(digest.clone()) });
                }
            }
        }
    }
    changed
}
