//! Learned: each output of each training row is on the right side and far enough from the middle, the 40-20-40 rule.
//!
//! |s − y| < `within` for all outputs s of all training rows with their targets y
//!
//! - `within`: greater than 0, default 0.4. With targets 0 and 1, outputs below 0.4 count as 0 and those above 0.6 as 1.
//!
//! Outputs are what the squared error sees: of numbers themselves, scaled where the targets are; of classes one for each, with the target 1 for
//! the right class and 0 for the others. It is looked at where the training part is evaluated. `epochs-to-learn` of `[published]` is the
//! number of epochs that it took.
//!
//! Fahlman 1988, "An empirical study of learning speed in back-propagation networks", section 3.

use super::{Course, StopEntry};
use crate::registry::{Choice, Entry, Parameter, ParameterKind, Range};
use crate::value::Value;

/// The rule.
pub const ENTRY: StopEntry = StopEntry {
    entry: Entry {
        name: "learned",
        description: "ends a training once each output of each training row is within `within` of its target (40-20-40)",
        revision: 1,
        source: "Fahlman 1988, section 3",
        parameters: &[Parameter::with_default(
            "within",
            "largest distance of an output from its target",
            ParameterKind::Number(Range::POSITIVE),
            Value::Number(0.4),
        )],
    },
    is_over,
};

fn is_over(choice: &Choice, course: &Course, _strip: u64) -> bool {
    course.largest_error().is_some_and(|error| error < choice.number("within"))
}
