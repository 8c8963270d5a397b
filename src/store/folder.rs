//! A result folder: who may write it, what it holds, and how its files change.

use super::journal::{self, Journal};
use super::manifest::Manifest;
use super::{FIGURES, Finished, MANIFEST, PARAMETERS, REPORT, RUNS, rows, tables};
use std::collections::HashMap;
use std::fs::{self, File, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};

const JOURNAL: &str = "journal.jsonl";
const LOCK: &str = ".lock";

/// A result folder held by this process alone.
pub struct Folder {
    path: PathBuf,
    journal: Option<Journal>,
    /// Held while the folder is open; the system lets go of it when the process ends, however it ends.
    _lock: File,
}

impl Folder {
    /// Opens a result folder, making it if need be, and keeps every other process from writing it.
    ///
    /// # Errors
    /// Where the folder cannot be made or written, or another process holds it.
    pub fn open(path: &Path) -> Result<Self, String> {
        let failed = |what: &str, why: &dyn std::fmt::Display| format!("cannot {what} `{}`: {why}", path.display());
        fs::create_dir_all(path).map_err(|why| failed("make the result folder", &why))?;
        let lock = File::create(path.join(LOCK)).map_err(|why| failed("write to the result folder", &why))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), journal: None, _lock: lock }),
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

    /// All finished runs, by identity: those of the tables and those of the journal that a stopped sweep left. Damaged
    /// journal lines are not believed; their number comes second.
    ///
    /// # Errors
    /// Where a table is damaged.
    pub fn finished(&self) -> Result<(HashMap<String, Finished>, usize), String> {
        let journal = self.path.join(JOURNAL);
        let (from_journal, damaged) =
            journal::read(&journal).map_err(|why| format!("cannot read `{}`: {why}", journal.display()))?;
        // Without a journal, the last process wrote all tables and their manifest; with one, it may have ended in between.
        if !journal.exists() && self.path.join(MANIFEST).exists() {
            check_digests(&self.path, &read_manifest(&self.path)?)?;
        }
        let mut finished = HashMap::new();
        for run in rows::read(&self.path)?.into_iter().chain(from_journal) {
            finished.insert(run.record.run.clone(), run);
        }
        Ok((finished, damaged))
    }

    /// The manifest of the folder's last process, if there is one.
    #[must_use]
    pub fn manifest(&self) -> Option<Manifest> {
        read_manifest(&self.path).ok()
    }

    /// Whether finished runs wait in a journal to be taken into the tables.
    #[must_use]
    pub fn has_journal(&self) -> bool {
        self.path.join(JOURNAL).exists()
    }

    /// Forces the journal to the disk, if it is time to. To be called a few times a second.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn sync(&mut self) -> Result<(), String> {
        let path = self.path.join(JOURNAL);
        let synced = self.journal.as_mut().map_or(Ok(()), Journal::sync_if_due);
        synced.map_err(|why| format!("cannot write `{}`: {why}", path.display()))
    }

    /// Puts a finished run on disk.
    ///
    /// # Errors
    /// Where it cannot be written, as on a full disk.
    pub fn append(&mut self, run: &Finished) -> Result<(), String> {
        let path = self.path.join(JOURNAL);
        let failed = |why: std::io::Error| format!("cannot write `{}`: {why}", path.display());
        if self.journal.is_none() {
            self.journal = Some(Journal::append_to(&path).map_err(failed)?);
        }
        let journal = self.journal.as_mut().expect("opened above");
        journal.append(run).map_err(failed)
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
            tables::write(&temporary, table).map_err(|why| failed(&why))?;
            let bytes = fs::read(&temporary).map_err(|why| failed(&why))?;
            manifest.table_digests.insert(name.to_owned(), blake3::hash(&bytes).to_hex().to_string());
            written.push((temporary, self.path.join(name)));
        }
        let json = serde_json::to_vec_pretty(&manifest).expect("a manifest is plain data");
        let temporary = self.path.join(format!(".{MANIFEST}.new"));
        write_whole(&temporary, &json).map_err(|why| format!("cannot write `{}`: {why}", temporary.display()))?;
        written.push((temporary, self.path.join(MANIFEST)));
        // runs.parquet after what its rows refer to, the manifest last: whatever is killed in between, every row of the
        // runs has its curve and its measurement.
        for (temporary, path) in &written {
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

/// Writes a figure of a result folder and returns its path. It needs no hold on the folder: a figure is made whole under
/// its process's own name and renamed.
///
/// # Errors
/// Where it cannot be written.
pub fn write_figure(folder: &Path, name: &str, svg: &str) -> Result<PathBuf, String> {
    let path = folder.join(FIGURES).join(name);
    write_and_rename(&path, svg.as_bytes())?;
    Ok(path)
}

/// Writes the page of a result folder and returns its path, whole like a figure.
///
/// # Errors
/// Where it cannot be written.
pub fn write_report(folder: &Path, html: &str) -> Result<PathBuf, String> {
    let path = folder.join(REPORT);
    write_and_rename(&path, html.as_bytes())?;
    Ok(path)
}

/// Where a run's final parameters are kept.
#[must_use]
pub fn parameters_path(folder: &Path, run: &str) -> PathBuf {
    folder.join(PARAMETERS).join(format!("{run}.safetensors"))
}

/// Writes a run's final parameters and forces them to the disk, so that a run that counts as done has them.
///
/// # Errors
/// Where they cannot be written.
pub fn write_parameters(path: &Path, bytes: &[u8]) -> Result<(), String> {
    write_and_rename(path, bytes)?;
    path.parent().into_iter().for_each(sync_folder);
    Ok(())
}

/// Makes a file whole under this process's own name and renames it.
fn write_and_rename(path: &Path, bytes: &[u8]) -> Result<(), String> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let temporary = path.with_file_name(format!(".{name}.{}", std::process::id()));
    let write = || {
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        write_whole(&temporary, bytes)?;
        fs::rename(&temporary, path)
    };
    write().map_err(|why: std::io::Error| format!("cannot write `{}`: {why}", path.display()))
}

fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Makes renames in a folder last through a power cut, where the system has such a thing.
fn sync_folder(path: &Path) {
    if let Ok(folder) = File::open(path) {
        let _ = folder.sync_all(); // refused on some systems, where renames need it not
    }
}

/// Reads a result folder without writing to it: its manifest and its runs, in the order of the tables.
///
/// # Errors
/// Where there are no results, or they are damaged.
pub fn read(path: &Path) -> Result<(Manifest, Vec<Finished>), String> {
    if !path.join(MANIFEST).exists() {
        return Err(format!("no results in `{}`: expected a folder with `{RUNS}` and `{MANIFEST}`", path.display()));
    }
    let manifest = read_manifest(path)?;
    check_digests(path, &manifest)?;
    Ok((manifest, rows::read(path)?))
}

fn read_manifest(folder: &Path) -> Result<Manifest, String> {
    let path = folder.join(MANIFEST);
    let text = fs::read_to_string(&path).map_err(|why| format!("cannot read `{}`: {why}", path.display()))?;
    serde_json::from_str(&text).map_err(|why| format!("`{}` is damaged: {why}", path.display()))
}

/// Tables that are not the manifest's are not believed.
fn check_digests(folder: &Path, manifest: &Manifest) -> Result<(), String> {
    for (name, digest) in &manifest.table_digests {
        let table = folder.join(Path::new(name).file_name().unwrap_or_default());
        let bytes = fs::read(&table).map_err(|why| format!("cannot read `{}`: {why}", table.display()))?;
        if blake3::hash(&bytes).to_hex().as_str() != digest {
            return Err(format!(
                "`{}` is not the table that `{MANIFEST}` describes: its digest differs; restore it, or move the folder away",
                table.display()
            ));
        }
    }
    Ok(())
}

/// Now, UTC, in seconds since 1970.
#[must_use]
pub fn unix_seconds() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
