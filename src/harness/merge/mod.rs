//! The shards of an experiment made one result again, byte for byte that of one run; of a protocol those of one stage.

mod parts;

use super::error::{Conflict, HarnessError};
use super::plan::PlanDigest;
use super::sweep::Summary;
use crate::console;
use crate::model::weights;
use crate::record::{Outcome, RunId, Stage};
use crate::store::{self, Finished, Folder, Manifest};
use parts::{ShardPart, parts};
use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

/// Merges the shards in these folders, or those below the result folder, into it.
///
/// # Errors
/// If a shard is missing, unfinished, damaged, given twice or belongs to something else, each named; if the result folder
/// holds other runs.
pub fn merge(out: &Path, folders: &[PathBuf]) -> Result<(Folder, Summary), HarnessError> {
    let parts = parts(out, folders)?;
    let stage = parts[0].shard.stage;
    let (manifest, kept) = (merged_manifest(&parts), kept_parameters(&parts));
    let runs = interleaved(parts)?;
    let (runs, manifest) = match stage {
        Stage::Tuning if digest_of(&runs) == manifest.plan_digest => (runs, manifest),
        Stage::Report if Some(digest_of(&runs)) == manifest.report_digest => after_tuning(out, runs, manifest)?,
        Stage::Tuning | Stage::Report => return Err(Conflict::OtherRuns.into()),
    };
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

/// The runs of all shards in the order of the plan.
fn interleaved(parts: Vec<ShardPart>) -> Result<Vec<Finished>, Conflict> {
    let (count, total) = (parts.len(), parts.iter().map(|part| part.runs.len()).sum());
    let mut runs: Vec<Option<Finished>> = Vec::new();
    runs.resize_with(total, || None);
    for part in parts {
        for (row, run) in part.runs.into_iter().enumerate() {
            let place = row * count + part.shard.number - 1;
            // One run too many or too few in a shard leaves a gap, or lies beyond the end.
            if let Some(place) = runs.get_mut(place) {
                *place = Some(run);
            }
        }
    }
    runs.into_iter().collect::<Option<_>>().ok_or(Conflict::OtherRuns)
}

fn digest_of(runs: &[Finished]) -> String {
    let mut digest = PlanDigest::default();
    runs.iter().for_each(|run| digest.add(run.record.run));
    digest.finish()
}

/// The runs of the first stage, which the result folder holds, and these of the second, with a manifest of both.
fn after_tuning(
    out: &Path,
    report: Vec<Finished>,
    manifest: Manifest,
) -> Result<(Vec<Finished>, Manifest), HarnessError> {
    let (merged, mut runs) = store::read(out)?;
    // A second merge finds the second stage there, too.
    runs.retain(|run| run.record.stage != Some(Stage::Report));
    if digest_of(&runs) != manifest.plan_digest {
        return Err(Conflict::TuningNotMerged(out.to_owned()).into());
    }
    let mut sessions = merged.sessions;
    sessions
        .extend(manifest.sessions.iter().filter(|session| !sessions.contains(session)).cloned().collect::<Vec<_>>());
    runs.extend(report);
    let count = |of: fn(&Outcome) -> bool| runs.iter().filter(|run| of(&run.record.outcome)).count() as u64;
    let manifest = Manifest {
        report_digest: None,
        runs_planned: runs.len() as u64,
        runs_finished: runs.len() as u64,
        runs_diverged: count(|outcome| matches!(outcome, Outcome::Diverged { .. })),
        runs_failed: count(|outcome| !outcome.is_final()),
        sessions,
        ..manifest
    };
    Ok((runs, manifest))
}

fn merged_manifest(parts: &[ShardPart]) -> Manifest {
    // After the first stage of a protocol the second is still to come.
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
