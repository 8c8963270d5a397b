//! The file names in a result folder.

pub const RUNS: &str = "runs.parquet";
pub const CURVES: &str = "curves.parquet";
pub const STEPS: &str = "steps.parquet";
pub const MEASUREMENTS: &str = "measurements.parquet";
pub const MANIFEST: &str = "manifest.json";
pub const FIGURES: &str = "figures";
pub const REPORT: &str = "report.html";
pub const PARAMETERS: &str = "parameters";
pub(super) const JOURNAL: &str = "journal.jsonl";
/// What the process that holds the folder says of itself.
pub(super) const PULSE: &str = ".pulse.json";
pub(super) const SPILL: &str = ".spill.jsonl";
/// The manifest that is about to take the place of the present one.
pub(super) const PENDING: &str = ".manifest.json.new";
/// A manifest that is being written.
pub(super) const NEXT: &str = ".manifest.json.next";
/// Where damaged tables are kept.
pub(super) const DAMAGED: &str = "damaged";
