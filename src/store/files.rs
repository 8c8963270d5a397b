//! How files of a result folder come to be: whole under another name, then renamed; never through a link that leads out of
//! the folder.

use super::error::StoreError;
use super::names::{FIGURES, PARAMETERS, REPORT};
use super::process::has_ended;
use crate::record::RunId;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The figures and the page of a result folder, while they are made. They need no hold on the folder: each is written whole
/// under its process's own name, and all of them are renamed together at the end, the page last.
pub struct ReportFiles {
    folder: PathBuf,
    /// Temporary and final paths.
    files: Vec<(PathBuf, PathBuf)>,
}

impl ReportFiles {
    /// Begins in a result folder. What a killed process left there is removed.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        remove_left_over(folder, &[".svg", ".html"]);
        remove_left_over(&folder.join(FIGURES), &[".svg"]);
        Self { folder: folder.to_owned(), files: Vec::new() }
    }

    /// Writes a figure.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn figure(&mut self, name: &str, svg: &str) -> Result<(), StoreError> {
        let path = self.folder.join(FIGURES).join(name);
        self.add(path, svg, true)
    }

    /// Writes the page.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn page(&mut self, html: &str) -> Result<(), StoreError> {
        self.add(self.folder.join(REPORT), html, false)
    }

    /// The folder of the page may be a link: whoever names a result folder may have put it elsewhere.
    fn add(&mut self, path: PathBuf, text: &str, make_folder: bool) -> Result<(), StoreError> {
        let temporary = own_name(&path);
        let write = || {
            if let Some(folder) = path.parent().filter(|_| make_folder) {
                refuse_link(folder)?;
                fs::create_dir_all(folder)?;
            }
            write_whole(&temporary, text.as_bytes())
        };
        match write() {
            Ok(()) => {
                self.files.push((temporary, path));
                Ok(())
            }
            Err(why) => {
                let _ = fs::remove_file(&temporary); // half a file on a full disk helps nobody
                Err(StoreError::unwritable(&path, why))
            }
        }
    }

    /// Gives all of them their names, and returns their paths.
    ///
    /// # Errors
    /// Where one cannot be renamed.
    pub fn publish(self) -> Result<Vec<PathBuf>, StoreError> {
        let mut published = Vec::new();
        for (temporary, path) in &self.files {
            fs::rename(temporary, path).map_err(|why| StoreError::unwritable(path, why))?;
            published.push(path.clone());
        }
        Ok(published)
    }
}

impl Drop for ReportFiles {
    fn drop(&mut self) {
        for (temporary, _) in &self.files {
            let _ = fs::remove_file(temporary); // those that have their names are not there
        }
    }
}

/// The name of a file while this process writes it: `.NAME.PROCESS`.
fn own_name(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}", std::process::id()))
}

/// What an ended process leaves is removed after an hour: one of another machine or container may only seem to have ended.
const LEFT_FOR: Duration = Duration::from_hours(1);

/// Whether an entry is what a process that has ended left of a file or folder that it was writing: `NAME.PROCESS`. What has this
/// process's own number is, since it has not begun yet.
#[must_use]
pub fn is_left_over(entry: &fs::DirEntry, name: &str) -> bool {
    let found = entry.file_name();
    let process = found.to_str().and_then(|found| found.strip_prefix(name)?.strip_prefix('.')?.parse().ok());
    let is_old =
        || entry.metadata().and_then(|of| of.modified()).is_ok_and(|at| at.elapsed().is_ok_and(|e| e > LEFT_FOR));
    process.is_some_and(|process| process == std::process::id() || has_ended(process) && is_old())
}

/// Removes what ended processes left of files with these endings.
fn remove_left_over(folder: &Path, endings: &[&str]) {
    if refuse_link(folder).is_err() {
        return;
    }
    for entry in fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok) {
        let name = entry.file_name().to_string_lossy().into_owned();
        let whole = name.rsplit_once('.').map_or("", |(whole, _)| whole);
        if whole.starts_with('.') && endings.iter().any(|ending| whole.ends_with(ending)) && is_left_over(&entry, whole)
        {
            let _ = fs::remove_file(entry.path()); // in nobody's way
        }
    }
}

/// Where a run's final parameters are kept.
#[must_use]
pub fn parameters_path(folder: &Path, run: RunId) -> PathBuf {
    folder.join(PARAMETERS).join(format!("{run}.safetensors"))
}

/// Writes a run's final parameters and forces them to the disk, so that a run that counts as done has them.
///
/// # Errors
/// Where they cannot be written.
pub fn write_parameters(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    write_and_rename(path, bytes)?;
    path.parent().into_iter().for_each(sync_folder);
    Ok(())
}

/// Whether a name is that of parameters which were not whole when their process ended: `.RUN.safetensors.PROCESS`.
#[must_use]
pub fn is_unfinished(name: &str) -> bool {
    let process = |tail: &str| !tail.is_empty() && tail.bytes().all(|byte| byte.is_ascii_digit());
    let named = name.strip_prefix('.').and_then(|name| name.rsplit_once('.'));
    named.is_some_and(|(whole, tail)| whole.ends_with(".safetensors") && process(tail))
}

/// Removes such parameters from a folder that no process writes to.
pub fn remove_unfinished(folder: &Path) {
    let parameters = folder.join(PARAMETERS);
    if refuse_link(&parameters).is_ok() {
        let files = fs::read_dir(&parameters).into_iter().flatten().filter_map(Result::ok);
        for file in files.filter(|file| file.file_name().to_str().is_some_and(is_unfinished)) {
            let _ = fs::remove_file(file.path()); // in nobody's way
        }
    }
}

/// Makes a file whole under this process's own name and renames it.
fn write_and_rename(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let temporary = own_name(path);
    let write = || {
        if let Some(folder) = path.parent() {
            refuse_link(folder)?;
            fs::create_dir_all(folder)?;
        }
        write_whole(&temporary, bytes)?;
        fs::rename(&temporary, path)
    };
    write().map_err(|why: io::Error| {
        let _ = fs::remove_file(&temporary); // half a file on a full disk helps nobody
        StoreError::unwritable(path, why)
    })
}

/// A new file of this name; what was there is removed, so that nothing is written through a link.
///
/// # Errors
/// Where it cannot be made.
pub fn create(path: &Path) -> io::Result<File> {
    match fs::remove_file(path) {
        Err(why) if why.kind() != io::ErrorKind::NotFound => return Err(why),
        _ => {}
    }
    OpenOptions::new().write(true).create_new(true).open(path)
}

/// Writes a file and forces it to the disk.
///
/// # Errors
/// Where it cannot be written.
pub fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// A link in a result folder may lead anywhere; burnmark makes none and writes through none.
///
/// # Errors
/// Where the path is one.
pub fn refuse_link(path: &Path) -> io::Result<()> {
    if fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink()) {
        return Err(io::Error::other(StoreError::Link(path.to_owned())));
    }
    Ok(())
}

/// Makes renames in a folder last through a power cut, where the system has such a thing.
pub fn sync_folder(path: &Path) {
    if let Ok(folder) = File::open(path) {
        let _ = folder.sync_all(); // refused on some systems, where renames need it not
    }
}

/// Whether the open file is still the one that has this name.
#[must_use]
pub fn is_still(file: &File, path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let named = fs::metadata(path).map(|named| (named.dev(), named.ino()));
        let open = file.metadata().map(|open| (open.dev(), open.ino()));
        matches!((named, open), (Ok(named), Ok(open)) if named == open)
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        path.exists()
    }
}

/// Moves files of a folder into a numbered folder of their own below `into`, and returns that.
///
/// # Errors
/// Where they cannot be moved.
pub fn set_aside(folder: &Path, into: &str, names: &[&str]) -> io::Result<PathBuf> {
    let parent = folder.join(into);
    refuse_link(&parent)?;
    fs::create_dir_all(&parent)?;
    let mut number = 1;
    let own = loop {
        let own = parent.join(number.to_string());
        match fs::create_dir(&own) {
            Err(why) if why.kind() == io::ErrorKind::AlreadyExists => number += 1,
            made => break made.map(|()| own)?,
        }
    };
    for name in names {
        match fs::rename(folder.join(name), own.join(name)) {
            Err(why) if why.kind() != io::ErrorKind::NotFound => return Err(why),
            _ => {}
        }
    }
    Ok(own)
}
