//! Initial weights that are uniform within ±limit.
//!
//! - `limit`: largest absolute weight, greater than 0, default 0.1.

use super::entry::within;
use super::{InitialEntry, InitialRule};
use crate::registry::{Entry, Parameter, ParameterKind, Range};
use crate::value::Value;

/// Initial weights that are uniform within ±limit.
pub const ENTRY: InitialEntry = InitialEntry {
    entry: Entry {
        name: "uniform",
        description: "uniform within ±limit",
        revision: 1,
        source: "LeCun et al. 1998, section 4.6, for its use",
        parameters: &[Parameter::with_default(
            "limit",
            "largest absolute weight",
            ParameterKind::Number(Range::POSITIVE),
            Value::Number(0.1),
        )],
    },
    rule: InitialRule::Drawn(&|choice, _| Box::new(within(choice.number("limit")))),
};
