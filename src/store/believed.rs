//! What of a result folder can be believed.
//!
//! A table counts if its digest stands in the manifest, or in the manifest that was about to take its place when the
//! process was killed. If one table does not, none does: their rows refer to one another. A line of the journal counts if
//! its own digest is right, and a run's parameters if theirs is.

use super::files::set_aside;
use super::folder::nothing_yet;
use super::known::{Known, Place};
use super::manifest::Manifest;
use super::rows::Tables;
use super::shape::Shapes;
use super::{CURVES, DAMAGED, Finished, JOURNAL, MANIFEST, MEASUREMENTS, PENDING, RUNS, STEPS, journal, parquet, rows};
use crate::record::RunId;
use std::collections::HashMap;
use std::fs;
use std::path::Path;

/// The largest manifest that is read: the spec's text and some thousand sessions are far below.
const MOST_MANIFEST_BYTES: u64 = 256 << 20;

/// The runs of a folder, and what there is to say about its files.
#[derive(Debug, Default)]
pub struct Believed {
    /// By identity.
    pub runs: HashMap<RunId, Known>,
    /// What is damaged, each file named with what is wrong with it.
    pub damage: Vec<String>,
    /// The kinds of settings that the runs have.
    pub(super) shapes: Shapes,
    /// The runs of the tables, until they are put on the shelf.
    pub(super) tables: Vec<Finished>,
    /// Whether the tables are to be set aside.
    tables_damaged: bool,
}

impl Believed {
    /// Remembers a run, in the place of an earlier one of its name.
    pub(super) fn add(&mut self, run: &Finished, place: Place) {
        let known = Known::of(run, place, &mut self.shapes);
        self.runs.insert(run.record.run, known);
    }

    /// Moves damaged tables, with the manifest, out of the way.
    pub(super) fn set_aside(&self, folder: &Path) -> Result<(), String> {
        if !self.tables_damaged {
            return Ok(());
        }
        let names = [RUNS, CURVES, STEPS, MEASUREMENTS, MANIFEST, PENDING];
        let moved = set_aside(folder, DAMAGED, &names).map(drop);
        moved.map_err(|why| format!("cannot move damaged tables to `{}`: {why}", folder.join(DAMAGED).display()))
    }
}

/// Reads all runs of a folder that can be believed.
///
/// # Errors
/// Where a file cannot be read at all.
pub fn read(folder: &Path) -> Result<Believed, String> {
    let journal = folder.join(JOURNAL);
    let mut believed = Believed::default();
    match believed_tables(folder) {
        Ok(runs) => {
            for (index, run) in runs.iter().enumerate() {
                believed.add(run, Place::Tables(index));
            }
            believed.tables = runs;
        }
        Err(damage) => {
            believed.damage.extend(damage);
            let aside = folder.join(DAMAGED);
            let message = "the runs in the tables are rerun; the damaged files are kept in";
            believed.damage.push(format!("{message} `{}`", aside.display()));
            believed.tables_damaged = true;
        }
    }
    // A run that stands in both was done again.
    let damaged_lines = journal::read(&journal, |run, line| believed.add(&run, Place::Journal(line)));
    let damaged_lines = damaged_lines.map_err(|why| format!("cannot read `{}`: {why}", journal.display()))?;
    if damaged_lines > 0 {
        let lines = match damaged_lines {
            1 => "1 line is damaged; its run is rerun".to_owned(),
            count => format!("{count} lines are damaged; their runs are rerun"),
        };
        believed.damage.insert(0, format!("`{}`: {lines}", journal.display()));
    }
    Ok(believed)
}

/// The runs of the tables, or what is wrong with each file.
fn believed_tables(folder: &Path) -> Result<Vec<Finished>, Vec<String>> {
    let path = folder.join(MANIFEST);
    let manifest = if path.exists() { Some(read_manifest(&path)) } else { None };
    let pending = read_manifest(&folder.join(PENDING)).ok();
    let mut damage = Vec::new();
    if let Some(Err(why)) = &manifest {
        damage.push(why.clone());
    }
    let manifest = manifest.and_then(Result::ok);
    for name in TABLES {
        let path = folder.join(name);
        let expected = |manifest: &Option<Manifest>| manifest.as_ref()?.table_digests.get(name).cloned();
        let (expected, coming) = (expected(&manifest), expected(&pending));
        if !path.exists() {
            let leaves = pending.is_some() && coming.is_none(); // a table that the coming tables do without
            if expected.is_some() && !leaves {
                damage.push(format!("`{}` is missing", path.display()));
            }
            continue;
        }
        match parquet::bytes(&path, parquet::MOST_BYTES).map(|bytes| blake3::hash(&bytes).to_hex().to_string()) {
            Err(why) => damage.push(why),
            Ok(found) if [&expected, &coming].contains(&&Some(found.clone())) => {}
            Ok(found) => damage.push(differs(&path, expected.as_deref(), &found)),
        }
    }
    if damage.is_empty() {
        // Between two renames new rows of the runs may stand beside old measurements; such runs are in the journal.
        let tables = Tables::read(folder).and_then(|tables| tables.map_or(Ok(Vec::new()), |t| t.runs().map(|r| r.0)));
        return tables.map_err(|why| vec![why]);
    }
    Err(damage)
}

fn differs(path: &Path, expected: Option<&str>, found: &str) -> String {
    let says = expected.map_or(format!("no {MANIFEST} describes it"), |digest| format!("{MANIFEST} says {digest}"));
    format!("`{}` was changed after it was written: its digest is {found}, and {says}", path.display())
}

/// Reads a result folder without writing to it: its manifest and its runs, in the order of the tables.
///
/// # Errors
/// Where there are no results, or they are damaged.
pub fn read_whole(path: &Path) -> Result<(Manifest, Vec<Finished>), String> {
    let manifest = unchanged(path)?;
    Ok((manifest, rows::read(path)?))
}

/// The same, with the tables as they are.
///
/// # Errors
/// Where there are no results, none that are finished, or they are damaged.
pub fn read_tables(path: &Path) -> Result<(Manifest, Tables), String> {
    let manifest = unchanged(path)?;
    let tables = Tables::read(path)?.ok_or_else(|| nothing_yet(path))?;
    Ok((manifest, tables))
}

/// What to say of a folder whose tables are not those of its manifest, where a killed process had begun to put new ones in place.
#[must_use]
pub fn interrupted(path: &Path) -> Option<String> {
    read_manifest(&path.join(PENDING)).ok().map(|_| {
        let out = path.display();
        format!("a process was ended while it put new tables of `{out}` in place; `burnmark run` finishes that")
    })
}

/// The manifest of a folder whose tables are those that it describes.
fn unchanged(path: &Path) -> Result<Manifest, String> {
    let manifest = manifest_of(path)?;
    match changed_tables(path, &manifest).into_iter().next() {
        Some(first) => Err(interrupted(path).unwrap_or_else(|| {
            format!("{first}; `burnmark verify` tells what is wrong, `burnmark run` makes damaged runs again")
        })),
        None => Ok(manifest),
    }
}

/// The manifest of a result folder.
///
/// # Errors
/// Where there is none, or it is damaged.
pub fn manifest_of(folder: &Path) -> Result<Manifest, String> {
    if !folder.join(MANIFEST).exists() {
        return Err(format!("no results in `{}`: expected a folder with `{RUNS}` and `{MANIFEST}`", folder.display()));
    }
    read_manifest(&folder.join(MANIFEST))
}

/// A manifest's file.
pub(super) fn read_manifest(path: &Path) -> Result<Manifest, String> {
    let bytes = parquet::bytes(path, MOST_MANIFEST_BYTES)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| "it is no text".to_owned());
    text.and_then(Manifest::of_text).map_err(|why| format!("`{}` is damaged: {why}", path.display()))
}

/// The tables of a folder.
const TABLES: [&str; 4] = [RUNS, CURVES, STEPS, MEASUREMENTS];

/// The tables that are not those that the manifest describes, each with what is wrong.
#[must_use]
pub fn changed_tables(folder: &Path, manifest: &Manifest) -> Vec<String> {
    let mut changed = Vec::new();
    let foreign = manifest.table_digests.keys().filter(|name| !TABLES.contains(&name.as_str()));
    changed.extend(foreign.map(|name| format!("{MANIFEST} names a table `{name}`, which burnmark does not write")));
    for name in TABLES {
        let table = folder.join(name);
        let Some(digest) = manifest.table_digests.get(name) else {
            if fs::symlink_metadata(&table).is_ok() {
                changed.push(format!("`{}` is there, and {MANIFEST} does not describe it", table.display()));
            }
            continue;
        };
        match parquet::bytes(&table, parquet::MOST_BYTES) {
            Err(why) => changed.push(why),
            Ok(bytes) => {
                let found = blake3::hash(&bytes).to_hex();
                if found.as_str() != digest {
                    changed.push(differs(&table, Some(digest), &found));
                }
            }
        }
    }
    changed
}
