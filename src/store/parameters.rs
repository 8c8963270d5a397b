//! The final parameters of runs that kept them, read back as plain tensors.

use super::files::parameters_path;
use super::parquet;
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

/// A run's tensors by name; none where they were not kept.
///
/// # Errors
/// Where the file is damaged.
pub fn read_parameters(folder: &Path, run: RunId) -> Result<Option<Vec<Tensor>>, String> {
    let path = parameters_path(folder, run);
    if !path.exists() {
        return Ok(None);
    }
    let bytes = parquet::bytes(&path, MOST_BYTES)?;
    let damaged = |why: String| format!("`{}` is damaged: {why}", path.display());
    let file = SafeTensors::deserialize(&bytes).map_err(|why| damaged(why.to_string()))?;
    let mut tensors = Vec::new();
    for (name, view) in file.tensors() {
        let numbers = match view.dtype() {
            Dtype::F32 => view.data().as_chunks().0.iter().map(|&bytes| f64::from(f32::from_le_bytes(bytes))).collect(),
            Dtype::F64 => view.data().as_chunks().0.iter().map(|&bytes| f64::from_le_bytes(bytes)).collect(),
            other => return Err(damaged(format!("`{name}` is of {other:?}"))),
        };
        tensors.push(Tensor { name, shape: view.shape().to_vec(), numbers });
    }
    tensors.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(Some(tensors))
}
