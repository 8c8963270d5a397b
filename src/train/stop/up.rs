//! UP_s: the validation loss rose in s strips, one after the other.
//!
//! E_va(t) > E_va(t − k) > … > E_va(t − sk) at the end of a strip of k epochs
//!
//! - `strips` (s): a whole number, 1 or more, default 4.
//!
//! Prechelt 1998, criterion UP. `train.patience` counts epochs since the lowest loss instead.

use super::{Course, StopEntry};
use crate::registry::{Choice, Entry, Parameter, ParameterKind};
use crate::value::Value;

pub const ENTRY: StopEntry = StopEntry {
    entry: Entry {
        name: "up",
        description: "UP: ends a training whose validation loss rose in `strips` strips, one after the other",
        revision: 1,
        source: "Prechelt 1998, criterion UP",
        parameters: &[Parameter::with_default(
            "strips",
            "number s of strips",
            ParameterKind::Integer { least: 1, most: 1_000_000 },
            Value::Integer(4),
        )],
    },
    is_over,
};

fn is_over(choice: &Choice, course: &Course, strip: u64) -> bool {
    let ends: Vec<f64> = course.strips(strip).collect();
    let rises = ends.windows(2).take_while(|pair| pair[0] > pair[1]).count() as u64;
    rises >= choice.integer("strips")
}
