//! `burnmark data`: which data sets there are, fetch those that are not in the binary, check that all are as pinned.

use super::arguments::{Data, DataFolder};
use super::{Failure, print};
use crate::catalogue::Catalogue;
use crate::console;
use crate::data::fetch::{self, Patience, Remote, State};
use crate::data::{DataEntry, REMOTES, check_builtin, is_file};
use crate::record::counted;
use crate::registry::Entry;
use crate::report::aligned;
use std::path::{Path, PathBuf};

type Result<T = ()> = std::result::Result<T, Failure>;

pub fn data(command: &Data, catalogue: &Catalogue) -> Result {
    match command {
        Data::List { folder } => list(&place(folder)?, catalogue),
        Data::Fetch { name, from, folder } => fetch_one(name, from.as_deref(), &place(folder)?, catalogue),
        Data::Check { name, folder } => check(name.as_deref(), &place(folder)?, catalogue),
    }
}

fn place(folder: &DataFolder) -> Result<PathBuf> {
    folder.folder.clone().map_or_else(|| fetch::folder().map_err(Failure::Request), Ok)
}

fn remote(name: &str) -> Option<&'static Remote> {
    REMOTES.iter().find(|remote| remote.name == name).copied()
}

/// The entry of that name.
fn known(name: &str, catalogue: &Catalogue) -> Result<&'static DataEntry> {
    catalogue.data_sets.find(name).ok_or_else(|| {
        let names: Vec<_> = catalogue.data_sets.entries().map(|entry| format!("`{}`", entry.name)).collect();
        Failure::Request(format!("unknown data set `{name}`; there are {}", names.join(", ")))
    })
}

fn list(folder: &Path, catalogue: &Catalogue) -> Result {
    let state = |entry: &Entry| match remote(entry.name) {
        Some(remote) => match fetch::state(remote, folder) {
            State::Absent => "not fetched yet",
            State::Whole => "in the data folder",
            State::Damaged(_) => "damaged, see `burnmark data check`",
        },
        None if check_builtin(entry.name).is_some() => "in the binary",
        None if entry.parameters.iter().any(|parameter| is_file(entry, parameter.name)) => "a file of yours",
        None => "generated",
    };
    let row =
        |entry: &Entry| vec![entry.name, state(entry), entry.description].into_iter().map(str::to_owned).collect();
    let rows: Vec<_> = catalogue.data_sets.entries().map(row).collect();
    print(&format!("{}\ndata folder: {}\n", aligned(&rows), folder.display()))
}

fn fetch_one(name: &str, from: Option<&str>, folder: &Path, catalogue: &Catalogue) -> Result {
    let Some(remote) = remote(name) else {
        let is_known = catalogue.data_sets.find(name).is_some();
        let why = if is_known { format!("`{name}` needs no fetching") } else { format!("unknown data set `{name}`") };
        let names: Vec<_> = REMOTES.iter().map(|remote| format!("`{}`", remote.name)).collect();
        return Err(Failure::Request(format!("{why}; what can be fetched is {}", names.join(", "))));
    };
    let from = from.unwrap_or(remote.address);
    fetch::check_address(from).map_err(Failure::Request)?;
    let say = console::message;
    fetch::fetch(remote, from, folder, Patience::USUAL, say).map_err(Failure::Work)?;
    print(&format!("`{name}` is in {}\n", folder.join(name).display()))
}

fn check(name: Option<&str>, folder: &Path, catalogue: &Catalogue) -> Result {
    if let Some(name) = name {
        known(name, catalogue)?;
    }
    let (mut rows, mut wrong) = (Vec::new(), 0);
    for entry in catalogue.data_sets.entries().filter(|entry| name.is_none_or(|name| name == entry.name)) {
        let lines = match (check_builtin(entry.name), remote(entry.name)) {
            (Some(true), _) => vec!["good: the bytes in the binary are the pinned ones".to_owned()],
            (Some(false), _) => {
                wrong += 1;
                vec!["damaged: the bytes in the binary are not the pinned ones".to_owned()]
            }
            (None, Some(remote)) => match fetch::state(remote, folder) {
                State::Whole => vec![format!("good, as pinned: {}", counted(remote.files.len(), "file"))],
                State::Absent => {
                    wrong += usize::from(name.is_some());
                    vec![format!("not fetched: `burnmark data fetch {}` gets it", remote.name)]
                }
                State::Damaged(lines) => {
                    wrong += 1;
                    lines.into_iter().map(|line| format!("damaged: {line}")).collect()
                }
            },
            (None, None) if name.is_some() => vec!["nothing is pinned for it".to_owned()],
            (None, None) => continue,
        };
        rows.extend(lines.into_iter().map(|line| vec![entry.name.to_owned(), line]));
    }
    print(&aligned(&rows))?;
    match wrong {
        0 => Ok(()),
        1 => Err(Failure::Work("1 data set is not as it should be".to_owned())),
        wrong => Err(Failure::Work(format!("not as it should be: {}", counted(wrong, "data set")))),
    }
}
