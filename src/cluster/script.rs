//! The scripts that Slurm runs.

use super::error::ClusterError;
use super::step::{JobKind, JobStep};
use crate::digest::Digest;
use crate::export::shell_word;
use crate::record::Stage;
use std::path::{Path, PathBuf};

/// Seconds before a job's time is up at which it is asked to stop: runs in flight are finished and written.
const STOP_BEFORE: u32 = 60;

/// What the scripts of a submission have in common. All paths are absolute: a job begins in any folder.
#[derive(Clone, Debug)]
pub struct JobSettings {
    /// Of the experiment.
    pub name: String,
    /// The program that submits, which also runs.
    pub program: PathBuf,
    /// Where the command was given.
    pub folder: PathBuf,
    pub out: PathBuf,
    /// The spec and the options of `burnmark run`, as they were typed.
    pub run: Vec<String>,
    /// Cores of each task.
    pub cores: usize,
    /// Options of `sbatch` for all jobs.
    pub options: Vec<String>,
}

/// The folder of scripts and logs in a result folder.
#[must_use]
pub fn scripts_folder(out: &Path) -> PathBuf {
    out.join("slurm")
}

/// What a task of a step writes.
#[must_use]
pub fn log_path(out: &Path, step: JobStep, number: usize) -> PathBuf {
    let name = match step.kind {
        JobKind::Shards => format!("{}-{number}.log", step.name()),
        JobKind::Merge => format!("{}.log", step.name()),
    };
    scripts_folder(out).join(name)
}

/// The name of a step's job: that of the experiment and a digest of its result folder, so that no other folder has jobs of this name.
/// The folder's path is absolute.
#[must_use]
pub fn job_name(name: &str, out: &Path, step: JobStep) -> String {
    let mut digest = Digest::of("burnmark jobs 1");
    digest.field("folder", out.to_string_lossy().as_bytes());
    format!("{name}-{}-{}", step.name(), &digest.hex()[..8])
}

impl JobSettings {
    /// Where the script of a step lies.
    #[must_use]
    pub fn path(&self, step: JobStep) -> PathBuf {
        scripts_folder(&self.out).join(format!("{}.sh", step.name()))
    }

    /// The script of a step.
    ///
    /// # Errors
    /// Where an option or a path has characters that a line for Slurm cannot hold.
    pub fn script(&self, step: JobStep) -> Result<String, ClusterError> {
        // In a file's name Slurm takes `%` for a pattern; `%a` is the number of an array's task.
        let log = |path: PathBuf| path.display().to_string().replace('%', "%%");
        let log = match step.kind {
            JobKind::Shards => log(log_path(&self.out, step, 0)).replace("-0.log", "-%a.log"),
            JobKind::Merge => log(log_path(&self.out, step, 1)),
        };
        let mut options = vec![
            format!("--job-name={}", job_name(&self.name, &self.out, step)),
            format!("--output={log}"),
            "--open-mode=append".to_owned(),
            // A task that is preempted or loses its node begins anew by itself and goes on with what is on disk.
            "--requeue".to_owned(),
            format!("--signal=B:TERM@{STOP_BEFORE}"),
            format!("--cpus-per-task={}", if step.kind == JobKind::Shards { self.cores } else { 1 }),
        ];
        options.extend(self.options.iter().cloned());
        let lines = options.iter().map(|option| directive(option)).collect::<Result<String, _>>()?;
        let folder = shell_word(&self.folder.display().to_string());
        Ok(format!("#!/bin/sh\n{lines}\ncd {folder} || exit 1\nexec {}\n", self.command(step)))
    }

    /// What a task of a step runs.
    fn command(&self, step: JobStep) -> String {
        let (program, out) = (self.program.display().to_string(), self.out.display().to_string());
        let words = |words: &[String]| words.iter().map(|word| shell_word(word)).collect::<Vec<_>>().join(" ");
        match step.kind {
            JobKind::Merge => words(&[program, "merge".to_owned(), out]),
            JobKind::Shards => {
                let head = [vec![program, "run".to_owned()], self.run.clone()].concat();
                let jobs = self.cores.to_string();
                let tail = ["--out".to_owned(), out, "--jobs".to_owned(), jobs];
                let stage = if step.stage == Stage::Report { " --stage report" } else { "" };
                let (head, tail, of) = (words(&head), words(&tail), step.tasks);
                format!("{head} {tail} --shard \"$SLURM_ARRAY_TASK_ID/{of}\"{stage}")
            }
        }
    }
}

/// A line for Slurm.
fn directive(option: &str) -> Result<String, ClusterError> {
    if option.contains(['"', '\\', '\n', '\r']) {
        return Err(ClusterError::Unquotable(option.to_owned()));
    }
    let plain = shell_word(option) == *option;
    Ok(match option.split_once('=').filter(|_| !plain) {
        Some((key, value)) => format!("#SBATCH {key}=\"{value}\"\n"),
        None if plain => format!("#SBATCH {option}\n"),
        None => format!("#SBATCH \"{option}\"\n"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> JobSettings {
        JobSettings {
            name: "moons".to_owned(),
            program: "/opt/burnmark".into(),
            folder: "/home/a b".into(),
            out: "/scratch/50%/moons".into(),
            run: vec!["my spec.toml".to_owned(), "--set".to_owned(), "train.epochs=5".to_owned()],
            cores: 2,
            options: vec!["--partition=short".to_owned(), "--comment=two words".to_owned()],
        }
    }

    #[test]
    fn an_array_runs_shards() {
        let step = JobStep { stage: Stage::Report, kind: JobKind::Shards, tasks: 16 };
        let settings = settings();
        let name = job_name(&settings.name, &settings.out, step);
        let right = format!(
            r#"#!/bin/sh
#SBATCH --job-name={name}
#SBATCH --output="/scratch/50%%/moons/slurm/report-shards-%a.log"
#SBATCH --open-mode=append
#SBATCH --requeue
#SBATCH --signal=B:TERM@60
#SBATCH --cpus-per-task=2
#SBATCH --partition=short
#SBATCH --comment="two words"

cd '/home/a b' || exit 1
exec /opt/burnmark run 'my spec.toml' --set train.epochs=5 --out '/scratch/50%/moons' --jobs 2 --shard "$SLURM_ARRAY_TASK_ID/16" --stage report
"#
        );
        assert_eq!(settings.script(step).unwrap(), right);
    }

    #[test]
    fn jobs_of_two_folders_have_two_names() {
        let step = JobStep { stage: Stage::Tuning, kind: JobKind::Merge, tasks: 1 };
        let other = JobSettings { out: "/scratch/other".into(), ..settings() };
        let name = |settings: JobSettings| job_name(&settings.name, &settings.out, step);
        assert_ne!(name(settings()), name(other));
        assert!(settings().script(step).unwrap().ends_with("exec /opt/burnmark merge '/scratch/50%/moons'\n"));
    }

    #[test]
    fn no_option_begins_a_line_of_its_own() {
        let step = JobStep { stage: Stage::Tuning, kind: JobKind::Merge, tasks: 1 };
        let bad = JobSettings { options: vec!["--account=x\nrm -r /".to_owned()], ..settings() };
        assert!(bad.script(step).unwrap_err().to_string().contains("line end"));
    }
}
