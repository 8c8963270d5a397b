//! The parameters of sets from files of one's own.

use crate::registry::{Choice, Parameter, ParameterKind};
use crate::value::Value;

pub const fn path(description: &'static str) -> Parameter {
    Parameter::new("path", description, ParameterKind::File)
}

pub const TARGET: Parameter = Parameter::new(
    "target",
    "the column to predict, or columns of numbers with commas between their names",
    ParameterKind::Columns,
);

const TASKS: &[&str] = &["auto", "regression", "binary", "classes"];

pub const fn task(description: &'static str) -> Parameter {
    Parameter::with_default("task", description, ParameterKind::OneOf(TASKS), Value::word("auto"))
}

pub const TABLE_TASK: Parameter =
    task("what the target is; `auto`: numbers are a regression, text and flags are classes; `binary` has two labels");

pub const DROP: Parameter = Parameter::with_default(
    "drop",
    "columns to leave out, with commas between their names",
    ParameterKind::Columns,
    Value::word(""),
);

/// A parameter of which leaving it out says nothing.
const fn optional(
    name: &'static str,
    description: &'static str,
    kind: ParameterKind,
    usual: &'static str,
) -> Parameter {
    Parameter::with_default(name, description, kind, Value::word(usual)).left_out()
}

pub const TEST: Parameter = optional("test", "a second file, whose rows are the test part", ParameterKind::File, "");
pub const PART: Parameter =
    optional("part", "the column that says `train`, `validation` or `test`", ParameterKind::Text, "");
pub const GROUP: Parameter = optional(
    "group",
    "the column whose equal values are never in two parts, such as a patient",
    ParameterKind::Text,
    "",
);
pub const TIME: Parameter = optional(
    "time",
    "the column by which the rows are in order: the earliest train, the latest test",
    ParameterKind::Text,
    "",
);

pub const TEXT: Parameter = optional(
    "text",
    "what columns of words become: `one-hot`, an input for each level of the training part; `dummy`, for each but the first",
    ParameterKind::OneOf(&["refuse", "one-hot", "dummy", "drop"]),
    "refuse",
);
pub const ONE_HOT: Parameter = optional(
    "one_hot",
    "columns whose numbers or words are levels, with commas between their names",
    ParameterKind::Text,
    "",
);
pub const ORDERED: Parameter = optional(
    "ordered",
    "columns of words with their levels in order: \"size: small < medium < large; grade: C < B < A\"",
    ParameterKind::Text,
    "",
);
pub const MISSING: Parameter = optional(
    "missing",
    "what takes the place of missing numbers, by the training part; `-indicator`: and an input that says where; missing words are a level",
    ParameterKind::OneOf(&["refuse", "mean", "median", "mean-indicator", "median-indicator"]),
    "refuse",
);
pub const FILL: Parameter = optional(
    "fill",
    "columns with what takes the place of missing cells: \"income: 0; city: unknown\"",
    ParameterKind::Text,
    "",
);
pub const NA: Parameter =
    optional("na", "cells that count as missing, too, with commas between them: \"-999, .\"", ParameterKind::Text, "");

pub const LABELS_TASK: Parameter =
    task("what the labels are; `auto`: whole-number types are classes, floats a regression");
pub const INPUTS: Parameter = Parameter::new("inputs", "the name of the array of samples", ParameterKind::Text);
pub const SHAPE: Parameter = optional(
    "shape",
    "what a sample is; `auto`: an image if it has two dimensions, or a third one for channels; else numbers side by side",
    ParameterKind::OneOf(&["auto", "flat", "sequence"]),
    "auto",
);

pub const SEQUENCE: Parameter = optional(
    "sequence",
    "the column that says whose step a row is: samples are sequences, in the order of `time` or of the rows",
    ParameterKind::Text,
    "",
);

pub const WEIGHT: Parameter = optional(
    "weight",
    "the column of how much each row counts in the training loss, 0 or greater; reported losses and measures count each row once",
    ParameterKind::Text,
    "",
);

/// What a set is called; the data are the same under any name.
pub const LABEL: Parameter =
    optional("label", "what answers, tables and figures call the set", ParameterKind::Text, "");

/// A parameter that a spec may leave out.
pub fn given<'c>(choice: &'c Choice, parameter: &Parameter) -> Option<&'c str> {
    choice.parameters.get(parameter.name)?.as_text().filter(|text| !text.is_empty())
}
