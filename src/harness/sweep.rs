//! A sweep: what is still to do is given to the workers, and what they answer goes to disk at once.

use super::error::HarnessError;
use super::gangs::Gangs;
use super::gpus::{engines, gpus};
use super::job::{Job, Parameters, WorkerAnswer};
use super::orphans::{Orphaned, set_apart, take_back};
use super::plan::{Plan, shard_folder, shards_folder};
use super::pool::{self, Event, Limits};
use super::progress::Progress;
use super::scattered::scattered;
use super::threads::threads_of_run;
use crate::model::weights;
use crate::num::NUMERICS_VERSION;
use crate::plan::{RunSpec, Spec};
use crate::record::{Observed, RunId, RunRecord, Stage, counted};
use crate::store::{
    self, Counts, Finished, Folder, Known, Manifest, Recovered, Session, Shard, SourceText, unix_seconds,
};
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

/// How a sweep is to be carried out; nothing of this changes a result.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools)] // four flags of the command line
pub struct Options {
    /// The result folder of the experiment.
    pub out: PathBuf,
    /// Worker processes.
    pub workers: usize,
    /// Whether each run is checked by the other engine.
    pub check: bool,
    /// Whether each run's final parameters are kept.
    pub keep_parameters: bool,
    /// Which part of the runs; all, if there is none.
    pub shard: Option<Shard>,
    /// What each run may take; where there is a limit, each run is trained by itself.
    pub limits: Limits,
    /// Whether runs that share their draws are trained together (`harness/gangs.rs`).
    pub gangs: bool,
    /// Threads of each run that is trained by itself; `None`: one, or the workers' cores where there are fewer runs.
    pub threads: Option<usize>,
    /// No progress.
    pub quiet: bool,
}

impl Options {
    /// The folder that the sweep writes: that of its shard, if it has one.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        self.shard.map_or(self.out.clone(), |shard| shard_folder(&self.out, shard))
    }
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

/// Carries a sweep out, or goes on with it. When `stop` is set, runs in flight are finished and written first.
///
/// # Errors
/// Where the folder cannot be used, holds runs of something else, or cannot be written.
pub fn run(spec: &Spec, options: &Options, stop: &AtomicBool) -> Result<(Folder, Summary), HarnessError> {
    let mut sweep = RunningSweep::open(spec, options, stop)?;
    sweep.set_apart()?;
    let carried_out = sweep.carry_out();
    sweep.progress.end();
    carried_out?;
    sweep.conclude()
}

/// A sweep under way.
struct RunningSweep<'s> {
    spec: &'s Spec,
    options: &'s Options,
    stop: &'s AtomicBool,
    /// In seconds since 1970.
    started: u64,
    folder: Folder,
    plan: Plan,
    /// The finished runs of the plan, once others are set apart.
    recovered: Recovered,
    summary: Summary,
    /// What other processes are told.
    counts: Counts,
    progress: Progress,
    /// What the workers said of their processor.
    features: Option<Vec<String>>,
    /// What the GPUs are called that runs computed on, by engine.
    gpus: BTreeMap<String, String>,
}

impl<'s> RunningSweep<'s> {
    /// Opens the result folder and plans what is to be run.
    fn open(spec: &'s Spec, options: &'s Options, stop: &'s AtomicBool) -> Result<Self, HarnessError> {
        let started = unix_seconds();
        let out = options.folder();
        let shards = options.shard.map(|_| shards_folder(&options.out));
        let kept = options.keep_parameters.then(|| out.join(store::PARAMETERS));
        store::refuse_foreign(&out)?;
        for place in shards.into_iter().chain(kept) {
            store::refuse_link(&place).map_err(HarnessError::Link)?;
        }
        let mut plan = match options.shard.filter(|shard| shard.stage == Stage::Report) {
            Some(shard) => Plan::of_report_shard(spec, shard, &options.out)?,
            None => Plan::of(spec, options.shard),
        };
        if !out.exists() {
            gpus(engines(spec))?; // before there is a folder
        }
        let folder = Folder::open(&out)?;
        let recovered = folder.finished()?;
        plan.add_report_stage(spec, &folder, &recovered)?;
        let summary = Summary { planned: plan.total, ..Summary::default() };
        let progress = Progress::new(0, options.quiet);
        let (counts, features, gpus) = (Counts::default(), None, BTreeMap::new());
        Ok(Self { spec, options, stop, started, folder, plan, recovered, summary, counts, progress, features, gpus })
    }

    /// Sets runs apart that are not part of the plan, and says what is done already and what is to be done.
    fn set_apart(&mut self) -> Result<(), HarnessError> {
        let orphaned = set_apart(&mut self.folder, &self.plan, &mut self.recovered, self.spec.catalogue())?;
        let mut damage = std::mem::take(&mut self.recovered.damage);
        let options = self.options;
        self.recovered.runs.retain(|id, run| run.is_final() && !lacks_parameters(*id, *run, options, &mut damage));
        self.summary.kept = self.recovered.runs.len() as u64;
        (self.counts.planned, self.counts.kept) = (self.summary.planned, self.summary.kept);
        self.progress.expect(self.summary.planned - self.summary.kept);
        damage.iter().for_each(|damage| self.progress.say(damage));
        if let Some(notice) = self.folder.notice() {
            self.progress.say(&notice);
        }
        if let Some(message) = told(&orphaned, &self.summary).filter(|_| !options.quiet) {
            self.progress.say(&message);
        }
        self.settle(orphaned.moved_to.is_some())?;
        if self.summary.kept > 0 && !options.quiet {
            let (kept, planned) = (self.summary.kept, counted(self.summary.planned, "run"));
            self.progress.say(&format!("done already: {kept} of {planned}"));
        }
        Ok(())
    }

    /// Makes the folder one of the present plan, whatever happens before the end.
    fn settle(&mut self, orphans_moved: bool) -> Result<(), HarnessError> {
        if orphans_moved || self.summary.kept < self.summary.planned || self.folder.has_journal() {
            self.folder.spill(&mut self.recovered)?;
        }
        if orphans_moved {
            self.summary.left = self.summary.planned - self.summary.kept;
            self.summary.diverged = self.count(Known::is_diverged);
            let sessions = self.folder.manifest().map(|manifest| manifest.sessions).unwrap_or_default();
            let manifest = self.manifest(&self.summary, sessions);
            self.folder.write_known(&self.recovered, &self.plan.runs, manifest)?;
            self.recovered = self.folder.finished()?;
            self.folder.spill(&mut self.recovered)?;
        }
        if self.folder.manifest().is_none() {
            // It is on disk what the runs in the journal are.
            let none_yet = Summary { left: self.summary.planned, ..self.summary.clone() };
            self.folder.announce(&self.manifest(&none_yet, Vec::new()))?;
        }
        Ok(())
    }

    /// Carries the plan out, and with a protocol what it then is: the second stage follows when the first is done.
    fn carry_out(&mut self) -> Result<(), HarnessError> {
        loop {
            self.carry_out_stage()?;
            let first = self.plan.runs.len();
            let ended = self.stop.load(Ordering::SeqCst) || self.summary.halted.is_some();
            if ended || !self.plan.add_report_stage(self.spec, &self.folder, &self.recovered)? {
                return Ok(());
            }
            let orphans = take_back(&mut self.folder, &self.plan.ids(), &mut self.recovered)? as u64;
            (self.summary.planned, self.summary.kept) = (self.plan.total, self.summary.kept + orphans);
            (self.counts.planned, self.counts.kept) = (self.summary.planned, self.summary.kept);
            if !self.options.quiet {
                self.progress.say(&self.second_stage(first, orphans));
            }
        }
    }

    /// What to say before the second stage of a protocol.
    fn second_stage(&self, first: usize, orphans: u64) -> String {
        let again = if orphans > 0 { format!(", of which {orphans} had been orphans") } else { String::new() };
        let runs = self.plan.runs.len() - first;
        let chosen = self.spec.designs().iter().map(|design| design.cells.len()).sum::<usize>();
        let seeds = self.spec.protocol().map_or(0, |protocol| protocol.report_seeds.len());
        format!(
            "tuning is done, {} chosen; on {}: {}{again}",
            counted(chosen, "setting"),
            counted(seeds, "report seed"),
            counted(runs, "run"),
        )
    }

    /// Gives what is not finished yet to the workers and puts every answer on disk as it comes. The summary says why runs are left
    /// where no worker could be started.
    fn carry_out_stage(&mut self) -> Result<(), HarnessError> {
        let Self { spec, options, stop, folder, plan, recovered, progress, features, counts, gpus: opened, .. } = self;
        folder.tell(*counts);
        let wanted: Vec<bool> = plan.runs.iter().map(|run| !recovered.runs.contains_key(run)).collect();
        if wanted.contains(&true) {
            *opened = gpus(engines(spec))?;
        }
        let left = wanted.iter().filter(|wanted| **wanted).count();
        // A limit is for one run, and so is a time that is asked for; all times of a claim are by as many threads, also of runs that are left.
        let asks_for_times = spec.judge.claim.as_ref().is_some_and(|claim| claim.quantity == Observed::StepSeconds);
        let together = options.gangs && options.limits == Limits::default() && !asks_for_times;
        let asked = options.threads.or(asks_for_times.then_some(1));
        let threads = threads_of_run(asked, options.workers, left);
        let turns = scattered(plan.runs.len());
        let gangs = Gangs::new(spec, plan, turns, wanted, options.workers, together);
        let jobs = gangs
            .map(|gang| gang.into_iter().map(|number| Job { threads, ..job(spec, options, plan, number) }).collect());
        let (mut failure, mut stopping) = (Ok(()), false);
        let carried_out = pool::carry_out(jobs, options.workers, options.limits, |event| {
            if let Event::Answered(answered) = event {
                let (job, mut answer) = *answered;
                if answer.results.outcome.is_final() {
                    *features = Some(std::mem::take(&mut answer.cpu_features));
                }
                let run = record(spec, (job.run, job.spec), answer);
                progress.add(&run.record.outcome);
                counts.done += 1;
                counts.failed += u64::from(!run.record.outcome.is_final());
                folder.tell(*counts);
                if failure.is_ok() {
                    failure = folder.add(&run, recovered);
                }
            }
            if failure.is_ok() {
                failure = folder.sync();
            }
            if stop.load(Ordering::SeqCst) && !stopping {
                progress.stopping();
                stopping = true;
            }
            progress.show();
            if stopping || failure.is_err() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        failure?;
        self.summary.halted = carried_out.err().map(|why| why.to_string());
        Ok(())
    }

    /// Writes the tables and the manifest, unless they are as they should be; what a killed process left in a journal is taken
    /// into the tables.
    fn conclude(mut self) -> Result<(Folder, Summary), HarnessError> {
        let done = self.recovered.runs.len() as u64;
        self.summary.left = self.summary.planned - done;
        self.summary.failed = self.count(|run| !run.is_final());
        self.summary.diverged = self.count(Known::is_diverged);
        self.summary.suspect = self.count(Known::is_suspect);
        let unplanned = self.plan.total - self.plan.runs.len() as u64;
        self.summary.waits = self.plan.awaits_choice() && self.summary.failed > 0 && self.summary.left == unplanned;
        let carried_out = done - self.summary.kept;
        let earlier = self.folder.manifest();
        let mut sessions = earlier.as_ref().map(|manifest| manifest.sessions.clone()).unwrap_or_default();
        if carried_out > 0 || sessions.is_empty() {
            let (workers, features) = (self.options.workers, self.features.take());
            let session = Session::of_this_process(carried_out, workers, self.started, features, &self.spec.folder);
            sessions.push(Session { gpus: std::mem::take(&mut self.gpus), ..session });
        }
        let fresh = self.manifest(&self.summary, sessions);
        if self.plan.runs.is_empty() {
            self.folder.announce(&fresh)?; // a table has a row
            return Ok((self.folder, self.summary));
        }
        let stands = earlier.is_some_and(|earlier| Manifest { table_digests: BTreeMap::new(), ..earlier } == fresh);
        if carried_out > 0 || self.folder.has_journal() || !stands {
            self.folder.write_known(&self.recovered, &self.plan.runs, fresh)?;
        }
        Ok((self.folder, self.summary))
    }

    fn count(&self, of: fn(&Known) -> bool) -> u64 {
        self.recovered.runs.values().filter(|run| of(run)).count() as u64
    }

    fn manifest(&self, summary: &Summary, sessions: Vec<Session>) -> Manifest {
        let Self { spec, options, plan, .. } = self;
        let source = |source: &crate::spec::Source| SourceText { name: source.name.clone(), text: source.text.clone() };
        Manifest {
            name: spec.name.clone(),
            question: spec.question.clone(),
            spec: spec.sources.iter().map(source).collect(),
            plan_digest: plan.digest.clone(),
            shard: options.shard,
            report_digest: plan.report_digest.clone(),
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
}

/// What a worker is asked for the plan's run with this number.
fn job(spec: &Spec, options: &Options, plan: &Plan, number: usize) -> Job {
    let settings = spec.run(plan.place(number));
    let data_digest = spec.data_digest(&settings).to_owned();
    let data_mark = spec.data_mark(&data_digest).map(str::to_owned);
    let (run, folder, check) = (plan.runs[number], spec.folder.clone(), options.check);
    let parameters = if options.keep_parameters {
        Parameters::File(store::parameters_path(&options.folder(), run))
    } else {
        Parameters::Nothing
    };
    Job {
        run,
        formulas: settings.formulas(),
        spec: settings,
        folder,
        data_digest,
        data_mark,
        check,
        parameters,
        threads: 1,
    }
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
    let path = store::parameters_path(&options.folder(), id);
    let fault = match store::kept_parameters(&path) {
        Ok(None) => return true,
        Ok(Some(bytes)) if weights::is_whole(&bytes) => return false,
        Ok(Some(_)) => format!("`{}` is damaged", path.display()),
        Err(why) => why.to_string(),
    };
    damage.push(format!("{fault}; its run is rerun"));
    true
}

/// The row of a run from its settings and its answer.
fn record(spec: &Spec, (run, settings): (RunId, RunSpec), answer: WorkerAnswer) -> Finished {
    let record = RunRecord {
        run,
        data_digest: spec.data_digest(&settings).to_owned(),
        settings: settings.settings(),
        numerics_version: NUMERICS_VERSION,
        stage: None,
        results: answer.results,
    };
    Finished { record, measurement: answer.measurement, parameters: Vec::new() }
}
