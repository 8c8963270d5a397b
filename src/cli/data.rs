//! `burnmark data`: which data sets there are, fetch those that are not in the binary, check that all are as pinned.

use super::failure::{CommandResult, Failure};
use super::print::print;
use crate::console;
use crate::data::fetch::{self, FetchState, Patience, Remote};
use crate::data::{ENTRIES, OUTSIDE, REMOTES, check_builtin, entries};
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
        /// mnist or fashion-mnist
        name: String,
        /// Fetch from this address instead, which holds the same files
        #[arg(long, value_name = "URL")]
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

pub fn data(command: &DataCommand) -> CommandResult {
    match command {
        DataCommand::List { folder } => list(&place(folder)?),
        DataCommand::Fetch { name, from, folder } => fetch_one(name, from.as_deref(), &place(folder)?),
        DataCommand::Check { name, folder } => check(name.as_deref(), &place(folder)?),
    }
}

fn place(folder: &DataFolder) -> CommandResult<PathBuf> {
    folder.folder.clone().map_or_else(|| Ok(fetch::folder()?), Ok)
}

fn remote(name: &str) -> Option<&'static Remote> {
    REMOTES.iter().find(|remote| remote.name == name).copied()
}

/// The entry of that name.
fn known(name: &str) -> CommandResult<&'static Entry> {
    entries().map(|known| &known.entry).find(|entry| entry.name == name).ok_or_else(|| {
        let names: Vec<_> = entries().map(|known| format!("`{}`", known.entry.name)).collect();
        Failure::Request(format!("unknown data set `{name}`; there are {}", names.join(", ")))
    })
}

fn list(folder: &Path) -> CommandResult {
    let embedded = ENTRIES.iter().map(|known| {
        (&known.entry, if check_builtin(known.entry.name).is_some() { "in the binary" } else { "generated" }.to_owned())
    });
    let outside = OUTSIDE.iter().map(|known| {
        let Some(remote) = remote(known.entry.name) else { return (&known.entry, "a file of yours".to_owned()) };
        let state = match fetch::state(remote, folder) {
            FetchState::Absent => "not fetched yet",
            FetchState::Whole => "in the data folder",
            FetchState::Damaged(_) => "damaged, see `burnmark data check`",
        };
        (&known.entry, state.to_owned())
    });
    let row = |(entry, state): (&Entry, String)| vec![entry.name.to_owned(), state, entry.description.to_owned()];
    let rows: Vec<_> = embedded.chain(outside).map(row).collect();
    print(&format!("{}\ndata folder: {}\n", aligned(&rows), folder.display()))
}

fn fetch_one(name: &str, from: Option<&str>, folder: &Path) -> CommandResult {
    let Some(remote) = remote(name) else {
        let is_known = entries().any(|known| known.entry.name == name);
        let why = if is_known { format!("`{name}` needs no fetching") } else { format!("unknown data set `{name}`") };
        let names: Vec<_> = REMOTES.iter().map(|remote| format!("`{}`", remote.name)).collect();
        return Err(Failure::Request(format!("{why}; what can be fetched is {}", names.join(", "))));
    };
    let from = from.unwrap_or(remote.address);
    fetch::check_address(from)?;
    let say = console::message;
    fetch::fetch(remote, from, folder, Patience::USUAL, say)?;
    print(&format!("`{name}` is in {}\n", folder.join(name).display()))
}

fn check(name: Option<&str>, folder: &Path) -> CommandResult {
    if let Some(name) = name {
        known(name)?;
    }
    let (mut rows, mut wrong) = (Vec::new(), 0);
    for entry in entries().map(|known| &known.entry).filter(|entry| name.is_none_or(|name| name == entry.name)) {
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
