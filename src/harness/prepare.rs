//! The data of a run as its training sees them.

use super::error::HarnessError;
use crate::data::{DataSet, Indices, Prepared, answer_weights};
use crate::num::Real;
use crate::plan::RunSpec;

/// A set split and scaled, with the weights of its training answers and as many copies of them as are asked for.
///
/// # Errors
/// Where weights and classes do not go together.
pub fn prepared<R: Real>(run: &RunSpec, set: &DataSet, parts: &Indices) -> Result<Prepared<R>, HarnessError> {
    let weights = answer_weights(set, parts, &run.train.class_weights)?;
    Ok(Prepared::new(set, parts, run.data.standardize).weighted(&weights).repeated(run.data.copies()))
}
