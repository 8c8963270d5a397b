//! A sweep: what is still to do is given to the workers, and what they answer goes to disk at once.

use super::orphans::{Orphaned, set_apart, take_back};
use super::plan::Plan;
use super::pool::{self, Event, Limits};
use super::progress::Progress;
use super::scattered::scattered;
use super::{Answer, Job, Parameters};
use crate::model::weights;
use crate::num::NUMERICS_VERSION;
use crate::plan::{RunSpec, Spec};
use crate::record::{RunId, RunRecord, counted};
use crate::store::{self, Believed, Finished, Folder, Known, Manifest, Session, Shard, SourceText, unix_seconds};
use std::collections::BTreeMap;
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
    /// Which part of the runs; all, if there is none.
    pub shard: Option<Shard>,
    /// What each run may take.
    pub limits: Limits,
    /// No progress.
    pub quiet: bool,
}

/// What came of a sweep.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    pub planned: u64,
    /// Found done before this sweep.
    pub kept: u64,
    pub failed: u64,
    pub diverged: u64,
    /// Runs whose check went past its bound.
    pub suspect: u64,
    /// Planned and not carried out, because the sweep was stopped, or could not begin its second stage.
    pub left: u64,
    /// Whether the second stage of a protocol waits for runs of the first one that failed.
    pub waits: bool,
    /// Why runs are left although nobody stopped the sweep: no worker could be started.
    pub halted: Option<String>,
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
    let parameters = options.out.join(store::PARAMETERS);
    let shards = options.out.parent().filter(|_| options.shard.is_some());
    let kept = options.keep_parameters.then_some(parameters.as_path());
    store::refuse_foreign(&options.out).map_err(Trouble::Strangers)?;
    for place in shards.into_iter().chain(kept) {
        store::refuse_link(place).map_err(|why| why.to_string())?;
    }
    let mut folder = Folder::open(&options.out)?;
    let mut believed = folder.finished()?;
    let mut plan = Plan::of(spec, options.shard);
    plan.add_report_stage(spec, &folder, &believed)?;
    let orphaned = set_apart(&mut folder, &plan, &mut believed, spec.catalogue())?;
    let mut damage = std::mem::take(&mut believed.damage);
    believed.runs.retain(|id, run| run.is_final() && !lacks_parameters(*id, *run, options, &mut damage));

    let mut summary = Summary { planned: plan.total, kept: believed.runs.len() as u64, ..Summary::default() };
    let mut progress = Progress::new(summary.planned - summary.kept, options.quiet);
    damage.iter().for_each(|damage| progress.say(damage));
    if let Some(notice) = folder.notice() {
        progress.say(&notice);
    }
    if let Some(message) = told(&orphaned, &summary).filter(|_| !options.quiet) {
        progress.say(&message);
    }
    if orphaned.moved_to.is_some() || summary.kept < summary.planned || folder.has_journal() {
        folder.shelve(&mut believed)?;
    }
    if orphaned.moved_to.is_some() {
        // From here on the folder holds runs of the present plan only, whatever happens before the end.
        summary.left = summary.planned - summary.kept;
        summary.diverged = believed.runs.values().filter(|run| run.is_diverged()).count() as u64;
        let sessions = folder.manifest().map(|manifest| manifest.sessions).unwrap_or_default();
        let manifest = manifest(spec, &plan, options, &summary, sessions);
        folder.write_known(&believed, &plan.runs, manifest)?;
        believed = folder.finished()?;
        folder.shelve(&mut believed)?;
    }
    if folder.manifest().is_none() {
        // Whatever happens before the end, it is on disk what the runs in the journal are.
        let none_yet = Summary { left: summary.planned, ..summary.clone() };
        folder.announce(&manifest(spec, &plan, options, &none_yet, Vec::new()))?;
    }
    if summary.kept > 0 && !options.quiet {
        progress.say(&format!("done already: {} of {}", summary.kept, counted(summary.planned, "run")));
    }
    let carried_out = stages(spec, &mut plan, &mut believed, options, stop, &mut folder, &mut progress);
    progress.end();
    let Carried { features, taken_back, halted } = carried_out?;
    (summary.planned, summary.kept) = (plan.total, summary.kept + taken_back);
    summary.halted = halted;

    let count = |of: fn(&Known) -> bool| believed.runs.values().filter(|run| of(run)).count() as u64;
    let done = believed.runs.len() as u64;
    summary.left = summary.planned - done;
    summary.failed = count(|run| !run.is_final());
    summary.diverged = count(Known::is_diverged);
    summary.waits = plan.awaits_choice() && summary.failed > 0 && summary.left == plan.total - plan.runs.len() as u64;
    summary.suspect = count(Known::is_suspect);
    let carried_out = done - summary.kept;
    let earlier = folder.manifest();
    let mut sessions = earlier.as_ref().map(|manifest| manifest.sessions.clone()).unwrap_or_default();
    if carried_out > 0 || sessions.is_empty() {
        sessions.push(Session::of_this_process(carried_out, options.workers, started, features, &spec.folder));
    }
    // What stands as it should is left as it is; a journal that a killed process left is taken into the tables.
    let fresh = manifest(spec, &plan, options, &summary, sessions);
    let stands = earlier.is_some_and(|earlier| Manifest { table_digests: BTreeMap::new(), ..earlier } == fresh);
    if carried_out > 0 || folder.has_journal() || !stands {
        folder.write_known(&believed, &plan.runs, fresh)?;
    }
    Ok((folder, summary))
}

/// What is new, kept and orphaned, where the plan is not the one that the folder had.
fn told(orphaned: &Orphaned, summary: &Summary) -> Option<String> {
    let Orphaned { orphans, moved_to, taken_back } = orphaned;
    if *orphans == 0 && *taken_back == 0 {
        return None;
    }
    let (new, kept) = (summary.planned - summary.kept, summary.kept);
    let taken = if *taken_back > 0 { format!(", of which {taken_back} had been orphans") } else { String::new() };
    let moved = moved_to.as_ref().map(|path| format!(", {orphans} moved to `{}`", path.display()));
    let moved = moved.unwrap_or_default();
    Some(format!("the experiment has changed: {} new, {kept} kept{taken}{moved}", counted(new, "run")))
}

/// Whether a run has to be done again because its final parameters are wanted and not there, or damaged.
fn lacks_parameters(id: RunId, run: Known, options: &Options, damage: &mut Vec<String>) -> bool {
    if !options.keep_parameters || !run.is_done() {
        return false;
    }
    let path = store::parameters_path(&options.out, id);
    let fault = match store::kept_parameters(&path) {
        Ok(None) => return true,
        Ok(Some(bytes)) if weights::is_whole(&bytes) => return false,
        Ok(Some(_)) => format!("`{}` is damaged", path.display()),
        Err(why) => why,
    };
    damage.push(format!("{fault}; its run is rerun"));
    true
}

/// What came of the workers' work.
#[derive(Default)]
struct Carried {
    /// What the workers said of their processor.
    features: Option<Vec<String>>,
    /// How many runs of the second stage had been orphans of another choice.
    taken_back: u64,
    /// Why it ended early.
    halted: Option<String>,
}

/// Carries the plan out, and with a protocol what it then is: the second stage follows when the first is done.
fn stages(
    spec: &Spec,
    plan: &mut Plan,
    believed: &mut Believed,
    options: &Options,
    stop: &AtomicBool,
    folder: &mut Folder,
    progress: &mut Progress,
) -> Result<Carried, String> {
    let mut carried = Carried::default();
    loop {
        let (told, halted) = carry_out(spec, plan, believed, options, stop, folder, progress)?;
        (carried.features, carried.halted) = (told.or(carried.features), halted);
        let first = plan.runs.len();
        let ended = stop.load(Ordering::SeqCst) || carried.halted.is_some();
        if ended || !plan.add_report_stage(spec, folder, believed)? {
            return Ok(carried);
        }
        carried.taken_back = take_back(folder, &plan.ids(), believed)? as u64;
        if !options.quiet {
            let again = match carried.taken_back {
                0 => String::new(),
                orphans => format!(", of which {orphans} had been orphans"),
            };
            let runs = plan.runs.len() - first;
            let chosen = spec.designs().iter().map(|design| design.cells.len()).sum::<usize>();
            let seeds = spec.protocol().map_or(0, |protocol| protocol.report_seeds.len());
            progress.say(&format!(
                "tuning is done, {} chosen; on {}: {}{again}",
                counted(chosen, "setting"),
                counted(seeds, "report seed"),
                counted(runs, "run"),
            ));
        }
    }
}

/// Gives what is not finished yet to the workers and puts every answer on disk as it comes. Returns what the workers said of
/// their processor, and why runs are left where no worker could be started.
fn carry_out(
    spec: &Spec,
    plan: &Plan,
    believed: &mut Believed,
    options: &Options,
    stop: &AtomicBool,
    folder: &mut Folder,
    progress: &mut Progress,
) -> Result<(Option<Vec<String>>, Option<String>), String> {
    let mut to_do: Vec<usize> = scattered(plan.runs.len()).collect();
    to_do.retain(|number| !believed.runs.contains_key(&plan.runs[*number]));
    let jobs = to_do.into_iter().map(|number| {
        let settings = spec.run(plan.place(number));
        let data_digest = spec.data_digest(&settings).to_owned();
        let (run, folder, check) = (plan.runs[number], spec.folder.clone(), options.check);
        let parameters = if options.keep_parameters {
            Parameters::File(store::parameters_path(&options.out, run))
        } else {
            Parameters::Nothing
        };
        Job { run, formulas: settings.formulas(), spec: settings, folder, data_digest, check, parameters }
    });
    let (mut failure, mut stopping, mut features) = (Ok(()), false, None);
    let carried_out = pool::carry_out(jobs, options.workers, options.limits, |event| {
        if let Event::Answered(answered) = event {
            let (job, mut answer) = *answered;
            if answer.outcome.is_final() {
                features = Some(std::mem::take(&mut answer.cpu_features));
            }
            let run = record(spec, (job.run, job.spec), answer);
            progress.add(&run.record.outcome);
            if failure.is_ok() {
                failure = folder.add(&run, believed);
            }
        }
        if failure.is_ok() {
            failure = folder.sync();
        }
        if stop.load(Ordering::SeqCst) && !stopping {
            if !options.quiet {
                progress.say("stopping: the runs in flight are finished first");
            }
            stopping = true;
        }
        progress.show();
        if stopping || failure.is_err() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    failure.map(|()| (features, carried_out.err()))
}

/// The row of a run from its settings and its answer.
fn record(spec: &Spec, (run, settings): (RunId, RunSpec), answer: Answer) -> Finished {
    let record = RunRecord {
        run,
        data_digest: spec.data_digest(&settings).to_owned(),
        settings: settings.settings(),
        numerics_version: NUMERICS_VERSION,
        metric: answer.metric,
        stage: None,
        outcome: answer.outcome,
        curve: answer.curve,
        measured: answer.measured,
        steps: answer.steps,
        traced: answer.traced,
        at_rest: answer.at_rest,
        no_minimum: answer.no_minimum,
        held_out: answer.held_out,
        hashes: answer.hashes,
    };
    Finished { record, measurement: answer.measurement }
}

fn manifest(spec: &Spec, plan: &Plan, options: &Options, summary: &Summary, sessions: Vec<Session>) -> Manifest {
    let source = |source: &crate::spec::Source| SourceText { name: source.name.clone(), text: source.text.clone() };
    Manifest {
        name: spec.name.clone(),
        question: spec.question.clone(),
        spec: spec.sources.iter().map(source).collect(),
        plan_digest: plan.digest.clone(),
        shard: options.shard,
        protocol: spec.protocol().cloned(),
        judge: spec.judge.clone(),
        runs_planned: summary.planned,
        runs_finished: summary.planned - summary.left,
        runs_diverged: summary.diverged,
        runs_failed: summary.failed,
        numerics_version: NUMERICS_VERSION,
        revisions: spec.revisions(),
        origins: spec.origins(),
        data_digests: spec.data_digests().clone(),
        data: spec.readings().clone(),
        table_digests: BTreeMap::new(),
        sessions,
    }
}
