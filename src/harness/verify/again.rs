//! The runs that are done again, and what each is compared with at once.

use super::planned::PlannedRun;
use super::{Finding, Verifying};
use crate::harness::error::HarnessError;
use crate::harness::execute::Cache;
use crate::harness::gpus::gpus;
use crate::harness::job::{Job, Parameters, WorkerAnswer};
use crate::harness::pool::{self, Event};
use crate::harness::progress::Progress;
use crate::harness::scattered::scattered;
use crate::harness::threads::threads_of_run;
use crate::model::weights;
use crate::plan::Spec;
use crate::record::{Outcome, RunId, counted};
use crate::store::{self, Finished};
use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};

impl Verifying<'_> {
    /// Does the chosen runs again; the answers by which a table's row is to be judged, exactly.
    pub(super) fn again(
        &mut self,
        spec: &Spec,
        planned: &[PlannedRun],
        recorded: &HashMap<RunId, Finished>,
        stop: &AtomicBool,
    ) -> Result<HashMap<RunId, WorkerAnswer>, HarnessError> {
        let is_final = |id: &RunId| recorded.get(id).is_some_and(|run| run.record.outcome.is_final());
        let candidates: Vec<&PlannedRun> = planned.iter().filter(|p| p.is_repeatable && is_final(&p.id)).collect();
        let places = match self.options.sample {
            Some(sample) => sample.draw(candidates.iter().map(|planned| planned.id)),
            None => scattered(candidates.len()).collect(),
        };
        self.verified.sample = self.options.sample;
        let chosen: Vec<&PlannedRun> = places.into_iter().map(|index| candidates[index]).collect();
        let engine = |planned: &&PlannedRun| (self.options.engine.unwrap_or(planned.run.engine), planned.run.precision);
        self.gpus = gpus(chosen.iter().map(engine))?;
        let by_id: HashMap<RunId, &PlannedRun> = chosen.iter().map(|planned| (planned.id, *planned)).collect();
        let kept = std::fs::symlink_metadata(self.results.join(store::PARAMETERS)).is_ok();
        let threads = threads_of_run(None, self.options.workers, chosen.len());
        let jobs = chosen.iter().map(|planned| {
            let mut settings = planned.run.clone();
            settings.engine = self.options.engine.unwrap_or(settings.engine);
            Job {
                run: planned.id,
                formulas: settings.formulas(),
                spec: settings,
                folder: spec.folder.clone(),
                data_digest: planned.data_digest.clone(),
                data_mark: spec.data_mark(&planned.data_digest).map(str::to_owned),
                check: false,
                parameters: if kept { Parameters::Digest } else { Parameters::Nothing },
                threads,
            }
        });
        let jobs: Vec<Job> = jobs.collect();
        let mut progress = Progress::new(jobs.len() as u64, self.options.quiet);
        // Each by itself, also where it was recorded in a gang.
        let jobs = jobs.into_iter().map(|job| vec![job]);
        let (mut answers, mut cache) = (HashMap::new(), Cache::default());
        let mut beyond: Vec<(Job, Vec<Finding>)> = Vec::new();
        let carried_out = pool::carry_out(jobs, self.options.workers, self.options.limits, |event| {
            if let Event::Answered(answered) = event {
                let (job, answer) = *answered;
                progress.add(&answer.results.outcome);
                let planned = by_id[&job.run];
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
            if stop.load(Ordering::SeqCst) {
                findings.into_iter().for_each(|finding| self.add(finding));
                continue;
            }
            self.explain(&job, &recorded[&job.run], by_id[&job.run].run.engine, findings, &mut cache);
        }
        progress.end();
        carried_out?;
        if stop.load(Ordering::SeqCst) {
            let (done, all) = (self.verified.repeated, by_id.len());
            self.verified.notes.push(format!("stopped: {done} of {} rerun", counted(all, "run")));
        }
        Ok(answers)
    }

    /// One run done again: by the recorded engine it waits for the comparison of the tables, by another it is compared here,
    /// and what is past the bound is returned.
    fn judge(
        &mut self,
        spec: &Spec,
        planned: &PlannedRun,
        recorded: &Finished,
        job: &Job,
        answer: WorkerAnswer,
        answers: &mut HashMap<RunId, WorkerAnswer>,
    ) -> Vec<Finding> {
        let run = job.run;
        self.verified.repeated += 1;
        if let Some(why) = answer.results.outcome.failure() {
            self.add(Finding::Failed { run: run.to_string(), why: why.to_owned() });
            return Vec::new();
        }
        if job.spec.engine != planned.run.engine {
            let beyond = self.judge_other_engine(recorded, &job.spec, &answer);
            // Another engine has other bytes; that the file is whole can be seen all the same.
            if let (Parameters::Digest, Outcome::Done) = (&job.parameters, &recorded.record.outcome)
                && let Some(message) = self.unreadable_parameters(run, spec.keep_parameters)
            {
                self.add(Finding::Parameters { run: run.to_string(), message });
            }
            // The tables must still be consistent with what they recorded themselves.
            let results = recorded.record.results.clone();
            let own = WorkerAnswer { results, parameters_digest: None, ..answer };
            answers.insert(run, own);
            return beyond;
        }
        if let Some(again) = &answer.parameters_digest
            && let Some(message) = self.kept_parameters(run, again, spec.keep_parameters)
        {
            self.add(Finding::Parameters { run: run.to_string(), message });
        }
        answers.insert(run, answer);
        Vec::new()
    }

    /// Whether a run's file of parameters is not one that a run wrote.
    fn unreadable_parameters(&self, run: RunId, needed: bool) -> Option<String> {
        let path = store::parameters_path(self.results, run);
        match store::kept_parameters(&path) {
            Ok(None) if needed => Some(format!("`{}` is missing", path.display())),
            Ok(Some(bytes)) if !weights::is_whole(&bytes) => Some(format!("`{}` is damaged", path.display())),
            Ok(_) => None,
            Err(why) => Some(why.to_string()),
        }
    }

    /// What is wrong with a run's file of parameters: `again` is the digest of the bytes that it should have. Where the spec
    /// does not ask for such files, one may be missing.
    fn kept_parameters(&self, run: RunId, again: &str, needed: bool) -> Option<String> {
        let path = store::parameters_path(self.results, run);
        match store::kept_parameters(&path) {
            Ok(None) if !needed => None,
            Ok(None) => Some(format!("`{}` is missing", path.display())),
            Ok(Some(bytes)) if weights::digest_of(&bytes) == again => None,
            Ok(Some(_)) => Some(format!("`{}` differs from the parameters of the rerun", path.display())),
            Err(why) => Some(why.to_string()),
        }
    }
}
