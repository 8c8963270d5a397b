//! Some layers from a file of another network's parameters (`model/weights.rs` has its form), the others drawn: transfer.
//!
//! - `path`: the file. A complete choice has the file's digest beside it, as it was when the spec was checked.
//! - `layers`: which layers, by the names that `burnmark plan` shows, such as `layers.0, layers.1`; without it all whose tensors the file
//!   has. Their shapes must be those of the file.
//! - `rest`: the rule by which the other weights are drawn.
//!
//! With `frozen = true` in a layer, training leaves it as it came.

use super::file::{DIGEST, PATH};
use super::{InitialEntry, InitialRule};
use crate::model::error::InitialError;
use crate::model::{Network, weights};
use crate::num::Precision;
use crate::registry::{Choice, Entry, Parameter, ParameterKind};
use crate::value::Value;
use std::path::Path;

/// The parameter that names the rule for the other weights.
pub const REST: &str = "rest";

/// Some layers from a file of another network's parameters (`model/weights.rs` has its form), the others drawn: transfer.
pub const ENTRY: InitialEntry = InitialEntry {
    entry: Entry {
        name: "transfer",
        description: "some layers from a safetensors file of another run, the others drawn",
        revision: 1,
        source: "model/weights.rs",
        parameters: &[
            Parameter::new(
                PATH,
                "the file, relative to the spec's folder; what counts for a run's identity is its digest",
                ParameterKind::Text,
            ),
            Parameter::with_default(
                "layers",
                "the layers that are taken, such as `layers.0, layers.1`; without it all that the file has",
                ParameterKind::Text,
                Value::word(""),
            ),
            Parameter::with_default(
                REST,
                "how the other weights are drawn",
                ParameterKind::OneOf(&["he", "xavier", "uniform"]),
                Value::word("he"),
            ),
        ],
    },
    rule: InitialRule::Partly(&from_file),
};

fn from_file(choice: &Choice, network: &Network, precision: Precision, theta: &mut [f64]) -> Result<(), InitialError> {
    let path = choice.text(PATH);
    let bytes = weights::read(Path::new(path))?;
    if weights::digest_of(&bytes) != choice.text(DIGEST) {
        return Err(InitialError::Changed { path: path.to_owned() });
    }
    let layers: Vec<&str> = choice.text("layers").split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    let put = match precision {
        Precision::F32 => weights::put_from_bytes::<f32>(&bytes, network, &layers, theta),
        Precision::F64 => weights::put_from_bytes::<f64>(&bytes, network, &layers, theta),
    };
    put.map_err(|why| InitialError::Weights { path: path.to_owned(), why })
}
