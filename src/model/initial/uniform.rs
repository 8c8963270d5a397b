//! Initial weights that are uniform within ±limit.
//!
//! - `limit`: largest absolute weight, greater than 0, default 0.1.

use super::{InitialEntry, Rule, within};
use crate::registry::{Default, Entry, Parameter, ParameterKind, Range};

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
            default: Some(Default::Number(0.1)),
        }],
    },
    rule: Rule::Drawn(&|choice, _| Box::new(within(choice.number("limit")))),
};
