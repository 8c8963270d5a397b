//! Results on disk: a folder that one process writes at a time, a journal of finished runs, and their tables.
//!
//! A finished run goes to the journal at once. When a sweep ends or is stopped, the tables are written anew from all
//! that is known, each under a temporary name that is then renamed, and only then the journal is removed: at no moment
//! is a run lost or a file half-written under its name.

mod cells;
mod column;
mod commit;
mod error;
mod files;
mod finished;
mod folder;
mod gaps;
mod journal;
mod known;
mod lock;
mod manifest;
mod names;
mod owned;
mod parameters;
mod parquet;
mod process;
mod pulse;
mod rare;
mod recovered;
mod rows;
mod session;
mod settle;
mod shape;
mod shard;
mod tables;
mod waiting;
mod writing;

pub use cells::{TableFault, compare};
pub use error::{Damage, NoShard, StoreError, waiting_in_words};
pub use files::{ReportFiles, is_left_over, is_unfinished, parameters_path, refuse_link, write_parameters};
pub use finished::Finished;
pub use folder::Folder;
pub use gaps::{DRIFT_FIGURE, GAPS_FIGURE, Gaps};
pub use known::Known;
pub use manifest::{Manifest, SourceText};
pub use names::{CURVES, FIGURES, MANIFEST, MEASUREMENTS, PARAMETERS, REPORT, RUNS, STEPS};
pub use owned::refuse_foreign;
pub use parameters::{Tensor, kept_parameters, read_parameters};
pub use pulse::{Counts, Pulse};
pub use recovered::{Recovered, changed_tables, interrupted, manifest_of, read_tables, read_whole as read};
pub use rows::Tables;
pub use session::{Session, commit_in_words, cpu, cpu_features, unix_seconds};
pub use shard::Shard;
pub use waiting::{nothing_yet, unread_journal, waiting};
