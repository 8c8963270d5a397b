//! Initial weights: normal with variance 1 / inputs, for units that keep the variance of what they are given.

use burnmark::model::initial::{InitialEntry, InitialRule, fans};
use burnmark::registry::Entry;

pub const ENTRY: InitialEntry = InitialEntry {
    entry: Entry {
        name: "lecun",
        description: "normal with variance 1 / inputs",
        revision: 1,
        source: "LeCun et al. 1998, section 4.6; examples/own-optimizer",
        parameters: &[],
    },
    rule: InitialRule::Drawn(&|_, layer| {
        let (inputs, _) = fans(layer);
        Box::new(move |stream| stream.normal() / inputs.sqrt())
    }),
};
