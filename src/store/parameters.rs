//! The final parameters of runs that kept them, read back as plain tensors.

use super::error::{Damage, StoreError};
use super::files::parameters_path;
use crate::guard::file::{self, Links};
use crate::record::RunId;
use safetensors::tensor::{Dtype, SafeTensors};
use std::path::Path;

/// One tensor of a run's final parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    /// Such as `layers.0.weight`.
    pub name: String,
    pub shape: Vec<usize>,
    /// Row-major.
    pub numbers: Vec<f64>,
}

/// More bytes than this are not read: as many numbers as the largest network has, in f64.
const MOST_BYTES: u64 = 900_000_000;

/// The bytes of a file of final parameters; `None` where there is no such file. Neither it nor its folder may be a link: that
/// leads out of the result folder.
///
/// # Errors
/// Where something is there that cannot be read, or is too large; the message names it.
pub fn kept_parameters(path: &Path) -> Result<Option<Vec<u8>>, StoreError> {
    if let Err(why) = std::fs::symlink_metadata(path)
        && why.kind() == std::io::ErrorKind::NotFound
    {
        return Ok(None);
    }
    let folder = path.parent().unwrap_or(path);
    if folder.symlink_metadata().is_ok_and(|metadata| metadata.is_symlink()) {
        return Err(StoreError::io("read", path, "its folder is a link"));
    }
    Ok(Some(file::read(path, MOST_BYTES, Links::Refused)?))
}

/// A run's tensors by name; `None` where they were not kept.
///
/// # Errors
/// Where the file is damaged.
pub fn read_parameters(folder: &Path, run: RunId) -> Result<Option<Vec<Tensor>>, StoreError> {
    let path = parameters_path(folder, run);
    let Some(bytes) = kept_parameters(&path)? else { return Ok(None) };
    let damaged = |fault: Damage| StoreError::Damaged { path: path.clone(), fault };
    let file = SafeTensors::deserialize(&bytes).map_err(|why| damaged(why.into()))?;
    let mut tensors = Vec::new();
    for (name, view) in file.tensors() {
        let numbers = match view.dtype() {
            Dtype::F32 => view.data().as_chunks().0.iter().map(|&bytes| f64::from(f32::from_le_bytes(bytes))).collect(),
            Dtype::F64 => view.data().as_chunks().0.iter().map(|&bytes| f64::from_le_bytes(bytes)).collect(),
            other => return Err(damaged(Damage::TensorType { name, kind: other })),
        };
        tensors.push(Tensor { name, shape: view.shape().to_vec(), numbers });
    }
    tensors.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(Some(tensors))
}
