//! Who may write a result folder: one process at a time.

use super::files::{is_still, refuse_link};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// The file that is locked. It stays when the process ends, and marks the folder as burnmark's.
pub const LOCK: &str = ".lock";
/// What it holds.
const MARK: &str = "burnmark\n";
/// The file that stands for the lock where the file system has none: it names its process and goes with it.
const HOLDER: &str = ".holder";

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
    pub fn take(folder: &Path) -> Result<Self, String> {
        let path = folder.join(LOCK);
        let open = || {
            refuse_link(&path)?;
            let mut file = OpenOptions::new().create(true).truncate(false).write(true).open(&path)?;
            if file.metadata()?.len() == 0 {
                file.write_all(MARK.as_bytes())?;
            }
            Ok(file)
        };
        let file = open()
            .map_err(|why: io::Error| format!("cannot write to the result folder `{}`: {why}", folder.display()))?;
        let holder = match file.try_lock() {
            Ok(()) => None,
            Err(TryLockError::WouldBlock) => return Err(taken(folder, "another burnmark", "")),
            // Lustre without `-o flock` and some NFS have no such lock.
            Err(TryLockError::Error(_)) => Some(hold(folder)?),
        };
        Ok(Self { file, path, holder })
    }

    /// Whether the folder's lock is still this one.
    pub fn is_still_there(&self) -> bool {
        is_still(&self.file, &self.path)
    }

    /// What to say of a folder whose file system has no locks.
    pub fn notice(&self) -> Option<String> {
        let holder = self.holder.as_ref()?.display();
        Some(format!("this file system has no locks: `{holder}` keeps other burnmarks away until this one ends"))
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        if let Some(holder) = &self.holder {
            let _ = fs::remove_file(holder);
        }
    }
}

/// Whether a burnmark has locked this folder before.
pub fn is_marked(folder: &Path) -> bool {
    let path = folder.join(LOCK);
    let mut text = String::new();
    let regular = fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_file());
    let read =
        regular.then(|| File::open(&path).and_then(|file| file.take(MARK.len() as u64).read_to_string(&mut text)));
    read.is_some_and(|read| read.is_ok()) && text == MARK
}

fn taken(folder: &Path, by: &str, way_on: &str) -> String {
    let folder = folder.display();
    format!("{by} is writing to `{folder}`; wait for it, or give this one its own folder with `--out`{way_on}")
}

/// Makes the file that stands for a lock. One whose process is known to have ended is replaced.
fn hold(folder: &Path) -> Result<PathBuf, String> {
    let path = folder.join(HOLDER);
    let failed = |why: io::Error| format!("cannot lock `{}`: {why}", folder.display());
    let own = Process::this();
    loop {
        refuse_link(&path).map_err(failed)?;
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(mut file) => {
                file.write_all(own.to_text().as_bytes()).and_then(|()| file.sync_all()).map_err(failed)?;
                return Ok(path);
            }
            Err(why) if why.kind() == io::ErrorKind::AlreadyExists => {}
            Err(why) => return Err(failed(why)),
        }
        let mut text = String::new();
        let read = File::open(&path).and_then(|file| file.take(MOST_HOLDER).read_to_string(&mut text));
        match read {
            Err(why) if why.kind() == io::ErrorKind::NotFound => continue, // it ended meanwhile
            read => read.map_err(failed)?,
        };
        let other = Process::of_text(&text);
        if !other.as_ref().is_some_and(|other| other.has_ended(&own)) {
            let by = other.map_or("another burnmark".to_owned(), |other| other.to_string());
            let way_on = format!("; if it has ended, remove `{}`", path.display());
            return Err(taken(folder, &by, &way_on));
        }
        replace(&path, &text).map_err(failed)?;
    }
}

/// The largest such file that is read.
const MOST_HOLDER: u64 = 1024;

/// Takes an ended process's file away. Of several processes that do so at once, one finds the file of another that was
/// quicker, and gives it back.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let aside = path.with_file_name(format!("{HOLDER}.{}", std::process::id()));
    match fs::rename(path, &aside) {
        Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(()),
        renamed => renamed?,
    }
    if fs::read_to_string(&aside).is_ok_and(|found| found != text) {
        fs::hard_link(&aside, path).or_else(|why| if path.exists() { Ok(()) } else { Err(why) })?;
    }
    fs::remove_file(&aside)
}

/// A process of some machine.
struct Process {
    /// The machine's name, and the identity of its present start.
    machine: [String; 2],
    process: u32,
    /// Clock ticks from the machine's start to the process's.
    started: Option<u64>,
}

impl Process {
    fn this() -> Self {
        let read = |path| std::fs::read_to_string(path).unwrap_or_default().trim().to_owned();
        let machine = [read("/proc/sys/kernel/hostname"), read("/proc/sys/kernel/random/boot_id")];
        let process = std::process::id();
        Self { machine, process, started: started(process) }
    }

    fn to_text(&self) -> String {
        let Self { machine: [name, boot], process, started } = self;
        format!("{name}\n{boot}\n{process}\n{}\n", started.map_or(String::new(), |ticks| ticks.to_string()))
    }

    fn of_text(text: &str) -> Option<Self> {
        let mut lines = text.lines().map(str::to_owned);
        let machine = [lines.next()?, lines.next()?];
        Some(Self { machine, process: lines.next()?.parse().ok()?, started: lines.next()?.parse().ok() })
    }

    /// Whether the process is known to have ended: it ran on this machine, which `here` runs on, and does so no more.
    fn has_ended(&self, here: &Self) -> bool {
        let same_machine = !self.machine[0].is_empty() && self.machine[0] == here.machine[0];
        let same_start = self.machine[1] == here.machine[1];
        same_machine && here.started.is_some() && (!same_start || started(self.process) != self.started)
    }
}

impl std::fmt::Display for Process {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "burnmark (process {} on `{}`)", self.process, self.machine[0])
    }
}

/// Whether no process of this machine has this number, as far as the system says it (Linux).
pub fn has_ended(process: u32) -> bool {
    started(std::process::id()).is_some() && started(process).is_none()
}

/// When a process of this machine began (`proc_pid_stat(5)`, field 22); none where there is no such process, or the system
/// does not say.
fn started(process: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The program's name comes second, between parentheses, and can hold anything.
    let (_, fields) = stat.rsplit_once(") ")?;
    fields.split_whitespace().nth(19)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert!(Lock::take(&folder).err().unwrap().starts_with("another burnmark is writing"));
        drop(first);
        assert!(Lock::take(&folder).is_ok());
        fs::remove_dir_all(folder).unwrap();
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_stands_for_the_lock_and_outlives_no_process() {
        let folder = folder("holder");
        let path = hold(&folder).unwrap();
        let own = Process::this();
        assert_eq!(fs::read_to_string(&path).unwrap(), own.to_text());
        let refused = hold(&folder).unwrap_err();
        assert!(refused.contains(&format!("process {}", own.process)) && refused.contains(".holder"), "{refused}");
        // Of a process that has ended, of an earlier start of this machine, and of another machine.
        let ended = Process { process: u32::MAX - 1, started: Some(1), ..Process::this() };
        let earlier = Process { machine: [own.machine[0].clone(), "earlier".to_owned()], ..Process::this() };
        for gone in [ended, earlier] {
            fs::write(&path, gone.to_text()).unwrap();
            assert_eq!(hold(&folder).unwrap(), path);
            assert_eq!(fs::read_to_string(&path).unwrap(), own.to_text());
        }
        let elsewhere = Process { machine: ["elsewhere".to_owned(), "x".to_owned()], ..Process::this() };
        for kept in [elsewhere.to_text(), String::new(), "no\nholder\n".to_owned()] {
            fs::write(&path, kept).unwrap();
            assert!(hold(&folder).unwrap_err().contains("if it has ended, remove"));
        }
        fs::remove_dir_all(folder).unwrap();
    }
}
