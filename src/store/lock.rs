//! Who may write a result folder: one process at a time.

use super::error::StoreError;
use super::files::is_still;
use super::process::Process;
use crate::guard::file::{self, Links, open_with};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The file that is locked. It stays when the process ends, and marks the folder as burnmark's.
pub const LOCK: &str = ".lock";
/// What it holds.
const MARK: &str = "burnmark\n";
/// The file that stands for the lock where the file system has none: it names its process and goes with it.
const HOLDER: &str = ".holder";
/// The same while it replaces that of a process that has ended.
const NEXT_HOLDER: &str = ".holder.next";
/// The last line of a holder whose process gives it a new time every few seconds, while it works.
const BEATS: &str = "beats\n";
/// How long such a file keeps its time before its process counts as ended: ten beats.
const PATIENCE: Duration = Duration::from_secs(30);

/// The right to write a folder, until it is dropped or the process ends.
pub struct Lock {
    file: File,
    path: PathBuf,
    /// Removed at the end.
    holder: Option<PathBuf>,
}

impl Lock {
    /// Takes the lock of a folder.
    ///
    /// # Errors
    /// Where another process has it, or the folder cannot be written.
    pub fn take(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join(LOCK);
        let open = || {
            let mut file = open_with(
                OpenOptions::new().create(true).truncate(false).write(true),
                &path,
                u64::MAX,
                Links::Refused,
            )?;
            if file.metadata()?.len() == 0 {
                file.write_all(MARK.as_bytes())?;
            }
            Ok(file)
        };
        let file = open().map_err(|why: io::Error| StoreError::io("write to the result folder", folder, why))?;
        let holder = match file.try_lock() {
            Ok(()) => {
                refuse_held(folder, PATIENCE)?;
                None
            }
            Err(TryLockError::WouldBlock) => return Err(taken(folder, "another burnmark", "")),
            // Lustre without `-o flock` and some NFS have no such lock.
            Err(TryLockError::Error(why)) if has_no_locks(&why) => Some(hold(folder, PATIENCE)?),
            Err(TryLockError::Error(why)) => return Err(StoreError::io("lock", folder, why)),
        };
        Ok(Self { file, path, holder })
    }

    /// Whether the folder's lock is still this one.
    pub fn is_still_there(&self) -> bool {
        is_still(&self.file, &self.path) && self.holder.as_deref().is_none_or(is_own)
    }

    /// The file that takes the place of a lock, where there is one, to give it a new time.
    ///
    /// # Errors
    /// Where it cannot be opened.
    pub fn holder(&self) -> Result<Option<File>, StoreError> {
        let open = |path: &PathBuf| {
            let file = open_with(OpenOptions::new().write(true), path, MOST_HOLDER, Links::Refused);
            file.map_err(|why| StoreError::unreadable(path, why))
        };
        self.holder.as_ref().map(open).transpose()
    }

    /// What to say of a folder whose file system has no locks.
    pub fn notice(&self) -> Option<String> {
        let holder = self.holder.as_ref()?.display();
        Some(format!("this file system has no locks: `{holder}` keeps other burnmarks away until this one ends"))
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Only its own: somebody may have removed it by hand, and another process made one.
        if let Some(holder) = self.holder.as_deref().filter(|holder| is_own(holder)) {
            let _ = fs::remove_file(holder);
        }
    }
}

/// Whether a system says by this that it has no locks here: `ENOSYS`, `EOPNOTSUPP` or `ENOLCK`.
fn has_no_locks(why: &io::Error) -> bool {
    why.kind() == io::ErrorKind::Unsupported || cfg!(target_os = "linux") && why.raw_os_error() == Some(libc::ENOLCK)
}

/// The text of a holder's file; empty where there is none.
fn text_of(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    match open_with(File::options().read(true), path, MOST_HOLDER, Links::Refused) {
        Err(why) if why.kind() == io::ErrorKind::NotFound => {}
        file => file.and_then(|mut file| file.read_to_string(&mut text)).map(drop)?,
    }
    Ok(text)
}

/// What this process writes to a holder.
fn own_text() -> String {
    Process::this().to_text() + BEATS
}

fn is_own(holder: &Path) -> bool {
    text_of(holder).is_ok_and(|text| text == own_text())
}

/// A process that has the system's lock does not go where one works that could not have it.
fn refuse_held(folder: &Path, patience: Duration) -> Result<(), StoreError> {
    let path = folder.join(HOLDER);
    if !path.exists() {
        return Ok(());
    }
    let text = text_of(&path).map_err(|why| StoreError::unreadable(&path, why))?;
    if has_ended(&path, &text, patience) {
        let _ = fs::remove_file(&path);
        return Ok(());
    }
    Err(held(folder, &path, Process::of_text(&text)))
}

/// Whether the process that wrote a holder has ended: this machine would see it and does not, or, for a process of another
/// machine, the file keeps its time. That compares the file with itself, so no two clocks need to agree.
fn has_ended(path: &Path, text: &str, patience: Duration) -> bool {
    let here = Process::this();
    if let Some(other) = Process::of_text(text).filter(|other| other.is_seen_from(&here)) {
        return other.has_ended(&here);
    }
    let state = || {
        let time = fs::symlink_metadata(path).and_then(|file| file.modified()).ok();
        time.zip(text_of(path).ok())
    };
    let (first, begun) = (state(), Instant::now());
    if !text.ends_with(BEATS) {
        return false; // of a program that gives it no new time
    }
    while begun.elapsed() < patience {
        std::thread::sleep(patience / 30);
        if state() != first {
            return false;
        }
    }
    true
}

/// What to say where a process works that may have ended.
fn held(folder: &Path, path: &Path, other: Option<Process>) -> StoreError {
    let by = other.map_or("another burnmark".to_owned(), |other| other.to_string());
    taken(folder, &by, &format!("; if it has ended, remove `{}`", path.display()))
}

/// Whether a burnmark has locked this folder before.
pub fn is_marked(folder: &Path) -> bool {
    let mut text = String::new();
    let read = file::open(&folder.join(LOCK), u64::MAX, Links::Refused)
        .is_ok_and(|file| file.take(MARK.len() as u64).read_to_string(&mut text).is_ok());
    read && text == MARK
}

fn taken(folder: &Path, by: &str, way_on: &str) -> StoreError {
    StoreError::Held { folder: folder.to_owned(), by: by.to_owned(), way_on: way_on.to_owned() }
}

/// Makes the file that takes the place of a lock. One whose process is known to have ended is replaced.
fn hold(folder: &Path, patience: Duration) -> Result<PathBuf, StoreError> {
    let (path, next) = (folder.join(HOLDER), folder.join(NEXT_HOLDER));
    let failed = |why: io::Error| StoreError::io("lock", folder, why);
    if make(&path, &own_text()).map_err(failed)? {
        return Ok(path);
    }
    let text = text_of(&path).map_err(failed)?;
    if !has_ended(&path, &text, patience) {
        return Err(held(folder, &path, Process::of_text(&text)));
    }
    // Of several processes that find it, the one that makes the next file replaces it.
    if !make(&next, &own_text()).map_err(failed)? {
        return Err(held(folder, &next, Process::of_text(&text_of(&next).map_err(failed)?)));
    }
    let replaced = match text_of(&path) {
        Ok(found) if found == text => fs::rename(&next, &path),
        Ok(_) => Err(io::Error::other("another burnmark was quicker")),
        Err(why) => Err(why),
    };
    replaced.map_err(|why| {
        let _ = fs::remove_file(&next);
        failed(why)
    })?;
    Ok(path)
}

/// Makes a file, unless there is one; whether it was made. One that cannot be written whole is removed.
fn make(path: &Path, text: &str) -> io::Result<bool> {
    let mut file = match OpenOptions::new().write(true).create_new(true).open(path) {
        Err(why) if why.kind() == io::ErrorKind::AlreadyExists => return Ok(false),
        file => file?,
    };
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    written.map(|()| true).inspect_err(|_| drop(fs::remove_file(path)))
}

/// The largest such file that is read.
const MOST_HOLDER: u64 = 1024;

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: Duration = Duration::from_millis(300);

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("burnmark-lock-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir(&folder).unwrap();
        folder
    }

    #[test]
    fn one_process_at_a_time_has_a_folder() {
        let folder = folder("flock");
        assert!(!is_marked(&folder));
        let first = Lock::take(&folder).unwrap();
        assert!(is_marked(&folder) && first.is_still_there() && first.notice().is_none());
        assert!(Lock::take(&folder).err().unwrap().to_string().starts_with("another burnmark is writing"));
        drop(first);
        assert!(Lock::take(&folder).is_ok());
        fs::remove_dir_all(folder).unwrap();
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_stands_for_the_lock_and_outlives_no_process() {
        let folder = folder("holder");
        let path = hold(&folder, SHORT).unwrap();
        let own = Process::this();
        assert_eq!(fs::read_to_string(&path).unwrap(), own_text());
        let refused = hold(&folder, SHORT).unwrap_err().to_string();
        assert!(refused.contains(&format!("process {}", own.number)) && refused.contains(".holder"), "{refused}");
        // Of a process that has ended.
        let ended = || Process { number: u32::MAX - 1, started: Some(1), ..Process::this() };
        fs::write(&path, ended().to_text()).unwrap();
        assert_eq!(hold(&folder, SHORT).unwrap(), path);
        assert_eq!(fs::read_to_string(&path).unwrap(), own_text());
        assert!(!folder.join(NEXT_HOLDER).exists());
        // Who has the system's lock looks for it, too.
        assert!(Lock::take(&folder).err().unwrap().to_string().contains("if it has ended, remove"));
        fs::write(&path, ended().to_text()).unwrap();
        drop(Lock::take(&folder).unwrap());
        assert!(!path.exists());
        // Of another machine, another start of it or another namespace, and what nobody can read.
        let other = |part: usize| {
            let mut other = ended();
            other.machine[part] = "other".to_owned();
            other.to_text()
        };
        for kept in [other(0), other(1), other(2), String::new(), "no\nholder\n".to_owned()] {
            fs::write(&path, kept).unwrap();
            assert!(hold(&folder, SHORT).unwrap_err().to_string().contains("if it has ended, remove"));
        }
        // Of another machine, by a program that shows that it works: until it does no more.
        fs::write(&path, other(0) + BEATS).unwrap();
        let beating = File::options().write(true).open(&path).unwrap();
        let beat = move || {
            for _ in 0..60 {
                beating.set_modified(std::time::SystemTime::now()).unwrap();
                std::thread::sleep(SHORT / 30);
            }
        };
        let beat = std::thread::spawn(beat);
        assert!(hold(&folder, SHORT).unwrap_err().to_string().contains("if it has ended, remove"));
        beat.join().unwrap();
        assert_eq!(hold(&folder, SHORT).unwrap(), path);
        assert!(is_own(&path));
        fs::remove_dir_all(folder).unwrap();
    }
}
