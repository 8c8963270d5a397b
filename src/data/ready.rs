//! A set as a run sees it: split, with its recipe carried out and its polynomial features.

use super::error::DataError;
use super::set::DataSet;
use super::split::{Indices, Split, split};
use std::borrow::Cow;

/// A set of inputs, and which of its rows are which part.
#[derive(Clone, Debug)]
pub struct Ready<'s> {
    pub set: Cow<'s, DataSet>,
    pub parts: Indices,
}

/// Splits a set by seed, makes inputs of its columns by what the training part says, and takes their polynomials of this degree.
///
/// # Errors
/// Where one of the three cannot be.
pub fn ready(set: &DataSet, how: impl Into<Split>, degree: u64, seed: u64) -> Result<Ready<'_>, DataError> {
    let parts = split(set, how, seed)?;
    let set = match set.fitted(&parts.train)? {
        Cow::Borrowed(set) => set.polynomial(degree)?,
        Cow::Owned(fitted) => Cow::Owned(fitted.polynomial(degree)?.into_owned()),
    };
    Ok(Ready { set, parts })
}
