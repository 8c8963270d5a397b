//! The parameters of sets from files of one's own.

use crate::registry::{Choice, DefaultValue, Parameter, ParameterKind, Value};

pub const fn path(description: &'static str) -> Parameter {
    Parameter { name: "path", description, kind: ParameterKind::File, default: None }
}

pub const TARGET: Parameter =
    Parameter { name: "target", description: "the column to predict", kind: ParameterKind::Text, default: None };

const TASKS: &[&str] = &["auto", "regression", "binary", "classes"];

pub const fn task(description: &'static str) -> Parameter {
    let default = Some(DefaultValue::Text("auto"));
    Parameter { name: "task", description, kind: ParameterKind::OneOf(TASKS), default }
}

pub const TABLE_TASK: Parameter =
    task("what the target is; `auto`: numbers are a regression, text and flags are classes; `binary` has two labels");

pub const DROP: Parameter = Parameter {
    name: "drop",
    description: "columns to leave out, with commas between their names",
    kind: ParameterKind::Text,
    default: Some(DefaultValue::Text("")),
};

/// A parameter that is a text, and of which leaving it out says nothing.
const fn text(name: &'static str, description: &'static str) -> Parameter {
    Parameter { name, description, kind: ParameterKind::Text, default: Some(DefaultValue::LeftOut("")) }
}

pub const TEST: Parameter = Parameter {
    name: "test",
    description: "a second file, whose rows are the test part",
    kind: ParameterKind::File,
    default: Some(DefaultValue::LeftOut("")),
};
pub const PART: Parameter = text("part", "the column that says `train`, `validation` or `test`");
pub const GROUP: Parameter = text("group", "the column whose equal values are never in two parts, such as a patient");
pub const TIME: Parameter =
    text("time", "the column by which the rows are in order: the earliest train, the latest test");

/// A parameter that a spec may leave out.
pub fn given<'c>(choice: &'c Choice, name: &str) -> Option<&'c str> {
    match choice.parameters.get(name) {
        Some(Value::Text(text)) if !text.is_empty() => Some(text),
        _ => None,
    }
}
