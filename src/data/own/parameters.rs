//! The parameters of sets from files of one's own.

use crate::registry::{Choice, Parameter, ParameterKind};
use crate::value::Value;

pub const fn path(description: &'static str) -> Parameter {
    Parameter::new("path", description, ParameterKind::File)
}

pub const TARGET: Parameter = Parameter::new("target", "the column to predict", ParameterKind::Text);

const TASKS: &[&str] = &["auto", "regression", "binary", "classes"];

pub const fn task(description: &'static str) -> Parameter {
    Parameter::with_default("task", description, ParameterKind::OneOf(TASKS), Value::word("auto"))
}

pub const TABLE_TASK: Parameter =
    task("what the target is; `auto`: numbers are a regression, text and flags are classes; `binary` has two labels");

pub const DROP: Parameter = Parameter::with_default(
    "drop",
    "columns to leave out, with commas between their names",
    ParameterKind::Text,
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

/// A parameter that a spec may leave out.
pub fn given<'c>(choice: &'c Choice, parameter: &Parameter) -> Option<&'c str> {
    choice.parameters.get(parameter.name)?.as_text().filter(|text| !text.is_empty())
}
