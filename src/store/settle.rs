//! How new tables take the place of old ones: all of them, or none, whatever is killed in between.
//!
//! Tables are written whole under temporary names. Then the pending manifest, which names them by their digests, is put on
//! disk: from here on the new tables count. They are renamed one after the other, and the manifest last. A process that is
//! killed between two renames leaves the pending manifest, and the next one that opens the folder finishes the renames. They
//! need no room on the disk.

use super::error::StoreError;
use super::files::{sync_folder, write_whole};
use super::manifest::{Manifest, read_manifest};
use super::names::{MANIFEST, NEXT, PENDING, STEPS};
use super::parquet::MOST_BYTES;
use super::tables::names;
use crate::guard::file::{Links, open_with};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// The temporary name of a new table.
pub fn temporary(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!(".{name}.new"))
}

/// Writes a manifest under a name of its own and renames it to `name`: what was there stays until the new one is whole.
///
/// # Errors
/// Where it cannot be written, as on a full disk.
pub fn put_manifest(folder: &Path, name: &str, manifest: &Manifest) -> Result<(), StoreError> {
    let (next, path) = (folder.join(NEXT), folder.join(name));
    let written = write_whole(&next, manifest.to_text().as_bytes()).and_then(|()| fs::rename(&next, &path));
    sync_folder(folder);
    written.map_err(|why| {
        let _ = fs::remove_file(&next); // half a file helps nobody
        StoreError::unwritable(&path, why)
    })
}

/// Puts the tables of the pending manifest in place, if there is one and all its tables are there; whether it was so.
///
/// # Errors
/// Where a file cannot be renamed.
pub fn settle(folder: &Path) -> Result<bool, StoreError> {
    let Ok(pending) = read_manifest(&folder.join(PENDING)) else { return Ok(false) };
    let mut renames = Vec::new();
    for name in names(true) {
        let Some(digest) = pending.table_digests.get(name) else { continue };
        let (temporary, path) = (temporary(folder, name), folder.join(name));
        let is_it = |path: &Path| self::digest(path).is_ok_and(|found| found == *digest);
        if is_it(&temporary) {
            renames.push((temporary, path));
        } else if !is_it(&path) {
            return Ok(false); // it was never whole; what counts is the manifest that is there
        }
    }
    for (temporary, path) in renames {
        rename(&temporary, &path)?;
    }
    if !pending.table_digests.contains_key(STEPS) {
        let _ = fs::remove_file(folder.join(STEPS)); // of runs that kept their steps, and are not here any more
    }
    rename(&folder.join(PENDING), &folder.join(MANIFEST))?;
    sync_folder(folder);
    Ok(true)
}

fn rename(from: &Path, to: &Path) -> Result<(), StoreError> {
    fs::rename(from, to).map_err(|why| StoreError::unwritable(to, why))
}

/// BLAKE3 of a file's bytes.
///
/// # Errors
/// Where it is not a file, or cannot be read.
pub fn digest(path: &Path) -> io::Result<String> {
    let file = open_with(File::options().read(true), path, MOST_BYTES, Links::Refused)?;
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(file)?;
    Ok(hasher.finalize().to_hex().to_string())
}
