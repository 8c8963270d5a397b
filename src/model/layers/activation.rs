//! `{ activation = "relu" }`: an activation by itself (lecture L18).

use super::chosen::LayerEntry;
use super::kind::Takes;
use crate::registry::Entry;

pub const ENTRY: LayerEntry = LayerEntry {
    entry: Entry {
        name: "activation",
        description: "an activation by itself, such as behind a norm",
        revision: 1,
        source: "lecture L18",
        parameters: &[],
    },
    takes: Takes { activation: true, ..Takes::NOTHING },
    build: &|layer, assembly| {
        assembly.activation(layer.activation.as_ref());
        Ok(())
    },
};
