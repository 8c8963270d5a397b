//! A scheduler that submits nothing: its commands are printed, for a user to look at or to give by hand.

use super::error::ClusterError;
use super::slurm::submit_options;
use super::submit::{QueuedTask, Scheduler};
use crate::export::shell_word;
use std::path::Path;

/// The commands of a submission as lines of a shell; a job's number is a variable there.
#[derive(Clone, Debug, Default)]
pub struct Paper {
    pub lines: Vec<String>,
}

impl Scheduler for Paper {
    fn queued(&mut self, _names: &[String]) -> Result<Vec<QueuedTask>, ClusterError> {
        Ok(Vec::new())
    }

    fn submit(&mut self, script: &Path, tasks: Option<&str>, after: &[String]) -> Result<String, ClusterError> {
        let variable = script.file_stem().unwrap_or_default().to_string_lossy().replace('-', "_");
        let options = submit_options(tasks, after).join(" ");
        let script = shell_word(&script.display().to_string());
        let words = ["sbatch --parsable", &options, &script].into_iter().filter(|word| !word.is_empty());
        self.lines.push(format!("{variable}=$({})", words.collect::<Vec<_>>().join(" ")));
        Ok(format!("${variable}"))
    }

    fn cancel(&mut self, _jobs: &[String]) -> Result<(), ClusterError> {
        Ok(())
    }
}
