//! The runs that are done again, and what each is compared with at once.

use super::planned::Planned;
use super::{Finding, Verifying};
use crate::experiment::Spec;
use crate::harness::execute::Cache;
use crate::harness::pool::{self, Event};
use crate::harness::progress::Progress;
use crate::harness::scattered::scattered;
use crate::harness::{Answer, Job};
use crate::record::Outcome;
use crate::store::{self, Finished};
use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};

impl Verifying<'_> {
    /// Does the chosen runs again; the answers by which a table's row is to be judged, exactly.
    pub(super) fn again(
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
        let kept = self.results.join(store::PARAMETERS).symlink_metadata().is_ok(); // what is no folder is refused below
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
            if stop.load(Ordering::SeqCst) {
                findings.into_iter().for_each(|finding| self.add(finding));
                continue;
            }
            self.explain(&job, &recorded[&job.run], by_id[job.run.as_str()].run.engine, findings, &mut cache);
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
            let beyond = self.judge_other_engine(recorded, &job.spec, &answer);
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
            let message = match (store::kept_parameters(&kept), store::kept_parameters(again)) {
                (Ok(Some(kept)), Ok(Some(again))) if kept == again => None,
                (Ok(Some(_)), Ok(Some(_))) => {
                    Some(format!("`{}` differs from the parameters of the rerun", kept.display()))
                }
                (Ok(None), _) if !spec.keep_parameters => None,
                (Ok(None), _) => Some(format!("`{}` is missing", kept.display())),
                (Err(why), _) => Some(why),
                (_, Err(why)) => Some(format!("the rerun's parameters: {why}")),
                (_, Ok(None)) => Some("the rerun kept no parameters".to_owned()),
            };
            let _ = std::fs::remove_file(again);
            if let Some(message) = message {
                self.add(Finding::Parameters { run: run.clone(), message });
            }
        }
        answers.insert(run, answer);
        Vec::new()
    }
}
