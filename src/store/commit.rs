//! The commit of a git repository, read from its files: nothing is started and no configuration is looked at, since that of
//! a foreign repository can name programs that git would run. `build.rs` is built with this file, too.
//!
//! Where HEAD leads is in `HEAD`, in a file below `refs/` or in `packed-refs`; `.git` can be a file that names the folder
//! (`gitdir: …`), whose `commondir` names the folder with the refs (git's gitrepository-layout).

use std::fs::File;
use std::io::Read;
use std::path::{Component, Path, PathBuf};

/// The longest file that names one thing.
const MOST_BYTES: u64 = 4096;

/// The longest list of packed refs.
const MOST_PACKED_BYTES: u64 = 16 << 20;

/// How many names of names are followed.
const MOST_NAMES: usize = 5;

/// The commit of the repository that a folder lies in; `None` where it lies in none, or HEAD leads nowhere.
#[must_use]
pub fn around(folder: &Path) -> Option<String> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let folder = folder.canonicalize().ok()?;
    let top = folder.ancestors().find(|folder| folder.join(".git").symlink_metadata().is_ok())?;
    Repository::at(top)?.commit()
}

/// Where a repository keeps its files.
pub struct Repository {
    /// Of this work tree.
    own: PathBuf,
    /// Of all its work trees.
    common: PathBuf,
}

impl Repository {
    /// The repository whose work tree begins at this very folder.
    #[must_use]
    pub fn at(folder: &Path) -> Option<Self> {
        let dot_git = folder.join(".git");
        let own = if is_folder(&dot_git) {
            dot_git
        } else {
            folder.join(text(&dot_git, MOST_BYTES)?.strip_prefix("gitdir: ")?.trim_end())
        };
        let common = text(&own.join("commondir"), MOST_BYTES).map_or(own.clone(), |path| own.join(path.trim_end()));
        (is_folder(&own) && is_folder(&common)).then_some(Self { own, common })
    }

    /// The commit that HEAD leads to; `None` where it leads nowhere, as before the first commit.
    #[must_use]
    pub fn commit(&self) -> Option<String> {
        let mut said = text(&self.head(), MOST_BYTES)?;
        for _ in 0..MOST_NAMES {
            let Some(name) = said.strip_prefix("ref: ") else { return commit_in(&said) };
            let name = reference(name.trim_end())?;
            said = text(&self.common.join(name), MOST_BYTES).or_else(|| self.packed(name))?;
        }
        None
    }

    /// The files by whose change HEAD leads elsewhere.
    #[must_use]
    #[allow(dead_code)] // for build.rs
    pub fn watched(&self) -> Vec<PathBuf> {
        let named = text(&self.head(), MOST_BYTES);
        let name = named.as_ref().and_then(|said| reference(said.strip_prefix("ref: ")?.trim_end()));
        let loose = name.map(|name| self.common.join(name));
        match loose {
            None => vec![self.head()],
            Some(loose) if loose.exists() => vec![self.head(), loose],
            // The next commit makes a file in one of the folders.
            Some(_) => vec![self.head(), self.common.join("packed-refs"), self.common.join("refs").join("heads")],
        }
    }

    fn head(&self) -> PathBuf {
        self.own.join("HEAD")
    }

    fn packed(&self, name: &str) -> Option<String> {
        let packed = text(&self.common.join("packed-refs"), MOST_PACKED_BYTES)?;
        let lines = packed.lines().filter_map(|line| line.split_once(' '));
        lines.filter(|(_, packed)| *packed == name).map(|(commit, _)| commit.to_owned()).next()
    }
}

/// The commit in the text of `.cargo_vcs_info.json`, which `cargo package` writes, and whether there were changes:
/// `{"git":{"sha1":"…","dirty":true},…}`.
#[must_use]
#[allow(dead_code)] // for build.rs, which has no library for JSON
pub fn packaged(text: &str) -> Option<(String, bool)> {
    let after = |key: &str| text.split_once(key).map(|(_, rest)| rest.trim_start_matches([' ', ':']));
    let commit = commit_in(after("\"sha1\"")?.strip_prefix('"')?.split('"').next()?)?;
    Some((commit, after("\"dirty\"").is_some_and(|rest| rest.starts_with("true"))))
}

/// A name that leads to a file below `refs/` and nowhere else.
fn reference(name: &str) -> Option<&str> {
    let inside = Path::new(name).components().all(|component| matches!(component, Component::Normal(_)));
    (inside && name.starts_with("refs/")).then_some(name)
}

/// A commit's name by SHA-1 or SHA-256.
fn commit_in(text: &str) -> Option<String> {
    let name = text.trim_end();
    let is_hex = name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    (is_hex && [40, 64].contains(&name.len())).then(|| name.to_owned())
}

fn is_folder(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|metadata| metadata.is_dir())
}

/// The text of a regular file of bounded length; links are not followed.
fn text(path: &Path, most_bytes: u64) -> Option<String> {
    let is_fit = |metadata: std::fs::Metadata| metadata.is_file() && metadata.len() <= most_bytes;
    path.symlink_metadata().ok().filter(|metadata| is_fit(metadata.clone()))?;
    let mut text = String::new();
    File::open(path).ok()?.take(most_bytes).read_to_string(&mut text).ok()?;
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

    /// A fresh folder with `.git` and these files in it.
    fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("burnmark-commit-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        for (path, text) in files {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder.canonicalize().unwrap()
    }

    #[test]
    fn head_leads_to_a_commit() {
        let (loose, packed) = (format!("{COMMIT}\n"), format!("# pack-refs\n{COMMIT} refs/heads/main\n^{COMMIT}\n"));
        let head = (".git/HEAD", "ref: refs/heads/main\n");
        let cases = [
            ("loose", vec![head, (".git/refs/heads/main", &loose)]),
            ("packed", vec![head, (".git/packed-refs", &packed)]),
            ("detached", vec![(".git/HEAD", &loose)]),
            (
                "twice",
                vec![(".git/HEAD", "ref: refs/heads/a"), (".git/refs/heads/a", "ref: refs/b"), (".git/refs/b", COMMIT)],
            ),
            (
                "worktree",
                vec![
                    (".git", "gitdir: other/worktrees/here\n"),
                    ("other/worktrees/here/HEAD", "ref: refs/heads/main\n"),
                    ("other/worktrees/here/commondir", "../..\n"),
                    ("other/refs/heads/main", &loose),
                ],
            ),
        ];
        for (name, files) in cases {
            let folder = folder(name, &files);
            let below = folder.join("a/b");
            fs::create_dir_all(&below).unwrap();
            assert_eq!(around(&below).as_deref(), Some(COMMIT), "{name}");
            let watched = Repository::at(&folder).unwrap().watched();
            assert!(watched.iter().any(|path| path.ends_with("HEAD")), "{name}");
            fs::remove_dir_all(folder).unwrap();
        }
    }

    #[test]
    fn a_package_tells_its_commit() {
        let text = |more: &str| {
            format!("{{\n  \"git\": {{\n    \"sha1\": \"{COMMIT}\"{more}\n  }},\n  \"path_in_vcs\": \"\"\n}}")
        };
        assert_eq!(packaged(&text("")), Some((COMMIT.to_owned(), false)));
        assert_eq!(packaged(&text(",\n    \"dirty\": true")), Some((COMMIT.to_owned(), true)));
        for text in ["", "{}", "{\"git\":{\"sha1\":\"x\"}}", "\"sha1\""] {
            assert_eq!(packaged(text), None);
        }
    }

    /// What is no repository, or leads out of it, is none; nothing is waited for and nothing large is read.
    #[test]
    fn what_leads_elsewhere_is_no_commit() {
        let cases = [
            ("unborn", vec![(".git/HEAD", "ref: refs/heads/main\n")]),
            ("outside", vec![(".git/HEAD", "ref: refs/../../secret\n"), ("secret", COMMIT)]),
            ("absolute", vec![(".git/HEAD", "ref: /etc/hostname\n")]),
            ("circle", vec![(".git/HEAD", "ref: refs/a\n"), (".git/refs/a", "ref: refs/a\n")]),
            ("no-hex", vec![(".git/HEAD", "g123456789abcdef0123456789abcdef01234567\n")]),
            ("bare", vec![("HEAD", COMMIT), ("objects/x", ""), ("refs/x", ""), (".git/x", "")]),
            ("gone", vec![(".git", "gitdir: nowhere\n")]),
        ];
        for (name, files) in cases {
            let folder = folder(name, &files);
            assert_eq!(around(&folder), None, "{name}");
            fs::remove_dir_all(folder).unwrap();
        }
        let large = folder("large", &[(".git/x", "")]);
        File::create(large.join(".git/HEAD")).unwrap().set_len(1 << 40).unwrap();
        assert_eq!(around(&large), None);
        fs::remove_dir_all(large).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed() {
        let folder = folder("links", &[("real/HEAD", COMMIT), ("inside/.git/x", "")]);
        std::os::unix::fs::symlink(folder.join("real"), folder.join(".git")).unwrap();
        std::os::unix::fs::symlink(folder.join("real/HEAD"), folder.join("inside/.git/HEAD")).unwrap();
        assert_eq!((around(&folder), around(&folder.join("inside"))), (None, None));
        fs::remove_dir_all(folder).unwrap();
    }
}
