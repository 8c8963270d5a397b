//! Experiments on a cluster: the jobs of Slurm that run all shards and merge them, and which of them are still to be submitted.
//!
//! A submission keeps no state of its own. What is done is read from the result folder, what is under way from Slurm's queue, by
//! names that hold a digest of that folder. So the same command can be given again at any time, and submits what is missing.

mod done;
mod error;
mod follow;
mod numbers;
mod paper;
mod script;
mod slurm;
mod step;
mod submit;

pub use done::Done;
pub use error::ClusterError;
pub use follow::follow;
pub use paper::Paper;
pub use script::{JobSettings, job_name, log_path, scripts_folder};
pub use slurm::Slurm;
pub use step::{JobKind, JobStep};
pub use submit::{QueuedTask, Scheduler, Submitted, submit};
