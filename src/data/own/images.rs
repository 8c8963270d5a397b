//! Samples and labels as IDX files.

use super::super::about::About;
use super::super::error::{DataError, DataFault};
use super::super::idx;
use super::super::set::{DataSet, Target};
use super::super::table::{Labels, constant};
use super::target::{check_count, labels_note};
use crate::num::Matrix;
use std::path::Path;

/// The set of a file of samples and one of labels.
pub fn from_idx(path: &str, labels_path: &str, task: &str) -> Result<DataSet, DataError> {
    let (samples, labels) = (idx::read(Path::new(path))?, idx::read(Path::new(labels_path))?);
    let of = format!("`{labels_path}`");
    if let [_, _, ..] = labels.dimensions.as_slice() {
        return Err(
            DataFault::Values.error(format!("{of} has {} dimensions; labels have one", labels.dimensions.len()))
        );
    }
    let (count, expected) = (labels.values.len(), samples.dimensions[0]);
    if count != expected {
        return Err(DataFault::Values.error(format!("{of} has {count} labels, but `{path}` has {expected} samples")));
    }
    let numbers =
        |values: Vec<f64>| match constant(&values) {
            Some(value) => Err(DataFault::Values
                .error(format!("{of}: all {count} labels are {value}, so there is nothing to predict"))),
            None => Ok(Target::Values(values)),
        };
    let mut about = About::default();
    let target = match task {
        "regression" => numbers(labels.values)?,
        "auto" if !labels.whole => {
            about.notes.extend(labels_note(&labels.values));
            numbers(labels.values)?
        }
        _ => {
            let labels = Labels::of(&labels.values);
            check_count(&labels.names, task == "binary", &of)?;
            about.classes = labels.names;
            Target::Classes { count: about.classes.len(), labels: labels.classes }
        }
    };
    let shape = samples.shape();
    let features = Matrix::new(expected, samples.values.len() / expected, samples.values);
    Ok(DataSet { about, ..DataSet::shaped(features, shape, target) })
}
