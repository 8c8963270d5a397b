//! A sweep: what is still to do is given to the workers, and what they answer goes to disk at once.

use super::pool::{self, Event, Limits};
use super::progress::Progress;
use super::scattered::scattered;
use super::{Answer, Job};
use crate::experiment::{RunSpec, Spec};
use crate::model::weights;
use crate::num::NUMERICS_VERSION;
use crate::record::{Outcome, RunRecord};
use crate::store::{self, Finished, Folder, Manifest, Session, SourceText, unix_seconds};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

/// How a sweep is to be carried out; nothing of this changes a result.
#[derive(Clone, Debug)]
pub struct Options {
    /// The result folder.
    pub out: PathBuf,
    /// Worker processes.
    pub workers: usize,
    /// Whether each run is checked by the other engine.
    pub check: bool,
    /// Whether each run's final parameters are kept.
    pub keep_parameters: bool,
    /// What each run may take.
    pub limits: Limits,
    /// No progress.
    pub quiet: bool,
}

/// What came of a sweep.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    pub planned: u64,
    /// Found done before this sweep.
    pub kept: u64,
    pub failed: u64,
    pub diverged: u64,
    /// Runs whose check went past its bound.
    pub suspect: u64,
    /// Planned and not carried out, because the sweep was stopped.
    pub left: u64,
}

/// Why a sweep could not be carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The folder holds something else: nothing was done.
    Strangers(String),
    /// The folder is in use, or cannot be read or written.
    Work(String),
}

impl From<String> for Trouble {
    fn from(message: String) -> Self {
        Self::Work(message)
    }
}

/// Carries a sweep out, or goes on with it. When `stop` is set, runs in flight are finished and written first.
///
/// # Errors
/// Where the folder cannot be used, holds runs of something else, or cannot be written.
pub fn run(spec: &Spec, options: &Options, stop: &AtomicBool) -> Result<(Folder, Summary), Trouble> {
    let started = unix_seconds();
    let mut folder = Folder::open(&options.out)?;
    let store::Believed { runs: mut finished, mut damage, .. } = folder.finished()?;
    let planned: Vec<String> = spec.runs().map(|run| spec.identity(&run)).collect();
    refuse_strangers(&planned, &finished, options).map_err(Trouble::Strangers)?;
    finished.retain(|id, run| run.record.outcome.is_final() && !lacks_parameters(id, run, options, &mut damage));

    let mut summary = Summary { planned: planned.len() as u64, kept: finished.len() as u64, ..Summary::default() };
    let mut progress = Progress::new(summary.planned - summary.kept, options.quiet);
    damage.iter().for_each(|damage| progress.say(damage));
    if summary.kept > 0 && !options.quiet {
        progress.say(&format!("{} of {} runs are done already", summary.kept, summary.planned));
    }
    let fresh = carry_out(spec, &planned, &finished, options, stop, &mut folder, &mut progress);
    progress.end();
    finished.extend(fresh?.into_iter().map(|run| (run.record.run.clone(), run)));

    let runs: Vec<&Finished> = planned.iter().filter_map(|run| finished.get(run)).collect();
    let count = |of: fn(&Finished) -> bool| runs.iter().filter(|run| of(run)).count() as u64;
    summary.left = summary.planned - runs.len() as u64;
    summary.failed = count(|run| !run.record.outcome.is_final());
    summary.diverged = count(|run| matches!(run.record.outcome, Outcome::Diverged { .. }));
    summary.suspect = count(|run| run.measurement.check.is_some_and(|check| !check.passed()));
    let carried_out = runs.len() as u64 - summary.kept;
    let earlier = folder.manifest();
    let mut sessions = earlier.as_ref().map(|manifest| manifest.sessions.clone()).unwrap_or_default();
    if carried_out > 0 || sessions.is_empty() {
        sessions.push(Session::of_this_process(carried_out, options.workers, started));
    }
    // What stands as it should is left as it is; a journal that a killed process left is taken into the tables.
    let fresh = manifest(spec, summary, sessions);
    let stands = earlier.is_some_and(|earlier| Manifest { table_digests: BTreeMap::new(), ..earlier } == fresh);
    if carried_out > 0 || folder.has_journal() || !stands {
        folder.write(&runs, fresh)?;
    }
    Ok((folder, summary))
}

/// Runs of another experiment, or of an earlier form of this one, must not be lost by writing over them.
fn refuse_strangers(planned: &[String], finished: &HashMap<String, Finished>, options: &Options) -> Result<(), String> {
    let known: HashSet<&String> = planned.iter().collect();
    let strangers = finished.keys().filter(|run| !known.contains(run)).count();
    if strangers == 0 {
        return Ok(());
    }
    let out = options.out.display();
    Err(format!(
        "`{out}` holds {strangers} runs that are no part of this experiment ({} are): settings, data or the numerics \
         version have changed; give this one its own folder with `--out`, or move `{out}` away",
        finished.len() - strangers
    ))
}

/// Whether a run has to be done again because its final parameters are wanted and not there, or damaged.
fn lacks_parameters(id: &str, run: &Finished, options: &Options, damage: &mut Vec<String>) -> bool {
    if !options.keep_parameters || run.record.outcome != Outcome::Done {
        return false;
    }
    let path = store::parameters_path(&options.out, id);
    if !path.exists() {
        return true;
    }
    let whole = weights::read(&path).is_ok_and(|bytes| weights::is_whole(&bytes));
    if !whole {
        damage.push(format!("`{}` is damaged; its run is done again", path.display()));
    }
    !whole
}

/// Gives what is not finished yet to the workers and puts every answer on disk as it comes.
fn carry_out(
    spec: &Spec,
    planned: &[String],
    finished: &HashMap<String, Finished>,
    options: &Options,
    stop: &AtomicBool,
    folder: &mut Folder,
    progress: &mut Progress,
) -> Result<Vec<Finished>, String> {
    let to_do = scattered(planned.len()).filter(|&index| !finished.contains_key(&planned[index]));
    let jobs = to_do.map(|index| {
        let settings = spec.run(index as u64);
        let data_digest = spec.data_digest(&settings.data.set).to_owned();
        let (run, folder, check) = (planned[index].clone(), spec.folder.clone(), options.check);
        let parameters = options.keep_parameters.then(|| store::parameters_path(&options.out, &run));
        Job { run, spec: settings, folder, data_digest, check, parameters }
    });
    let (mut fresh, mut failure, mut stopping) = (Vec::new(), Ok(()), false);
    pool::carry_out(jobs, options.workers, options.limits, |event| {
        if let Event::Answered(answered) = event {
            let (job, answer) = *answered;
            let run = record(spec, (job.run, job.spec), answer);
            progress.add(&run.record.outcome);
            if failure.is_ok() {
                failure = folder.append(&run);
            }
            fresh.push(run);
        }
        if failure.is_ok() {
            failure = folder.sync();
        }
        if stop.load(Ordering::SeqCst) && !stopping {
            progress.say("stopping: the runs in flight are finished first");
            stopping = true;
        }
        progress.show();
        if stopping || failure.is_err() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    failure.map(|()| fresh)
}

/// The row of a run from its settings and its answer.
fn record(spec: &Spec, (run, settings): (String, RunSpec), answer: Answer) -> Finished {
    let record = RunRecord {
        run,
        data_digest: spec.data_digest(&settings.data.set).to_owned(),
        settings: settings.settings(),
        numerics_version: NUMERICS_VERSION,
        metric: answer.metric,
        outcome: answer.outcome,
        curve: answer.curve,
        steps: answer.steps,
        at_rest: answer.at_rest,
        hashes: answer.hashes,
    };
    Finished { record, measurement: answer.measurement }
}

fn manifest(spec: &Spec, summary: Summary, sessions: Vec<Session>) -> Manifest {
    let source =
        |source: &crate::experiment::Source| SourceText { name: source.name.clone(), text: source.text.clone() };
    Manifest {
        name: spec.name.clone(),
        question: spec.question.clone(),
        spec: spec.sources.iter().map(source).collect(),
        runs_planned: summary.planned,
        runs_finished: summary.planned - summary.left,
        runs_diverged: summary.diverged,
        runs_failed: summary.failed,
        numerics_version: NUMERICS_VERSION,
        data_digests: spec.data_digests().clone(),
        table_digests: BTreeMap::new(),
        sessions,
    }
}
