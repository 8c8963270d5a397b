//! `burnmark data`: which data sets there are, fetch those that are not in the binary, check that all are as pinned.

use super::failure::{CommandResult, Failure};
use super::print::print;
use crate::catalogue::Catalogue;
use crate::console;
use crate::data::fetch::{self, FetchState, Patience, Remote};
use crate::data::{DataEntry, REMOTES, check_builtin, is_file};
use crate::record::counted;
use crate::registry::Entry;
use crate::report::aligned;
use clap::{Args, Subcommand};
use std::path::{Path, PathBuf};

/// What to do with data sets.
#[derive(Subcommand)]
pub enum DataCommand {
    /// Show every data set, and which of those that are fetched are there
    List {
        #[command(flatten)]
        folder: DataFolder,
    },
    /// Fetch a data set from its publisher into the data folder, each file checked against its pinned SHA-256
    Fetch {
        /// mnist, fashion-mnist or proben1
        name: String,
        /// Fetch from this address or folder instead, which holds the same files
        #[arg(long, value_name = "URL|FOLDER")]
        from: Option<String>,
        #[command(flatten)]
        folder: DataFolder,
    },
    /// Check the digests of the data sets in the binary and in the data folder
    Check {
        /// Check only this one
        name: Option<String>,
        #[command(flatten)]
        folder: DataFolder,
    },
}

#[derive(Args)]
pub struct DataFolder {
    /// The data folder [default: what BURNMARK_DATA says, else burnmark in XDG_DATA_HOME or ~/.local/share]
    #[arg(long, value_name = "FOLDER")]
    pub folder: Option<PathBuf>,
}

pub fn data(command: &DataCommand, catalogue: &Catalogue) -> CommandResult {
    match command {
        DataCommand::List { folder } => list(&place(folder)?, catalogue),
        DataCommand::Fetch { name, from, folder } => fetch_one(name, from.as_deref(), &place(folder)?, catalogue),
        DataCommand::Check { name, folder } => check(name.as_deref(), &place(folder)?, catalogue),
    }
}

fn place(folder: &DataFolder) -> CommandResult<PathBuf> {
    folder.folder.clone().map_or_else(|| Ok(fetch::folder()?), Ok)
}

fn remote(name: &str) -> Option<&'static Remote> {
    REMOTES.iter().find(|remote| remote.name == name).copied()
}

/// The entry of that name.
fn known(name: &str, catalogue: &Catalogue) -> CommandResult<&'static DataEntry> {
    catalogue.data_sets.find(name).ok_or_else(|| {
        let names: Vec<_> = catalogue.data_sets.entries().map(|entry| format!("`{}`", entry.name)).collect();
        Failure::Request(format!("unknown data set `{name}`; there are {}", names.join(", ")))
    })
}

fn list(folder: &Path, catalogue: &Catalogue) -> CommandResult {
    let state = |entry: &Entry| match remote(entry.name) {
        Some(remote) => match fetch::state(remote, folder) {
            FetchState::Absent => "not fetched yet",
            FetchState::Whole => "in the data folder",
            FetchState::Damaged(_) => "damaged, see `burnmark data check`",
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

fn fetch_one(name: &str, from: Option<&str>, folder: &Path, catalogue: &Catalogue) -> CommandResult {
    let Some(remote) = remote(name) else {
        let is_known = catalogue.data_sets.find(name).is_some();
        let why = if is_known { format!("`{name}` needs no fetching") } else { format!("unknown data set `{name}`") };
        let names: Vec<_> = REMOTES.iter().map(|remote| format!("`{}`", remote.name)).collect();
        return Err(Failure::Request(format!("{why}; what can be fetched is {}", names.join(", "))));
    };
    let say = console::message;
    match from.map(Path::new).filter(|from| from.is_dir()) {
        Some(from) => fetch::copy(remote, from, folder, say)?,
        None => fetch::fetch(remote, from.unwrap_or(remote.address), folder, Patience::USUAL, say)?,
    }
    print(&format!("`{name}` is in {}\n", folder.join(name).display()))
}

fn check(name: Option<&str>, folder: &Path, catalogue: &Catalogue) -> CommandResult {
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
                FetchState::Whole => vec![format!("good, as pinned: {}", counted(remote.files.len(), "file"))],
                FetchState::Absent => {
                    wrong += usize::from(name.is_some());
                    vec![format!("not fetched: `burnmark data fetch {}` gets it", remote.name)]
                }
                FetchState::Damaged(lines) => {
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
