//! Runs of a result folder that are no part of its experiment any more.
//!
//! When a spec is changed and run again, the runs that are still part of it stay. The others go to a result folder of their
//! own below `orphans/`, with the manifest that they had: nothing finished is lost, and nothing is mixed. When the spec is
//! changed back, they are found there.

use super::plan::Plan;
use super::sweep::Trouble;
use super::verify::spec_of;
use crate::experiment::{RunSpec, Spec};
use crate::store::{self, Finished, Folder, Manifest, parameters_path};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The folder of orphans in a result folder.
const ORPHANS: &str = "orphans";

/// What became of a folder's runs under the present plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Orphaned {
    /// Runs that are no part of the plan, and where they went.
    pub orphans: usize,
    pub moved_to: Option<PathBuf>,
    /// Runs that had been orphans before.
    pub taken_back: usize,
}

/// Takes out of `finished` what is no part of the plan and keeps it apart, and takes back what once was; the folder's own
/// tables must be written anew then.
///
/// # Errors
/// Where no run of the folder is part of the plan, or no manifest says what the others were: then nothing is changed. Where
/// files cannot be written.
pub fn set_apart(folder: &Folder, plan: &Plan, finished: &mut HashMap<String, Finished>) -> Result<Orphaned, Trouble> {
    let (out, known) = (folder.path(), plan.ids());
    let mut orphaned = Orphaned::default();
    let strangers: Vec<String> = finished.keys().filter(|id| !known.contains(id.as_str())).cloned().collect();
    let earlier = folder.manifest();
    if !strangers.is_empty() && (strangers.len() == finished.len() || earlier.is_none()) {
        return Err(Trouble::Strangers(format!(
            "`{}` holds {} runs that are no part of this experiment ({} are): settings, data or the numerics version have \
             changed; give this one its own folder with `--out`, or move `{}` away",
            out.display(),
            strangers.len(),
            finished.len() - strangers.len(),
            out.display()
        )));
    }
    if let Some(earlier) = earlier.filter(|_| !strangers.is_empty()) {
        let mut runs: Vec<Finished> = strangers.iter().filter_map(|id| finished.remove(id)).collect();
        sort_by_plan(&mut runs, &earlier);
        runs.iter_mut().for_each(|run| run.record.assign(earlier.protocol.as_ref()));
        orphaned.orphans = runs.len();
        orphaned.moved_to = Some(write(out, &runs, earlier)?);
    }
    orphaned.taken_back = take_back(out, &known, finished);
    Ok(orphaned)
}

/// Runs in the order of the plan that they were part of, as far as it can be made again: their data may be gone.
fn sort_by_plan(runs: &mut [Finished], earlier: &Manifest) {
    runs.sort_by(|a, b| a.record.run.cmp(&b.record.run));
    if let Ok(spec) = spec_of(earlier, None) {
        let mut places: HashMap<String, u64> =
            Plan::of(&spec, earlier.shard).runs.into_iter().map(|(place, id)| (id, place)).collect();
        if runs.iter().any(|run| !places.contains_key(&run.record.run)) {
            // Of the second stage of a protocol, whatever was chosen.
            places.extend(possible_reports(&spec).map(|(place, run)| (spec.identity(&run), place)));
        }
        runs.sort_by_key(|run| places.get(&run.record.run).copied().unwrap_or(u64::MAX));
    }
}

/// Every run that could be part of a second stage, with its place.
pub fn possible_reports(spec: &Spec) -> impl Iterator<Item = (u64, RunSpec)> + '_ {
    let places = (0..spec.combinations()).flat_map(|combination| spec.report_places(combination));
    places.map(|place| (place, spec.run(place)))
}

/// Writes orphans to a new folder of their own, with the parameters that were kept.
fn write(out: &Path, runs: &[Finished], earlier: Manifest) -> Result<PathBuf, String> {
    let parent = out.join(ORPHANS);
    let mut number = 1;
    while parent.join(number.to_string()).exists() {
        number += 1;
    }
    let own = parent.join(number.to_string());
    let mut folder = Folder::open(&own)?;
    let count = |of: fn(&Finished) -> bool| runs.iter().filter(|run| of(run)).count() as u64;
    let manifest = Manifest {
        runs_finished: runs.len() as u64,
        runs_diverged: count(|run| run.record.outcome.name() == "diverged"),
        runs_failed: count(|run| !run.record.outcome.is_final()),
        table_digests: BTreeMap::new(),
        ..earlier
    };
    folder.write(&runs.iter().collect::<Vec<_>>(), manifest)?;
    for run in runs {
        let (from, to) = (parameters_path(out, &run.record.run), parameters_path(&own, &run.record.run));
        if from.exists() {
            let moved = fs::create_dir_all(own.join(store::PARAMETERS)).and_then(|()| fs::rename(&from, &to));
            moved.map_err(|why| format!("cannot move `{}`: {why}", from.display()))?;
        }
    }
    Ok(own)
}

/// Runs of the plan among earlier orphans. A folder of orphans that is damaged gives none.
pub fn take_back(out: &Path, known: &HashSet<&str>, finished: &mut HashMap<String, Finished>) -> usize {
    let mut taken = 0;
    let folders = fs::read_dir(out.join(ORPHANS)).into_iter().flatten().filter_map(Result::ok);
    for own in folders.map(|entry| entry.path()).filter(|path| path.is_dir()) {
        let Ok((_, runs)) = store::read(&own) else { continue };
        for run in runs {
            let id = run.record.run.clone();
            if !known.contains(id.as_str()) || !run.record.outcome.is_final() || finished.contains_key(&id) {
                continue;
            }
            let (from, to) = (parameters_path(&own, &id), parameters_path(out, &id));
            if from.exists() && !to.exists() {
                let _ = fs::create_dir_all(out.join(store::PARAMETERS)).and_then(|()| fs::copy(&from, &to));
            }
            finished.insert(id, run);
            taken += 1;
        }
    }
    taken
}
