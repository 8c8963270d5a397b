//! A result folder: who may write it, and how its files change.

use super::error::StoreError;
use super::files::{create, is_still, refuse_link, remove_unfinished};
use super::finished::Finished;
use super::journal::{self, Journal};
use super::known::{JournalLine, RunPlace};
use super::lock::Lock;
use super::manifest::{Manifest, read_manifest};
use super::names::{JOURNAL, MANIFEST, PENDING, SPILL};
use super::pulse::{Counts, Heart};
use super::recovered::{self, Recovered};
use super::settle::{digest, put_manifest, settle};
use super::shape::TableShape;
use super::writing;
use crate::guard::file::{Links, open_with};
use crate::record::RunId;
use std::borrow::Cow;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// A result folder held by this process alone.
pub struct Folder {
    path: PathBuf,
    journal: Option<Journal>,
    /// Runs of tables that will be written anew, as a journal has them; a file without a name.
    spill_file: Option<Journal>,
    /// Beats as long as the lock is held; dropped first.
    heart: Heart,
    lock: Lock,
}

impl Folder {
    /// Opens a result folder, making it if need be, and keeps every other process from writing it. What a killed process had
    /// begun to put in place is put in place.
    ///
    /// # Errors
    /// Where the folder cannot be made or written, or another process holds it.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        if path.is_symlink() && !path.exists() {
            return Err(StoreError::DanglingLink(path.to_owned()));
        }
        fs::create_dir_all(path).map_err(|why| StoreError::io("make the result folder", path, why))?;
        let lock = Lock::take(path)?;
        remove_unfinished(path);
        settle(path)?;
        let heart = Heart::start(path, lock.holder()?).map_err(|why| StoreError::io("begin to write", path, why))?;
        Ok(Self { path: path.to_owned(), journal: None, spill_file: None, heart, lock })
    }

    /// Tells other processes how far this one is.
    pub fn tell(&self, counts: Counts) {
        self.heart.tell(counts);
    }

    /// What the user should know of the way in which the folder is kept to this process.
    #[must_use]
    pub fn notice(&self) -> Option<String> {
        self.lock.notice()
    }

    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// All finished runs that can be recovered: those of the tables and those of the journal that a stopped sweep left. What
    /// is damaged is named, and damaged tables are moved out of the way, so that their runs can be done again.
    ///
    /// # Errors
    /// Where a file cannot be read or moved.
    pub fn finished(&self) -> Result<Recovered, StoreError> {
        let recovered = recovered::read(&self.path)?;
        recovered.set_aside(&self.path)?;
        Ok(recovered)
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
    pub fn sync(&mut self) -> Result<(), StoreError> {
        let path = self.path.join(JOURNAL);
        let synced = self.journal.as_mut().map_or(Ok(false), Journal::sync_if_due);
        let synced = synced.map_err(|why| StoreError::unwritable(&path, why))?;
        let there = |journal: &Journal| is_still(journal.file(), &path) && self.lock.is_still_there();
        if synced && !self.journal.as_ref().is_none_or(there) {
            return Err(StoreError::Replaced(self.path.clone()));
        }
        Ok(())
    }

    /// Puts a finished run on disk.
    ///
    /// # Errors
    /// Where it cannot be written, as on a full disk.
    pub fn append(&mut self, run: &Finished) -> Result<(), StoreError> {
        self.put(run).map(drop)
    }

    /// Puts a finished run on disk and remembers it.
    ///
    /// # Errors
    /// As [`Self::append`].
    pub fn add(&mut self, run: &Finished, recovered: &mut Recovered) -> Result<(), StoreError> {
        let line = self.put(run)?;
        recovered.add(run, RunPlace::Journal(line));
        Ok(())
    }

    fn put(&mut self, run: &Finished) -> Result<JournalLine, StoreError> {
        let path = self.path.join(JOURNAL);
        let failed = |why: std::io::Error| StoreError::unwritable(&path, why);
        if self.journal.is_none() {
            refuse_link(&path).map_err(failed)?;
            self.journal = Some(Journal::append_to(&path).map_err(failed)?);
        }
        let journal = self.journal.as_mut().expect("opened above");
        journal.append(run).map_err(failed)
    }

    /// Takes the runs of the tables out of memory.
    ///
    /// # Errors
    /// Where they cannot be written.
    pub fn spill(&mut self, recovered: &mut Recovered) -> Result<(), StoreError> {
        for run in std::mem::take(&mut recovered.tables) {
            // Not those that the plan lacks, or that the journal has too.
            if recovered.runs.get(&run.record.run).is_some_and(|known| matches!(known.place, RunPlace::Tables(_))) {
                self.add_to_spill(&run, recovered)?;
            }
        }
        Ok(())
    }

    /// Remembers a run that stands neither in the journal nor in the tables of this folder.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn add_to_spill(&mut self, run: &Finished, recovered: &mut Recovered) -> Result<(), StoreError> {
        let path = self.path.join(SPILL);
        let mut put = || {
            if self.spill_file.is_none() {
                drop(create(&path)?);
                self.spill_file = Some(Journal::append_to(&path)?);
                #[cfg(unix)]
                fs::remove_file(&path)?; // it goes when it is closed, however this process ends
            }
            self.spill_file.as_mut().expect("opened above").append(run)
        };
        let line = put().map_err(|why: std::io::Error| StoreError::unwritable(&path, why))?;
        recovered.add(run, RunPlace::Spill(line));
        Ok(())
    }

    /// Reads runs again, one after the other, in the order of these identities; those that are not known are left out.
    pub fn runs<'r>(
        &self,
        recovered: &'r Recovered,
        order: &'r [RunId],
    ) -> impl Iterator<Item = Result<Cow<'r, Finished>, StoreError>> + use<'r> {
        let path = self.path.join(JOURNAL);
        // The handle of a file is opened once, and its error told for each run that needs it.
        let unopened = |path: &Path, why: &std::io::Error| StoreError::io("read", path, why.to_string());
        let journal = match &self.journal {
            Some(journal) => journal.file().try_clone(),
            None => open_with(File::options().read(true), &path, u64::MAX, Links::Refused),
        };
        let spill = self.spill_file.as_ref().map(|file| file.file().try_clone());
        let spill_path = self.path.join(SPILL);
        let known = order.iter().filter_map(|id| recovered.runs.get(id));
        known.map(move |known| match known.place {
            RunPlace::Tables(index) => Ok(Cow::Borrowed(&recovered.tables[index])),
            RunPlace::Journal(line) => {
                let file = journal.as_ref().map_err(|why| unopened(&path, why))?;
                journal::run_at(file, line).map(Cow::Owned).map_err(|why| StoreError::unreadable(&path, why))
            }
            RunPlace::Spill(line) => {
                let file =
                    spill.as_ref().expect("runs are on it").as_ref().map_err(|why| unopened(&spill_path, why))?;
                journal::run_at(file, line).map(Cow::Owned).map_err(|why| StoreError::unreadable(&spill_path, why))
            }
        })
    }

    /// Writes the known runs in the order of these identities, as [`Self::write`] does.
    ///
    /// # Errors
    /// As [`Self::write`], and where a run cannot be read again.
    pub fn write_known(
        &mut self,
        recovered: &Recovered,
        order: &[RunId],
        manifest: Manifest,
    ) -> Result<(), StoreError> {
        let runs = self.runs(recovered, order);
        self.write_all(runs, recovered, order, manifest)
    }

    /// The same with runs that another folder knows.
    ///
    /// # Errors
    /// As [`Self::write_known`].
    pub fn write_from(
        &mut self,
        other: &Self,
        recovered: &Recovered,
        order: &[RunId],
        manifest: Manifest,
    ) -> Result<(), StoreError> {
        self.write_all(other.runs(recovered, order), recovered, order, manifest)
    }

    /// Puts a manifest without tables into a folder that has none.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn announce(&self, manifest: &Manifest) -> Result<(), StoreError> {
        put_manifest(&self.path, MANIFEST, manifest)
    }

    /// Writes the tables and the manifest anew, then lets go of the journal. The manifest's digests are filled in here.
    ///
    /// # Errors
    /// Where a file cannot be written; what was there before is still there then.
    pub fn write(&mut self, runs: &[&Finished], manifest: Manifest) -> Result<(), StoreError> {
        let shape = TableShape::of(runs.iter().map(|run| &run.record));
        let has_steps = runs.iter().any(|run| !run.record.steps.is_empty());
        let runs = runs.iter().map(|run| Ok(Cow::Borrowed(*run)));
        let tables = writing::write(&self.path, runs, &shape, has_steps)?;
        self.take_place(tables, manifest)
    }

    fn write_all<'r>(
        &mut self,
        runs: impl Iterator<Item = Result<Cow<'r, Finished>, StoreError>>,
        recovered: &Recovered,
        order: &[RunId],
        manifest: Manifest,
    ) -> Result<(), StoreError> {
        let known = || order.iter().filter_map(|id| recovered.runs.get(id));
        let protocol = manifest.protocol.as_ref();
        let staged = protocol.is_some() && known().next().is_some();
        let shape = recovered.shapes.union(known().map(|known| known.shape)).with_stages(staged);
        // Where a run was put on disk, it was not said what it is to this manifest's protocol.
        let assigned = |mut run: Cow<'r, Finished>| {
            if protocol.is_some() || run.record.stage.is_some() {
                run.to_mut().record.assign(protocol);
            }
            run
        };
        let runs = runs.map(|run| run.map(assigned));
        let has_steps = known().any(|known| known.has_steps);
        let tables = writing::write(&self.path, runs, &shape, has_steps)?;
        self.take_place(tables, manifest)
    }

    /// Gives new tables their names, and lets go of the journal.
    fn take_place(&mut self, tables: Vec<(&'static str, PathBuf)>, mut manifest: Manifest) -> Result<(), StoreError> {
        for (name, temporary) in tables {
            let digest = digest(&temporary).map_err(|why| StoreError::unreadable(&temporary, why))?;
            manifest.table_digests.insert(name.to_owned(), digest);
        }
        put_manifest(&self.path, PENDING, &manifest)?;
        if !settle(&self.path)? {
            return Err(StoreError::NotReadBack(self.path.clone()));
        }
        (self.journal, self.spill_file) = (None, None);
        let journal = self.path.join(JOURNAL);
        if journal.exists() {
            fs::remove_file(&journal).map_err(|why| StoreError::io("remove", &journal, why))?;
        }
        Ok(())
    }
}
