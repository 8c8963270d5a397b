//! A result folder: who may write it, and how its files change.

use super::believed::{self, Believed, read_manifest};
use super::files::{create, is_still, refuse_link, sync_folder, write_whole};
use super::journal::Journal;
use super::manifest::Manifest;
use super::{Finished, JOURNAL, MANIFEST, PENDING, STEPS, tables};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

const LOCK: &str = ".lock";

/// A result folder held by this process alone.
pub struct Folder {
    path: PathBuf,
    journal: Option<Journal>,
    /// Held while the folder is open; the system lets go of it when the process ends, however it ends.
    lock: File,
}

impl Folder {
    /// Opens a result folder, making it if need be, and keeps every other process from writing it.
    ///
    /// # Errors
    /// Where the folder cannot be made or written, or another process holds it.
    pub fn open(path: &Path) -> Result<Self, String> {
        let failed = |what: &str, why: &dyn std::fmt::Display| format!("cannot {what} `{}`: {why}", path.display());
        fs::create_dir_all(path).map_err(|why| failed("make the result folder", &why))?;
        let lock = path.join(LOCK);
        let open = || {
            refuse_link(&lock)?;
            OpenOptions::new().create(true).truncate(false).write(true).open(&lock)
        };
        let lock = open().map_err(|why| failed("write to the result folder", &why))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), journal: None, lock }),
            Err(TryLockError::WouldBlock) => Err(format!(
                "another burnmark is writing to `{}`; wait for it, or give this one its own folder with `--out`",
                path.display()
            )),
            Err(TryLockError::Error(why)) => Err(failed("lock the result folder", &why)),
        }
    }

    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// All finished runs that can be believed: those of the tables and those of the journal that a stopped sweep left. What
    /// is damaged is named, and damaged tables are moved out of the way, so that their runs can be done again.
    ///
    /// # Errors
    /// Where a file cannot be read or moved.
    pub fn finished(&self) -> Result<Believed, String> {
        let believed = believed::read(&self.path)?;
        believed.set_aside(&self.path)?;
        Ok(believed)
    }

    /// The manifest of the folder's last process, if there is one.
    #[must_use]
    pub fn manifest(&self) -> Option<Manifest> {
        read_manifest(&self.path.join(MANIFEST)).ok()
    }

    /// Whether finished runs wait in a journal to be taken into the tables.
    #[must_use]
    pub fn has_journal(&self) -> bool {
        self.path.join(JOURNAL).exists()
    }

    /// Forces the journal to the disk, if it is time to. To be called a few times a second.
    ///
    /// # Errors
    /// Where it cannot be written, or the folder is not there any more.
    pub fn sync(&mut self) -> Result<(), String> {
        let path = self.path.join(JOURNAL);
        let synced = self.journal.as_mut().map_or(Ok(false), Journal::sync_if_due);
        let synced = synced.map_err(|why| format!("cannot write `{}`: {why}", path.display()))?;
        let there = |journal: &Journal| is_still(journal.file(), &path) && is_still(&self.lock, &self.path.join(LOCK));
        if synced && !self.journal.as_ref().is_none_or(there) {
            return Err(format!("`{}` was removed or replaced while it was written to", self.path.display()));
        }
        Ok(())
    }

    /// Puts a finished run on disk.
    ///
    /// # Errors
    /// Where it cannot be written, as on a full disk.
    pub fn append(&mut self, run: &Finished) -> Result<(), String> {
        let path = self.path.join(JOURNAL);
        let failed = |why: std::io::Error| format!("cannot write `{}`: {why}", path.display());
        if self.journal.is_none() {
            refuse_link(&path).map_err(failed)?;
            self.journal = Some(Journal::append_to(&path).map_err(failed)?);
        }
        let journal = self.journal.as_mut().expect("opened above");
        journal.append(run).map_err(failed)
    }

    /// Puts a manifest without tables into a folder that has none.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn announce(&self, manifest: &Manifest) -> Result<(), String> {
        let (pending, path) = (self.path.join(PENDING), self.path.join(MANIFEST));
        let written = write_whole(&pending, manifest.to_text().as_bytes()).and_then(|()| fs::rename(&pending, &path));
        sync_folder(&self.path);
        written.map_err(|why| format!("cannot write `{}`: {why}", path.display()))
    }

    /// Writes the tables and the manifest anew, then lets go of the journal. The manifest's digests are filled in here.
    ///
    /// # Errors
    /// Where a file cannot be written; what was there before is still there then.
    pub fn write(&mut self, runs: &[&Finished], mut manifest: Manifest) -> Result<(), String> {
        let tables = tables::tables(runs).map_err(|why| format!("cannot make the tables: {why}"))?;
        let mut written = Vec::new();
        for (name, table) in tables {
            let temporary = self.path.join(format!(".{name}.new"));
            let failed = |why: &dyn std::fmt::Display| format!("cannot write `{}`: {why}", temporary.display());
            let file = create(&temporary).map_err(|why| failed(&why))?;
            tables::write(file, table).map_err(|why| failed(&why))?;
            manifest.table_digests.insert(name.to_owned(), digest(&temporary).map_err(|why| failed(&why))?);
            written.push((temporary, self.path.join(name)));
        }
        let pending = self.path.join(PENDING);
        let (has_steps, manifest) = (manifest.table_digests.contains_key(STEPS), manifest.to_text());
        write_whole(&pending, manifest.as_bytes())
            .map_err(|why| format!("cannot write `{}`: {why}", pending.display()))?;
        sync_folder(&self.path); // the digests of what comes are on disk before it comes
        written.push((pending, self.path.join(MANIFEST)));
        // runs.parquet after what its rows refer to, the manifest last: whatever is killed in between, every row of the
        // runs has its curve and its measurement.
        for (temporary, path) in &written {
            if path.ends_with(MANIFEST) && !has_steps {
                let _ = fs::remove_file(self.path.join(STEPS)); // of runs that kept their steps, and are not here any more
            }
            fs::rename(temporary, path).map_err(|why| format!("cannot write `{}`: {why}", path.display()))?;
        }
        sync_folder(&self.path);
        self.journal = None;
        let journal = self.path.join(JOURNAL);
        if journal.exists() {
            fs::remove_file(&journal).map_err(|why| format!("cannot remove `{}`: {why}", journal.display()))?;
        }
        Ok(())
    }
}

/// BLAKE3 of a file's bytes.
fn digest(path: &Path) -> std::io::Result<String> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(File::open(path)?)?;
    Ok(hasher.finalize().to_hex().to_string())
}

/// Now, UTC, in seconds since 1970.
#[must_use]
pub fn unix_seconds() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
