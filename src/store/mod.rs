//! Results on disk: a folder that one process writes at a time, a journal of finished runs, and their tables.
//!
//! A finished run goes to the journal at once. When a sweep ends or is stopped, the tables are written anew from all
//! that is known, each under a temporary name that is then renamed, and only then the journal is removed: at no moment
//! is a run lost or a file half-written under its name.

mod believed;
mod cells;
mod commit;
mod files;
mod folder;
mod gaps;
mod journal;
mod known;
mod lock;
mod manifest;
mod owned;
mod parameters;
mod parquet;
mod rows;
mod session;
mod settle;
mod shape;
mod tables;
mod writing;

pub use believed::{Believed, changed_tables, interrupted, manifest_of, read_tables, read_whole as read};
pub use cells::{Cell, compare};
pub use files::{Drawn, is_left_over, is_unfinished, parameters_path, refuse_link, write_parameters};
pub use folder::{Folder, nothing_yet, unix_seconds, unread_journal, waiting, waiting_in_words};
pub use gaps::{DRIFT_FIGURE, GAPS_FIGURE, Gaps};
pub use known::Known;
pub use manifest::{Manifest, Shard, SourceText};
pub use owned::refuse_foreign;
pub use parameters::{Tensor, kept_parameters, read_parameters};
pub use rows::Tables;
pub use session::{Session, cpu, cpu_features};

use crate::record::{Measurement, RunRecord};
use serde::{Deserialize, Serialize};

/// A finished run: what is the same everywhere, and what depended on the machine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finished {
    pub record: RunRecord,
    pub measurement: Measurement,
}

/// The file names in a result folder.
pub const RUNS: &str = "runs.parquet";
pub const CURVES: &str = "curves.parquet";
pub const STEPS: &str = "steps.parquet";
pub const MEASUREMENTS: &str = "measurements.parquet";
pub const MANIFEST: &str = "manifest.json";
pub const FIGURES: &str = "figures";
pub const REPORT: &str = "report.html";
pub const PARAMETERS: &str = "parameters";
const JOURNAL: &str = "journal.jsonl";
const SHELF: &str = ".shelf.jsonl";
/// The manifest that is about to take the place of the present one.
const PENDING: &str = ".manifest.json.new";
/// A manifest that is being written.
const NEXT: &str = ".manifest.json.next";
/// Where damaged tables are kept.
const DAMAGED: &str = "damaged";
