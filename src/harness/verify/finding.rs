//! What can be wrong with results, each kind named for what it is.

use crate::store::TableFault;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "finding", rename_all = "kebab-case")]
pub enum Finding {
    /// A file is not the one that the manifest describes, or cannot be read.
    File {
        message: String,
    },
    /// The results are of another numerics version than this program computes.
    Numerics {
        recorded: u32,
        here: u32,
        burnmark_version: String,
        program_commit: Option<String>,
    },
    /// Runs use an entry of a registry in another revision than this program has.
    Revision {
        /// The setting that names the entry, such as `optimizer.kind`.
        setting: String,
        entry: String,
        recorded: Option<u32>,
        here: u32,
    },
    /// A data set has other figures than the runs had.
    Data {
        set: String,
        recorded: Option<String>,
        here: String,
    },
    /// The manifest counts otherwise than the plan or the tables.
    Count {
        what: String,
        recorded: u64,
        here: u64,
    },
    /// The manifest has another name, question or protocol than its own spec.
    Manifest {
        what: String,
        recorded: String,
        here: String,
    },
    /// A run of the plan that is in no row.
    MissingRun {
        run: String,
    },
    /// A run that has no result to compare.
    NotDone {
        run: String,
        why: String,
    },
    /// A run that could not be done again.
    Failed {
        run: String,
        why: String,
    },
    /// Final parameters that are not those of the run.
    Parameters {
        run: String,
        message: String,
    },
    /// Another engine is further away than the bound.
    Apart {
        run: String,
        place: String,
        quantity: String,
        recorded: String,
        again: String,
        gap: Option<f64>,
        bound: f64,
    },
    Table(TableFault),
}

impl Finding {
    /// The run that it is about, if it is about one.
    #[must_use]
    pub fn run(&self) -> Option<&str> {
        match self {
            Self::MissingRun { run }
            | Self::NotDone { run, .. }
            | Self::Failed { run, .. }
            | Self::Parameters { run, .. }
            | Self::Apart { run, .. }
            | Self::Table(
                TableFault::Differs { run, .. }
                | TableFault::MissingRow { run, .. }
                | TableFault::ForeignRow { run, .. },
            ) => Some(run),
            _ => None,
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { message } => f.write_str(message),
            Self::Numerics { recorded, here, burnmark_version, program_commit } => {
                let commit = program_commit.as_ref().map(|commit| format!(", commit {commit}")).unwrap_or_default();
                write!(
                    f,
                    "the results are of numerics version {recorded}, and this burnmark computes version {here}: results \
                     differ by design and nothing is rerun; burnmark {burnmark_version}{commit} made them"
                )
            }
            Self::Revision { setting, entry, recorded, here } => {
                let recorded = recorded.map_or("no revision".to_owned(), |recorded| format!("revision {recorded}"));
                write!(
                    f,
                    "`{setting}` = `{entry}`: the results name {recorded} of it, and this burnmark has revision {here}: \
                     results differ by design and its runs are not rerun"
                )
            }
            Self::Data { set, recorded, here } => {
                let recorded = recorded.as_deref().unwrap_or("nothing");
                write!(f, "the data set {set} has other figures: recorded digest {recorded}, here {here}")
            }
            Self::Count { what, recorded, here } => write!(f, "{what}: the manifest says {recorded}, there are {here}"),
            Self::Manifest { what, recorded, here } => {
                write!(f, "{what}: the manifest says {recorded}, and its spec {here}")
            }
            Self::MissingRun { run } => write!(f, "run {run} is part of the experiment, and no row is there for it"),
            Self::NotDone { run, why } => write!(f, "run {run} has no result: {why}"),
            Self::Failed { run, why } => write!(f, "run {run} could not be rerun: {why}"),
            Self::Parameters { run, message } => write!(f, "run {run}, final parameters: {message}"),
            Self::Apart { run, place, quantity, recorded, again, gap, bound } => {
                write!(f, "run {run}, {place}, {quantity}: recorded {recorded}, again {again}")?;
                match gap {
                    Some(gap) => write!(f, ", {gap:.1e} apart and at most {bound:e} expected"),
                    None => Ok(()),
                }
            }
            Self::Table(cell) => cell.fmt(f),
        }
    }
}

/// How many findings there are of each kind, for a summary.
#[must_use]
pub fn counts(findings: &[Finding]) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for finding in findings {
        let kind = match finding {
            Finding::File { .. } => "changed or unreadable files",
            Finding::Numerics { .. } => "another numerics version",
            Finding::Revision { .. } => "methods and data sets of another revision",
            Finding::Data { .. } => "data sets with another digest",
            Finding::Count { .. } => "counts that are not right",
            Finding::Manifest { .. } => "entries of the manifest that are not its spec's",
            Finding::MissingRun { .. } | Finding::Table(TableFault::MissingRow { .. }) => "missing rows",
            Finding::NotDone { .. } => "runs without a result",
            Finding::Failed { .. } => "runs that could not be rerun",
            Finding::Parameters { .. } => "files of parameters that differ",
            Finding::Apart { .. } => "places where the engines are too far apart",
            Finding::Table(TableFault::ForeignRow { .. }) => "foreign rows",
            Finding::Table(TableFault::Differs { .. }) => "cells that differ",
            Finding::Table(_) => "tables with another form",
        };
        *counts.entry(kind).or_insert(0) += 1;
    }
    counts
}
