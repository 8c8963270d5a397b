//! The folder of an export while it is made: everything is written below one hidden folder, which is renamed at the end. So an
//! export to a new folder appears whole or not at all, and a failure leaves nothing behind. A folder that is there and empty may
//! be a mount point: the hidden folder lies in it, and its entries are renamed.

use super::error::ExportError;
use crate::store::is_left_over;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

pub struct ExportFolder {
    out: PathBuf,
    hidden: PathBuf,
}

/// What the name of the hidden folder ends with, before its process.
const UNFINISHED: &str = ".unfinished";

impl ExportFolder {
    /// Begins an export to a folder that is not there yet, or is empty.
    ///
    /// # Errors
    /// Where it is something else, or cannot be made.
    pub fn begin(out: &Path) -> Result<Self, ExportError> {
        let begin = || {
            let out = absolute(out)?;
            let (parent, name) = out.parent().zip(out.file_name()).ok_or(io::ErrorKind::InvalidInput)?;
            let (parent, name) = if out.exists() {
                (out.as_path(), UNFINISHED.to_owned())
            } else {
                (parent, format!(".{}{UNFINISHED}", name.to_string_lossy()))
            };
            for entry in fs::read_dir(parent)?.filter_map(Result::ok) {
                if is_left_over(&entry, &name) {
                    let _ = fs::remove_dir_all(entry.path()); // of a process that was killed
                } else if parent == out {
                    return Ok(None);
                }
            }
            let hidden = parent.join(format!("{name}.{}", std::process::id()));
            fs::create_dir(&hidden)?;
            Ok(Some(Self { out, hidden }))
        };
        let begun = begin().map_err(|why: io::Error| ExportError::Folder { folder: out.to_owned(), why })?;
        begun.ok_or_else(|| ExportError::NotEmpty(out.to_owned()))
    }

    /// Where the export will lie: an absolute path without links.
    pub fn out(&self) -> &Path {
        &self.out
    }

    /// Writes a new file; `path` are the names of the folders that lead to it, which are made, and its own.
    ///
    /// # Errors
    /// Where there is such a file already, a name would lead elsewhere, or it cannot be written.
    pub fn write(
        &self,
        path: &[&str],
        content: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
    ) -> Result<(), ExportError> {
        let write = || {
            let path = self.inside(path)?;
            fs::create_dir_all(path.parent().unwrap_or(&self.hidden))?;
            let mut file = BufWriter::new(OpenOptions::new().write(true).create_new(true).open(path)?);
            content(&mut file)?;
            file.flush()
        };
        write().map_err(|why| ExportError::Inside { doing: "write", path: path.join("/"), why })
    }

    /// Makes an empty folder.
    ///
    /// # Errors
    /// As for [`Self::write`].
    pub fn folder(&self, path: &[&str]) -> Result<(), ExportError> {
        let made = self.inside(path).and_then(fs::create_dir_all);
        made.map_err(|why| ExportError::Inside { doing: "make", path: path.join("/"), why })
    }

    /// The place of these names in the hidden folder. They are made plain before they come here; this is the door that no
    /// other gets past.
    fn inside(&self, path: &[&str]) -> io::Result<PathBuf> {
        match path.iter().find(|name| plain(name) != **name) {
            Some(name) => Err(io::Error::other(format!("`{name}` is no name of a file here"))),
            None => Ok(path.iter().fold(self.hidden.clone(), |folder, name| folder.join(name))),
        }
    }

    /// Gives the export its name. It can be made again at any time, so the disk is not waited for.
    ///
    /// # Errors
    /// Where it cannot be renamed.
    pub fn finish(self) -> Result<(), ExportError> {
        let rename = || {
            if !self.hidden.starts_with(&self.out) {
                return fs::rename(&self.hidden, &self.out);
            }
            for entry in fs::read_dir(&self.hidden)? {
                let entry = entry?;
                fs::rename(entry.path(), self.out.join(entry.file_name()))?;
            }
            fs::remove_dir(&self.hidden)
        };
        rename().map_err(|why| ExportError::Unfinished { folder: self.out.clone(), why })
    }
}

impl Drop for ExportFolder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.hidden); // which is not there after a whole export
    }
}

/// A path without links; the folders that lead to it are made.
fn absolute(path: &Path) -> io::Result<PathBuf> {
    if path.exists() {
        return fs::canonicalize(path);
    }
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent)?;
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    Ok(fs::canonicalize(parent)?.join(name))
}

/// The longest name: with what is put to it, file systems take it.
const LONGEST: usize = 150;

/// A name that is one plain component of a path on every system: letters and digits of ASCII, `.`, `_` and `-`; all else
/// becomes `-`. No name begins with a dot or is empty.
pub fn plain(text: &str) -> String {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let mut name: String = text.chars().take(LONGEST).map(|c| if allowed(c) { c } else { '-' }).collect();
    if name.is_empty() || name.starts_with('.') {
        name.insert(0, '_');
        name.truncate(LONGEST);
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("burnmark-draft-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        folder
    }

    #[test]
    fn names_stay_where_they_are() {
        let names = ["../x", "..", "", "a/b\\c", "C:\\x", "optimizer.lr", "ä\0\n"].map(plain);
        assert_eq!(names, ["_..-x", "_..", "_", "a-b-c", "C--x", "optimizer.lr", "---"]);
        for name in ["x".repeat(999), format!(".{}", "x".repeat(999))] {
            assert_eq!(plain(&plain(&name)), plain(&name), "plain names are left alone");
            assert!(plain(&name).len() <= LONGEST);
        }
    }

    #[test]
    fn a_failure_leaves_nothing() {
        let out = folder("failure").join("deep");
        let draft = ExportFolder::begin(&out).unwrap();
        draft.write(&["a", "b"], |file| file.write_all(b"x")).unwrap();
        assert!(draft.write(&["a", "b"], |_| Ok(())).is_err(), "there is one of this name");
        assert!(draft.write(&["..", "b"], |_| Ok(())).is_err());
        assert!(draft.write(&["c"], |_| Err(io::Error::other("full"))).unwrap_err().to_string().contains("full"));
        drop(draft);
        assert!(!out.exists());
        fs::remove_dir(out.parent().unwrap()).unwrap(); // it is empty
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_a_killed_export_left_goes_with_the_next() {
        let parent = folder("killed");
        let left = |process: u32| parent.join(format!(".out{UNFINISHED}.{process}"));
        let [old, fresh, own] = [u32::MAX, u32::MAX - 1, std::process::id()].map(left);
        [&old, &fresh, &own].into_iter().for_each(|left| fs::create_dir_all(left.join("deep")).unwrap());
        let hours_ago = std::time::SystemTime::now() - std::time::Duration::from_hours(2);
        File::open(&old).unwrap().set_modified(hours_ago).unwrap();
        ExportFolder::begin(&parent.join("out")).unwrap().finish().unwrap();
        assert!(!old.exists() && fresh.exists() && !own.exists() && parent.join("out").exists());
        fs::remove_dir_all(parent).unwrap();
    }

    #[test]
    fn an_empty_folder_is_filled_and_a_full_one_refused() {
        let out = folder("full");
        fs::create_dir(&out).unwrap();
        let draft = ExportFolder::begin(&out).unwrap();
        draft.write(&["a", "b"], |file| file.write_all(b"x")).unwrap();
        assert!(!out.join("a").exists(), "not before it is whole");
        draft.finish().unwrap();
        assert_eq!(fs::read(out.join("a/b")).unwrap(), b"x");
        assert_eq!(fs::read_dir(&out).unwrap().count(), 1);
        assert!(ExportFolder::begin(&out).err().unwrap().to_string().contains("is not empty"));
        assert!(ExportFolder::begin(&out.join("a/b")).is_err(), "a file");
        fs::remove_dir_all(&out).unwrap();
    }
}
