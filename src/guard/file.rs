//! Opening a file that somebody gave us: a regular file of a stated size at most. Nothing waits and nothing is endless.
//!
//! A path may name a pipe without a writer, `/dev/zero` or a file of 3 TiB that takes no room on the disk. So the path is
//! looked at before it is opened and the open file after that; opening itself does not wait (`O_NONBLOCK`), whoever puts a
//! pipe in the file's place in between.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Why a file that somebody gave us is not read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The system or the guard does not let it be read.
    #[error("cannot read `{}`: {why}", path.display())]
    Unreadable { path: PathBuf, why: io::Error },
    /// It has grown beyond the limit since it was opened.
    #[error("cannot read `{}`: it has more than {most} bytes, the most that are read", path.display())]
    Grown { path: PathBuf, most: u64 },
    /// A pipe gives more than the limit.
    #[error("cannot read `{}`: more than {} MiB come from it", path.display(), most >> 20)]
    Endless { path: PathBuf, most: u64 },
}

impl FileError {
    fn unreadable(path: &Path, why: io::Error) -> Self {
        Self::Unreadable { path: path.to_owned(), why }
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::Unreadable { path, .. } | Self::Grown { path, .. } | Self::Endless { path, .. } => path,
        }
    }

    /// Whether there is no such file.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Unreadable { why, .. } if why.kind() == io::ErrorKind::NotFound)
    }
}

/// What a path leads to instead of a regular file of the stated size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoFile {
    #[error("it is a link; a regular file is needed")]
    Link,
    #[error("it is a folder; a file is needed")]
    Folder,
    #[error("it is a pipe or a device; a regular file is needed")]
    PipeOrDevice,
    #[error("it has {bytes} bytes; at most {most} are read")]
    TooLarge { bytes: u64, most: u64 },
}

/// What becomes of a path whose last part is a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Links {
    /// The file behind it counts: for files that a user names.
    Followed,
    /// It is refused: for files of a result folder that burnmark itself names. It makes no links, so one is somebody else's.
    Refused,
}

/// Opens a regular file of at most `most` bytes, as `options` say.
///
/// # Errors
/// Where there is none, it is something else or too large; without its name.
pub fn open_with(options: &mut OpenOptions, path: &Path, most: u64, links: Links) -> io::Result<File> {
    let looked = if links == Links::Refused { fs::symlink_metadata(path) } else { fs::metadata(path) };
    match looked {
        Ok(metadata) => check(&metadata, most)?,
        Err(why) if why.kind() == io::ErrorKind::NotFound => {} // `options` may make it
        Err(why) => return Err(why),
    }
    let file = without_waiting(options, links).open(path)?;
    check(&file.metadata()?, most)?;
    Ok(file)
}

#[cfg(unix)]
fn without_waiting(options: &mut OpenOptions, links: Links) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    let no_link = if links == Links::Refused { libc::O_NOFOLLOW } else { 0 };
    options.custom_flags(libc::O_NONBLOCK | no_link)
}

#[cfg(not(unix))]
fn without_waiting(options: &mut OpenOptions, _: Links) -> &mut OpenOptions {
    options
}

fn check(metadata: &Metadata, most: u64) -> io::Result<()> {
    let instead = match metadata {
        link if link.is_symlink() => NoFile::Link,
        folder if folder.is_dir() => NoFile::Folder,
        other if !other.is_file() => NoFile::PipeOrDevice,
        large if large.len() > most => NoFile::TooLarge { bytes: large.len(), most },
        _ => return Ok(()),
    };
    Err(io::Error::new(io::ErrorKind::InvalidInput, instead))
}

/// Opens such a file to read it.
///
/// # Errors
/// As [`open_with`]; the message names the file.
pub fn open(path: &Path, most: u64, links: Links) -> Result<File, FileError> {
    let opened = open_with(File::options().read(true), path, most, links);
    opened.map_err(|why| FileError::unreadable(path, why))
}

/// All bytes of such a file.
///
/// # Errors
/// As [`open`], and where reading fails or the file grows meanwhile.
pub fn read(path: &Path, most: u64, links: Links) -> Result<Vec<u8>, FileError> {
    let file = open(path, most, links)?;
    let mut bytes = Vec::new();
    file.take(most.saturating_add(1)).read_to_end(&mut bytes).map_err(|why| FileError::unreadable(path, why))?;
    if bytes.len() as u64 > most {
        return Err(FileError::Grown { path: path.to_owned(), most });
    }
    Ok(bytes)
}

/// Whether a path is `-`, for standard input, or a pipe or device that a user names, such as `/dev/fd/63`.
#[must_use]
pub fn is_piped(path: &Path) -> bool {
    path == Path::new("-") || fs::metadata(path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir())
}

/// All that comes from such a path. It waits for whoever writes, as a user expects who names a pipe.
///
/// # Errors
/// Where it cannot be read, or does not end after `most` bytes; the message names it.
pub fn read_piped(path: &Path, most: u64) -> Result<Vec<u8>, FileError> {
    let mut bytes = Vec::new();
    let read = match path.to_str() {
        Some("-") => io::stdin().lock().take(most + 1).read_to_end(&mut bytes),
        _ => File::open(path).and_then(|file| file.take(most + 1).read_to_end(&mut bytes)),
    };
    read.map_err(|why| FileError::unreadable(path, why))?;
    if bytes.len() as u64 > most {
        return Err(FileError::Endless { path: path.to_owned(), most });
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    /// A folder for one test.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("burnmark-guard-{name}-{}", std::process::id()));
            fs::create_dir_all(&path).unwrap();
            Self(path)
        }

        fn path(&self, name: &str) -> PathBuf {
            self.0.join(name)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn refused(path: &Path, links: Links) -> String {
        let why = read(path, 100, links).unwrap_err().to_string();
        assert!(why.starts_with("cannot read `") && why.contains(&path.display().to_string()), "{why}");
        why
    }

    #[test]
    fn only_regular_files_of_a_bounded_size_are_read() {
        let folder = Folder::new("sizes");
        let (small, sparse) = (folder.path("small"), folder.path("sparse"));
        fs::write(&small, [7; 100]).unwrap();
        assert_eq!(read(&small, 100, Links::Refused).unwrap(), [7; 100]);
        assert!(
            read(&small, 99, Links::Followed)
                .unwrap_err()
                .to_string()
                .ends_with("it has 100 bytes; at most 99 are read")
        );
        File::create(&sparse).unwrap().set_len(3 << 40).unwrap();
        assert!(refused(&sparse, Links::Followed).contains("it has 3298534883328 bytes"));
        assert!(refused(&folder.0, Links::Followed).ends_with("it is a folder; a file is needed"));
        assert!(refused(&folder.path("none"), Links::Followed).contains("No such file"));
    }

    #[cfg(unix)]
    #[test]
    fn pipes_devices_and_links_are_refused_at_once() {
        let folder = Folder::new("kinds");
        let pipe = folder.path("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        for path in [&pipe, Path::new("/dev/zero")] {
            for links in [Links::Followed, Links::Refused] {
                assert!(refused(path, links).ends_with("a pipe or a device; a regular file is needed"));
            }
        }
        let link = folder.path("link");
        std::os::unix::fs::symlink("small", &link).unwrap();
        assert!(refused(&link, Links::Refused).ends_with("it is a link; a regular file is needed"));
        assert!(refused(&link, Links::Followed).contains("No such file"), "it dangles");
        fs::write(folder.path("small"), "x").unwrap();
        assert_eq!(read(&link, 1, Links::Followed).unwrap(), b"x");
        // To append to a pipe, or to make a file through a link, is refused too.
        let open = |path: &Path| open_with(OpenOptions::new().append(true).create(true), path, 9, Links::Refused);
        assert!(open(&pipe).is_err() && open(&link).is_err());
        assert!(open(&folder.path("new")).is_ok());
    }

    /// A pipe that takes the file's place between look and opening: opening does not wait for a writer.
    #[cfg(unix)]
    #[test]
    fn opening_a_pipe_does_not_wait() {
        let folder = Folder::new("race");
        let pipe = folder.path("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let file = without_waiting(File::options().read(true), Links::Refused).open(&pipe).unwrap();
        assert!(check(&file.metadata().unwrap(), 9).is_err());
        drop(file);
        assert!(without_waiting(File::options().write(true), Links::Refused).open(&pipe).is_err());
    }
}
