//! Weights and biases from a file (`model/weights.rs` has its form).
//!
//! - `path`: the file. A complete choice has the file's digest beside it, as it was when the spec was checked.

use super::{InitialEntry, InitialRule};
use crate::model::error::InitialError;
use crate::model::{Network, weights};
use crate::num::Precision;
use crate::registry::{Choice, Entry, Parameter, ParameterKind};
use std::path::Path;

/// The parameter that says where the file lies.
pub const PATH: &str = "path";

/// The digest that the file had when the spec was checked: in complete choices only.
pub const DIGEST: &str = "digest";

/// Weights and biases from a file (`model/weights.rs` has its form).
pub const ENTRY: InitialEntry = InitialEntry {
    entry: Entry {
        name: "file",
        description: "weights and biases from a safetensors file, named and shaped as PyTorch's",
        revision: 1,
        source: "model/weights.rs",
        parameters: &[Parameter::new(
            PATH,
            "the file, relative to the spec's folder; what counts for a run's identity is its digest",
            ParameterKind::Text,
        )],
    },
    rule: InitialRule::Given(&from_file),
};

fn from_file(choice: &Choice, network: &Network, precision: Precision) -> Result<Vec<f64>, InitialError> {
    let path = choice.text(PATH);
    let bytes = weights::read(Path::new(path))?;
    if weights::digest_of(&bytes) != choice.text(DIGEST) {
        return Err(InitialError::Changed { path: path.to_owned() });
    }
    let theta = match precision {
        Precision::F32 => {
            weights::from_bytes::<f32>(&bytes, network).map(|theta| theta.into_iter().map(f64::from).collect())
        }
        Precision::F64 => weights::from_bytes::<f64>(&bytes, network),
    };
    theta.map_err(|why| InitialError::Weights { path: path.to_owned(), why })
}
