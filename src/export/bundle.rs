//! A result folder as one file: a gzip-packed tar archive with the tables, the manifest (spec, data digests, versions), the page, the
//! figures and the parameters. Reading one trusts nothing in it: only regular files with burnmark's own names, of bounded size,
//! are taken out.

use super::draft::{ExportFolder, plain};
use super::error::ExportError;
use super::tar;
use crate::guard::file::{self, Links};
use crate::record::RunId;
use crate::store::{self, CURVES, FIGURES, MANIFEST, MEASUREMENTS, Manifest, PARAMETERS, REPORT, RUNS, STEPS};
use flate2::read::GzDecoder;
use flate2::{Compression, GzBuilder};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

/// The files that each bundle may have beside figures and parameters; the first two it must have.
const FILES: [&str; 6] = [MANIFEST, RUNS, CURVES, STEPS, MEASUREMENTS, REPORT];
/// A file that is larger is neither packed nor unpacked: that of a table which is read.
const MOST_BYTES: u64 = 4 << 30;
/// All files together.
const MOST_TOGETHER: u64 = 16 << 30;

/// Packs a result folder. The file appears whole or not at all; the same folder gives the same bytes.
///
/// # Errors
/// If there are no whole results, if `out` exists, or if something cannot be read or written.
pub fn bundle(results: &Path, out: &Path) -> Result<(), ExportError> {
    let (manifest, _) = store::read_tables(results)?;
    let unfinished = out.with_extension(format!("{}.unfinished", std::process::id()));
    let failed = |why| ExportError::Unfinished { folder: out.to_owned(), why };
    if out.exists() {
        return Err(failed(io::Error::other("it exists; give `--out` another name")));
    }
    let packed = pack(results, &manifest, &unfinished).and_then(|()| fs::rename(&unfinished, out));
    packed.map_err(|why| {
        let _ = fs::remove_file(&unfinished);
        failed(why)
    })
}

fn pack(results: &Path, manifest: &Manifest, to: &Path) -> io::Result<()> {
    let file = BufWriter::new(OpenOptions::new().write(true).create_new(true).open(to)?);
    let mut packed = GzBuilder::new().mtime(0).write(file, Compression::default());
    let top: String = plain(&manifest.name).chars().take(40).collect();
    for inside in members(results)? {
        let path = results.join(&inside);
        let mut file = file::open(&path, MOST_BYTES, Links::Refused).map_err(io::Error::other)?;
        let size = file.metadata()?.len();
        tar::write(&mut packed, &format!("{top}/{inside}"), size, &mut file)?;
    }
    tar::end(&mut packed)?;
    packed.finish()?.flush()
}

/// What of a folder is packed, in one order.
fn members(results: &Path) -> io::Result<Vec<String>> {
    let mut all: Vec<String> =
        FILES.into_iter().filter(|name| results.join(name).exists()).map(str::to_owned).collect();
    for folder in [FIGURES, PARAMETERS] {
        let Ok(entries) = fs::read_dir(results.join(folder)) else { continue };
        let mut names: Vec<String> = Vec::new();
        for entry in entries {
            names.push(format!("{folder}/{}", entry?.file_name().to_string_lossy()));
        }
        names.retain(|name| place(name).is_some());
        names.sort_unstable();
        all.append(&mut names);
    }
    Ok(all)
}

/// Where a file of a bundle belongs in a result folder; `None` for what is none of burnmark's files.
fn place(inside: &str) -> Option<Vec<&str>> {
    let parts: Vec<&str> = inside.split('/').collect();
    let known = match parts.as_slice() {
        [name] => FILES.contains(name),
        [FIGURES, name] => name.strip_suffix(".svg").is_some_and(|name| !name.is_empty() && plain(name) == name),
        [PARAMETERS, name] => name.strip_suffix(".safetensors").is_some_and(|run| RunId::parse(run).is_some()),
        _ => false,
    };
    known.then_some(parts)
}

/// A bundle that was unpacked, in a folder that goes with it.
pub struct Unbundled {
    folder: PathBuf,
}

impl Unbundled {
    /// Unpacks a bundle into a new folder among the system's temporary ones.
    ///
    /// # Errors
    /// If it is no bundle, or holds anything but burnmark's own files.
    pub fn of(bundle: &Path) -> Result<Self, ExportError> {
        let unpacked = Self { folder: fresh().map_err(|why| unreadable(bundle, &why))? };
        let draft = ExportFolder::begin(&unpacked.folder.join("results"))?;
        let file = file::open(bundle, MOST_BYTES, Links::Followed).map_err(|why| unreadable(bundle, &why))?;
        unpack(file, &draft, bundle)?;
        draft.finish()?;
        Ok(unpacked)
    }

    /// The result folder in it.
    #[must_use]
    pub fn results(&self) -> PathBuf {
        self.folder.join("results")
    }
}

impl Drop for Unbundled {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A new folder that only this user may enter.
fn fresh() -> io::Result<PathBuf> {
    let mut folder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
    let nanoseconds =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.subsec_nanos());
    let mut last = io::Error::other("no name is free");
    for number in 0..100 {
        let path = std::env::temp_dir().join(format!("burnmark-{}-{nanoseconds}-{number}", std::process::id()));
        match folder.create(&path) {
            Ok(()) => return Ok(path),
            Err(why) => last = why,
        }
    }
    Err(last)
}

fn unpack(file: File, draft: &ExportFolder, bundle: &Path) -> Result<(), ExportError> {
    let refused = |why: &str| ExportError::NoBundle { path: bundle.to_owned(), why: why.to_owned() };
    let mut from = BufReader::new(GzDecoder::new(BufReader::new(file)));
    let (mut left, mut top) = (MOST_TOGETHER, None);
    loop {
        let Some((name, size)) = tar::next(&mut from).map_err(|why| unreadable(bundle, &why))? else { break };
        let (folder, inside) = name.split_once('/').ok_or_else(|| refused(&format!("`{name}` is in no folder")))?;
        if top.get_or_insert_with(|| folder.to_owned()) != folder {
            return Err(refused("it holds several folders"));
        }
        let place = place(inside).ok_or_else(|| refused(&format!("`{name}` is no file of a result folder")))?;
        left = left.checked_sub(size).filter(|_| size <= MOST_BYTES).ok_or_else(|| refused("it is too large"))?;
        draft.write(&place, |to| {
            if io::copy(&mut (&mut from).take(size), to)? == size {
                Ok(())
            } else {
                Err(io::ErrorKind::UnexpectedEof.into())
            }
        })?;
        tar::skip_padding(&mut from, size).map_err(|why| unreadable(bundle, &why))?;
    }
    if top.is_none() { Err(refused("it is empty")) } else { Ok(()) }
}

fn unreadable(bundle: &Path, why: &dyn std::error::Error) -> ExportError {
    ExportError::NoBundle { path: bundle.to_owned(), why: why.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_of_a_result_folder_have_a_place() {
        let run = "0123456789abcdef0123456789abcdef";
        let known = [MANIFEST, "runs.parquet", "figures/learning-curves.svg", &format!("parameters/{run}.safetensors")]
            .map(|name| place(name).is_some());
        assert_eq!(known, [true; 4]);
        let others = [
            "",
            "x",
            "../runs.parquet",
            "/runs.parquet",
            "./runs.parquet",
            "figures/../x.svg",
            "figures/.svg",
            "figures/.hidden.svg",
            "figures/a/b.svg",
            "parameters/x.safetensors",
            "figures/x.html",
        ];
        for name in others {
            assert_eq!(place(name), None, "{name}");
        }
    }
}
