//! He's initial weights, for ReLU: normal with variance 2 / inputs.
//!
//! He, Zhang, Ren & Sun 2015, "Delving deep into rectifiers", eq. 10.

use super::{InitialEntry, InitialRule, fans};
use crate::registry::Entry;

/// He's initial weights, for ReLU: normal with variance 2 / inputs.
pub const ENTRY: InitialEntry = InitialEntry {
    entry: Entry {
        name: "he",
        description: "normal with variance 2 / inputs, for ReLU",
        revision: 1,
        source: "He et al. 2015, eq. 10",
        parameters: &[],
    },
    rule: InitialRule::Drawn(&|_, layer| {
        let (inputs, _) = fans(layer);
        Box::new(move |stream| (2.0 / inputs).sqrt() * stream.normal())
    }),
};
