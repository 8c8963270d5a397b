//! Which jobs are submitted: those whose tasks are neither done nor under way, each after the one before it.

use super::error::ClusterError;
use super::numbers::ranges;
use super::script::{JobSettings, job_name};
use super::step::{JobKind, JobStep};
use std::collections::BTreeSet;
use std::path::Path;

/// A task in a scheduler's queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueuedTask {
    /// The job that it belongs to.
    pub job: String,
    /// As a dependency names it: `12_3` of an array.
    pub id: String,
    /// Its number in the array; 1 without one.
    pub number: usize,
    pub is_running: bool,
    /// Of its job.
    pub name: String,
}

/// What runs jobs.
pub trait Scheduler {
    /// The tasks of jobs with these names that wait or run.
    ///
    /// # Errors
    /// Where it cannot be asked.
    fn queued(&mut self, names: &[String]) -> Result<Vec<QueuedTask>, ClusterError>;

    /// Submits a script, as an array of these tasks if there are any, to begin when all in `after` have succeeded; the job's
    /// identity.
    ///
    /// # Errors
    /// Where it is refused.
    fn submit(&mut self, script: &Path, tasks: Option<&str>, after: &[String]) -> Result<String, ClusterError>;

    /// Takes jobs out of the queue.
    ///
    /// # Errors
    /// Where it is refused.
    fn cancel(&mut self, jobs: &[String]) -> Result<(), ClusterError>;
}

/// What became of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submitted {
    pub step: JobStep,
    /// The new job, with the numbers of its tasks.
    pub job: Option<(String, BTreeSet<usize>)>,
    /// Tasks that were in the queue already.
    pub under_way: usize,
}

/// Submits what is missing; `is_done` says whether a task of a step is done. A job that waits for tasks of which some are submitted
/// anew is replaced, since it would wait for those that failed.
///
/// # Errors
/// Where the scheduler refuses.
pub fn submit(
    settings: &JobSettings,
    steps: &[JobStep],
    is_done: impl Fn(JobStep, usize) -> bool,
    scheduler: &mut impl Scheduler,
) -> Result<Vec<Submitted>, ClusterError> {
    let names: Vec<String> = steps.iter().map(|step| job_name(&settings.name, &settings.out, *step)).collect();
    let queue = scheduler.queued(&names)?;
    let (mut submitted, mut after, mut renewed) = (Vec::new(), Vec::new(), false);
    for (step, name) in steps.iter().zip(&names) {
        let missing: BTreeSet<usize> = step.numbers().into_iter().filter(|number| !is_done(*step, *number)).collect();
        let mut queued: Vec<&QueuedTask> = queue.iter().filter(|task| task.name == *name).collect();
        if renewed && !queued.is_empty() {
            let jobs: BTreeSet<String> = queued.iter().map(|task| task.job.clone()).collect();
            scheduler.cancel(&jobs.into_iter().collect::<Vec<_>>())?;
            queued.clear();
        }
        queued.retain(|task| missing.contains(&task.number));
        let under_way: BTreeSet<usize> = queued.iter().map(|task| task.number).collect();
        let new: BTreeSet<usize> = missing.difference(&under_way).copied().collect();
        let mut job = None;
        let mut next: Vec<String> = queued.iter().map(|task| task.id.clone()).collect();
        if !new.is_empty() {
            let tasks = (step.kind == JobKind::Shards).then(|| ranges(&new));
            let id = scheduler.submit(&settings.path(*step), tasks.as_deref(), &after)?;
            next.push(id.clone());
            job = Some((id, new));
            renewed = true;
        }
        after = next;
        submitted.push(Submitted { step: *step, job, under_way: under_way.len() });
    }
    Ok(submitted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Stage;

    /// A queue of a test, and what it was asked.
    #[derive(Default)]
    struct Recorded {
        queue: Vec<QueuedTask>,
        asked: Vec<String>,
        jobs: usize,
    }

    impl Scheduler for Recorded {
        fn queued(&mut self, _names: &[String]) -> Result<Vec<QueuedTask>, ClusterError> {
            Ok(self.queue.clone())
        }
        fn submit(&mut self, script: &Path, tasks: Option<&str>, after: &[String]) -> Result<String, ClusterError> {
            self.jobs += 1;
            let script = script.file_stem().unwrap().to_string_lossy().into_owned();
            self.asked.push(format!("{script} {} after {}", tasks.unwrap_or("-"), after.join(":")));
            Ok((100 + self.jobs).to_string())
        }
        fn cancel(&mut self, jobs: &[String]) -> Result<(), ClusterError> {
            self.asked.push(format!("cancel {}", jobs.join(" ")));
            Ok(())
        }
    }

    fn settings() -> JobSettings {
        let path = || std::path::PathBuf::from("/x");
        let (program, folder, out) = (path(), path(), path());
        JobSettings { name: "x".to_owned(), program, folder, out, run: vec![], cores: 1, options: vec![] }
    }

    fn asked(steps: &[JobStep], done: &[(&str, usize)], queue: &[(&str, &str, usize)]) -> Vec<String> {
        let step = |name: &str| *steps.iter().find(|step| step.name() == name).unwrap();
        let task = |(name, id, number): &(&str, &str, usize)| QueuedTask {
            job: id.split('_').next().unwrap().to_owned(),
            id: (*id).to_owned(),
            number: *number,
            is_running: true,
            name: job_name("x", Path::new("/x"), step(name)),
        };
        let mut scheduler = Recorded { queue: queue.iter().map(task).collect(), ..Recorded::default() };
        let is_done = |step: JobStep, number| done.contains(&(step.name(), number));
        submit(&settings(), steps, is_done, &mut scheduler).unwrap();
        scheduler.asked
    }

    #[test]
    fn each_job_waits_for_the_one_before_it() {
        let right =
            ["shards 1-3 after ", "merge - after 101", "report-shards 1-2 after 102", "report-merge - after 103"];
        assert_eq!(asked(&JobStep::all(3, Some(2)), &[], &[]), right);
        assert_eq!(asked(&JobStep::all(3, None), &[], &[]), right[..2]);
    }

    #[test]
    fn what_is_done_or_under_way_is_not_submitted_again() {
        let steps = JobStep::all(3, None);
        let under_way = [("shards", "7_1", 1), ("shards", "7_2", 2), ("shards", "7_3", 3), ("merge", "8", 1)];
        assert!(asked(&steps, &[], &under_way).is_empty());
        // One failed, one is done, one runs: the merge, which can never begin, is replaced.
        let done = [("shards", 1)];
        let again = asked(&steps, &done, &[("shards", "7_2", 2), ("merge", "8", 1)]);
        assert_eq!(again, ["shards 3 after ", "cancel 8", "merge - after 7_2:101"]);
        // All shards are done, and their merge failed.
        let done = [("shards", 1), ("shards", 2), ("shards", 3)];
        assert_eq!(asked(&steps, &done, &[]), ["merge - after "]);
        let all = [&done[..], &[("merge", 1)]].concat();
        assert!(asked(&steps, &all, &[]).is_empty());
    }

    #[test]
    fn a_second_stage_goes_on_where_it_stopped() {
        let steps = JobStep::all(2, Some(2));
        let done = [("shards", 1), ("shards", 2), ("merge", 1), ("report-shards", 2)];
        assert_eq!(asked(&steps, &done, &[]), ["report-shards 1 after ", "report-merge - after 101"]);
        assert_eq!(steps[2], JobStep { stage: Stage::Report, kind: JobKind::Shards, tasks: 2 });
    }
}
