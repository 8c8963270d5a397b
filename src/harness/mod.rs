//! From a checked experiment to results: what is still to do, worker processes, progress, the folder.

mod chosen;
mod confusion;
mod crosscheck;
mod drawn;
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

#[doc(hidden)]
pub use crosscheck::{CrosscheckOptions, Crosschecked, EnginePair, LOSS, crosscheck};
#[doc(hidden)]
pub use drawn::{DrawnNetwork, networks};
#[doc(hidden)]
pub use error::Conflict;
pub use error::HarnessError;
#[doc(hidden)]
pub use execute::execute_and_keep;
pub use execute::{Cache, execute};
#[doc(hidden)]
pub use job::Parameters;
pub use job::WorkerAnswer;
#[doc(hidden)]
pub use merge::merge;
#[doc(hidden)]
pub use plan::{plan_digest, shard_folder};
#[doc(hidden)]
pub use plane::Planes;
#[doc(hidden)]
pub use pool::{Limits, WORKER_COMMAND};
#[doc(hidden)]
pub use progress::duration;
#[doc(hidden)]
pub use prospect::prospect;
#[doc(hidden)]
pub use status::{FolderState, FolderStatus, ShardStatus, StageStatus, Status, status};
#[doc(hidden)]
pub use sweep::{Options, Summary, run};
#[doc(hidden)]
pub use timing::{Estimate, estimate};
#[doc(hidden)]
pub use verify::{Finding, Sample, counts, drift_bound, spec_of};
pub use verify::{Verified, VerifyOptions, verify};
#[doc(hidden)]
pub use worker::serve;
