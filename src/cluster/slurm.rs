//! Slurm's programs: `sbatch`, `squeue` and `scancel`.

use super::error::ClusterError;
use super::submit::{QueuedTask, Scheduler};
use std::path::Path;
use std::process::Command;

/// The Slurm of this machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct Slurm;

/// What a program prints.
fn output(program: &'static str, arguments: &[String]) -> Result<String, ClusterError> {
    let output = Command::new(program).args(arguments).output();
    let output = output.map_err(|why| ClusterError::NoProgram { program, why })?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(ClusterError::Refused { program, said });
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

impl Scheduler for Slurm {
    fn queued(&mut self, names: &[String]) -> Result<Vec<QueuedTask>, ClusterError> {
        let asked = ["--me", "--noheader", "--array", "--format=%i|%T|%j"].map(str::to_owned);
        let said = output("squeue", &[&asked[..], &[format!("--name={}", names.join(","))]].concat())?;
        Ok(said.lines().filter_map(task).filter(|task| names.contains(&task.name)).collect())
    }

    fn submit(&mut self, script: &Path, tasks: Option<&str>, after: &[String]) -> Result<String, ClusterError> {
        let mut arguments = vec!["--parsable".to_owned()];
        arguments.extend(submit_options(tasks, after));
        arguments.push(script.display().to_string());
        let said = output("sbatch", &arguments)?;
        // With several clusters `JOB;CLUSTER`.
        let job = said.split(';').next().unwrap_or_default();
        let is_number = !job.is_empty() && job.bytes().all(|byte| byte.is_ascii_digit());
        if is_number { Ok(job.to_owned()) } else { Err(ClusterError::NoJob(said)) }
    }

    fn cancel(&mut self, jobs: &[String]) -> Result<(), ClusterError> {
        output("scancel", jobs).map(drop)
    }
}

/// The options of `sbatch` that differ from one submission of a script to the next.
pub fn submit_options(tasks: Option<&str>, after: &[String]) -> Vec<String> {
    let array = tasks.map(|tasks| format!("--array={tasks}"));
    let dependency = (!after.is_empty()).then(|| {
        // Where one of them fails, the job would wait for ever.
        [format!("--dependency=afterok:{}", after.join(":")), "--kill-on-invalid-dep=yes".to_owned()]
    });
    array.into_iter().chain(dependency.into_iter().flatten()).collect()
}

/// A line of `squeue`: `12_3|RUNNING|NAME`, or without a number of an array's task.
fn task(line: &str) -> Option<QueuedTask> {
    let mut words = line.splitn(3, '|');
    let (id, state, name) = (words.next()?, words.next()?, words.next()?);
    let (job, number) = id.split_once('_').unwrap_or((id, "1"));
    // A task that is ending counts as ended: its folder says what it has done.
    let ends = ["COMPLETING", "COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL"].contains(&state);
    let task = QueuedTask {
        job: job.to_owned(),
        id: id.to_owned(),
        number: number.parse().ok()?,
        is_running: state == "RUNNING",
        name: name.to_owned(),
    };
    (!ends).then_some(task)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_queue_is_read_by_task() {
        let read = task("12_3|RUNNING|moons-shards-1a2b3c4d").unwrap();
        assert_eq!((read.job.as_str(), read.id.as_str(), read.number, read.is_running), ("12", "12_3", 3, true));
        let merge = task("13|PENDING|a|b").unwrap();
        assert_eq!((merge.id.as_str(), merge.number, merge.is_running, merge.name.as_str()), ("13", 1, false, "a|b"));
        for no_task in ["12_3|COMPLETING|x", "", "12_x|PENDING|x", "slurm_load_jobs error"] {
            assert_eq!(task(no_task), None, "{no_task}");
        }
    }

    #[test]
    fn a_job_depends_on_tasks_and_jobs() {
        let after = ["12_3", "14"].map(str::to_owned);
        let right = ["--array=1-2", "--dependency=afterok:12_3:14", "--kill-on-invalid-dep=yes"];
        assert_eq!(submit_options(Some("1-2"), &after), right);
        assert!(submit_options(None, &[]).is_empty());
    }
}
