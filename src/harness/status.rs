//! How far an experiment is, from its result folder alone: which shards are done, at work, stopped or still to begin.

use super::plan::{shard_folder, shards_folder};
use crate::record::Stage;
use crate::store::{self, Counts, Manifest, Pulse, Shard, StoreError};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;

/// What goes on in a result folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FolderState {
    /// Every run has a result.
    Done,
    /// A process is at work.
    Running,
    /// Nothing has begun.
    Waiting,
    /// Runs are left, and no process is at work.
    Stopped,
    /// Every run has ended, and some failed.
    Failed,
}

impl FolderState {
    pub const ALL: [Self; 5] = [Self::Done, Self::Running, Self::Waiting, Self::Stopped, Self::Failed];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Running => "running",
            Self::Waiting => "waiting",
            Self::Stopped => "stopped",
            Self::Failed => "failed",
        }
    }
}

/// How far the runs of a folder are.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FolderStatus {
    pub state: FolderState,
    /// `None` before anything has begun.
    pub runs_planned: Option<u64>,
    /// Failed ones included.
    pub runs_finished: u64,
    pub runs_failed: u64,
    /// Of a process at work: its machine, and how many runs it finishes in a second; `None` before its first.
    pub machine: Option<String>,
    pub runs_per_second: Option<f64>,
}

impl FolderStatus {
    /// What the files of a folder say.
    fn of(folder: &Path, manifest: Option<&Manifest>) -> Self {
        let pulse = Pulse::of(folder);
        let waiting = store::waiting(folder).len() as u64;
        let (planned, in_tables, failed) = manifest
            .map_or((0, 0, 0), |manifest| (manifest.runs_planned, manifest.runs_finished, manifest.runs_failed));
        let on_disk = (in_tables + waiting).min(planned);
        let state = match manifest {
            _ if pulse.is_some() => FolderState::Running,
            None => FolderState::Waiting,
            Some(_) if on_disk < planned || waiting > 0 => FolderState::Stopped,
            Some(_) if failed > 0 => FolderState::Failed,
            Some(_) => FolderState::Done,
        };
        let told = pulse.as_ref().map(|pulse| pulse.counts).filter(|counts| *counts != Counts::default());
        Self {
            state,
            runs_planned: told.map(|counts| counts.planned).or(manifest.map(|manifest| manifest.runs_planned)),
            runs_finished: told.map_or(on_disk, |counts| counts.kept + counts.done),
            runs_failed: told.map_or(failed, |counts| counts.failed),
            machine: pulse.as_ref().map(|pulse| pulse.machine().to_owned()),
            runs_per_second: pulse.as_ref().and_then(Pulse::runs_per_second),
        }
    }

    /// Runs that are left; of a folder in which nothing has begun so many as are `expected` of it.
    fn left(&self, expected: u64) -> u64 {
        self.runs_planned.unwrap_or(expected).saturating_sub(self.runs_finished)
    }
}

/// How far a shard is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ShardStatus {
    pub shard: Shard,
    #[serde(flatten)]
    pub status: FolderStatus,
}

/// How far the shards of a stage are.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StageStatus {
    pub stage: Stage,
    /// By number.
    pub shards: Vec<ShardStatus>,
}

impl StageStatus {
    /// Seconds until the last shard is done, at the pace of those that are at work; `None` where no pace is known.
    #[must_use]
    #[allow(clippy::cast_precision_loss)]
    pub fn seconds_left(&self) -> Option<f64> {
        let expected = self.shards.iter().filter_map(|shard| shard.status.runs_planned).max().unwrap_or(0);
        let paces: Vec<(f64, f64)> = self
            .shards
            .iter()
            .filter_map(|shard| Some((shard.status.left(expected) as f64, shard.status.runs_per_second?)))
            .collect();
        let longest = paces.iter().map(|(left, pace)| left / pace).fold(0.0, f64::max);
        let all: u64 = self.shards.iter().map(|shard| shard.status.left(expected)).sum();
        let together: f64 = paces.iter().map(|(_, pace)| pace).sum();
        (together > 0.0).then(|| longest.max(all as f64 / together))
    }

    #[must_use]
    pub fn count(&self, state: FolderState) -> usize {
        self.shards.iter().filter(|shard| shard.status.state == state).count()
    }
}

/// How far an experiment is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Status {
    /// `None` where nothing has begun.
    pub name: Option<String>,
    /// Whether it has two stages.
    pub has_protocol: bool,
    /// The result folder itself: the experiment as one, or its shards merged.
    pub whole: FolderStatus,
    /// Where it is divided.
    pub stages: Vec<StageStatus>,
}

/// How far the experiment of a result folder is.
///
/// # Errors
/// Where the folder's own manifest cannot be read. A shard whose manifest cannot be read has not begun.
pub fn status(out: &Path) -> Result<Status, StoreError> {
    let own = match store::manifest_of(out) {
        Err(StoreError::NoResults(_)) => None,
        manifest => Some(manifest?),
    };
    let mut name = own.as_ref().map(|manifest| manifest.name.clone());
    let mut has_protocol = own.as_ref().is_some_and(|manifest| manifest.protocol.is_some());
    let mut divisions: BTreeMap<(bool, usize), BTreeMap<usize, FolderStatus>> = BTreeMap::new();
    for entry in std::fs::read_dir(shards_folder(out)).into_iter().flatten().filter_map(Result::ok) {
        let Ok(manifest) = store::manifest_of(&entry.path()) else { continue };
        // A shard that was moved here from elsewhere is found by its name.
        let Some(shard) = manifest.shard.filter(|shard| entry.path() == shard_folder(out, *shard)) else { continue };
        name.get_or_insert_with(|| manifest.name.clone());
        has_protocol |= manifest.protocol.is_some();
        let of_division = divisions.entry((shard.stage == Stage::Report, shard.of)).or_default();
        of_division.insert(shard.number, FolderStatus::of(&entry.path(), Some(&manifest)));
    }
    let stages = divisions.into_iter().map(|((is_report, of), known)| {
        let stage = if is_report { Stage::Report } else { Stage::Tuning };
        stage_status(out, stage, of, known)
    });
    let stages = stages.collect();
    Ok(Status { name, has_protocol, whole: FolderStatus::of(out, own.as_ref()), stages })
}

/// More shards than this are not listed where a folder of somebody else names them.
const MOST_SHARDS: usize = 100_000;

fn stage_status(out: &Path, stage: Stage, of: usize, mut known: BTreeMap<usize, FolderStatus>) -> StageStatus {
    let of = of.min(MOST_SHARDS);
    let shards = (1..=of).map(|number| {
        let shard = Shard { number, of, stage };
        let status = known.remove(&number).unwrap_or_else(|| FolderStatus::of(&shard_folder(out, shard), None));
        ShardStatus { shard, status }
    });
    StageStatus { stage, shards: shards.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shard(number: usize, state: FolderState, finished: u64, runs_per_second: Option<f64>) -> ShardStatus {
        let runs_planned = (state != FolderState::Waiting).then_some(100);
        let status = FolderStatus {
            state,
            runs_planned,
            runs_finished: finished,
            runs_failed: 0,
            machine: None,
            runs_per_second,
        };
        ShardStatus { shard: Shard { number, of: 3, stage: Stage::Tuning }, status }
    }

    #[test]
    fn the_time_left_counts_shards_that_have_not_begun() {
        use FolderState::{Done, Running, Waiting};
        let stage = |shards: Vec<ShardStatus>| StageStatus { stage: Stage::Tuning, shards };
        // Two at work, at 1 and 3 runs a second: 50 s for the slower one; with a third to come (50 + 40 + 100) / 4.
        let both = [shard(1, Running, 50, Some(1.0)), shard(2, Running, 60, Some(3.0))];
        let close = |found: Option<f64>, right: f64| (found.unwrap() - right).abs() < 1e-12;
        assert!(close(stage(both.to_vec()).seconds_left(), 50.0));
        let waits = [&both[..], &[shard(3, Waiting, 0, None)]].concat();
        assert!(close(stage(waits).seconds_left(), 50.0));
        let far = [shard(1, Running, 90, Some(1.0)), shard(2, Waiting, 0, None)];
        assert!(close(stage(far.to_vec()).seconds_left(), 110.0));
        assert_eq!(stage(vec![shard(1, Done, 100, None)]).seconds_left(), None);
    }
}
