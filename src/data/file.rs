//! The bytes of a data file that somebody gave us: a regular file, no larger than a stated limit.

use super::error::DataError;
use crate::guard::file::{self, Links};
use std::fs::File;
use std::path::Path;

/// The largest file that is read: 1 GiB.
pub const MOST_BYTES: u64 = 1 << 30;

/// Opens a regular file of at most `most` bytes.
///
/// # Errors
/// Where there is none, it is a folder or a device, cannot be read, or is too large; the message names it.
pub fn open(path: &Path, most: u64) -> Result<File, DataError> {
    Ok(file::open(path, most, Links::Followed)?)
}

/// All bytes of such a file.
///
/// # Errors
/// As [`open`], and where reading fails.
pub fn read(path: &Path) -> Result<Vec<u8>, DataError> {
    Ok(file::read(path, MOST_BYTES, Links::Followed)?)
}
