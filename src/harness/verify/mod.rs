//! Results had a second time: what a result folder says is run again from its manifest and compared, bit by bit.

mod finding;

pub use finding::{Finding, counts};

use super::crosscheck::agree;
use super::execute::Cache;
use super::pool::{self, Event, Limits};
use super::progress::Progress;
use super::scattered::scattered;
use super::{Answer, Job, Trouble};
use crate::engine::EngineKind;
use crate::experiment::{RunSpec, Source, Spec};
use crate::num::{NUMERICS_VERSION, Precision};
use crate::optim;
use crate::record::{CurvePoint, Measurement, Outcome};
use crate::store::{self, Finished, Manifest, Session, Tables};
use serde::Serialize;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// How results are to be verified.
#[derive(Clone, Debug, Default)]
pub struct VerifyOptions {
    /// How many runs are done again, spread over the plan; all, if there is no number.
    pub sample: Option<u64>,
    pub workers: usize,
    /// The engine to run with; what it did not record is compared within a bound.
    pub engine: Option<EngineKind>,
    /// That bound, instead of [`drift_bound`].
    pub bound: Option<f64>,
    /// Where paths of the spec start, if the spec file does not lie where it did.
    pub folder: Option<PathBuf>,
    pub limits: Limits,
    pub quiet: bool,
}

/// What a loss along the training may differ by between two engines, each on its own path, relative to the recorded loss
/// or to 0.1 if that is larger.
///
/// Roundings of 1e-16 (f64) and 6e-8 (f32) grow along a training, by as much as it is sensitive to its own past: for most
/// runs little, for some without end (`docs/decisions/0007-verify.md`). A run past this bound is looked at again, step by
/// step at the same parameters, where the bound is [`crate::train::bound`].
#[must_use]
pub fn drift_bound(precision: Precision) -> f64 {
    match precision {
        Precision::F32 => 1e-3,
        Precision::F64 => 1e-9,
    }
}

/// Below this, gaps of losses are absolute.
const SMALL: f64 = 0.1;
/// The most places that are listed.
const MOST_FINDINGS: usize = 10_000;

/// What came of it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Verified {
    /// Runs of the experiment.
    pub planned: u64,
    /// Runs in the tables.
    pub recorded: u64,
    /// Runs that were done again.
    pub repeated: u64,
    /// Of these, those with the recorded results: every bit, or within the bound for another engine.
    pub confirmed: u64,
    /// Runs that another engine cannot confirm: roundings took its path elsewhere, and at the same parameters both engines
    /// agree.
    pub drifted: Vec<String>,
    /// Of the losses of the runs that another engine confirmed.
    pub largest_gap: Option<f64>,
    /// What one should know, and is no fault.
    pub notes: Vec<String>,
    pub findings: Vec<Finding>,
}

/// Runs a result folder's runs again and compares.
///
/// # Errors
/// Where there are no results, the manifest is damaged, or its spec cannot be run here.
pub fn verify(results: &Path, options: &VerifyOptions, stop: &AtomicBool) -> Result<Verified, Trouble> {
    if !results.join(store::MANIFEST).exists() {
        return Err(Trouble::Strangers(store::manifest_of(results).err().unwrap_or_default()));
    }
    let manifest = store::manifest_of(results)?;
    let mut verifying = Verifying { results, options, manifest, verified: Verified::default() };
    verifying.verify(stop)?;
    Ok(verifying.verified)
}

struct Verifying<'v> {
    results: &'v Path,
    options: &'v VerifyOptions,
    manifest: Manifest,
    verified: Verified,
}

/// A run of the plan: its identity, its settings, and whether its data are those that it had.
struct Planned {
    id: String,
    run: RunSpec,
    data_digest: String,
    same_data: bool,
}

impl Verifying<'_> {
    fn add(&mut self, finding: Finding) {
        if self.verified.findings.len() < MOST_FINDINGS {
            self.verified.findings.push(finding);
        }
    }

    fn verify(&mut self, stop: &AtomicBool) -> Result<(), Trouble> {
        for message in store::changed_tables(self.results, &self.manifest) {
            self.add(Finding::File { message });
        }
        if self.manifest.numerics_version != NUMERICS_VERSION {
            let last = self.manifest.sessions.last();
            let finding = Finding::Numerics {
                recorded: self.manifest.numerics_version,
                here: NUMERICS_VERSION,
                burnmark_version: last.map(|session| session.burnmark_version.clone()).unwrap_or_default(),
                git_commit: last.and_then(|session| session.git_commit.clone()),
            };
            self.add(finding);
            return Ok(());
        }
        let spec = spec_of(&self.manifest, self.options.folder.as_deref()).map_err(Trouble::Work)?;
        let planned = self.plan(&spec);
        let Some(tables) = self.tables() else { return Ok(()) };
        let (runs, torn) = match tables.runs() {
            Ok(read) => read,
            Err(message) => {
                self.add(Finding::File { message });
                return Ok(());
            }
        };
        // A run without a measurement is given one, so that its other rows are compared and this one is missed.
        let torn = torn.into_iter().map(|record| Finished { measurement: Measurement::none(&record.run), record });
        let mut recorded: HashMap<String, Finished> =
            runs.into_iter().chain(torn).map(|run| (run.record.run.clone(), run)).collect();
        self.verified.recorded = recorded.len() as u64;
        self.missing(&planned, &recorded);
        let again = self.again(&spec, &planned, &recorded, stop);
        self.hint(&planned);
        // The rows as they should be: settings from the plan, results from the repetition where there is one.
        let mut expected = Vec::new();
        for planned in &planned {
            let Some(mut run) = recorded.remove(&planned.id) else { continue };
            run.record.settings = planned.run.settings();
            run.record.data_digest.clone_from(&planned.data_digest);
            run.record.numerics_version = NUMERICS_VERSION;
            if let Some(answer) = again.get(&planned.id) {
                run.record.outcome = answer.outcome.clone();
                run.record.metric.clone_from(&answer.metric);
                run.record.curve.clone_from(&answer.curve);
                run.record.steps.clone_from(&answer.steps);
                run.record.traced.clone_from(&answer.traced);
                run.record.at_rest = answer.at_rest;
                run.record.hashes.clone_from(&answer.hashes);
            }
            expected.push(run);
        }
        let cells = store::compare(&tables, &expected.iter().collect::<Vec<_>>(), MOST_FINDINGS);
        cells.map_err(Trouble::Work)?.into_iter().for_each(|cell| self.add(Finding::Table(cell)));
        let drifted = self.verified.drifted.iter().map(String::as_str);
        let doubtful: HashSet<&str> = self.verified.findings.iter().filter_map(Finding::run).chain(drifted).collect();
        let confirmed = again.keys().filter(|run| !doubtful.contains(run.as_str())).count();
        self.verified.confirmed = confirmed as u64;
        Ok(())
    }

    /// The runs of the plan with the identities that they had when they were recorded.
    fn plan(&mut self, spec: &Spec) -> Vec<Planned> {
        let mut changed = BTreeSet::new();
        for (set, here) in spec.data_digests() {
            let recorded = self.manifest.data_digests.get(set).cloned();
            if recorded.as_ref() != Some(here) {
                changed.insert(set.clone());
                self.add(Finding::Data { set: set.clone(), recorded, here: here.clone() });
            }
        }
        let runs = spec.runs().map(|run| {
            let set = spec.data_key(&run);
            let data_digest = self.manifest.data_digests.get(&set).map_or(spec.data_digest(&run.data.set), |d| d);
            let (id, data_digest) = (run.identity(data_digest), data_digest.to_owned());
            Planned { id, run, data_digest, same_data: !changed.contains(&set) }
        });
        let shard = self.manifest.shard;
        let of_shard = (0..).zip(runs).filter(|(place, _)| shard.is_none_or(|shard| shard.has(*place)));
        let runs: Vec<Planned> = of_shard.map(|(_, planned)| planned).collect();
        self.verified.planned = runs.len() as u64;
        if self.manifest.runs_planned != runs.len() as u64 {
            let (recorded, here) = (self.manifest.runs_planned, runs.len() as u64);
            self.add(Finding::Count { what: "runs of the experiment".to_owned(), recorded, here });
        }
        runs
    }

    fn tables(&mut self) -> Option<Tables> {
        let missing = || format!("`{}` is missing", self.results.join(store::RUNS).display());
        match Tables::read(self.results) {
            Ok(Some(tables)) => Some(tables),
            Ok(None) if self.manifest.runs_finished == 0 => None,
            Ok(None) => {
                let message = missing();
                if !self.verified.findings.contains(&Finding::File { message: message.clone() }) {
                    self.add(Finding::File { message });
                }
                None
            }
            Err(message) => {
                self.add(Finding::File { message });
                None
            }
        }
    }

    /// Which runs should be there and are not; in an unfinished sweep some may be missing, as many as it says.
    fn missing(&mut self, planned: &[Planned], recorded: &HashMap<String, Finished>) {
        let missing: Vec<&Planned> = planned.iter().filter(|planned| !recorded.contains_key(&planned.id)).collect();
        let unfinished = self.manifest.runs_planned.saturating_sub(self.manifest.runs_finished);
        if missing.len() as u64 == unfinished {
            if unfinished > 0 {
                let note = format!("the sweep is unfinished: {unfinished} of {} runs are still to do", planned.len());
                self.verified.notes.push(note);
            }
        } else {
            for planned in missing {
                self.add(Finding::MissingRun { run: planned.id.clone() });
            }
        }
        for planned in planned {
            if let Some(why) = recorded.get(&planned.id).and_then(|run| run.record.outcome.failure()) {
                self.add(Finding::NotDone { run: planned.id.clone(), why: why.to_owned() });
            }
        }
    }

    /// Does the chosen runs again; the answers by which a table's row is to be judged, exactly.
    fn again(
        &mut self,
        spec: &Spec,
        planned: &[Planned],
        recorded: &HashMap<String, Finished>,
        stop: &AtomicBool,
    ) -> HashMap<String, Answer> {
        let is_final = |id: &String| recorded.get(id).is_some_and(|run| run.record.outcome.is_final());
        let candidates: Vec<&Planned> = planned.iter().filter(|p| p.same_data && is_final(&p.id)).collect();
        let count = self.options.sample.map_or(candidates.len(), |n| usize::try_from(n).unwrap_or(usize::MAX));
        let chosen: Vec<&Planned> = scattered(candidates.len()).take(count).map(|index| candidates[index]).collect();
        let by_id: HashMap<&str, &Planned> = chosen.iter().map(|planned| (planned.id.as_str(), *planned)).collect();
        let kept = self.results.join(store::PARAMETERS).is_dir();
        let own = kept.then(|| std::env::temp_dir().join(format!("burnmark-verify-{}", std::process::id())));
        let jobs = chosen.iter().map(|planned| {
            let mut settings = planned.run.clone();
            settings.engine = self.options.engine.unwrap_or(settings.engine);
            Job {
                run: planned.id.clone(),
                spec: settings,
                folder: spec.folder.clone(),
                data_digest: planned.data_digest.clone(),
                check: false,
                parameters: own.as_ref().map(|own| store::parameters_path(own, &planned.id)),
            }
        });
        let jobs: Vec<Job> = jobs.collect();
        let mut progress = Progress::new(jobs.len() as u64, self.options.quiet);
        let (mut answers, mut cache) = (HashMap::new(), Cache::default());
        let mut beyond: Vec<(Job, Vec<Finding>)> = Vec::new();
        pool::carry_out(jobs.into_iter(), self.options.workers, self.options.limits, |event| {
            if let Event::Answered(answered) = event {
                let (job, answer) = *answered;
                progress.add(&answer.outcome);
                let planned = by_id[job.run.as_str()];
                let findings = self.judge(spec, planned, &recorded[&job.run], &job, answer, &mut answers);
                if !findings.is_empty() {
                    beyond.push((job, findings));
                }
            }
            progress.show();
            if stop.load(Ordering::SeqCst) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        for (job, findings) in beyond {
            progress.show();
            self.explain(&job, by_id[job.run.as_str()].run.engine, findings, &mut cache);
        }
        progress.end();
        if let Some(own) = own {
            let _ = std::fs::remove_dir_all(own);
        }
        if stop.load(Ordering::SeqCst) {
            let (done, all) = (self.verified.repeated, by_id.len());
            self.verified.notes.push(format!("stopped: {done} of {all} runs were done again"));
        }
        answers
    }

    /// A run that left the bound by another engine: if both agree wherever they are asked the same, it has drifted.
    fn explain(&mut self, job: &Job, recorded: EngineKind, findings: Vec<Finding>, cache: &mut Cache) {
        if optim::entry(&job.spec.optimizer).is_err() {
            return findings.into_iter().for_each(|finding| self.add(finding)); // a solver asks no gradients step by step
        }
        cache.expect(&job.folder, &job.spec.data.set, &job.data_digest);
        match agree(&job.spec, &job.run, recorded, cache) {
            Ok(true) => self.verified.drifted.push(job.run.clone()),
            Ok(false) => findings.into_iter().for_each(|finding| self.add(finding)),
            Err(why) => self.add(Finding::Failed { run: job.run.clone(), why }),
        }
    }

    /// One run done again: by the recorded engine it waits for the comparison of the tables, by another it is compared here,
    /// and what is past the bound is returned.
    fn judge(
        &mut self,
        spec: &Spec,
        planned: &Planned,
        recorded: &Finished,
        job: &Job,
        answer: Answer,
        answers: &mut HashMap<String, Answer>,
    ) -> Vec<Finding> {
        let run = job.run.clone();
        self.verified.repeated += 1;
        if let Some(why) = answer.outcome.failure() {
            self.add(Finding::Failed { run, why: why.to_owned() });
            return Vec::new();
        }
        if job.spec.engine != planned.run.engine {
            let beyond = self.judge_other_engine(recorded, job.spec.precision, &answer);
            // The tables must still be consistent with what they recorded themselves.
            let own = Answer {
                outcome: recorded.record.outcome.clone(),
                metric: recorded.record.metric.clone(),
                curve: recorded.record.curve.clone(),
                steps: recorded.record.steps.clone(),
                traced: recorded.record.traced.clone(),
                at_rest: recorded.record.at_rest,
                hashes: recorded.record.hashes.clone(),
                measurement: answer.measurement,
                cpu_features: answer.cpu_features,
            };
            answers.insert(run, own);
            return beyond;
        }
        if let (Some(again), Outcome::Done) = (&job.parameters, &answer.outcome) {
            let kept = store::parameters_path(self.results, &run);
            let message = match (std::fs::read(&kept), std::fs::read(again)) {
                (Ok(kept), Ok(again)) if kept == again => None,
                (Ok(_), Ok(_)) => Some(format!("`{}` has other bytes than the run again", kept.display())),
                (Err(_), _) if !spec.keep_parameters => None,
                (Err(why), _) => Some(format!("cannot read `{}`: {why}", kept.display())),
                (_, Err(why)) => Some(format!("those of the run again cannot be read: {why}")),
            };
            let _ = std::fs::remove_file(again);
            if let Some(message) = message {
                self.add(Finding::Parameters { run: run.clone(), message });
            }
        }
        answers.insert(run, answer);
        Vec::new()
    }

    /// What does not depend on the engine must be the same; outcome and losses that are past the bound are returned.
    fn judge_other_engine(&mut self, recorded: &Finished, precision: Precision, answer: &Answer) -> Vec<Finding> {
        let record = &recorded.record;
        let bound = self.options.bound.unwrap_or_else(|| drift_bound(precision));
        let apart = |place: &str, quantity: &str, a: String, b: String, gap| Finding::Apart {
            run: record.run.clone(),
            place: place.to_owned(),
            quantity: quantity.to_owned(),
            recorded: a,
            again: b,
            gap,
            bound,
        };
        let mut found = Vec::new();
        if record.outcome.name() != answer.outcome.name() {
            let (a, b) = (record.outcome.name().to_owned(), answer.outcome.name().to_owned());
            found.push(apart("at the end", "outcome", a, b, None));
        }
        if let (Some(a), Some(b)) = (&record.hashes, &answer.hashes) {
            if a.initial_weights != b.initial_weights {
                let (a, b) = (a.initial_weights.clone(), b.initial_weights.clone());
                self.add(apart("at the start", "initial weights", a, b, None));
            }
            // The order of a run that ended earlier is shorter.
            if a.batch_order != b.batch_order && record.curve.len() == answer.curve.len() {
                let (a, b) = (a.batch_order.clone(), b.batch_order.clone());
                self.add(apart("over all epochs", "batch order", a, b, None));
            }
        }
        let mut largest: f64 = 0.0;
        for (a, b) in record.curve.iter().zip(&answer.curve) {
            for (quantity, a_loss, b_loss) in losses(a, b) {
                let gap = (a_loss - b_loss).abs() / a_loss.abs().max(SMALL);
                largest = largest.max(gap);
                if gap > bound {
                    let (a_loss, b_loss) = (format!("{a_loss:?}"), format!("{b_loss:?}"));
                    found.push(apart(&format!("epoch {}", a.epoch), quantity, a_loss, b_loss, Some(gap)));
                }
            }
        }
        if found.is_empty() {
            self.verified.largest_gap = Some(self.verified.largest_gap.unwrap_or(0.0).max(largest));
        }
        found
    }

    /// Burn's bits are those of one kind of machine; where they differ on another, that is the first thing to know.
    fn hint(&mut self, planned: &[Planned]) {
        let engine = |run: &RunSpec| self.options.engine.unwrap_or(run.engine);
        if planned.iter().all(|planned| engine(&planned.run) == EngineKind::Reference) {
            return;
        }
        let here = Session::of_this_process(0, 0, 0, None);
        let other = |session: &&Session| session.cpu_features != here.cpu_features || session.cpu != here.cpu;
        if let Some(session) = self.manifest.sessions.iter().find(other) {
            let note = format!(
                "recorded on `{}`, verified on `{}`: Burn's bits may differ between processors; `--engine reference` \
                 compares within a bound",
                session.cpu, here.cpu
            );
            self.verified.notes.push(note);
        }
    }
}

/// The three losses of a point of two curves, with their names.
fn losses(a: &CurvePoint, b: &CurvePoint) -> [(&'static str, f64, f64); 3] {
    [
        ("train_loss", a.train.loss, b.train.loss),
        ("validation_loss", a.validation.loss, b.validation.loss),
        ("test_loss", a.test.loss, b.test.loss),
    ]
}

/// The experiment that a manifest describes.
///
/// # Errors
/// Where it cannot be run here, as when a data file is missing.
pub fn spec_of(manifest: &Manifest, folder: Option<&Path>) -> Result<Spec, String> {
    let source = |source: &store::SourceText| Source { name: source.name.clone(), text: source.text.clone() };
    let sources: Vec<Source> = manifest.spec.iter().map(source).collect();
    Spec::again(&sources, folder).map_err(|problems| {
        format!("the experiment of these results cannot be run here:\n\n{}", problems.render(false))
    })
}
