//! Why a command did not succeed, and the exit code that follows from it.

use crate::analysis::NotComparable;
use crate::cluster::ClusterError;
use crate::data::{DataError, DataFault};
use crate::export::ExportError;
use crate::harness::HarnessError;
use crate::report::plots::NotDrawn;
use crate::store::StoreError;

/// Why a command did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// What was typed cannot be done; nothing was done.
    #[error("{0}")]
    Request(String),
    /// The work was done, and failed, was stopped or found a difference.
    #[error("{0}")]
    Work(String),
    /// Mistakes in a spec, rendered for the terminal: nothing in them is obeyed that is not ours.
    #[error("{0}")]
    Mistakes(String),
    #[error(transparent)]
    Data(#[from] DataError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Harness(#[from] HarnessError),
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    #[error(transparent)]
    Export(#[from] ExportError),
    #[error(transparent)]
    Comparison(#[from] NotComparable),
    #[error(transparent)]
    Plot(#[from] NotDrawn),
    /// Results that this command has written, and cannot read.
    #[error(transparent)]
    NotReadBack(StoreError),
    #[error("cannot write to stdout: {0}")]
    Stdout(std::io::Error),
    #[error("cannot listen for signals: {0}")]
    Signals(std::io::Error),
    /// What is printed as JSON has no such form.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// A worker that cannot read its jobs or write its answers.
    #[error("{0}")]
    Worker(std::io::Error),
}

/// What comes of a command.
pub type CommandResult<T = ()> = Result<T, Failure>;

/// The work failed or was stopped, or results differ.
const WORK: u8 = 1;
/// The request was wrong, and nothing was done.
const REQUEST: u8 = 2;

impl Failure {
    /// The exit code of this kind of failure.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Request(_)
            | Self::Mistakes(_)
            | Self::Cluster(ClusterError::NoProgram { .. } | ClusterError::Unquotable(_))
            | Self::Comparison(_)
            | Self::Export(ExportError::NotEmpty(_) | ExportError::Folder { .. } | ExportError::NoBundle { .. }) => {
                REQUEST
            }
            Self::Data(why) => of_data(why),
            Self::Store(why) | Self::Export(ExportError::Results(why)) => of_store(why),
            Self::Harness(why) => of_harness(why),
            Self::Work(_)
            | Self::Export(_)
            | Self::Cluster(_)
            | Self::Plot(_)
            | Self::Stdout(_)
            | Self::Signals(_)
            | Self::Json(_)
            | Self::NotReadBack(_)
            | Self::Worker(_) => WORK,
        }
    }
}

/// A file of data is part of the request; what a server or the disk does is not.
fn of_data(why: &DataError) -> u8 {
    match why.fault {
        DataFault::Fetch | DataFault::NotPinned | DataFault::Unwritable => WORK,
        DataFault::UnknownSet
        | DataFault::Parameters
        | DataFault::TooLarge
        | DataFault::Unreadable
        | DataFault::Format
        | DataFault::Header
        | DataFault::Column
        | DataFault::Cells
        | DataFault::Values
        | DataFault::Split
        | DataFault::NoFolder
        | DataFault::NotFetched
        | DataFault::Address => REQUEST,
    }
}

/// A folder whose results cannot be read, or that is somebody else's, is a wrong request: nothing was done. What happens to a
/// folder that is written to is work that failed.
fn of_store(why: &StoreError) -> u8 {
    match why {
        StoreError::NoResults(_)
        | StoreError::NothingYet { .. }
        | StoreError::Foreign { .. }
        | StoreError::File(_)
        | StoreError::Table { .. }
        | StoreError::NotOurs { .. }
        | StoreError::NoMeasurement { .. }
        | StoreError::Damaged { .. }
        | StoreError::MissingTable(_)
        | StoreError::ChangedTable { .. }
        | StoreError::UndescribedTable(_)
        | StoreError::UnknownTable(_)
        | StoreError::Changed(_)
        | StoreError::Interrupted(_) => REQUEST,
        StoreError::Io { .. }
        | StoreError::Link(_)
        | StoreError::DanglingLink(_)
        | StoreError::Held { .. }
        | StoreError::Replaced(_)
        | StoreError::Incomparable(_)
        | StoreError::NotReadBack(_) => WORK,
    }
}

fn of_harness(why: &HarnessError) -> u8 {
    match why {
        HarnessError::Conflict(_) | HarnessError::NoGpu(_) => REQUEST,
        HarnessError::Store(why) => of_store(why),
        _ => WORK,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    #[test]
    fn the_exit_code_follows_from_the_kind() {
        let results = || PathBuf::from("results/x");
        let failures: [(Failure, u8); 10] = [
            (Failure::Request("no such engine".to_owned()), 2),
            (Failure::Work("stopped".to_owned()), 1),
            (StoreError::NoResults(results()).into(), 2),
            (StoreError::Replaced(results()).into(), 1),
            (HarnessError::from(StoreError::NoResults(results())).into(), 2),
            (HarnessError::NotConfirmed(StoreError::MissingTable(results())).into(), 1),
            (ExportError::from(StoreError::MissingTable(results())).into(), 2),
            (DataFault::Cells.error("row 1: missing value").into(), 2),
            (DataFault::Fetch.error("no answer in time").into(), 1),
            (NotComparable::Seeds.into(), 2),
        ];
        for (failure, code) in failures {
            assert_eq!(failure.exit_code(), code, "{failure}");
        }
    }
}
