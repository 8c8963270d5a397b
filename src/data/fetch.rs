//! The data folder, and sets that are fetched into it from their publishers.
//!
//! Each file is pinned: its size and its SHA-256. It is written under another name and gets its own when both are right,
//! so what stands in the folder is whole. The address matters little then; nothing is tried twice.

use super::error::{DataError, DataFault};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;
use ureq::Agent;

/// A file as its publisher has it.
#[derive(Clone, Debug)]
pub struct Pinned {
    pub name: &'static str,
    /// Where it lies below the set's address, such as `cancer/`; empty, or ends with `/`.
    pub folder: &'static str,
    pub bytes: u64,
    /// In lower-case hex.
    pub sha256: &'static str,
}

/// A set that can be fetched.
#[derive(Clone, Debug)]
pub struct Remote {
    /// As in specs; names its folder in the data folder.
    pub name: &'static str,
    /// Where it is fetched from; ends with `/`.
    pub address: &'static str,
    pub files: &'static [Pinned],
}

/// How long to wait before a server is given up.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    pub connect: Duration,
    /// Without a byte.
    pub silence: Duration,
    /// For one file in all.
    pub file: Duration,
}

impl Patience {
    /// A file of 26 MB comes within the hour at 8 kB per second.
    pub const USUAL: Self =
        Self { connect: Duration::from_secs(30), silence: Duration::from_mins(1), file: Duration::from_hours(1) };
}

/// The variable that names the data folder.
pub const FOLDER_VARIABLE: &str = "BURNMARK_DATA";

/// The data folder: what `BURNMARK_DATA` says, else `burnmark` where the system keeps a user's data: in `XDG_DATA_HOME`,
/// `LOCALAPPDATA` (Windows) or `~/.local/share`.
///
/// # Errors
/// Where none of these is known.
pub fn folder() -> Result<PathBuf, DataError> {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(folder) = variable(FOLDER_VARIABLE) {
        return Ok(folder);
    }
    let shared = variable("XDG_DATA_HOME").filter(|path| path.is_absolute());
    let local = || variable("LOCALAPPDATA").filter(|_| cfg!(windows));
    let home = || std::env::home_dir().map(|home| home.join(".local").join("share"));
    let base = shared.or_else(local).or_else(home);
    base.map(|base| base.join("burnmark"))
        .ok_or_else(|| DataFault::NoFolder.error(format!("no data folder is known: set {FOLDER_VARIABLE}")))
}

/// Whether files can be fetched from such an address.
///
/// # Errors
/// Where it is none, with what it lacks.
pub fn check_address(from: &str) -> Result<(), DataError> {
    let Some(rest) = ["http://", "https://"].iter().find_map(|scheme| from.strip_prefix(scheme)) else {
        return Err(DataFault::Address
            .error(format!("`{from}` is no address: it begins with neither `https://` nor `http://`")));
    };
    if rest.starts_with(['/', '?', '#', ':']) || rest.is_empty() {
        return Err(DataFault::Address.error(format!("`{from}` is no address: it names no host")));
    }
    Ok(())
}

/// Fetches what is missing of a set; `say` hears of each file.
///
/// # Errors
/// Where the address, the server, what it sends or the folder is no good; nothing wrong stays in the folder.
pub fn fetch(
    set: &Remote,
    from: &str,
    folder: &Path,
    patience: Patience,
    mut say: impl FnMut(&str),
) -> Result<(), DataError> {
    check_address(from)?;
    let folder = made(set, folder)?;
    // Redirects are shown and not followed: the files lie at these addresses, so one that moves them is worth a look.
    let agent: Agent = Agent::config_builder()
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .timeout_connect(Some(patience.connect))
        .timeout_per_read(Some(patience.silence))
        .timeout_global(Some(patience.file))
        .user_agent(concat!("burnmark/", env!("CARGO_PKG_VERSION")))
        .build()
        .into();
    for file in set.files {
        let path = folder.join(file.name);
        if check(&path, file).is_ok() {
            say(&format!("{} is there already", path.display()));
            continue;
        }
        let url = format!("{}/{}{}", from.trim_end_matches('/'), file.folder, file.name);
        say(&format!("fetching {url} ({} bytes)", file.bytes));
        fetch_file(&agent, &url, file, &path)?;
    }
    Ok(())
}

/// Copies what is missing of a set from a folder that holds the same files, side by side or as below the set's address.
///
/// # Errors
/// Where a file is not there, is not the pinned one, or the data folder is no good; nothing wrong stays in it.
pub fn copy(set: &Remote, from: &Path, folder: &Path, mut say: impl FnMut(&str)) -> Result<(), DataError> {
    let folder = made(set, folder)?;
    for file in set.files {
        let path = folder.join(file.name);
        if check(&path, file).is_ok() {
            say(&format!("{} is there already", path.display()));
            continue;
        }
        let places = [from.join(file.name), from.join(file.folder).join(file.name)];
        let place = places.iter().find(|place| place.exists()).unwrap_or(&places[0]);
        let opened = super::file::open(place, file.bytes)?;
        keep(opened, &place.display().to_string(), file, &path)?;
    }
    say(&format!("{} files are in {}", set.files.len(), folder.display()));
    Ok(())
}

/// The set's folder in the data folder.
fn made(set: &Remote, folder: &Path) -> Result<PathBuf, DataError> {
    let folder = folder.join(set.name);
    fs::create_dir_all(&folder)
        .map_err(|why| DataFault::Unwritable.error(format!("cannot make `{}`: {why}", folder.display())))?;
    Ok(folder)
}

fn fetch_file(agent: &Agent, url: &str, file: &Pinned, path: &Path) -> Result<(), DataError> {
    let response = agent
        .get(url)
        .call()
        .map_err(|why| DataFault::Fetch.error(format!("cannot fetch `{url}`: {}", in_words(&why))))?;
    let status = response.status();
    if status.is_redirection() {
        let to = response.headers().get("location").and_then(|value| value.to_str().ok()).unwrap_or("nowhere");
        let to: String = to.chars().take(200).flat_map(char::escape_debug).collect();
        return Err(DataFault::Fetch
            .error(format!("`{url}` redirects to `{to}`, which is not followed; give another address with `--from`")));
    }
    if status.as_u16() != 200 {
        return Err(DataFault::Fetch.error(format!("`{url}`: the server answers {status}")));
    }
    let body = response.into_body();
    if let Some(length) = body.content_length().filter(|length| *length != file.bytes) {
        return Err(
            DataFault::Fetch.error(format!("`{url}` has {length} bytes; the file that is pinned has {}", file.bytes))
        );
    }
    keep(body.into_reader(), url, file, path)
}

/// Puts a file in its place, once it is whole and the pinned one.
fn keep(body: impl Read, from: &str, file: &Pinned, path: &Path) -> Result<(), DataError> {
    let part = path.with_file_name(format!(".{}.part-{}", file.name, std::process::id()));
    let result =
        save(body, from, file, &part).and_then(|()| fs::rename(&part, path).map_err(|why| unwritten(path, &why)));
    if result.is_err() {
        let _ = fs::remove_file(&part);
    }
    result
}

/// Writes a body to a file and to the disk, if it is the pinned one; never more than one byte beyond its size is taken.
fn save(body: impl Read, url: &str, file: &Pinned, part: &Path) -> Result<(), DataError> {
    let unwritten = |why: io::Error| unwritten(part, &why);
    let mut to = File::create(part).map_err(unwritten)?;
    let (mut body, mut hasher) = (body.take(file.bytes + 1), Sha256::new());
    let (mut buffer, mut got) = (vec![0; 1 << 16], 0);
    loop {
        let read = body.read(&mut buffer);
        let broken = |why| format!("`{url}` broke off after {got} of {} bytes: {why}", file.bytes);
        let count = read.map_err(|why: io::Error| DataFault::Fetch.error(broken(why)))?;
        if count == 0 {
            break;
        }
        got += count as u64;
        if got > file.bytes {
            return Err(
                DataFault::Fetch.error(format!("`{url}` has more than the {} bytes that are pinned", file.bytes))
            );
        }
        hasher.update(&buffer[..count]);
        to.write_all(&buffer[..count]).map_err(unwritten)?;
    }
    let found = hex(&hasher.finalize());
    if got < file.bytes {
        return Err(DataFault::Fetch.error(format!("`{url}` ended after {got} of {} bytes", file.bytes)));
    }
    if found != file.sha256 {
        return Err(DataFault::Fetch
            .error(format!("`{url}` is another file: its SHA-256 is {found}, pinned is {}", file.sha256)));
    }
    to.sync_all().map_err(unwritten)
}

fn unwritten(path: &Path, why: &io::Error) -> DataError {
    DataFault::Unwritable.error(format!("cannot write `{}`: {why}", path.display()))
}

fn in_words(why: &ureq::Error) -> String {
    match why {
        ureq::Error::Timeout(_) => "no answer in time".to_owned(),
        ureq::Error::HostNotFound => "there is no such host, or no network".to_owned(),
        ureq::Error::Io(why) => why.to_string(),
        why => why.to_string(),
    }
}

/// Whether a file in the data folder is the pinned one.
///
/// # Errors
/// What is wrong with it.
pub fn check(path: &Path, file: &Pinned) -> Result<(), DataError> {
    pinned_bytes(path, file).map(drop)
}

/// The bytes of a pinned file.
///
/// # Errors
/// Where it is missing or another one.
pub fn pinned_bytes(path: &Path, file: &Pinned) -> Result<Vec<u8>, DataError> {
    let shown = path.display();
    let mut bytes = Vec::new();
    let unread = |why: io::Error| DataFault::Unreadable.error(format!("cannot read `{shown}`: {why}"));
    let opened = super::file::open(path, u64::MAX)?;
    let length = opened.metadata().map_err(unread)?.len();
    if length != file.bytes {
        return Err(DataFault::NotPinned.error(format!("`{shown}` has {length} bytes, pinned are {}", file.bytes)));
    }
    opened.take(length).read_to_end(&mut bytes).map_err(unread)?;
    let found = hex(&Sha256::digest(&bytes));
    if found != file.sha256 {
        return Err(DataFault::NotPinned
            .error(format!("`{shown}` is damaged: its SHA-256 is {found}, pinned is {}", file.sha256)));
    }
    Ok(bytes)
}

/// How a set stands in a data folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FetchState {
    /// None of its files is there.
    Absent,
    /// All of them are, as they are pinned.
    Whole,
    /// What is wrong with some of them.
    Damaged(Vec<DataError>),
}

/// Checks the files of a set.
#[must_use]
pub fn state(set: &Remote, folder: &Path) -> FetchState {
    let folder = folder.join(set.name);
    if !set.files.iter().any(|file| folder.join(file.name).exists()) {
        return FetchState::Absent;
    }
    let wrong: Vec<_> = set.files.iter().filter_map(|file| check(&folder.join(file.name), file).err()).collect();
    if wrong.is_empty() { FetchState::Whole } else { FetchState::Damaged(wrong) }
}

/// Bytes in lower-case hex.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
