//! The shards of an experiment made one result again, byte for byte that of one run.

use super::plan::{PlanDigest, shard_folder, shards_folder};
use super::sweep::{Summary, Trouble};
use crate::console;
use crate::model::weights;
use crate::record::{Outcome, RunId, counted};
use crate::store::{self, Finished, Folder, Manifest, Shard};
use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

/// One shard as it was read.
struct Part {
    path: PathBuf,
    shard: Shard,
    manifest: Manifest,
    runs: Vec<Finished>,
}

/// Merges the shards in these folders, or those below the result folder, into it.
///
/// # Errors
/// If a shard is missing, unfinished, damaged, given twice or belongs to something else, each named; if the result folder
/// holds other runs.
pub fn merge(out: &Path, folders: &[PathBuf]) -> Result<(Folder, Summary), Trouble> {
    let parts = parts(out, folders)?;
    let mut runs: Vec<Option<Finished>> = Vec::new();
    let total: usize = parts.iter().map(|part| part.runs.len()).sum();
    runs.resize_with(total, || None);
    let count = parts.len();
    let (manifest, kept) = (merged_manifest(&parts), kept_parameters(&parts));
    for part in parts {
        for (row, run) in part.runs.into_iter().enumerate() {
            let place = row * count + part.shard.number - 1;
            // One run too many or too few in a shard leaves a gap, or lies beyond the end.
            if let Some(place) = runs.get_mut(place) {
                *place = Some(run);
            }
        }
    }
    let runs: Vec<Finished> = runs.into_iter().flatten().collect();
    let mut digest = PlanDigest::default();
    runs.iter().for_each(|run| digest.add(run.record.run));
    if runs.len() != total || digest.finish() != manifest.plan_digest {
        let why =
            "the runs of the shards are together not those of the experiment; run the shards again, from one spec";
        return Err(Trouble::Strangers(why.to_owned()));
    }
    store::refuse_foreign(out).map_err(Trouble::Strangers)?;
    // Before anything is written.
    kept.iter().try_for_each(|(from, _)| whole_parameters(from).map(drop))?;
    let mut folder = Folder::open(out)?;
    if let Some(notice) = folder.notice() {
        console::message(&notice);
    }
    refuse_others(&folder, &runs, &manifest)?;
    for (from, id) in kept {
        if let Some(bytes) = whole_parameters(&from)? {
            store::write_parameters(&store::parameters_path(out, id), &bytes)?;
        }
    }
    let count = |of: fn(&Finished) -> bool| runs.iter().filter(|run| of(run)).count() as u64;
    let summary = Summary {
        planned: manifest.runs_planned,
        kept: runs.len() as u64,
        failed: count(|run| !run.record.outcome.is_final()),
        diverged: count(|run| matches!(run.record.outcome, Outcome::Diverged { .. })),
        suspect: count(|run| run.measurement.check.is_some_and(|check| !check.passed())),
        left: manifest.runs_planned.saturating_sub(runs.len() as u64),
        ..Summary::default()
    };
    folder.write(&runs.iter().collect::<Vec<_>>(), manifest)?;
    Ok((folder, summary))
}

/// The most missing shards that are named.
const MOST_NAMED: usize = 20;

/// Every shard, by number.
fn parts(out: &Path, folders: &[PathBuf]) -> Result<Vec<Part>, Trouble> {
    let below = shards_folder(out);
    let folders = if folders.is_empty() { subfolders(&below) } else { folders.to_vec() };
    if folders.is_empty() {
        let (below, example) = (below.display(), shard_folder(out, Shard { number: 1, of: 16 }));
        let why = format!("no shards in `{below}`: expected folders such as `{}`", example.display());
        return Err(Trouble::Strangers(why));
    }
    let mut parts: Vec<Part> = Vec::new();
    for path in folders {
        let (manifest, runs) = store::read(&path).map_err(Trouble::Strangers)?;
        let shown = path.display();
        let Some(shard) = manifest.shard else {
            return Err(Trouble::Strangers(format!("`{shown}` is no shard: it was run without `--shard`")));
        };
        if let Some(first) = parts.first() {
            let one = first.path.display();
            if manifest.plan_digest != first.manifest.plan_digest {
                let (name, other) = (&manifest.name, &first.manifest.name);
                let why = format!(
                    "`{shown}` (`{name}`) is a shard of another experiment than `{one}` (`{other}`), or of another form of \
                     it: settings, data or the numerics version differ"
                );
                return Err(Trouble::Strangers(why));
            }
            if manifest.protocol != first.manifest.protocol || manifest.judge != first.manifest.judge {
                let why = format!(
                    "`{shown}` has another protocol or judge than `{one}`; run the shards again, from one spec"
                );
                return Err(Trouble::Strangers(why));
            }
            if shard.of != first.shard.of {
                let (a, b) = (first.shard, shard);
                return Err(Trouble::Strangers(format!("`{one}` is shard {a} and `{shown}` shard {b}: they overlap")));
            }
        }
        if let Some(twin) = parts.iter().find(|part| part.shard == shard) {
            let twin = twin.path.display();
            return Err(Trouble::Strangers(format!("`{twin}` and `{shown}` are both shard {shard}: they overlap")));
        }
        if manifest.runs_finished < manifest.runs_planned {
            let (left, all) = (manifest.runs_planned - manifest.runs_finished, manifest.runs_planned);
            let why = format!(
                "`{shown}` is unfinished: {left} of {} still to do; give its `run --shard {shard}` again",
                counted(all, "run")
            );
            return Err(Trouble::Strangers(why));
        }
        parts.push(Part { path, shard, manifest, runs });
    }
    let of = parts[0].shard.of;
    let there: HashSet<usize> = parts.iter().map(|part| part.shard.number).collect();
    // Lazily: a manifest may name more shards than memory has room for.
    let mut missing = (1..=of).filter(|number| !there.contains(number)).map(|number| Shard { number, of });
    let named: Vec<Shard> = missing.by_ref().take(MOST_NAMED).collect();
    if let Some(first) = named.first() {
        let more = of - there.len() - named.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let all = named.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ") + &more;
        let place = shard_folder(out, *first);
        let why =
            format!("missing: shard {all}; expected `{}` and so on, or their folders as arguments", place.display());
        return Err(Trouble::Strangers(why));
    }
    parts.sort_by_key(|part| part.shard.number);
    Ok(parts)
}

fn subfolders(path: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(path).into_iter().flatten().filter_map(Result::ok);
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

fn merged_manifest(parts: &[Part]) -> Manifest {
    // Shards have the first stage of a protocol; the second is still to come.
    let report_runs = parts[0].manifest.protocol.as_ref().map_or(0, |protocol| protocol.report_runs);
    let sum = |of: fn(&Manifest) -> u64| parts.iter().map(|part| of(&part.manifest)).fold(0, u64::saturating_add);
    Manifest {
        shard: None,
        runs_planned: sum(|manifest| manifest.runs_planned).saturating_add(report_runs),
        runs_finished: sum(|manifest| manifest.runs_finished),
        runs_diverged: sum(|manifest| manifest.runs_diverged),
        runs_failed: sum(|manifest| manifest.runs_failed),
        table_digests: BTreeMap::new(),
        sessions: parts.iter().flat_map(|part| part.manifest.sessions.clone()).collect(),
        ..parts[0].manifest.clone()
    }
}

/// Files of final parameters in the shards, with their runs.
fn kept_parameters(parts: &[Part]) -> Vec<(PathBuf, RunId)> {
    let runs = parts.iter().flat_map(|part| part.runs.iter().map(|run| (&part.path, run.record.run)));
    runs.map(|(path, run)| (store::parameters_path(path, run), run)).collect()
}

/// A shard's file of parameters, as burnmark wrote it; `None` where the run kept none.
fn whole_parameters(path: &Path) -> Result<Option<Vec<u8>>, Trouble> {
    let bytes = store::kept_parameters(path).map_err(Trouble::Strangers)?;
    if bytes.as_ref().is_some_and(|bytes| !weights::is_whole(bytes)) {
        let shown = path.display();
        let why = format!("`{shown}` does not hold the parameters that a run wrote; run its shard again");
        return Err(Trouble::Strangers(why));
    }
    Ok(bytes)
}

/// A result folder that holds runs of something else is not written over.
fn refuse_others(folder: &Folder, runs: &[Finished], merged: &Manifest) -> Result<(), Trouble> {
    let known: HashSet<RunId> = runs.iter().map(|run| run.record.run).collect();
    let others = folder.finished()?.runs.keys().filter(|id| !known.contains(id)).count();
    if others > 0 {
        let out = folder.path().display();
        let earlier = folder.manifest();
        let same =
            |earlier: &Manifest| earlier.plan_digest == merged.plan_digest && earlier.protocol == merged.protocol;
        if merged.protocol.is_some() && earlier.is_some_and(|earlier| same(&earlier)) {
            let why =
                format!("`{out}` holds these shards merged, and runs of the second stage; there is nothing to merge");
            return Err(Trouble::Strangers(why));
        }
        return Err(Trouble::Strangers(format!(
            "`{out}` holds {} of another experiment; merge into another folder, or move it away",
            counted(others, "run")
        )));
    }
    Ok(())
}
