//! Samples and labels as boxes of numbers: IDX files, NumPy's files.

use super::super::about::About;
use super::super::array::NumberBox;
use super::super::error::{DataError, DataFault};
use super::super::figures::Figures;
use super::super::set::{DataSet, Target};
use super::super::table::{Labels, constant};
use super::super::{idx, npy};
use super::parameters::{INPUTS, SHAPE, given};
use super::target::{check_count, labels_note};
use crate::num::Shape;
use crate::registry::Choice;
use std::path::Path;

/// Loads a set from two IDX files.
pub fn from_idx(choice: &Choice) -> Result<DataSet, DataError> {
    let (path, labels) = (choice.text("path"), choice.text("labels"));
    let boxes = (idx::read(Path::new(path))?, idx::read(Path::new(labels))?);
    set(boxes, (&format!("`{path}`"), &format!("`{labels}`")), choice)
}

/// Loads a set from two `.npy` files.
pub fn from_npy(choice: &Choice) -> Result<DataSet, DataError> {
    let (path, labels) = (choice.text("path"), choice.text("labels"));
    let boxes = (npy::read(Path::new(path))?, npy::read(Path::new(labels))?);
    set(boxes, (&format!("`{path}`"), &format!("`{labels}`")), choice)
}

/// Loads a set from two arrays of a `.npz` file.
pub fn from_npz(choice: &Choice) -> Result<DataSet, DataError> {
    let (path, samples, labels) = (choice.text("path"), choice.text(INPUTS.name), choice.text("labels"));
    let member = |name: &str| npy::read_member(Path::new(path), name);
    let named = |name: &str| format!("`{path}`: array `{name}`");
    set((member(samples)?, member(labels)?), (&named(samples), &named(labels)), choice)
}

/// The set of samples and labels, which are named so in messages.
fn set(
    (samples, labels): (NumberBox, NumberBox),
    (of_samples, of_labels): (&str, &str),
    choice: &Choice,
) -> Result<DataSet, DataError> {
    if labels.dimensions[1..].iter().any(|dimension| *dimension != 1) {
        let dimensions = labels.dimensions.len();
        return Err(DataFault::Values.error(format!("{of_labels} has {dimensions} dimensions; labels have one")));
    }
    let (count, expected) = (labels.values.len(), samples.dimensions[0]);
    if count != expected {
        return Err(
            DataFault::Values.error(format!("{of_labels} has {count} labels, but {of_samples} has {expected} samples"))
        );
    }
    let mut about = About::default();
    let target = target(labels, of_labels, choice.text("task"), &mut about)?;
    let shape = shape(&samples, given(choice, &SHAPE), of_samples)?;
    let features = Figures::new(expected, samples.values.len() / expected, samples.values);
    Ok(DataSet { about, ..DataSet::shaped(features, shape, target) })
}

fn target(labels: NumberBox, of: &str, task: &str, about: &mut About) -> Result<Target, DataError> {
    let (values, count) = (labels.values.into_f64(), labels.dimensions[0]);
    let numbers =
        |values: Vec<f64>| match constant(&values) {
            Some(value) => Err(DataFault::Values
                .error(format!("{of}: all {count} labels are {value}, so there is nothing to predict"))),
            None => Ok(Target::Values(values)),
        };
    match task {
        "regression" => numbers(values),
        "auto" if !labels.whole => {
            about.notes.extend(labels_note(&values));
            numbers(values)
        }
        _ => {
            let labels = Labels::of(&values);
            check_count(&labels.names, task == "binary", of)?;
            about.classes = labels.names;
            Ok(Target::Classes { count: about.classes.len(), labels: labels.classes })
        }
    }
}

/// What a sample is: as its dimensions say, or as the spec does.
fn shape(samples: &NumberBox, asked: Option<&str>, of: &str) -> Result<Shape, DataError> {
    match (asked, &samples.dimensions[1..]) {
        (Some("flat"), _) => Ok(Shape::Flat),
        (Some("sequence"), [steps, features]) => Ok(Shape::Sequence { steps: *steps, features: *features }),
        (Some("sequence"), [steps]) => Ok(Shape::Sequence { steps: *steps, features: 1 }),
        (Some("sequence"), others) => {
            let dimensions = others.len() + 1;
            let message = format!("{of} has {dimensions} dimensions; sequences have three: samples, steps, features");
            Err(DataFault::Values.error(message))
        }
        _ => Ok(samples.shape()),
    }
}
