//! Files that a spec names besides its data: found beside the spec, known by their digests.

use super::run_spec::RunSpec;
use crate::guard::file::FileError;
use crate::model::{initial, weights};
use crate::value::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Where such files lie, and the digests of those seen.
#[derive(Clone, Debug)]
pub struct Files {
    folder: PathBuf,
    /// By the path as it stands in the spec.
    digests: BTreeMap<String, String>,
}

impl Files {
    /// Paths are relative to the folder of this spec file.
    pub fn beside(spec: &str) -> Self {
        Self::in_folder(Path::new(spec).parent().unwrap_or(Path::new("")))
    }

    /// Paths are relative to this folder.
    pub fn in_folder(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), digests: BTreeMap::new() }
    }

    /// Reads the file of a run's initial weights, if it names one and it was not read yet.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn read(&mut self, run: &RunSpec) -> Result<(), FileError> {
        let Some(path) = run.model.initial.parameters.get(initial::PATH).and_then(Value::as_text) else {
            return Ok(());
        };
        if !self.digests.contains_key(path) {
            let digest = weights::digest(&self.folder.join(path))?;
            self.digests.insert(path.to_owned(), digest);
        }
        Ok(())
    }

    /// Gives a run the place and the digest of its file, which was read before.
    pub fn complete(&self, run: &mut RunSpec) {
        let Some(Value::Text(path)) = run.model.initial.parameters.get_mut(initial::PATH) else { return };
        let digest = self.digests.get(path.as_ref()).cloned().unwrap_or_default();
        *path = self.folder.join(path.as_ref()).display().to_string().into();
        run.model.initial.parameters.insert(initial::DIGEST.to_owned(), Value::text(digest));
    }
}
