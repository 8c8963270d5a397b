//! `burnmark status`: how far an experiment is.

use super::failure::Failure;
use super::print::{Schema, print, print_json};
use crate::cluster::{JobKind, JobStep, QueuedTask, Scheduler, Slurm, job_name, log_path, scripts_folder};
use crate::export::shell_word;
use crate::harness::{FolderState, FolderStatus, ShardStatus, StageStatus, Status, duration, status};
use crate::record::counted;
use crate::report::aligned;
use crate::store::StoreError;
use clap::Args;
use std::fmt::Write;
use std::path::{Path, PathBuf, absolute};

#[derive(Args)]
pub struct StatusArguments {
    /// A result folder, such as results/sweep
    results: PathBuf,
    /// Print the status as JSON
    #[arg(long)]
    json: bool,
}

/// The most shards that are listed one by one.
const MOST_LISTED: usize = 10;

/// `burnmark status`
pub fn show(arguments: &StatusArguments) -> Result<(), Failure> {
    let folder = &arguments.results;
    let found = status(folder)?;
    if arguments.json {
        return print_json(Schema::Status, &found);
    }
    match &found.name {
        None if scripts_folder(folder).is_dir() => {
            print("no task has begun; `squeue --me` shows what Slurm waits for\n")
        }
        None => Err(StoreError::NoResults(folder.clone()).into()),
        Some(name) => print(&text(name, &found, folder, &queued(name, folder))),
    }
}

/// What of the experiment is in Slurm's queue, where it was submitted and Slurm is here and answers.
fn queued(name: &str, folder: &Path) -> Vec<(JobStep, QueuedTask)> {
    let Some(out) = absolute(folder).ok().filter(|_| scripts_folder(folder).is_dir()) else { return Vec::new() };
    let steps: Vec<(String, JobStep)> =
        JobStep::all(1, Some(1)).into_iter().map(|step| (job_name(name, &out, step), step)).collect();
    let names: Vec<String> = steps.iter().map(|(name, _)| name.clone()).collect();
    let queue = Slurm.queued(&names).unwrap_or_default();
    let step = |task: &QueuedTask| steps.iter().find(|(name, _)| *name == task.name).map(|(_, step)| *step);
    queue.into_iter().filter_map(|task| Some((step(&task)?, task))).collect()
}

fn text(name: &str, found: &Status, folder: &Path, queue: &[(JobStep, QueuedTask)]) -> String {
    let mut rows: Vec<Vec<String>> = found.stages.iter().map(stage_row).collect();
    if rows.is_empty() {
        return format!("{name}: {}\n", whole(&found.whole));
    }
    let heads = ["stage", "shards"].into_iter().chain(FolderState::ALL.map(FolderState::name));
    rows.insert(0, heads.chain(["runs", "time left"]).map(str::to_owned).collect());
    if !found.has_protocol {
        rows.iter_mut().for_each(|row| drop(row.remove(0))); // there is one stage
    }
    let merged = match found.whole.runs_planned {
        Some(_) => format!("merged: {}", whole(&found.whole)),
        None => "not merged yet".to_owned(),
    };
    let run = queue.iter().filter(|(_, task)| task.is_running).count();
    let in_queue = match queue.len() {
        0 => String::new(),
        all => format!("in Slurm's queue: {run} running, {} waiting\n", all - run),
    };
    let listed = found.stages.iter().map(|stage| troubles(stage, folder, queue)).collect::<String>();
    format!("{name}\n\n{}\n{merged}\n{in_queue}{listed}", aligned(&rows))
}

/// `running, 120 of 400 runs, 3 failed, about 2 min left`.
fn whole(status: &FolderStatus) -> String {
    let planned = status.runs_planned.unwrap_or(0);
    let mut text = format!("{}, {} of {}", status.state.name(), status.runs_finished, counted(planned, "run"));
    if status.runs_failed > 0 {
        let _ = write!(text, ", {} failed", status.runs_failed);
    }
    #[allow(clippy::cast_precision_loss)]
    if let Some(pace) = status.runs_per_second {
        let left = planned.saturating_sub(status.runs_finished) as f64;
        let _ = write!(text, ", about {} left", duration(left / pace));
    }
    text
}

fn stage_row(stage: &StageStatus) -> Vec<String> {
    let planned: u64 = stage.shards.iter().filter_map(|shard| shard.status.runs_planned).sum();
    let unknown = stage.shards.iter().any(|shard| shard.status.runs_planned.is_none());
    let finished: u64 = stage.shards.iter().map(|shard| shard.status.runs_finished).sum();
    let more = if unknown { " in those that have begun" } else { "" };
    let left = stage.seconds_left().map_or("–".to_owned(), |seconds| format!("about {}", duration(seconds)));
    let mut row = vec![stage.stage.name().to_owned(), stage.shards.len().to_string()];
    row.extend(FolderState::ALL.map(|state| stage.count(state).to_string()));
    row.extend([format!("{finished} of {planned}{more}"), left]);
    row
}

/// The shards that somebody should look at, and what to do. What waits in a queue goes on by itself.
fn troubles(stage: &StageStatus, folder: &Path, queue: &[(JobStep, QueuedTask)]) -> String {
    let is_queued = |shard: &ShardStatus| {
        let of_shards = |step: &JobStep| step.stage == stage.stage && step.kind == JobKind::Shards;
        queue.iter().any(|(step, task)| of_shards(step) && task.number == shard.shard.number)
    };
    let is_trouble = |shard: &&ShardStatus| {
        [FolderState::Stopped, FolderState::Failed].contains(&shard.status.state) && !is_queued(shard)
    };
    let all: Vec<&ShardStatus> = stage.shards.iter().filter(is_trouble).collect();
    let mut text = String::new();
    for ShardStatus { shard, status } in all.iter().take(MOST_LISTED) {
        let log =
            log_path(folder, JobStep { stage: stage.stage, kind: JobKind::Shards, tasks: shard.of }, shard.number);
        let log =
            if log.exists() { format!("; its log: {}", shell_word(&log.display().to_string())) } else { String::new() };
        let _ = writeln!(text, "shard {shard}: {}{log}", whole(status));
    }
    if all.len() > MOST_LISTED {
        let _ = writeln!(text, "and {} more", all.len() - MOST_LISTED);
    }
    if all.is_empty() {
        return text;
    }
    let again = if scripts_folder(folder).is_dir() {
        "give the same `burnmark submit` again".to_owned()
    } else {
        format!("give `burnmark run SPEC {}` again", all[0].shard.options())
    };
    format!("\n{text}to go on, {again}\n")
}
