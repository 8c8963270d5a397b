//! The bytes of a file that somebody gave us: a regular file, no larger than a stated limit.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

/// The largest file that is read: 1 GiB.
pub const MOST_BYTES: u64 = 1 << 30;

/// Opens a regular file of at most `most` bytes.
///
/// # Errors
/// Where there is none, it is a folder or a device, cannot be read, or is too large; the message names it.
pub fn open(path: &Path, most: u64) -> Result<File, String> {
    let shown = path.display();
    // Asked before opening: to open a named pipe would wait for its writer.
    let metadata = fs::metadata(path).map_err(|why| format!("cannot read `{shown}`: {why}"))?;
    if metadata.is_dir() {
        return Err(format!("`{shown}` is a folder; a file is needed"));
    }
    if !metadata.is_file() {
        return Err(format!("`{shown}` is no regular file"));
    }
    if metadata.len() > most {
        return Err(format!("`{shown}` has {} bytes; at most {most} are read", metadata.len()));
    }
    File::open(path).map_err(|why| format!("cannot open `{shown}`: {why}"))
}

/// All bytes of such a file.
///
/// # Errors
/// As [`open`], and where reading fails.
pub fn read(path: &Path) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    // A file that grows while it is read is cut off here and refused below.
    let read = open(path, MOST_BYTES)?.take(MOST_BYTES + 1).read_to_end(&mut bytes);
    read.map_err(|why| format!("cannot read `{}`: {why}", path.display()))?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(format!("`{}` has more than {MOST_BYTES} bytes, which is as much as is read", path.display()));
    }
    Ok(bytes)
}
