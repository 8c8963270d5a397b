//! The folder of an export while it is made: everything is written below one hidden folder, whose entries are renamed
//! into place at the end. So nothing is half-written under its name, and a failure leaves nothing behind.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

pub struct Draft {
    out: PathBuf,
    hidden: PathBuf,
    /// Whether `out` was made for this export, and is to go again where it fails.
    made: bool,
}

impl Draft {
    /// Begins an export to a folder that is not there yet, or is empty.
    ///
    /// # Errors
    /// Where it is something else, or cannot be made.
    pub fn begin(out: &Path) -> Result<Self, String> {
        let named = out.display();
        let made = match fs::read_dir(out) {
            Ok(mut entries) => match entries.next() {
                None => false,
                Some(_) => return Err(format!("`{named}` is not empty; give `--out` a folder that is new or empty")),
            },
            Err(why) if why.kind() == io::ErrorKind::NotFound => true,
            Err(why) => return Err(format!("cannot write to the folder `{named}`: {why}")),
        };
        let cannot = |why: io::Error| format!("cannot make the folder `{named}`: {why}");
        fs::create_dir_all(out).map_err(cannot)?;
        let out = fs::canonicalize(out).map_err(cannot)?;
        let draft = Self { hidden: out.join(format!(".unfinished-{}", std::process::id())), out, made };
        fs::create_dir(&draft.hidden).map_err(cannot)?;
        Ok(draft)
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
    ) -> Result<(), String> {
        let write = || {
            let path = self.inside(path)?;
            fs::create_dir_all(path.parent().unwrap_or(&self.hidden))?;
            let mut file = BufWriter::new(OpenOptions::new().write(true).create_new(true).open(path)?);
            content(&mut file)?;
            file.flush()
        };
        write().map_err(|why: io::Error| format!("cannot write `{}` of the export: {why}", path.join("/")))
    }

    /// Makes an empty folder.
    ///
    /// # Errors
    /// As for [`Self::write`].
    pub fn folder(&self, path: &[&str]) -> Result<(), String> {
        let made = self.inside(path).and_then(fs::create_dir_all);
        made.map_err(|why| format!("cannot make `{}` of the export: {why}", path.join("/")))
    }

    /// The place of these names in the hidden folder. They are made plain before they come here; this is the door that no
    /// other gets past.
    fn inside(&self, path: &[&str]) -> io::Result<PathBuf> {
        match path.iter().find(|name| plain(name) != **name) {
            Some(name) => Err(io::Error::other(format!("`{name}` is no name of a file here"))),
            None => Ok(path.iter().fold(self.hidden.clone(), |folder, name| folder.join(name))),
        }
    }

    /// Gives everything its final name. An export can be made again at any time, so the disk is not waited for.
    ///
    /// # Errors
    /// Where something cannot be renamed.
    pub fn finish(mut self) -> Result<(), String> {
        let rename = || {
            for entry in fs::read_dir(&self.hidden)? {
                let entry = entry?;
                fs::rename(entry.path(), self.out.join(entry.file_name()))?;
            }
            fs::remove_dir(&self.hidden)
        };
        rename().map_err(|why| format!("cannot finish `{}`: {why}", self.out.display()))?;
        self.made = false;
        Ok(())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // Nothing is left of the hidden folder after a whole export, and `out` is only removed where it is empty.
        let _ = fs::remove_dir_all(&self.hidden);
        if self.made {
            let _ = fs::remove_dir(&self.out);
        }
    }
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
        let draft = Draft::begin(&out).unwrap();
        draft.write(&["a", "b"], |file| file.write_all(b"x")).unwrap();
        assert!(draft.write(&["a", "b"], |_| Ok(())).is_err(), "there is one of this name");
        assert!(draft.write(&["..", "b"], |_| Ok(())).is_err());
        assert!(draft.write(&["c"], |_| Err(io::Error::other("full"))).unwrap_err().contains("full"));
        drop(draft);
        assert!(!out.exists());
        fs::remove_dir(out.parent().unwrap()).unwrap();
    }

    #[test]
    fn an_empty_folder_is_filled_and_a_full_one_refused() {
        let out = folder("full");
        fs::create_dir(&out).unwrap();
        let draft = Draft::begin(&out).unwrap();
        draft.write(&["a", "b"], |file| file.write_all(b"x")).unwrap();
        assert!(!out.join("a").exists(), "not before it is whole");
        draft.finish().unwrap();
        assert_eq!(fs::read(out.join("a/b")).unwrap(), b"x");
        assert_eq!(fs::read_dir(&out).unwrap().count(), 1);
        assert!(Draft::begin(&out).err().unwrap().contains("is not empty"));
        assert!(Draft::begin(&out.join("a/b")).is_err(), "a file");
        fs::remove_dir_all(&out).unwrap();
    }
}
