//! Runs of a result folder that no longer belong to its experiment.
//!
//! When a spec is changed and run again, the runs that are still part of it stay. The others go to a result folder of their
//! own below `orphans/`, with the manifest that they had: nothing finished is lost, and nothing is mixed. When the spec is
//! changed back, they are found there.

use super::error::{Conflict, HarnessError};
use super::plan::Plan;
use super::verify::spec_of;
use crate::catalogue::Catalogue;
use crate::plan::{RunSpec, Spec};
use crate::record::RunId;
use crate::store::{self, Folder, Known, Manifest, Recovered, parameters_path};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The folder of orphans in a result folder.
const ORPHANS: &str = "orphans";

/// What became of a folder's runs under the present plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Orphaned {
    /// Runs that are not part of the plan, and where they are; the last place if there are several.
    pub orphans: usize,
    pub moved_to: Option<PathBuf>,
    /// Runs that had been orphans before.
    pub taken_back: usize,
}

/// Moves runs that are not part of the plan to a folder of orphans, and takes back orphans that are; the folder's own tables must be
/// written anew then.
///
/// # Errors
/// Where no run of the folder is part of the plan, or no manifest says what the others were: then nothing is changed. Where
/// files cannot be written.
pub fn set_apart(
    folder: &mut Folder,
    plan: &Plan,
    recovered: &mut Recovered,
    catalogue: &Catalogue,
) -> Result<Orphaned, HarnessError> {
    let known = plan.ids();
    let mut orphaned = Orphaned::default();
    let mut orphans: Vec<RunId> = recovered.runs.keys().filter(|id| !known.contains(id)).copied().collect();
    let earlier = folder.manifest();
    if !orphans.is_empty() && (orphans.len() == recovered.runs.len() || earlier.is_none()) {
        let (folder, foreign) = (folder.path().to_owned(), orphans.len());
        return Err(Conflict::OtherExperiment { folder, foreign, own: recovered.runs.len() - foreign }.into());
    }
    if let Some(earlier) = earlier.filter(|_| !orphans.is_empty()) {
        store::refuse_link(&folder.path().join(ORPHANS)).map_err(HarnessError::Orphans)?;
        orphaned.orphans = orphans.len();
        // Those that were orphans before, and taken back, are still kept where they were.
        let kept = kept(folder);
        let again = orphans.iter().filter_map(|id| Some((*id, kept.get(id)?)));
        again.clone().try_for_each(|(id, own)| move_parameters(folder.path(), own, id))?;
        orphaned.moved_to = again.map(|(_, own)| own.clone()).next_back();
        orphans.retain(|id| !kept.contains_key(id));
        if !orphans.is_empty() {
            sort_by_plan(&mut orphans, &earlier, catalogue);
            orphaned.moved_to = Some(write(folder, recovered, &orphans, earlier)?);
        }
        recovered.runs.retain(|id, _| known.contains(id));
    }
    if known.iter().any(|id| !recovered.runs.contains_key(id)) {
        orphaned.taken_back = take_back(folder, &known, recovered)?;
    }
    Ok(orphaned)
}

/// Runs in the order of the plan that they were part of, as far as it can be made again: their data may be gone.
fn sort_by_plan(runs: &mut [RunId], earlier: &Manifest, catalogue: &Catalogue) {
    runs.sort_unstable();
    if let Ok(spec) = spec_of(earlier, None, catalogue) {
        let plan = Plan::of(&spec, earlier.shard);
        let mut places: HashMap<RunId, u64> = plan.runs.into_iter().zip(0..).collect();
        if runs.iter().any(|run| !places.contains_key(run)) {
            // Of the second stage of a protocol, whatever was chosen.
            let report = possible_reports(&spec);
            places.extend(report.map(|(place, run)| (spec.identity(&run), place)));
        }
        runs.sort_by_key(|run| places.get(run).copied().unwrap_or(u64::MAX));
    }
}

/// Every run that could be part of a second stage, with its place.
pub fn possible_reports(spec: &Spec) -> impl Iterator<Item = (u64, RunSpec)> + '_ {
    let places = (0..spec.combination_count()).flat_map(|combination| spec.report_places(combination));
    places.map(|place| (place, spec.run(place)))
}

/// The folders of earlier orphans.
fn folders(out: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(out.join(ORPHANS)).into_iter().flatten().filter_map(Result::ok);
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

/// The runs that earlier orphans hold, and where. A folder that is damaged holds none.
fn kept(folder: &Folder) -> HashMap<RunId, PathBuf> {
    let mut kept = HashMap::new();
    for own in folders(folder.path()) {
        let Ok((_, runs)) = store::read(&own) else { continue };
        let whole = runs.iter().filter(|run| run.record.outcome.is_final());
        kept.extend(whole.map(|run| (run.record.run, own.clone())));
    }
    kept
}

/// Moves a run's final parameters, if they were kept, to a folder of orphans; those that are there already stay.
fn move_parameters(out: &Path, own: &Path, run: RunId) -> Result<(), HarnessError> {
    let (from, to) = (parameters_path(out, run), parameters_path(own, run));
    if !from.exists() {
        return Ok(());
    }
    let move_it = || {
        let kept = own.join(store::PARAMETERS);
        [out.join(store::PARAMETERS).as_path(), own, kept.as_path()].into_iter().try_for_each(store::refuse_link)?;
        if to.exists() {
            return fs::remove_file(&from);
        }
        fs::create_dir_all(&kept)?;
        fs::rename(&from, &to)
    };
    move_it().map_err(|why| HarnessError::Unmoved { path: from, why })
}

/// Writes orphans to a new folder of their own, with the parameters that were kept.
fn write(
    folder: &Folder,
    recovered: &Recovered,
    orphans: &[RunId],
    earlier: Manifest,
) -> Result<PathBuf, HarnessError> {
    let parent = folder.path().join(ORPHANS);
    let mut number = 1;
    // One without a manifest is what a killed process had begun, and nothing is in it that is not elsewhere.
    while parent.join(number.to_string()).join(store::MANIFEST).exists() {
        number += 1;
    }
    let own = parent.join(number.to_string());
    store::refuse_link(&own).map_err(HarnessError::Orphans)?;
    let count = |of: fn(&Known) -> bool| orphans.iter().filter(|id| of(&recovered.runs[id])).count() as u64;
    let manifest = Manifest {
        runs_finished: orphans.len() as u64,
        runs_diverged: count(Known::is_diverged),
        runs_failed: count(|run| !run.is_final()),
        table_digests: BTreeMap::new(),
        ..earlier
    };
    Folder::open(&own)?.write_from(folder, recovered, orphans, manifest)?;
    orphans.iter().try_for_each(|id| move_parameters(folder.path(), &own, *id))?;
    Ok(own)
}

/// Runs of the plan among earlier orphans. A folder of orphans that is damaged gives none.
pub fn take_back(
    folder: &mut Folder,
    known: &HashSet<RunId>,
    recovered: &mut Recovered,
) -> Result<usize, HarnessError> {
    let out = folder.path().to_owned();
    let mut taken = 0;
    for own in folders(&out) {
        let Ok((_, runs)) = store::read(&own) else { continue };
        for run in runs {
            let id = run.record.run;
            if !known.contains(&id) || recovered.runs.contains_key(&id) || !run.record.outcome.is_final() {
                continue;
            }
            let (from, to) = (parameters_path(&own, id), parameters_path(&out, id));
            if from.exists() && !to.exists() {
                let Ok(Some(bytes)) = store::kept_parameters(&from) else { continue }; // damaged, so it is run again
                store::write_parameters(&to, &bytes)?;
            }
            folder.add_to_spill(&run, recovered)?;
            taken += 1;
        }
    }
    Ok(taken)
}
