//! From a checked experiment to results: what is still to do, worker processes, progress, the folder.

mod chosen;
mod confusion;
mod crosscheck;
mod error;
mod execute;
mod job;
mod merge;
mod orphans;
mod plan;
mod plane;
mod pool;
mod progress;
mod prospect;
mod scattered;
mod solved;
mod stages;
mod status;
mod sweep;
mod timing;
mod verify;
mod worker;

pub use crosscheck::{CrosscheckOptions, Crosschecked, EnginePair, LOSS, crosscheck};
pub use error::{Conflict, HarnessError};
pub use execute::{Cache, execute, execute_and_keep};
pub use job::{Parameters, WorkerAnswer};
pub use merge::merge;
pub use plan::{plan_digest, shard_folder};
pub use plane::Planes;
pub use pool::{Limits, WORKER_COMMAND};
pub use progress::duration;
pub use prospect::prospect;
pub use status::{FolderState, FolderStatus, ShardStatus, StageStatus, Status, status};
pub use sweep::{Options, Summary, run};
pub use timing::{Estimate, estimate};
pub use verify::{Finding, Sample, Verified, VerifyOptions, counts, drift_bound, spec_of, verify};
pub use worker::serve;
