//! Initial weights that are uniform within ±limit.
//!
//! - `limit`: largest absolute weight, greater than 0, default 0.1.

use super::{InitialEntry, InitialRule, within};
use crate::registry::{DefaultValue, Entry, Parameter, ParameterKind, Range};

pub const ENTRY: InitialEntry = InitialEntry {
    entry: Entry {
        name: "uniform",
        description: "uniform within ±limit",
        revision: 1,
        source: "LeCun et al. 1998, section 4.6, for its use",
        parameters: &[Parameter {
            name: "limit",
            description: "largest absolute weight",
            kind: ParameterKind::Number(Range::POSITIVE),
            default: Some(DefaultValue::Number(0.1)),
        }],
    },
    rule: InitialRule::Drawn(&|choice, _| Box::new(within(choice.number("limit")))),
};
