//! The shards of one stage of an experiment, read and held against one another.

use crate::harness::error::{Conflict, HarnessError};
use crate::harness::plan::{shard_folder, shards_folder};
use crate::record::Stage;
use crate::store::{self, Finished, Manifest, Shard};
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// One shard as it was read.
pub struct ShardPart {
    pub path: PathBuf,
    pub shard: Shard,
    pub manifest: Manifest,
    pub runs: Vec<Finished>,
}

/// The most missing shards that are named.
const MOST_NAMED: usize = 20;

/// Every shard of a stage, by number: those in these folders, or in those below the result folder.
///
/// # Errors
/// If a shard is missing, unfinished, damaged, given twice or belongs to something else, each named.
pub fn parts(out: &Path, folders: &[PathBuf]) -> Result<Vec<ShardPart>, HarnessError> {
    let below = shards_folder(out);
    let folders = if folders.is_empty() { of_stage_to_merge(out, subfolders(&below)) } else { folders.to_vec() };
    if folders.is_empty() {
        let example = Shard { number: 1, of: 16, stage: Stage::Tuning };
        return Err(Conflict::NoShards { below, example: shard_folder(out, example) }.into());
    }
    let mut parts: Vec<ShardPart> = Vec::new();
    for path in folders {
        let manifest = store::manifest_of(&path)?;
        let Some(shard) = manifest.shard else { return Err(Conflict::NotAShard(path).into()) };
        if let Some(first) = parts.first() {
            fits(&manifest, shard, &path, first)?;
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
        let runs = if manifest.runs_planned == 0 { Vec::new() } else { store::read(&path)?.1 };
        parts.push(ShardPart { path, shard, manifest, runs });
    }
    all_there(&parts, out)?;
    parts.sort_by_key(|part| part.shard.number);
    Ok(parts)
}

/// Whether a shard is one of the same stage of the same experiment as the first one.
fn fits(manifest: &Manifest, shard: Shard, path: &Path, first: &ShardPart) -> Result<(), Conflict> {
    let (folder, other) = (path.to_owned(), first.path.clone());
    if manifest.plan_digest != first.manifest.plan_digest {
        let (name, other_name) = (manifest.name.clone(), first.manifest.name.clone());
        return Err(Conflict::ShardOfOther { folder, name, other, other_name });
    }
    if manifest.protocol != first.manifest.protocol || manifest.judge != first.manifest.judge {
        return Err(Conflict::OtherJudge { folder, other });
    }
    if shard.stage != first.shard.stage {
        return Err(Conflict::OtherStage(other, folder));
    }
    if manifest.report_digest != first.manifest.report_digest {
        return Err(Conflict::OtherRuns);
    }
    Ok(())
}

/// Whether no shard is missing.
fn all_there(parts: &[ShardPart], out: &Path) -> Result<(), Conflict> {
    let Shard { of, stage, .. } = parts[0].shard;
    let there: HashSet<usize> = parts.iter().map(|part| part.shard.number).collect();
    // Lazily: a manifest may name more shards than memory has room for.
    let mut missing = (1..=of).filter(|number| !there.contains(number)).map(|number| Shard { number, of, stage });
    let named: Vec<Shard> = missing.by_ref().take(MOST_NAMED).collect();
    match named.first() {
        None => Ok(()),
        Some(first) => {
            let (more, place) = (of - there.len() - named.len(), shard_folder(out, *first));
            Err(Conflict::MissingShards { first: named, more, place })
        }
    }
}

/// Of the folders below a result folder those of the stage that is to be merged: the second one where the first is merged
/// already and shards of the second are there.
fn of_stage_to_merge(out: &Path, folders: Vec<PathBuf>) -> Vec<PathBuf> {
    let merged = store::manifest_of(out).ok().filter(|manifest| manifest.shard.is_none());
    let manifest = |path: &PathBuf| store::manifest_of(path).ok();
    let is_report = |path: &PathBuf| {
        let shard = manifest(path).and_then(|manifest| manifest.shard);
        shard.is_some_and(|shard| shard.stage == Stage::Report)
    };
    let (report, tuning): (Vec<PathBuf>, Vec<PathBuf>) = folders.into_iter().partition(is_report);
    let digest = report.first().and_then(manifest).map(|manifest| manifest.plan_digest);
    let follows = merged.is_some_and(|merged| digest.is_some_and(|digest| digest == merged.plan_digest));
    if follows { report } else { tuning }
}

fn subfolders(path: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(path).into_iter().flatten().filter_map(Result::ok);
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}
