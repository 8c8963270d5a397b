//! Finished runs that wait in a journal to be taken into the tables.

use super::error::StoreError;
use super::journal;
use super::names::JOURNAL;
use crate::record::RunId;
use std::collections::HashSet;
use std::path::Path;

/// The finished runs that wait in a folder's journal to be taken into its tables, by their identities.
#[must_use]
pub fn waiting(folder: &Path) -> HashSet<RunId> {
    let mut runs = HashSet::new();
    let _ = journal::read(&folder.join(JOURNAL), |run, _| _ = runs.insert(run.record.run));
    runs
}

/// Why a folder's journal cannot be read; `None` where it can, or where there is none.
#[must_use]
pub fn unread_journal(folder: &Path) -> Option<StoreError> {
    let path = folder.join(JOURNAL);
    journal::read(&path, |_, _| {}).err().map(|why| StoreError::unreadable(&path, why))
}

/// The fault of a folder in whose tables there is nothing yet.
#[must_use]
pub fn nothing_yet(folder: &Path) -> StoreError {
    StoreError::NothingYet { folder: folder.to_owned(), waiting: waiting(folder).len() }
}
