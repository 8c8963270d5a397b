//! GL_α: the validation loss is α per cent above its lowest.
//!
//! GL(t) = 100 · (E_va(t) / E_opt(t) − 1) > α
//!
//! - `alpha` (α): per cent, greater than 0, default 5, as Proben1 has it.
//!
//! Prechelt 1994, "PROBEN1", section 3.3; Prechelt 1998, criterion GL.

use super::{Course, StopEntry};
use crate::registry::{Choice, Entry, Parameter, ParameterKind, Range};
use crate::value::Value;

pub const ENTRY: StopEntry = StopEntry {
    entry: Entry {
        name: "generalization-loss",
        description: "GL: ends a training whose validation loss is `alpha` per cent above its lowest",
        revision: 1,
        source: "Prechelt 1994, section 3.3; Prechelt 1998, criterion GL",
        parameters: &[Parameter::with_default(
            "alpha",
            "largest generalization loss α",
            ParameterKind::Number(Range::POSITIVE),
            Value::Number(5.0),
        )
        .in_unit("%")],
    },
    is_over,
};

fn is_over(choice: &Choice, course: &Course, _strip: u64) -> bool {
    course.generalization_loss().is_some_and(|loss| loss > choice.number("alpha"))
}
