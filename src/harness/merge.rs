//! The shards of an experiment made one result again, byte for byte that of one run.

use super::error::{Conflict, HarnessError};
use super::plan::{PlanDigest, shard_folder, shards_folder};
use super::sweep::Summary;
use crate::console;
use crate::model::weights;
use crate::record::{Outcome, RunId};
use crate::store::{self, Finished, Folder, Manifest, Shard};
use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

/// One shard as it was read.
struct ShardPart {
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
pub fn merge(out: &Path, folders: &[PathBuf]) -> Result<(Folder, Summary), HarnessError> {
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
        return Err(Conflict::OtherRuns.into());
    }
    store::refuse_foreign(out)?;
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
fn parts(out: &Path, folders: &[PathBuf]) -> Result<Vec<ShardPart>, HarnessError> {
    let below = shards_folder(out);
    let folders = if folders.is_empty() { subfolders(&below) } else { folders.to_vec() };
    if folders.is_empty() {
        return Err(Conflict::NoShards { below, example: shard_folder(out, Shard { number: 1, of: 16 }) }.into());
    }
    let mut parts: Vec<ShardPart> = Vec::new();
    for path in folders {
        let (manifest, runs) = store::read(&path)?;
        let Some(shard) = manifest.shard else { return Err(Conflict::NotAShard(path).into()) };
        if let Some(first) = parts.first() {
            let other = first.path.clone();
            if manifest.plan_digest != first.manifest.plan_digest {
                let (name, other_name) = (manifest.name, first.manifest.name.clone());
                return Err(Conflict::ShardOfOther { folder: path, name, other, other_name }.into());
            }
            if manifest.protocol != first.manifest.protocol || manifest.judge != first.manifest.judge {
                return Err(Conflict::OtherJudge { folder: path, other }.into());
            }
        }
        let overlaps = |part: &&ShardPart| part.shard.of != shard.of || part.shard == shard;
        if let Some(part) = parts.iter().find(overlaps) {
            let first = (part.path.clone(), part.shard);
            return Err(Conflict::Overlap { first, second: (path, shard) }.into());
        }
        if manifest.runs_finished < manifest.runs_planned {
            let (left, all) = (manifest.runs_planned - manifest.runs_finished, manifest.runs_planned);
            return Err(Conflict::Unfinished { folder: path, shard, left, all }.into());
        }
        parts.push(ShardPart { path, shard, manifest, runs });
    }
    let of = parts[0].shard.of;
    let there: HashSet<usize> = parts.iter().map(|part| part.shard.number).collect();
    // Lazily: a manifest may name more shards than memory has room for.
    let mut missing = (1..=of).filter(|number| !there.contains(number)).map(|number| Shard { number, of });
    let named: Vec<Shard> = missing.by_ref().take(MOST_NAMED).collect();
    if let Some(first) = named.first() {
        let more = of - there.len() - named.len();
        let place = shard_folder(out, *first);
        return Err(Conflict::MissingShards { first: named, more, place }.into());
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

fn merged_manifest(parts: &[ShardPart]) -> Manifest {
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
fn kept_parameters(parts: &[ShardPart]) -> Vec<(PathBuf, RunId)> {
    let runs = parts.iter().flat_map(|part| part.runs.iter().map(|run| (&part.path, run.record.run)));
    runs.map(|(path, run)| (store::parameters_path(path, run), run)).collect()
}

/// A shard's file of parameters, as burnmark wrote it; `None` where the run kept none.
fn whole_parameters(path: &Path) -> Result<Option<Vec<u8>>, HarnessError> {
    let bytes = store::kept_parameters(path)?;
    if bytes.as_ref().is_some_and(|bytes| !weights::is_whole(bytes)) {
        return Err(Conflict::OtherParameters(path.to_owned()).into());
    }
    Ok(bytes)
}

/// A result folder that holds runs of something else is not written over.
fn refuse_others(folder: &Folder, runs: &[Finished], merged: &Manifest) -> Result<(), HarnessError> {
    let known: HashSet<RunId> = runs.iter().map(|run| run.record.run).collect();
    let others = folder.finished()?.runs.keys().filter(|id| !known.contains(id)).count();
    if others > 0 {
        let (out, earlier) = (folder.path().to_owned(), folder.manifest());
        let same =
            |earlier: &Manifest| earlier.plan_digest == merged.plan_digest && earlier.protocol == merged.protocol;
        if merged.protocol.is_some() && earlier.is_some_and(|earlier| same(&earlier)) {
            return Err(Conflict::AlreadyMerged(out).into());
        }
        return Err(Conflict::HoldsOthers { folder: out, foreign: others }.into());
    }
    Ok(())
}
