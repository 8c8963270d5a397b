//! Stopping rule: the validation loss is low enough.
//!
//! - `loss`: the validation loss that ends the training, greater than 0, default 0.1.

use burnmark::registry::{Entry, Parameter, ParameterKind, Range};
use burnmark::stop::StopEntry;
use burnmark::value::Value;

pub const ENTRY: StopEntry = StopEntry {
    entry: Entry {
        name: "low-loss",
        description: "ends a training whose validation loss is at most `loss`",
        revision: 1,
        source: "examples/own-optimizer",
        parameters: &[Parameter::with_default(
            "loss",
            "validation loss that is low enough",
            ParameterKind::Number(Range::POSITIVE),
            Value::Number(0.1),
        )],
    },
    is_over: |choice, course, _strip| course.validation_loss().is_some_and(|loss| loss <= choice.number("loss")),
};
